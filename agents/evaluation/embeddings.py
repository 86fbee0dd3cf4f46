"""Sentence embeddings (all-MiniLM-L6-v2, int8) in a sidecar process, so that the loop never stalls.

The process is started by the first request, restarted after a crash, and ended by `aclose` or
when it has been idle. Requests are served one at a time; callers wait their turn, and there are
never more of them than evaluations under way.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from agents.evaluation.embedding_model import MINILM
from agents.evaluation.embedding_worker import DIMENSIONS
from interview.errors import Unavailable

ROOT = Path(__file__).resolve().parents[2]
MODEL_NAME = MINILM.name
MODEL_FILE, TOKENIZER_FILE = (file.name for file in MINILM.files)
MODEL_SHA256 = MINILM.files[0].sha256

START_TIMEOUT_S = 30.0
REQUEST_TIMEOUT_S = 60.0
MAX_TEXTS = 512
MAX_TEXT_CHARS = 4_000

Vectors = NDArray[np.float32]
log = structlog.get_logger(__name__)


class Embedder(Protocol):
    """Sentences to unit vectors: the dot product of two rows is their cosine."""

    name: str
    version: str

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Float32, shape (len(texts), dimensions).

        Raises:
            Unavailable: The model cannot be run (`component="embeddings"`).
        """

    async def aclose(self) -> None: ...


class MiniLmEmbedder:
    """The sidecar's client.

    `folder` holds `MODEL_FILE` and `TOKENIZER_FILE`, their checksums verified by whoever put
    them there.
    """

    name = MODEL_NAME
    version = MODEL_SHA256[:12]

    def __init__(self, folder: Path, *, threads: int = 1, idle_s: float = 300.0) -> None:
        self._command: tuple[str, ...] = (
            sys.executable,
            "-m",
            "agents.evaluation.embedding_worker",
            str(folder / MODEL_FILE),
            str(folder / TOKENIZER_FILE),
            str(threads),
        )
        self._files = (folder / MODEL_FILE, folder / TOKENIZER_FILE)
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def available(self) -> bool:
        """Whether the files are there."""
        return all(path.is_file() for path in self._files)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of at most `MAX_TEXTS` texts; each text is read up to `MAX_TEXT_CHARS`."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        if len(texts) > MAX_TEXTS:
            raise Unavailable("embeddings", f"more than {MAX_TEXTS} sentences in one request")
        body = json.dumps([text[:MAX_TEXT_CHARS] for text in texts]).encode()
        async with self._turn:
            reply = await self._ask(body)
            self._end_when_idle()
        if reply[:1] != b"\0":
            raise Unavailable("embeddings", f"the model failed ({reply[1:].decode()})")
        return np.frombuffer(reply[1:], dtype=np.float32).reshape(len(texts), DIMENSIONS)

    async def aclose(self) -> None:
        """End the process."""
        async with self._turn:
            await self._stop()

    async def _ask(self, body: bytes) -> bytes:
        process = await self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                process.stdin.write(struct.pack("<I", len(body)) + body)
                await process.stdin.drain()
                return await _frame(process.stdout)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            await self._stop()
            raise Unavailable("embeddings", f"the sidecar failed ({type(error).__name__})") from (
                error
            )
        except asyncio.CancelledError:
            # The reply would be taken for the next request's.
            self._kill()
            raise

    async def _running(self) -> asyncio.subprocess.Process:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._process is not None and self._process.returncode is None:
            return self._process
        if not self.available:
            raise Unavailable("embeddings", "the model files are missing")
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise Unavailable("embeddings", "the sidecar does not start") from error
        self._process = process
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await _frame(process.stdout)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await self._stop()
            raise Unavailable("embeddings", "the model does not load") from error
        except asyncio.CancelledError:
            self._kill()
            raise
        log.info("embeddings.sidecar_started", pid=process.pid)
        return process

    def _end_when_idle(self) -> None:
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_s, self._kill)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def _stop(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        process = self._process
        self._kill()
        if process is not None:
            await process.wait()


async def _frame(stream: asyncio.StreamReader) -> bytes:
    (size,) = struct.unpack("<I", await stream.readexactly(4))
    return await stream.readexactly(size)
