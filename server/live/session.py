"""One session as this process follows it: its log, and its audience here."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from interview import machine
from interview.commands import Command
from interview.journal import SessionLog, Sink
from interview.ports.changes import Audience
from interview.state import State
from server.live.connection import Connection
from server.live.context import LiveContext
from server.live.frames import Outgoing
from server.live.messages import QuestionFrame, ServerFrame
from server.live.overheard import Ear
from server.live.presenter import Presenter
from server.live.tasks import Tasks
from server.live.within import SeenListener


class LiveSession:
    """What observers, sockets and the room of one session share in this process.

    Following owns nothing: any number of processes may do it. Only a room has effects.
    """

    def __init__(self, context: LiveContext, session_log: SessionLog) -> None:
        self.context = context
        self.log = session_log
        self.epoch = uuid.uuid4().hex[:12]
        self.has_room = False
        self.shown_number: int | None = None  # of the question that was last sent to anybody
        self.connections: dict[str, Connection] = {}
        self.pictures: set[Connection] = set()
        self.seen_by: set[SeenListener] = set()
        self.heard_by: set[Ear] = set()
        self._tasks = Tasks(self.session_id)
        self.presenter = Presenter(self)
        self._leave = context.changes.follow(self.session_id, self._moved, self._shown_elsewhere)

    @property
    def session_id(self) -> str:
        """Identity of the session."""
        return self.log.state.session_id

    @property
    def state(self) -> State:
        """The session as far as this process has read it."""
        return self.log.state

    @property
    def sinks(self) -> list[Sink]:
        """Who is told of every step, in order."""
        return self.log.sinks

    @property
    def busy(self) -> bool:
        """Whether anybody here still needs it."""
        return bool(self.has_room or self.connections or self.pictures)

    def clock_s(self) -> float:
        """Seconds on the session clock; 0 before the start."""
        return machine.session_clock_s(self.state, self.context.clock()) or 0.0

    async def command(self, command: Command) -> State:
        """Carry out a command that is not the room's: anybody's, from anywhere.

        Raises:
            IllegalTransition, InvalidInput: The state does not allow it; nothing was stored.
            Unavailable: The store refused; nothing was stored.
        """
        await self.context.mind_pause()
        return await self.log.command(command)

    async def refresh(self) -> None:
        """Take in and show what another process has written. Raises Unavailable."""
        await self.log.catch_up()

    def _moved(self, seq: int) -> None:
        if seq > self.state.seq:
            self.spawn(self.refresh, "follow")

    def _shown_elsewhere(self, audience: Audience, frame: str) -> None:
        if not self.has_room:
            self._send(frame, audience, volatile=True)

    # --- the audience ---------------------------------------------------------------------------

    def broadcast(self, outgoing: Outgoing) -> None:
        """Serialise once, queue to everybody of the audience here."""
        if isinstance(outgoing.frame, QuestionFrame):
            self.shown_number = outgoing.frame.question_number
        if self.connections:
            text = outgoing.frame.model_dump_json()
            self._send(text, outgoing.audience, volatile=outgoing.frame.volatile)

    def show(self, frame: ServerFrame, audience: Audience = "all") -> None:
        """A volatile frame, to those who follow elsewhere too."""
        text = frame.model_dump_json()
        self._send(text, audience, volatile=frame.volatile)
        self.context.changes.show(self.session_id, audience, text)

    def _send(self, text: str, audience: Audience, *, volatile: bool) -> None:
        for connection in list(self.connections.values()):
            if audience in ("all", connection.role):
                connection.send_text(text, volatile=volatile)

    def close_sockets(self, code: int, reason: str, *, drop: bool = False) -> None:
        """Close everybody's sockets here."""
        for connection in [*self.connections.values(), *self.pictures]:
            connection.close(code, reason, drop=drop)

    # --- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to show what happens."""
        self.spawn(self.presenter.run, "presenter")

    def spawn(self, work: Callable[[], object], name: str) -> None:
        """Run a coroutine function in a task that ends with the session here."""
        self._tasks.spawn(work, name)

    async def see_through(self, work: Callable[[], object], name: str) -> None:
        """Wait for a coroutine function that is carried out even if the caller is cancelled."""
        await self._tasks.see_through(work, name)

    async def close(self) -> None:
        """End tasks and following; the sockets are the caller's to close."""
        self._leave()
        await self._tasks.close()
