"""All live sessions of this process: loaded when needed, recovered after a restart."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog
from aiohttp import WSCloseCode

from interview import machine
from interview.commands import Command, CreateSession, LeaveCandidate, RecordOutage
from interview.errors import Conflict, NotFound, VivaError
from interview.nouns import Status
from interview.state import State, replay
from interview.summary import summarise
from server.jobs.analysis import pending_evaluations
from server.live.context import LiveContext
from server.live.gap_audio import Join
from server.live.media import MediaDesk, overlap
from server.live.messages import ErrorFrame
from server.live.session import LiveSession
from server.live.stage import Stage
from server.live.watch import WatchDesk

BEAT_EVERY_S = 0.5
IDLE_EVICT_S = 30.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Seat:
    """A loaded session with its stage."""

    session: LiveSession
    media: MediaDesk
    stage: Stage
    watch: WatchDesk
    idle_since: float | None = None


class LiveRegistry:
    """Implements `server.services.LiveSessions`."""

    def __init__(self, context: LiveContext, *, join: Join = overlap) -> None:
        self.context = context
        self._join = join
        self._seats: dict[str, Seat] = {}
        self._loading: dict[str, asyncio.Task[Seat]] = {}
        self._beats: asyncio.Task[None] | None = None
        self._stopping = False

    # --- commands ------------------------------------------------------------------------------

    async def create(self, command: CreateSession) -> State:
        """Store a new session; nothing is kept in memory until somebody joins.

        Raises:
            Conflict: The id exists.
        """
        events = machine.decide(None, command, self.context.clock())
        state = replay(events)
        await self.context.storage.events.append(command.session_id, 0, events, summarise(state))
        return state

    async def command(self, session_id: str, command: Command) -> State:
        """Carry out a command on a session. Raises NotFound, IllegalTransition, Unavailable."""
        seat = await self.seat(session_id)
        return await seat.session.command(command)

    async def state(self, session_id: str) -> State:
        """The session's state, from memory or from the log. Raises NotFound."""
        seat = self._seats.get(session_id)
        if seat is not None:
            return seat.session.state
        stored = await self.context.storage.events.read(session_id)
        if not stored:
            raise NotFound("Session", session_id)
        return replay([item.event for item in stored])

    async def seat(self, session_id: str) -> Seat:
        """The loaded session. Raises NotFound."""
        seat = self._seats.get(session_id)
        if seat is not None:
            seat.idle_since = None
            return seat
        task = self._loading.get(session_id)
        if task is None:
            task = asyncio.create_task(self._load(session_id), name=f"load-{session_id[:8]}")
            self._loading[session_id] = task
            task.add_done_callback(lambda _: self._loading.pop(session_id, None))
        return await asyncio.shield(task)

    async def _load(self, session_id: str) -> Seat:
        session = await LiveSession.load(self.context, session_id)
        watch = WatchDesk(session)
        media = MediaDesk(session, watch, join=self._join)
        stage = Stage(session, media)
        seat = Seat(session, media, stage, watch)
        if not session.state.status.final:
            await self._recover(session)
        self._seats[session_id] = seat
        stage.start()
        watch.start()
        return seat

    async def _recover(self, session: LiveSession) -> None:
        """What happened while its process was dead was our fault, not the candidate's time."""
        previous = await self.context.storage.leases.claim(session.session_id, self.context.owner)
        if previous in (None, self.context.owner) or session.state.status is not Status.IN_PROGRESS:
            return
        assert previous is not None
        last_beat = await self.context.storage.leases.last_beat(previous)
        if last_beat is None:
            return
        log.info("session_recovered", session=session.session_id)
        await session.command(RecordOutage(from_at=last_beat, cause="server_restart"))

    async def delete(self, session_id: str) -> None:
        """Forget the session here and close its sockets; the store is the caller's."""
        seat = self._seats.pop(session_id, None)
        if seat is None:
            return
        for connection in list(seat.session.connections.values()):
            connection.close(WSCloseCode.POLICY_VIOLATION, "Session not found", drop=True)
        seat.watch.close_sockets(WSCloseCode.POLICY_VIOLATION, "Session not found", drop=True)
        await seat.media.abandon()
        await seat.session.close()

    def counters(self) -> dict[str, int]:
        """Sessions in memory, connections by role, audio peers."""
        connections = [c for s in self._seats.values() for c in s.session.connections.values()]
        return {
            "in_memory_sessions": len(self._seats),
            "candidate_connections": sum(c.role == "candidate" for c in connections),
            "observer_connections": sum(c.role == "observer" for c in connections),
            "audio_peers": sum(s.media.peer is not None for s in self._seats.values()),
        }

    # --- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to beat, and take over what an earlier process left in progress."""
        await self.context.storage.leases.beat(self.context.owner, self.context.clock())
        self._beats = asyncio.create_task(self._beat(), name="live-beat")
        for session_id in await self.context.storage.sessions.in_status(Status.IN_PROGRESS):
            try:
                await self.seat(session_id)
            except VivaError as error:
                log.error("session_not_recovered", session=session_id, code=error.code)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            try:
                await self.context.storage.leases.beat(self.context.owner, self.context.clock())
            except VivaError as error:
                log.warning("heartbeat_not_stored", code=error.code)
            if self.context.jobs_elsewhere:
                await self._look_for_evaluations()
            self._evict()

    async def _look_for_evaluations(self) -> None:
        """Take in what the processes that work off jobs have written."""
        for seat in list(self._seats.values()):
            if not pending_evaluations(seat.session.state):
                continue
            try:
                await seat.session.refresh()
            except VivaError as error:
                log.warning("session_not_refreshed", code=error.code)

    def _evict(self) -> None:
        now = asyncio.get_running_loop().time()
        for session_id, seat in list(self._seats.items()):
            watched = seat.session.connections or seat.watch.connections
            busy = watched or seat.session.state.status is Status.IN_PROGRESS
            if busy:
                seat.idle_since = None
            elif seat.idle_since is None:
                seat.idle_since = now
            elif now - seat.idle_since > IDLE_EVICT_S:
                del self._seats[session_id]
                seat.session.spawn(seat.session.close, "evict")

    async def shutdown(self) -> None:
        """Tell every socket, stop every clock, and leave the rest to the log."""
        self._stopping = True
        await asyncio.gather(*(self._stop(seat) for seat in list(self._seats.values())))
        self._seats.clear()
        if self._beats is not None:
            self._beats.cancel()
            await asyncio.gather(self._beats, return_exceptions=True)

    async def _stop(self, seat: Seat) -> None:
        session = seat.session
        frame = ErrorFrame(
            content="The server restarts. Your answers are safe; the page comes back by itself.",
            code="server_restarting",
            fatal=True,
        )
        holder = session.state.seat
        if holder is not None and not session.state.status.final:
            try:
                await seat.media.aclose()
                leave = LeaveCandidate(connection_id=holder, reason="server_shutdown")
                await session.command(leave)
            except (VivaError, Conflict) as error:
                log.warning("clock_not_stopped", code=error.code, session=session.session_id)
        seat.watch.close_sockets(WSCloseCode.SERVICE_RESTART, "server_restarting")
        for connection in list(session.connections.values()):
            connection.send(frame)
            connection.close(WSCloseCode.SERVICE_RESTART, "server_restarting")
            await connection.flushed()
        await session.close()
