"""`Changes` over the store alone: the heads of all followed sessions are asked for together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from interview.errors import VivaError
from interview.ports.changes import Audience, FrameShown, HeadMoved
from interview.ports.storage import EventStore

POLL_S = 0.4

log = structlog.get_logger(__name__)

Listener = tuple[HeadMoved, FrameShown]


class PolledChanges:
    """Needs nothing but the store. Volatile frames stay in their process."""

    def __init__(self, events: EventStore, *, poll_s: float = POLL_S) -> None:
        self._events = events
        self._poll_s = poll_s
        self._following: dict[str, list[Listener]] = {}
        self._task: asyncio.Task[None] | None = None

    def follow(self, session_id: str, moved: HeadMoved, shown: FrameShown) -> Callable[[], None]:
        """Hear of a session until the answer is called."""
        listener = (moved, shown)
        self._following.setdefault(session_id, []).append(listener)

        def leave() -> None:
            listeners = self._following.get(session_id, [])
            if listener in listeners:
                listeners.remove(listener)
            if not listeners:
                self._following.pop(session_id, None)

        return leave

    def appended(self, session_id: str, seq: int) -> None:
        """Everybody of this process hears at once."""
        self._told(session_id, seq)

    def _told(self, session_id: str, seq: int) -> None:
        for moved, _ in list(self._following.get(session_id, ())):
            moved(seq)

    def show(self, session_id: str, audience: Audience, frame: str) -> None:
        """The store cannot carry it."""

    async def start(self) -> None:
        """Begin to ask."""
        self._task = asyncio.create_task(self._poll(), name="changes")

    async def aclose(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._poll_s)
            if not self._following:
                continue
            try:
                heads = await self._events.heads(list(self._following))
            except VivaError as error:
                log.warning("heads_not_read", code=error.code)
                continue
            for session_id, seq in heads.items():
                self._told(session_id, seq)
