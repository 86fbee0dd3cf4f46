"""Time for everybody: heartbeats, sessions that are due, rooms of the dead, and our own pauses.

Any process may run one: a tick decided twice stores nothing twice, a room is recovered once.
Clocks of machines are never compared: a process is dead when it is known to have ended, or when its
beat has stood still for 3 s as seen from here.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from interview.commands import RecordOutage, RecoverRoom, Tick
from interview.errors import NotFound, VivaError
from interview.journal import Journal
from interview.nouns import Status
from interview.ports.storage import SessionSummary, Storage
from server.live.processes import has_ended

BEAT_EVERY_S = 0.5
DEAD_AFTER_S = 3.0
LATE_S = 0.3  # how long a room of a living process may be overdue before it counts as due here
PULSE_S = 0.1
PAUSE_S = 0.3

log = structlog.get_logger(__name__)


class Pausable(Protocol):
    """A room of this process (`server.live.room.Room`)."""

    async def stood_still(self, from_at: datetime) -> None:
        """Give the time since `from_at` back to the candidate."""


@dataclass(slots=True)
class _Beat:
    at: datetime
    since: float
    moved: bool = False


class Timekeeper:
    """One for each process that has rooms, or might."""

    def __init__(
        self,
        storage: Storage,
        journal: Journal,
        *,
        owner: str,
        rooms: Callable[[], Iterable[Pausable]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._journal = journal
        self._owner = owner
        self._rooms = rooms
        self._monotonic = monotonic
        self._others: dict[str, _Beat] = {}
        self._pulse: float | None = None
        self._paused: deque[datetime] = deque()
        self._accounting: asyncio.Task[None] | None = None
        self._minding = asyncio.Lock()
        self._began = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to beat and to look."""
        await self._round()
        self._pulse = self._monotonic()
        self._tasks = [
            asyncio.create_task(self._keep(), name="timekeeper"),
            asyncio.create_task(self._feel_pulse(), name="pulse"),
        ]

    async def aclose(self) -> None:
        """Cease. The last beat stays: what follows until the next start is our absence."""
        tasks = [*self._tasks, *([self._accounting] if self._accounting is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- our own pauses -----------------------------------------------------------------------

    async def mind_pause(self) -> None:
        """Before anything is decided here: earlier outages and our own pauses are accounted for."""
        if self._pulse is None:
            return
        if not self._began.is_set():
            await self._began.wait()
        self._notice()
        if self._paused:
            async with self._minding:
                await self._account_for_pauses()

    def _notice(self) -> None:
        """Feel the pulse. Nothing is awaited here, so that no pause falls between two looks."""
        now = self._monotonic()
        gap_s, self._pulse = now - (self._pulse or now), now
        if gap_s > PAUSE_S:
            log.warning("process_stood_still", seconds=round(gap_s, 2))
            self._paused.append(self._journal.clock() - timedelta(seconds=gap_s))

    async def _account_for_pauses(self) -> None:
        """Give each back; one that begins while another is stored is the next."""
        while self._paused:
            from_at = self._paused.popleft()
            for room in list(self._rooms()):
                try:
                    await room.stood_still(from_at)
                except VivaError as error:
                    log.warning("pause_not_recorded", code=error.code)

    async def _feel_pulse(self) -> None:
        await self._began.wait()
        while True:
            self._notice()
            if self._paused and not self._minding.locked():
                self._accounting = asyncio.create_task(self.mind_pause(), name="pauses")
            await asyncio.sleep(PULSE_S)

    # --- everybody's ----------------------------------------------------------------------------

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            try:
                await self._round()
            except VivaError as error:
                log.warning("timekeeping_failed", code=error.code)
                self._see_nobody()
            except Exception:  # task root: without it nobody's time would go on
                log.exception("timekeeping_crashed")

    def _see_nobody(self) -> None:
        """While the store is away no beat can be seen: that makes nobody dead."""
        for beat in self._others.values():
            beat.since = self._monotonic()

    async def _round(self) -> None:
        await self._storage.heartbeats.beat(self._owner, self._journal.clock())
        await self._look_at_others()
        dead = {owner: beat.at for owner, beat in self._others.items() if self._is_dead(owner)}
        if not self._began.is_set():
            if not self._all_known(dead):
                return
            if dead and len(dead) == len(self._others):
                await self._after_outage(max(dead.values()))
        for owner, last_beat in dead.items():
            await self._bury(owner, last_beat)
        self._began.set()
        await self._tick_due()

    async def _look_at_others(self) -> None:
        beats = await self._storage.heartbeats.beats()
        beats.pop(self._owner, None)
        now = self._monotonic()
        for owner in self._others.keys() - beats.keys():
            del self._others[owner]
        for owner, at in beats.items():
            known = self._others.get(owner)
            if known is None:
                self._others[owner] = _Beat(at, now)
            elif known.at != at:
                self._others[owner] = _Beat(at, now, moved=True)

    def _is_dead(self, owner: str) -> bool:
        if has_ended(owner):
            return True
        return self._monotonic() - self._others[owner].since > DEAD_AFTER_S

    def _all_known(self, dead: dict[str, datetime]) -> bool:
        """Whether it is known who is alive: without that, nothing can be said to be overdue."""
        alive = any(beat.moved for owner, beat in self._others.items() if owner not in dead)
        return alive or len(dead) == len(self._others)

    async def _after_outage(self, last_beat: datetime) -> None:
        """Nobody was alive since then: whoever was away has lost no time to come back."""
        for session_id in await self._storage.sessions.in_status(Status.IN_PROGRESS):
            await self._safely(session_id, self._give_back, last_beat)

    async def _give_back(self, session_id: str, last_beat: datetime) -> None:
        state = await self._journal.state(session_id)
        if state.room_owner is None:
            outage = RecordOutage(from_at=last_beat, cause="server_down")
            await self._journal.command(session_id, outage)

    async def _bury(self, owner: str, last_beat: datetime) -> None:
        """Recover every room of a process that is no more, then forget it."""
        for session_id in await self._storage.sessions.in_rooms_of(owner):
            recovery = RecoverRoom(owner=owner, from_at=last_beat)
            if not await self._safely(session_id, self._journal.command, recovery):
                return  # the next round tries again
            log.info("room_recovered", session=session_id)
        await self._storage.jobs.release(owner)
        await self._storage.heartbeats.forget(owner)
        self._others.pop(owner, None)

    async def _tick_due(self) -> None:
        due = self._journal.clock() - timedelta(seconds=LATE_S)
        for summary in await self._storage.sessions.due(due):
            owner = summary.room_owner
            if owner == self._owner or owner in self._others:
                continue  # the room ticks by itself, or is recovered first
            await self._safely(summary.session_id, self._tick, summary)

    async def _tick(self, session_id: str, summary: SessionSummary) -> None:
        if summary.room_owner is not None:  # of a process that nobody knows any more
            lost = RecoverRoom(owner=summary.room_owner, from_at=self._journal.clock())
            await self._journal.command(session_id, lost)
            return
        state = await self._journal.command(session_id, Tick())
        if state.updated_at < (summary.wake_at or state.updated_at):
            await self._journal.rearm(session_id)

    async def _safely(self, session_id: str, work: Callable[..., object], *rest: object) -> bool:
        """One session's trouble is not the others'."""
        try:
            result = work(session_id, *rest)
            if asyncio.iscoroutine(result):
                await result
        except NotFound:
            return True  # erased meanwhile
        except VivaError as error:
            log.error("session_not_kept", session=session_id, code=error.code)
            return False
        return True
