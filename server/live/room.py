"""The live part of one session: voice, media, camera, and the clock to the hundredth of a second.

It exists only in the process that has the candidate. Opening it is an event of the log, and its
commands carry its epoch: when another process opens a room, this one can store nothing more, reads
why, and closes without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import WSCloseCode

from interview import machine
from interview.commands import CloseRoom, Command, JoinCandidate, LeaveCandidate, RecordOutage, Tick
from interview.errors import RoomReplaced, Unavailable, VivaError
from interview.events import RoomClosed, RoomOpened
from interview.journal import Sink, Step
from interview.nouns import Media
from interview.ports.changes import Audience
from interview.state import State
from server.live.avatar import Avatar
from server.live.connection import Connection
from server.live.context import LiveContext
from server.live.frames import Outgoing
from server.live.gap_audio import Join
from server.live.media import MediaDesk
from server.live.messages import ErrorFrame, ServerFrame, Takeover
from server.live.mouth import Mouth
from server.live.overheard import Ear
from server.live.session import LiveSession
from server.live.tasks import Tasks
from server.live.voices import VoiceDesk
from server.live.watch import WatchDesk
from server.live.within import SeenListener
from server.live.words import Words

MIN_TICK_S = 0.01
SEEMS_DEAD = timedelta(seconds=2.5)  # a living line answers each second
TAKEOVER_WORDS = "The interview goes on in another window. This one has been closed."
MOVED_WORDS = "The connection moves to another server. Your answers are safe."
RESTART_WORDS = "The server restarts. Your answers are safe; the page comes back by itself."

log = structlog.get_logger(__name__)


class Room:
    """What speaks to one candidate, hears and watches; everything it stores is fenced."""

    def __init__(self, session: LiveSession, *, join: Join) -> None:
        self.session = session
        self.epoch = session.state.room_epoch
        self.on_close: list[Callable[[], None]] = []
        self.closed = False
        self._tasks = Tasks(session.session_id)
        self._timer: asyncio.TimerHandle | None = None
        self._refused_at: datetime | None = None
        self.watch = WatchDesk(self)
        self.words = Words(self, join=join)
        self.voices = VoiceDesk(self, self.words, on_speech=self.watch.speech)
        self.mouth = Mouth(self, self.voices)
        self.media = MediaDesk(self, self.words, self.voices, self.mouth, self.watch)
        self._avatar = Avatar(self, self.mouth, self.voices, conclude=self.media.aclose)

    # --- the session as the room's parts see it -------------------------------------------------

    @property
    def context(self) -> LiveContext:
        """What all sessions of this process share."""
        return self.session.context

    @property
    def session_id(self) -> str:
        """Identity of the session."""
        return self.session.session_id

    @property
    def state(self) -> State:
        """The session's state."""
        return self.session.state

    @property
    def sinks(self) -> list[Sink]:
        """Who is told of every step, in order."""
        return self.session.sinks

    @property
    def connections(self) -> dict[str, Connection]:
        """The sockets of candidate and observers in this process."""
        return self.session.connections

    @property
    def heard_by(self) -> set[Ear]:
        """Who listens to the candidate's microphone."""
        return self.session.heard_by

    @property
    def seen_by(self) -> set[SeenListener]:
        """Who is told what was seen in a picture."""
        return self.session.seen_by

    def clock_s(self) -> float:
        """Seconds on the session clock; 0 before the start."""
        return self.session.clock_s()

    def show(self, frame: ServerFrame, audience: Audience = "all") -> None:
        """Show a volatile frame; a room that was replaced shows nothing."""
        if not self.closed:
            self.session.show(frame, audience)

    def broadcast(self, outgoing: Outgoing) -> None:
        """Show a frame of what is stored."""
        self.session.broadcast(outgoing)

    async def command(self, command: Command) -> State:
        """Carry out a command of this room.

        Raises:
            RoomReplaced: The room is another process's by now; nothing was stored.
            IllegalTransition, InvalidInput: The state does not allow it; nothing was stored.
            Unavailable: The store refused; nothing was stored.
        """
        if self.closed:
            raise RoomReplaced(self.session_id)
        await self.context.mind_pause()
        asked_at = self.context.clock()  # a store may take seconds to say that it is away
        try:
            await self._store_again()
            return await self.session.log.command(command, epoch=self.epoch)
        except Unavailable:
            self._refused_at = self._refused_at or asked_at
            raise

    async def _store_again(self) -> None:
        """After a store that refused: what happened to nobody since then is nobody's time."""
        if self._refused_at is None:
            return
        outage = RecordOutage(from_at=self._refused_at, cause="storage", seat_lost=False)
        await self.session.log.command(outage, epoch=self.epoch)
        self._refused_at = None

    def spawn(self, work: Callable[[], object], name: str) -> None:
        """Run a coroutine function in a task that ends with the room."""
        self._tasks.spawn(work, name)

    # --- the candidate ---------------------------------------------------------------------------

    async def seat(self, connection: Connection, media: Media) -> None:
        """Give the seat to a connection; an earlier one is told so and closed."""
        me = connection.connection_id
        if self.state.seat is not None:
            from_at = self._alive_until(self.state.seat)
            await self.media.leave(self.state.seat)
            await self.was_silent(from_at)  # nobody could answer until now
        self.media.arrive(me, media)
        await self.command(JoinCandidate(connection_id=me, media=media))
        for other in self._candidates():
            if other.connection_id != me:
                other.send(Takeover(content=TAKEOVER_WORDS))
                other.close(WSCloseCode.POLICY_VIOLATION, "taken_over")

    async def leave(self, connection_id: str, reason: str) -> None:
        """A connection is gone. The clock stands first; what was heard last is finished then."""
        if self.closed:
            return
        try:
            await self.command(LeaveCandidate(connection_id=connection_id, reason=reason))
        except VivaError as error:
            log.warning("leave_not_stored", code=error.code, session=self.session_id)
        await self.media.leave(connection_id)

    def _alive_until(self, connection_id: str) -> datetime:
        """When a connection was last heard, if it seems dead; else the present."""
        now = self.session.context.clock()
        old = self.connections.get(connection_id)
        heard_at = old.heard_at if old is not None else None
        dead = heard_at is not None and now - heard_at > SEEMS_DEAD
        return heard_at if heard_at is not None and dead else now

    def _candidates(self) -> list[Connection]:
        return [c for c in self.connections.values() if c.role == "candidate"]

    async def stood_still(self, from_at: datetime) -> None:
        """This process could do nothing since then: that was not the candidate's time."""
        pause = RecordOutage(from_at=from_at, cause="server_paused", seat_lost=False)
        await self.session.log.command(pause, epoch=self.epoch)

    async def was_silent(self, from_at: datetime) -> None:
        """The candidate's line had been dead since then when we noticed: nobody's time either."""
        if self.closed:
            return
        silence = RecordOutage(from_at=from_at, cause="connection_lost", seat_lost=False)
        try:
            await self.session.log.command(silence, epoch=self.epoch)
        except VivaError as error:
            log.warning("silence_not_recorded", code=error.code, session=self.session_id)

    # --- time ------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Set the timer to the next time at which something is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due: datetime | None = None if self.closed else machine.next_wake(self.state)
        if due is None:
            return
        delay = max(MIN_TICK_S, (due - self.context.clock()).total_seconds())
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(delay, lambda: self.spawn(self._tick, "tick"))

    async def _tick(self) -> None:
        try:
            await self.command(Tick())
        finally:
            self._arm()

    # --- beginning and end -----------------------------------------------------------------------

    def start(self) -> None:
        """Begin to act on what happens."""
        self.session.has_room = True
        self.session.presenter.actor = self._avatar
        self.sinks.append(self._step)
        self.spawn(self.voices.watch, "voice-watch")
        self.watch.start()
        self._arm()

    def _step(self, step: Step) -> None:
        """Another room, or the word that this one is dead, ends it; all else moves the timer."""
        event = step.event
        if isinstance(event, RoomOpened) and event.epoch != self.epoch:
            self._replaced(MOVED_WORDS)
        elif isinstance(event, RoomClosed) and event.reason == "owner_lost":
            self._replaced(RESTART_WORDS)
        elif not self.closed:
            self._arm()

    def _replaced(self, words: str) -> None:
        if self.closed:
            return
        log.info("room_replaced", session=self.session_id, epoch=self.epoch)
        frame = ErrorFrame(content=words, code="server_restarting", fatal=True)
        for connection in self._candidates():
            connection.send(frame)
            connection.close(WSCloseCode.SERVICE_RESTART, "room_replaced")
        self._detach()
        self.session.spawn(self._abandon, "room-replaced")

    async def _abandon(self) -> None:
        await self.media.abandon()
        await self._tasks.close()

    async def close(self, reason: str) -> None:
        """Give the room up in order, with `left` or `shutdown`; what was heard last is stored."""
        if self.closed:
            return
        try:
            await self.media.aclose()
            if reason == "shutdown":
                await self.command(CloseRoom(epoch=self.epoch, reason="shutdown"))
            else:
                await self.command(CloseRoom(epoch=self.epoch, reason="left"))
        except VivaError as error:
            log.warning("room_not_closed", code=error.code, session=self.session_id)
        self._detach()
        await self._tasks.close()

    async def abandon(self) -> None:
        """End at once; nothing more is stored (the session is being deleted)."""
        self._detach()
        await self._abandon()

    def _detach(self) -> None:
        """Cease to act: from here on the session is only followed here. Once: who closes a room
        may learn by that that it has been replaced.
        """
        if self.closed:
            return
        self.closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._step in self.sinks:
            self.sinks.remove(self._step)
        for close in self.on_close:
            close()
        if self.session.presenter.actor is self._avatar:
            self.session.has_room = False
            self.session.presenter.actor = None
