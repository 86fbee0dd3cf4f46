"""The sessions that this process follows, and the rooms that it has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import structlog
from aiohttp import WSCloseCode

from interview.commands import Command, CreateSession, OpenRoom
from interview.errors import IllegalTransition, Unavailable
from interview.journal import Journal
from interview.state import State
from server.live.context import LiveContext
from server.live.gap_audio import Join
from server.live.messages import ErrorFrame
from server.live.overheard import listen
from server.live.room import RESTART_WORDS, Room
from server.live.session import LiveSession
from server.live.words import overlap

EVICT_EVERY_S = 5.0
IDLE_EVICT_S = 30.0

log = structlog.get_logger(__name__)


class LiveRegistry:
    """Implements `server.platform.sessions.LiveSessions`.

    Reading and commanding need nothing loaded; a session is held here while somebody follows it
    here, a room while its candidate is here (and 30 s longer).
    """

    def __init__(self, context: LiveContext, journal: Journal, *, join: Join = overlap) -> None:
        self.context = context
        self.journal = journal
        self._join = join
        self._sessions: dict[str, LiveSession] = {}
        self._rooms: dict[str, Room] = {}
        self._loading: dict[str, asyncio.Task[LiveSession]] = {}
        self._entering: dict[str, asyncio.Lock] = {}
        self._idle_since: dict[str, float] = {}
        self._evicting: asyncio.Task[None] | None = None

    # --- facts: from any process ----------------------------------------------------------------

    async def create(self, command: CreateSession) -> State:
        """Store a new session; nothing is kept in memory until somebody follows it.

        Raises:
            Conflict: The id exists.
        """
        return await self.journal.create(command)

    async def command(self, session_id: str, command: Command) -> State:
        """Carry out a command on a session. Raises NotFound, IllegalTransition, Unavailable."""
        session = self._sessions.get(session_id)
        if session is not None:
            return await session.command(command)
        return await self.journal.command(session_id, command)

    async def state(self, session_id: str) -> State:
        """The session as its log tells it now. Raises NotFound, Unavailable.

        A room here knows all but what came last: after a pause of this process it may be another's,
        and a job asked about an answer that this room has never seen.
        """
        session = self._sessions.get(session_id)
        if session is None or not session.has_room:
            return await self.journal.state(session_id)
        await session.refresh()
        return session.state

    # --- following and rooms ----------------------------------------------------------------------

    async def follow(self, session_id: str) -> LiveSession:
        """The session as this process follows it; it goes when nobody needs it. Raises NotFound."""
        session = self._sessions.get(session_id)
        if session is not None:
            self._idle_since.pop(session_id, None)
            return session
        task = self._loading.get(session_id)
        if task is None:
            task = asyncio.create_task(self._load(session_id), name=f"load-{session_id[:8]}")
            self._loading[session_id] = task
            task.add_done_callback(lambda _: self._loading.pop(session_id, None))
        return await asyncio.shield(task)

    async def _load(self, session_id: str) -> LiveSession:
        session = LiveSession(self.context, await self.journal.open(session_id))
        session.start()
        self._sessions[session_id] = session
        return session

    async def enter(self, session_id: str) -> Room:
        """The session's room in this process, opened here if it is elsewhere or nowhere.

        Raises:
            NotFound: No such session.
            IllegalTransition: The session has ended: there is nothing to have a room for.
        """
        session = await self.follow(session_id)
        async with self._entering.setdefault(session_id, asyncio.Lock()):
            if self.room(session_id) is None:
                await self._open(session)
        self._entering.pop(session_id, None)
        room = self.room(session_id)
        if room is None:
            raise IllegalTransition("entering", session.state.status)
        return room

    async def _open(self, session: LiveSession) -> None:
        state, owner = session.state, self.context.owner
        lost_from = None
        if state.room_owner not in (None, owner):
            beats = await self.context.storage.heartbeats.beats()
            lost_from = beats.get(state.room_owner or "")
        state = await session.command(OpenRoom(owner=owner, lost_from=lost_from))
        if state.room_owner == owner and not state.status.final:
            room = self._rooms[session.session_id] = Room(session, join=self._join)
            room.start()

    def room(self, session_id: str) -> Room | None:
        """The session's room, if it is here."""
        room = self._rooms.get(session_id)
        if room is not None and room.closed:
            del self._rooms[session_id]
            return None
        return room

    def sound(self, session_id: str) -> AsyncIterator[bytes]:
        """The candidate's microphone as it comes, PCM16 mono 16 kHz; b"" in silence.

        Raises:
            Unavailable: The room is not here, or nowhere.
        """
        room = self.room(session_id)
        if room is None:
            raise Unavailable("sound", "the candidate is not connected here")
        return listen(room.heard_by)

    def rooms(self) -> Iterator[Room]:
        """Every room of this process."""
        return (room for room in list(self._rooms.values()) if not room.closed)

    async def delete(self, session_id: str) -> None:
        """Forget the session here and close its sockets; the store is the caller's."""
        session = self._sessions.pop(session_id, None)
        if session is None:
            return
        session.close_sockets(WSCloseCode.POLICY_VIOLATION, "Session not found", drop=True)
        room = self._rooms.pop(session_id, None)
        if room is not None:
            await room.abandon()
        await session.close()

    def counters(self) -> dict[str, int]:
        """Sessions in memory, connections by role, audio peers."""
        connections = [c for s in self._sessions.values() for c in s.connections.values()]
        return {
            "in_memory_sessions": len(self._sessions),
            "candidate_connections": sum(c.role == "candidate" for c in connections),
            "observer_connections": sum(c.role == "observer" for c in connections),
            "audio_peers": sum(room.media.peer is not None for room in self.rooms()),
        }

    # --- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to forget what nobody needs."""
        self._evicting = asyncio.create_task(self._evict_idle(), name="live-evict")

    async def _evict_idle(self) -> None:
        while True:
            await asyncio.sleep(EVICT_EVERY_S)
            await self.evict()

    async def evict(self) -> None:
        """Close rooms without a candidate, and forget sessions that nobody follows, after 30 s.

        Who still hears the goodbye of an interview that is over has a room.
        """
        now = asyncio.get_running_loop().time()
        for session_id, session in list(self._sessions.items()):
            seated = any(one.role == "candidate" for one in session.connections.values())
            if session.state.status.final and not seated:
                await self._close_room(session_id, "left")
            if session.connections or session.pictures:
                self._idle_since.pop(session_id, None)
            elif now - self._idle_since.setdefault(session_id, now) > IDLE_EVICT_S:
                await self._forget(session_id, session)

    async def _forget(self, session_id: str, session: LiveSession) -> None:
        await self._close_room(session_id, "left")
        if not session.busy and self._sessions.get(session_id) is session:
            del self._sessions[session_id]
            self._idle_since.pop(session_id, None)
            await session.close()

    async def _close_room(self, session_id: str, reason: str) -> None:
        room = self._rooms.pop(session_id, None)
        if room is not None:
            await room.close(reason)

    async def shutdown(self) -> None:
        """Tell every socket, stop every clock, and leave the rest to the log."""
        if self._evicting is not None:
            self._evicting.cancel()
            await asyncio.gather(self._evicting, return_exceptions=True)
        sessions = list(self._sessions.values())
        ended = await asyncio.gather(*map(self._stop, sessions), return_exceptions=True)
        for session, fault in zip(sessions, ended, strict=True):
            if fault is not None:  # one that fails keeps nothing from the others
                log.error("session_not_stopped", session=session.session_id, exc_info=fault)
        self._sessions.clear()

    async def _stop(self, session: LiveSession) -> None:
        await self._close_room(session.session_id, "shutdown")
        frame = ErrorFrame(content=RESTART_WORDS, code="server_restarting", fatal=True)
        for connection in session.connections.values():
            connection.send(frame)
        connections = [*session.connections.values(), *session.pictures]
        session.close_sockets(WSCloseCode.SERVICE_RESTART, "server_restarting")
        await asyncio.gather(*(connection.flushed() for connection in connections))
        await session.close()
