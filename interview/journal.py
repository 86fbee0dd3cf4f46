"""Session logs as every process uses them: state, decide, append, catch up after a conflict.

A journal owns nothing: staff commands, jobs, observers and timers write through it from any
process. Who has the room of a session (voice, camera, clock to the hundredth) is said by the log
itself: `RoomOpened`. A room appends with its `epoch`; once another room was opened it cannot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from interview import machine
from interview.commands import Command, CreateSession
from interview.effects import jobs_for
from interview.errors import Conflict, NotFound, RoomReplaced
from interview.events import Event
from interview.ports.storage import EventStore, JobRequest
from interview.records import State
from interview.state import apply, replay
from interview.summary import summarise

MAX_CONFLICTS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One stored event with the state on both sides of it."""

    seq: int
    event: Event
    before: State | None
    after: State


@dataclass(frozen=True, slots=True)
class Appended:
    """What this process has just stored: the session, where its log stands, whether work waits."""

    session_id: str
    seq: int
    jobs: bool


Sink = Callable[[Step], None]


class Journal:
    """All logs of a store. `on_append` hears of everything that this process stored."""

    def __init__(
        self,
        events: EventStore,
        clock: Callable[[], datetime],
        on_append: Callable[[Appended], None] = lambda appended: None,
    ) -> None:
        self.events = events
        self.clock = clock
        self.on_append = on_append

    async def create(self, command: CreateSession) -> State:
        """Store a new session.

        Raises:
            Conflict: The id exists.
        """
        events = machine.decide(None, command, self.clock())
        return await self.append(command.session_id, None, _steps(None, 0, events))

    async def open(self, session_id: str) -> SessionLog:
        """One session's log, read once and kept up to date by the caller. Raises NotFound."""
        stored = await self.events.read(session_id)
        if not stored:
            raise NotFound("Session", session_id)
        return SessionLog(self, replay(item.event for item in stored))

    async def state(self, session_id: str) -> State:
        """The session as its log tells it now. Raises NotFound."""
        return (await self.open(session_id)).state

    async def command(self, session_id: str, command: Command) -> State:
        """Decide and store. Raises NotFound, IllegalTransition, Conflict, Unavailable."""
        return await (await self.open(session_id)).command(command)

    async def rearm(self, session_id: str) -> None:
        """Say anew when the session is due: an older program stored another time, or none."""
        state = await self.state(session_id)
        await self.events.append(session_id, state.seq, [], summarise(state))

    async def append(self, session_id: str, before: State | None, steps: list[Step]) -> State:
        """Store decided steps with all that follows from them, in one transaction."""
        after = steps[-1].after
        jobs: list[JobRequest] = [job for s in steps for job in jobs_for(s.event, s.after)]
        seq = await self.events.append(
            session_id,
            0 if before is None else before.seq,
            [step.event for step in steps],
            summarise(after),
            jobs,
        )
        self.on_append(Appended(session_id, seq, bool(jobs)))
        return after


class SessionLog:
    """One session's log with its latest known state; commands are carried out one by one."""

    def __init__(self, journal: Journal, state: State) -> None:
        self.state = state
        self.sinks: list[Sink] = []
        self._journal = journal
        self._lock = asyncio.Lock()

    async def command(self, command: Command, *, epoch: int | None = None) -> State:
        """Decide, store, apply; the state after it.

        `epoch`: the room that commands; None for everybody else. A command that meets another
        writer is decided anew on what that one wrote.

        Raises:
            RoomReplaced: Another process has opened the room since; nothing was stored.
            IllegalTransition, InvalidInput, NotFound: The state does not allow it.
            Unavailable: The store refused; nothing was stored.
        """
        async with self._lock:
            for _ in range(MAX_CONFLICTS):
                if epoch is not None and not self._has_room(epoch):
                    raise RoomReplaced(self.state.session_id)
                events = machine.decide(self.state, command, self._journal.clock())
                if not events:
                    return self.state
                steps = _steps(self.state, self.state.seq, events)
                try:
                    await self._journal.append(self.state.session_id, self.state, steps)
                except Conflict:
                    await self._catch_up()
                    continue
                self._advance(steps)
                return self.state
            raise Conflict(self.state.session_id, self.state.seq, -1)

    def _has_room(self, epoch: int) -> bool:
        return self.state.room_owner is not None and self.state.room_epoch == epoch

    async def catch_up(self) -> None:
        """Take in what other processes have written. Raises Unavailable."""
        async with self._lock:
            await self._catch_up()

    async def _catch_up(self) -> None:
        stored = await self._journal.events.read(self.state.session_id, self.state.seq)
        self._advance(_steps(self.state, self.state.seq, [item.event for item in stored]))

    def _advance(self, steps: list[Step]) -> None:
        for step in steps:
            self.state = step.after
            for sink in list(self.sinks):
                sink(step)


def _steps(before: State | None, seq: int, events: Iterable[Event]) -> list[Step]:
    steps: list[Step] = []
    for number, event in enumerate(events, start=seq + 1):
        after = apply(before, event)
        steps.append(Step(number, event, before, after))
        before = after
    return steps
