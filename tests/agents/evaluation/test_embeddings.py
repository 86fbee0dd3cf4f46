"""The embedding sidecar: its faults without a model, its meaning with the real one."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from agents.evaluation.embedding_worker import DIMENSIONS
from agents.evaluation.embeddings import MODEL_NAME, MiniLmEmbedder
from agents.evaluation.rules import RuleEvaluator
from interview.errors import Unavailable
from tests.agents.evaluation.test_rules import GOOD, INDEX, OUTAGE, request

STAND_IN = """
import json, os, struct, sys
source, sink = sys.stdin.buffer, sys.stdout.buffer
def send(body):
    sink.write(struct.pack("<I", len(body)) + body); sink.flush()
send(b"")
while True:
    header = source.read(4)
    if len(header) < 4: break
    texts = json.loads(source.read(struct.unpack("<I", header)[0]))
    if "die" in texts: os._exit(3)
    if "sleep" in texts:
        import time; time.sleep(60)
    if "fail" in texts: send(b"\\1" + b"RuntimeError"); continue
    send(b"\\0" + b"".join(struct.pack("<f", len(t)) * 384 for t in texts))
"""


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[MiniLmEmbedder]:
    script = tmp_path / "worker.py"
    script.write_text(STAND_IN)
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"")
    embedder = MiniLmEmbedder(tmp_path)
    embedder._command = (sys.executable, str(script))
    yield embedder
    await embedder.aclose()


@pytest.fixture
def models_dir() -> Path:
    return Path(os.environ.get("VIVA_MODELS_DIR", "~/.cache/vivavoce/models")).expanduser()


@pytest.fixture
async def minilm(models_dir: Path) -> AsyncIterator[MiniLmEmbedder]:
    folder = models_dir
    embedder = MiniLmEmbedder(folder / MODEL_NAME)
    if not embedder.available:
        pytest.skip(f"{MODEL_NAME} is not provisioned in {folder} (python -m server models)")
    yield embedder
    await embedder.aclose()


async def test_requests_at_once_get_their_own_vectors(stand_in: MiniLmEmbedder) -> None:
    answers = await asyncio.gather(*(stand_in.embed(["x" * n, "yy"]) for n in range(1, 20)))
    for n, vectors in enumerate(answers, start=1):
        assert vectors.shape == (2, DIMENSIONS)
        assert (vectors[0, 0], vectors[1, 0]) == (n, 2)


async def test_a_process_that_died_is_started_again(stand_in: MiniLmEmbedder) -> None:
    with pytest.raises(Unavailable):
        await stand_in.embed(["die"])
    assert (await stand_in.embed(["abc"]))[0, 0] == 3


async def test_a_model_that_fails_is_unavailable(stand_in: MiniLmEmbedder) -> None:
    with pytest.raises(Unavailable, match="RuntimeError"):
        await stand_in.embed(["fail"])
    assert (await stand_in.embed(["ab"]))[0, 0] == 2


async def test_a_cancelled_request_leaves_no_reply_behind(stand_in: MiniLmEmbedder) -> None:
    await stand_in.embed(["a"])
    waiting = asyncio.create_task(stand_in.embed(["sleep"]))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await stand_in.embed(["abcd"]))[0, 0] == 4


async def test_missing_files_are_unavailable(tmp_path: Path) -> None:
    embedder = MiniLmEmbedder(tmp_path)
    assert not embedder.available
    with pytest.raises(Unavailable, match="missing"):
        await embedder.embed(["a"])


async def test_files_that_are_no_model_are_unavailable(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"not a model")
    with pytest.raises(Unavailable, match="does not load"):
        await MiniLmEmbedder(tmp_path).embed(["a"])


async def test_nothing_asked_starts_nothing(tmp_path: Path) -> None:
    assert (await MiniLmEmbedder(tmp_path).embed([])).shape == (0, DIMENSIONS)


@pytest.mark.models
async def test_the_real_model_knows_what_is_alike(minilm: MiniLmEmbedder) -> None:
    vectors = await minilm.embed(
        ["How does an index work?", "A B-tree lets the database find rows fast.", "I like pizza."]
    )
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    assert near > 0.2 > far


@pytest.mark.models
async def test_the_real_model_tells_fitting_answers_from_others(minilm: MiniLmEmbedder) -> None:
    rules = RuleEvaluator(minilm)
    good = await rules.evaluate(request(GOOD, OUTAGE))
    vague = await rules.evaluate(
        request("Um, I guess maybe something was down once and somebody fixed it or so.", OUTAGE)
    )
    other = await rules.evaluate(
        request("I like pizza and football. I live in Berlin with two cats and a dog.", OUTAGE)
    )
    points = [evaluation.scores["overall"].value for evaluation in (good, vague, other)]
    assert points[0] is not None and points[1] is not None and points[2] is not None
    assert points[0] > 7 > points[1] > points[2] < 2.5


@pytest.mark.models
async def test_the_same_meant_in_other_words_is_covered(minilm: MiniLmEmbedder) -> None:
    evaluation = await RuleEvaluator(minilm).evaluate(
        request(
            "It is a structure that lets the database find rows without going through the table. "
            "The price is that inserting and updating take longer.",
            INDEX,
        )
    )
    accuracy = evaluation.scores["technical_accuracy"].value
    assert accuracy is not None and accuracy > 3
    assert "by meaning" in evaluation.scores["technical_accuracy"].reason
