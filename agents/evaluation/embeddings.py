"""Sentence embeddings (all-MiniLM-L6-v2, int8) in a sidecar process, so that the loop never stalls.

The process is started by the first request, restarted after a crash, and ended by `aclose` or
when it has been idle. Requests are served one at a time; callers wait their turn, and there are
never more of them than evaluations under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.embedding_model import MINILM
from agents.evaluation.embedding_worker import DIMENSIONS
from agents.evaluation.encoded import Encoded
from interview.errors import Unavailable
from sidecars.sidecar import Message, Sidecar

MODEL_NAME = MINILM.name
MODEL_FILE, TOKENIZER_FILE = (file.name for file in MINILM.files)
MODEL_SHA256 = MINILM.files[0].sha256

COMPONENT = "embeddings"
WORKER = "agents.evaluation.embedding_worker"
START_TIMEOUT_S = 30.0
REQUEST_TIMEOUT_S = 60.0
MAX_TEXTS = 512
MAX_TEXT_CHARS = 4_000

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Sentences to unit vectors: the dot product of two rows is their cosine."""

    name: str
    version: str

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Float32, shape (len(texts), dimensions).

        Raises:
            Unavailable: The model cannot be run (`component="embeddings"`).
        """

    async def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Vectors of texts of plain words and of their pieces. Raises as `embed`."""

    async def aclose(self) -> None: ...


class MiniLmEmbedder:
    """The sidecar's client.

    `folder` holds `MODEL_FILE` and `TOKENIZER_FILE`, their checksums verified by whoever put
    them there.
    """

    name = MODEL_NAME
    version = MODEL_SHA256[:12]

    def __init__(
        self, folder: Path, *, threads: int = 1, idle_s: float = 300.0, worker: str = WORKER
    ) -> None:
        self._files = (folder / MODEL_FILE, folder / TOKENIZER_FILE)
        arguments = [*map(str, self._files), str(threads)]
        self._sidecar = Sidecar(COMPONENT, worker, arguments, start_timeout_s=START_TIMEOUT_S)
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @property
    def available(self) -> bool:
        """Whether the files are there."""
        return all(path.is_file() for path in self._files)

    @property
    def pid(self) -> int | None:
        """The sidecar's process, while there is one."""
        return self._sidecar.pid

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of at most `MAX_TEXTS` texts; each text is read up to `MAX_TEXT_CHARS`."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        self._check(texts)
        async with self._turn:
            answer = await self._ask([text[:MAX_TEXT_CHARS] for text in texts])
        return np.frombuffer(answer.payload, dtype=np.float32).reshape(len(texts), DIMENSIONS)

    async def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """At most `MAX_TEXTS` texts of plain words, each read up to the model's 256 pieces."""
        if not texts:
            return []
        self._check(texts)
        async with self._turn:
            answer = await self._ask([text[:MAX_TEXT_CHARS] for text in texts], pieces=True)
        return _unpack(texts, [int(count) for count in answer.header["counts"]], answer.payload)

    async def aclose(self) -> None:
        """End the process."""
        async with self._turn:
            self._keep()
            await self._sidecar.aclose()

    def _check(self, texts: Sequence[str]) -> None:
        if len(texts) > MAX_TEXTS:
            raise Unavailable(COMPONENT, f"more than {MAX_TEXTS} sentences in one request")
        if not self.available:
            raise Unavailable(COMPONENT, "the model files are missing")

    async def _ask(self, texts: list[str], *, pieces: bool = False) -> Message:
        self._keep()
        try:
            answer = await self._sidecar.request(
                {"texts": texts, "pieces": pieces}, timeout_s=REQUEST_TIMEOUT_S
            )
        except asyncio.CancelledError:
            self._sidecar.dismiss()  # the next request must not wait for work nobody wants
            raise
        finally:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._idle_s, self._sidecar.dismiss)
        return answer

    def _keep(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None


def _unpack(texts: Sequence[str], counts: Sequence[int], payload: bytes) -> list[Encoded]:
    """The worker's payload as one `Encoded` for each text."""
    total = sum(counts)
    sizes = np.cumsum(
        [0, len(texts) * DIMENSIONS * 4, total * DIMENSIONS * 2, total * 4, total * 4]
    )
    first, second, third, fourth = (
        payload[start:end] for start, end in pairwise(int(size) for size in sizes)
    )
    rows = np.frombuffer(first, dtype=np.float32).reshape(len(texts), DIMENSIONS)
    pieces = np.frombuffer(second, dtype=np.float16).reshape(total, DIMENSIONS).astype(np.float32)
    ids, owners = np.frombuffer(third, dtype=np.int32), np.frombuffer(fourth, dtype=np.int32)
    found, start = [], 0
    for text, row, count in zip(texts, rows, counts, strict=True):
        mine = slice(start, start + count)
        found.append(Encoded(text, row, pieces[mine], ids[mine], owners[mine]))
        start += count
    return found
