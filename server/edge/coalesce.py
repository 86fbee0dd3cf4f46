"""One answer for all who ask at about the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Coalesced(Generic[Answer]):
    """Makes an answer at most once in `keep_s`; whoever asks meanwhile gets the same."""

    def __init__(self, keep_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._keep_s = keep_s
        self._clock = clock
        self._making: asyncio.Future[Answer] | None = None
        self._made_at = 0.0

    async def get(self, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer. One asker's going away does not stop the making for the others."""
        making = self._making
        if making is None or (making.done() and not self._fresh(making)):
            making = self._making = asyncio.ensure_future(make())
            making.add_done_callback(self._note)
        return await asyncio.shield(making)

    def _note(self, making: asyncio.Future[Answer]) -> None:
        self._made_at = self._clock()
        if not making.cancelled():
            making.exception()  # whoever asked has seen it

    def _fresh(self, making: asyncio.Future[Answer]) -> bool:
        good = not making.cancelled() and making.exception() is None
        return good and self._clock() - self._made_at < self._keep_s
