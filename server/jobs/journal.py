"""Sessions by their log alone: for a process that works off jobs and runs no session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from interview import machine
from interview.commands import Command
from interview.errors import Conflict, NotFound
from interview.ports.storage import Storage
from interview.state import State, apply, replay
from interview.summary import summarise

MAX_CONFLICTS = 20


class SessionJournal:
    """Reads and appends without owning: the process that runs the session keeps it.

    A command that meets another writer is decided anew on what that one wrote.
    """

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock

    async def state(self, session_id: str) -> State:
        """The session as its log tells it. Raises NotFound."""
        stored = await self._storage.events.read(session_id)
        if not stored:
            raise NotFound("Session", session_id)
        return replay([item.event for item in stored])

    async def command(self, session_id: str, command: Command) -> State:
        """Decide and store. Raises NotFound, IllegalTransition, Conflict, Unavailable."""
        for _ in range(MAX_CONFLICTS):
            state = await self.state(session_id)
            events = machine.decide(state, command, self._clock())
            if not events:
                return state
            after = state
            for event in events:
                after = apply(after, event)
            try:
                await self._storage.events.append(session_id, state.seq, events, summarise(after))
            except Conflict:
                continue
            return after
        raise Conflict(session_id, state.seq, -1)
