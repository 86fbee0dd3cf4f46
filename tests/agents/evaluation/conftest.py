"""The real sentence model, where it is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from agents.evaluation.embedding_worker import Encoder
from agents.evaluation.embeddings import (
    MODEL_FILE,
    MODEL_NAME,
    TOKENIZER_FILE,
    MiniLmEmbedder,
    Vectors,
)
from agents.evaluation.encoded import Encoded
from agents.evaluation.rules import RuleEvaluator


class HereEmbedder:
    """The real model in this process: what the sidecar does, without starting one a test."""

    name, version = MODEL_NAME, "here"

    def __init__(self, folder: Path) -> None:
        self._encoder = Encoder(str(folder / MODEL_FILE), str(folder / TOKENIZER_FILE), 1)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """As `MiniLmEmbedder`."""
        return self._encoder.encode(list(texts))

    async def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """As `MiniLmEmbedder`."""
        found = self._encoder.encode_pieces(list(texts))
        return [
            Encoded(text, row[0], pieces, ids, owners)
            for text, (row, pieces, ids, owners) in zip(texts, found, strict=True)
        ]

    async def aclose(self) -> None:
        """Nothing to end."""


@pytest.fixture(scope="session")
def real_rules(models_dir: Path) -> RuleEvaluator:
    """The evaluator of the product with the real sentence model, its questions kept encoded."""
    folder = models_dir / MODEL_NAME
    if not MiniLmEmbedder(folder).available:
        pytest.skip(f"{MODEL_NAME} is not provisioned in {models_dir} (python -m server models)")
    return RuleEvaluator(HereEmbedder(folder))


@pytest.fixture
async def minilm(models_dir: Path) -> AsyncIterator[MiniLmEmbedder]:
    """The embedder of the product."""
    embedder = MiniLmEmbedder(models_dir / MODEL_NAME)
    if not embedder.available:
        pytest.skip(f"{MODEL_NAME} is not provisioned in {models_dir} (python -m server models)")
    yield embedder
    await embedder.aclose()
