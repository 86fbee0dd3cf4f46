"""An embedder that knows words only: texts that share stems are near."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from agents.evaluation.embeddings import Vectors
from agents.evaluation.passages import content_words
from interview.errors import Unavailable


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
        rows = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in content_words(text):
                row[zlib.crc32(word.encode()) % 512] += 1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)

    async def aclose(self) -> None:
        return None
