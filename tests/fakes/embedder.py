"""An embedder that knows words only: texts that share stems are near."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from agents.evaluation.embeddings import Vectors
from agents.evaluation.encoded import Encoded
from agents.evaluation.passages import content_words, stem
from interview.errors import Unavailable

SIZE = 512


class WordBagEmbedder:
    """Unit vectors of hashed stems; `broken` makes every request fail."""

    name = "word-bag"
    version = "1"

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.requests = 0

    async def embed(self, texts: Sequence[str]) -> Vectors:
        self.requests += 1
        if self.broken:
            raise Unavailable("embeddings", "broken on purpose")
        rows = np.zeros((len(texts), SIZE), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in content_words(text):
                row[zlib.crc32(word.encode()) % SIZE] += 1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)

    async def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """A piece for each word: the direction of its stem, whatever stands around it."""
        vectors = await self.embed(texts)
        return [_pieces(text, row) for text, row in zip(texts, vectors, strict=True)]

    async def aclose(self) -> None:
        return None


def _pieces(text: str, row: Vectors) -> Encoded:
    places = [zlib.crc32(stem(word).encode()) % SIZE for word in text.split(" ") if word]
    pieces = np.zeros((len(places), SIZE), dtype=np.float32)
    pieces[np.arange(len(places)), places] = 1.0
    return Encoded(
        text,
        row,
        pieces,
        np.array(places, dtype=np.int32) + 5_000,
        np.arange(len(places), dtype=np.int32),
    )
