"""Keeps the process's clock by the wall clock while no interview runs."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime

from interview.errors import VivaError
from interview.nouns import Status
from interview.ports.storage import Storage
from server.platform.steady import SteadyClock

EVERY_S = 5.0
QUIET_ROUNDS = 12


class ClockKeeper:
    """One for each process; `start` settles the clock at once when nothing is in progress."""

    def __init__(self, clock: SteadyClock, storage: Storage) -> None:
        self._clock = clock
        self._storage = storage
        self._quiet = QUIET_ROUNDS
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look once, then again and again."""
        with contextlib.suppress(VivaError):
            beats = await self._storage.heartbeats.beats()
            if beats and await self._in_progress():
                self._clock.not_before(max(beats.values()))
        await self.round()
        self._task = asyncio.create_task(self._keep(), name="clock-keeper")

    async def aclose(self) -> None:
        """Cease."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def round(self) -> None:
        """Follow the other processes; after a quiet minute follow the wall clock."""
        self._clock.follow()
        try:
            if await self._in_progress():
                self._quiet = 0
                return
            self._quiet += 1
            if self._quiet > QUIET_ROUNDS:
                self._clock.settle(await self._newest())
        except VivaError:
            self._quiet = 0

    async def _in_progress(self) -> bool:
        counts = await self._storage.sessions.counts()
        return bool(counts.get(Status.IN_PROGRESS, 0))

    async def _newest(self) -> datetime | None:
        """When the latest session was created: what was stored about it begins there."""
        found, _ = await self._storage.sessions.page(limit=1)
        return found[0].created_at if found else None

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.round()
