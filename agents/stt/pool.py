"""Sidecars of one Whisper model, shared by all streams: one pass on a core at a time."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from collections.abc import AsyncIterator
from itertools import count
from typing import Generic, TypeVar

import structlog

from agents.stt.heard import Ask, Heard
from interview.errors import Unavailable
from sidecars.sidecar import Sidecar, SidecarCrashed

TRIES = 4

log = structlog.get_logger(__name__)


Worker = TypeVar("Worker")


class Turns(Generic[Worker]):
    """Hands out workers in the order of asking; who is urgent goes before who is not.

    Bounded by its users: a stream waits for one worker at a time.
    """

    def __init__(self, workers: list[Worker]) -> None:
        self._free = list(workers)
        self._queue: list[tuple[bool, int, asyncio.Future[Worker]]] = []
        self._order = count()

    @property
    def waiting(self) -> int:
        """Who has no worker yet."""
        return sum(not future.done() for _, _, future in self._queue)

    @contextlib.asynccontextmanager
    async def one(self, *, urgent: bool) -> AsyncIterator[Worker]:
        """A worker of one's own. Cancelling gives the place up."""
        worker = await self._next(urgent)
        try:
            yield worker
        finally:
            self._give_back(worker)

    async def _next(self, urgent: bool) -> Worker:
        if self._free:
            return self._free.pop()
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (not urgent, next(self._order), future))
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give_back(future.result())
            raise

    def _give_back(self, worker: Worker) -> None:
        while self._queue:
            _, _, future = heapq.heappop(self._queue)
            if not future.done():
                future.set_result(worker)
                return
        self._free.append(worker)


class WhisperPool:
    """The sidecars, warm; one that dies is replaced and asked again with the same audio."""

    def __init__(self, folder: str, workers: int) -> None:
        self.sidecars = [
            Sidecar("stt", "agents.stt.whisper_worker", [folder]) for _ in range(workers)
        ]
        self.turns = Turns(self.sidecars)

    async def start(self) -> None:
        """Load every model."""
        await asyncio.gather(*(sidecar.start() for sidecar in self.sidecars))

    async def hear(
        self, sidecar: Sidecar, ask: Ask, *, language: str | None, hotwords: str
    ) -> Heard:
        """One pass. Raises Unavailable when the worker keeps ending or refuses."""
        header = {**ask.header(), "language": language, "hotwords": hotwords}
        for attempt in range(TRIES):
            try:
                return Heard.of((await sidecar.request(header, ask.audio)).header)
            except SidecarCrashed:
                log.warning("recogniser_replaced", attempt=attempt)
        raise Unavailable("stt", "the recogniser keeps ending")

    @property
    def fault(self) -> str:
        """Why nothing can be recognised just now; empty when a worker may be asked."""
        faults = [sidecar.fault for sidecar in self.sidecars]
        return faults[0] if faults and all(faults) else ""

    @property
    def restarts(self) -> int:
        """How often a worker was replaced."""
        return sum(max(0, sidecar.starts - 1) for sidecar in self.sidecars)

    async def aclose(self) -> None:
        """End all workers."""
        await asyncio.gather(*(sidecar.aclose() for sidecar in self.sidecars))
