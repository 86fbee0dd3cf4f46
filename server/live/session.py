"""One session as an actor: commands in, stored events out, frames to everybody who may see them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime

import structlog

from interview import machine
from interview.commands import Command, Tick
from interview.errors import Conflict, NotFound, VivaError
from interview.events import Event
from interview.state import State, apply, replay
from interview.summary import summarise
from server.live.connection import Connection
from server.live.context import LiveContext
from server.live.frames import Outgoing, Step
from server.live.messages import QuestionFrame, ServerFrame

MAX_CONFLICTS = 20
MIN_TICK_S = 0.01

log = structlog.get_logger(__name__)

StepSink = Callable[[Step], None]


class LiveSession:
    """Serialises the commands of one session and owns its timer and its audience.

    An event is appended durably before anything else learns of it. After a `Conflict` (another
    process wrote) the log is read again and the command is decided anew.
    """

    def __init__(self, context: LiveContext, state: State) -> None:
        self.context = context
        self.state = state
        self.epoch = uuid.uuid4().hex[:12]
        self.connections: dict[str, Connection] = {}
        self.sinks: list[StepSink] = []
        self.shown_number: int | None = None  # of the question that was last sent to anybody
        self.on_close: list[Callable[[], None]] = []
        self._lock = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._arm()

    @classmethod
    async def load(cls, context: LiveContext, session_id: str) -> LiveSession:
        """Rebuild a session from its log.

        Raises:
            NotFound: No such session.
        """
        stored = await context.storage.events.read(session_id)
        if not stored:
            raise NotFound("Session", session_id)
        return cls(context, replay([item.event for item in stored]))

    @property
    def session_id(self) -> str:
        """Identity of the session."""
        return self.state.session_id

    def clock_s(self) -> float:
        """Seconds on the session clock; 0 before the start."""
        return machine.session_clock_s(self.state, self.context.clock()) or 0.0

    async def command(self, command: Command) -> State:
        """Decide, store, apply, show. Returns the state after it.

        Raises:
            IllegalTransition, InvalidInput: The state does not allow it; nothing was stored.
            Unavailable: The store refused; nothing was stored.
        """
        async with self._lock:
            for _ in range(MAX_CONFLICTS):
                now = self.context.clock()
                events = machine.decide(self.state, command, now)
                if not events:
                    break
                try:
                    await self._store(events)
                    break
                except Conflict:
                    await self._catch_up()
            else:
                raise Conflict(self.session_id, self.state.seq, -1)
            self._arm()
            return self.state

    async def _store(self, events: tuple[Event, ...]) -> None:
        after = self.state
        steps: list[Step] = []
        for event in events:
            before, after = after, apply(after, event)
            steps.append(Step(after.seq, event, before, after))
        await self.context.storage.events.append(
            self.session_id, self.state.seq, events, summarise(after)
        )
        self._advance(steps)

    async def refresh(self) -> None:
        """Take in and show what another process has written. Raises Unavailable."""
        async with self._lock:
            await self._catch_up()
            self._arm()

    async def _catch_up(self) -> None:
        """Take in what another process appended."""
        stored = await self.context.storage.events.read(self.session_id, self.state.seq)
        after = self.state
        steps: list[Step] = []
        for item in stored:
            before, after = after, apply(after, item.event)
            steps.append(Step(item.seq, item.event, before, after))
        self._advance(steps)

    def _advance(self, steps: list[Step]) -> None:
        for step in steps:
            self.state = step.after
            for sink in self.sinks:
                sink(step)

    def broadcast(self, outgoing: Outgoing) -> None:
        """Serialise once, queue to everybody of the audience."""
        text: str | None = None
        if isinstance(outgoing.frame, QuestionFrame):
            self.shown_number = outgoing.frame.question_number
        for connection in list(self.connections.values()):
            if outgoing.audience not in ("all", connection.role):
                continue
            if text is None:
                text = outgoing.frame.model_dump_json()
            connection.send_text(text, volatile=outgoing.frame.volatile)

    def show(self, frame: ServerFrame, audience: str = "all") -> None:
        """Broadcast a volatile frame."""
        assert audience in ("all", "candidate", "observer")
        self.broadcast(Outgoing(frame, audience))  # type: ignore[arg-type]

    def spawn(self, work: Callable[[], object], name: str) -> None:
        """Run a coroutine function in a task that ends with the session; failures are logged."""
        if self._closed:
            return
        task = asyncio.create_task(self._guard(work, name), name=f"{name}-{self.session_id[:8]}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, work: Callable[[], object], name: str) -> None:
        try:
            result = work()
            if asyncio.iscoroutine(result):
                await result
        except VivaError as error:
            log.info("session_task_refused", task=name, code=error.code, session=self.session_id)
        except Exception:  # task root: one session's failure must not end the server
            log.exception("session_task_failed", task=name, session=self.session_id)

    def _arm(self) -> None:
        """Set the timer to the next time at which something is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        due: datetime | None = machine.next_wake(self.state)
        if due is None:
            return
        delay = max(MIN_TICK_S, (due - self.context.clock()).total_seconds())
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(delay, lambda: self.spawn(self._tick, "tick"))

    async def _tick(self) -> None:
        await self.command(Tick())

    async def close(self) -> None:
        """End timers and tasks; connections are the caller's to close."""
        self._closed = True
        for close in self.on_close:
            close()
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._tasks):
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.gather(
            *(task for task in self._tasks if task is not asyncio.current_task()),
            return_exceptions=True,
        )
