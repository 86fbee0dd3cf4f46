"""The embedding sidecar: its faults without a model, its meaning with the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from agents.evaluation.embedding_worker import DIMENSIONS
from agents.evaluation.embeddings import MiniLmEmbedder
from agents.evaluation.rules import RuleEvaluator
from interview.errors import Unavailable
from tests.agents.evaluation.test_rules import GOOD, INDEX, OUTAGE_WITH_POINTS, request


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[MiniLmEmbedder]:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"")
    embedder = MiniLmEmbedder(tmp_path, worker="tests.fakes.embedding_worker")
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
    while not stand_in._sidecar.pending:  # noqa: ASYNC110 - the request's way is another process
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await stand_in.embed(["abcd"]))[0, 0] == 4


async def test_a_process_that_is_idle_ends_and_starts_again(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"")
    embedder = MiniLmEmbedder(tmp_path, idle_s=0.0, worker="tests.fakes.embedding_worker")
    await embedder.embed(["a"])
    await asyncio.sleep(0.01)
    assert embedder._sidecar.pid is None
    assert (await embedder.embed(["abc"]))[0, 0] == 3
    await embedder.aclose()
    with pytest.raises(Unavailable, match="closed"):
        await embedder.embed(["a"])
    assert embedder._sidecar.fault == ""


async def test_missing_files_are_unavailable(tmp_path: Path) -> None:
    embedder = MiniLmEmbedder(tmp_path)
    assert not embedder.available
    with pytest.raises(Unavailable, match="missing"):
        await embedder.embed(["a"])


async def test_files_that_are_no_model_are_unavailable(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"not a model")
    embedder = MiniLmEmbedder(tmp_path)
    with pytest.raises(Unavailable, match="INVALID_PROTOBUF"):
        await embedder.embed(["a"])
    await embedder.aclose()


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
    good = await rules.evaluate(request(GOOD, OUTAGE_WITH_POINTS))
    vague = await rules.evaluate(
        request("Um, I guess something was down and somebody fixed it.", OUTAGE_WITH_POINTS)
    )
    other = await rules.evaluate(
        request("I like pizza and football. I live in Berlin.", OUTAGE_WITH_POINTS)
    )
    points = [evaluation.scores["overall"].value for evaluation in (good, vague, other)]
    assert points[0] is not None and points[1] is not None and points[2] is not None
    assert points[0] > 6 > points[1] > points[2] < 2.5


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
