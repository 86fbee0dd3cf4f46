"""Both sides of a conversation: numbered, kept until acknowledged, each message taken once.

A side does not know what carries its envelopes: a call in the same process (`in_memory`), or a
socket that breaks and comes back. It says again what was not acknowledged when it is attached anew,
to the same room or, after a crash, to the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable

from interview.conversation import (
    Beat,
    Envelope,
    Flush,
    Flushed,
    RoomSays,
    Time,
    VoiceSays,
    WordsHeard,
)
from interview.errors import VivaError

MAX_KEPT = 1024
MAX_WAITING = 256
FIRST_RETRY_S = 0.2
MAX_RETRY_S = 2.0
ASK_AGAIN_S = 1.0
DRIFT = 1e-4  # two clocks of one machine may drift apart by so many seconds a second

Carry = Callable[[Envelope], None]


class _Side(ABC):
    """What if full: of 1024 unacknowledged messages the oldest that holds no words goes; words are
    never dropped (a person says one utterance in a few seconds)."""

    def __init__(self) -> None:
        self.life = uuid.uuid4().hex[:12]
        self._carry: Carry | None = None
        self._kept: deque[Envelope] = deque()
        self._said = 0
        self._other = ""
        self._arrived = 0
        self._done = 0
        self._nothing_kept = asyncio.Event()
        self._nothing_kept.set()

    @property
    def kept(self) -> int:
        """How many messages the other side has not acknowledged."""
        return len(self._kept)

    def attach(self, carry: Carry) -> None:
        """There is a way to the other side (again): what it has not acknowledged is said again."""
        self._carry = carry
        for envelope in list(self._kept):
            carry(envelope)

    def detach(self) -> None:
        """There is no way to the other side now; what is said meanwhile is kept."""
        self._carry = None

    async def drained(self) -> None:
        """Returns when everything that is kept has been acknowledged."""
        await self._nothing_kept.wait()

    def _say(self, message: RoomSays | VoiceSays) -> None:
        self._said += 1
        envelope = Envelope(life=self.life, number=self._said, message=message)
        if message.kept:
            if len(self._kept) >= MAX_KEPT:
                self._make_place()
            self._kept.append(envelope)
            self._nothing_kept.clear()
        if self._carry is not None:
            self._carry(envelope)

    def _make_place(self) -> None:
        wordless = (each for each in self._kept if not isinstance(each.message, WordsHeard))
        oldest = next(wordless, None)
        if oldest is not None:
            self._kept.remove(oldest)

    def arrived(self, envelope: Envelope) -> None:
        """Something came from the other side; what has come before is not taken again."""
        if envelope.life != self._other:
            self._other, self._arrived, self._done = envelope.life, 0, 0
        if envelope.of_life == self.life:
            while self._kept and self._kept[0].number <= envelope.acknowledged:
                self._kept.popleft()
            if not self._kept:
                self._nothing_kept.set()
        if envelope.message is None:
            return
        if envelope.number <= self._arrived:
            self._acknowledge(self._done)
            return
        self._arrived = envelope.number
        self._take(envelope)

    def _acknowledge(self, number: int) -> None:
        self._done = number
        if self._carry is not None:
            done = Envelope(life=self.life, acknowledged=number, of_life=self._other)
            self._carry(done)

    @abstractmethod
    def _take(self, envelope: Envelope) -> None:
        """It has not come before."""


class RoomSide(_Side):
    """The room's side: one message after the other is handled, then acknowledged.

    Args:
        handle: Takes care of a message. When it raises an error that is retryable, a kept message
            is handled again after a pause, and what follows it waits: order is never lost.
        clock: The session clock in seconds; None before the start.
    """

    def __init__(
        self, handle: Callable[[VoiceSays], Awaitable[None]], clock: Callable[[], float | None]
    ) -> None:
        super().__init__()
        self._handle = handle
        self._clock = clock
        self._waiting: deque[Envelope] = deque()
        self._flushes: dict[str, asyncio.Future[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()
        self.lag_s = 0.0

    def say(self, message: RoomSays) -> None:
        """Tell the voice."""
        self._say(message)

    async def flush(self) -> None:
        """All that the voice has heard so far has been told and handled when this returns."""
        if self._closed.is_set():
            return
        flush_id = uuid.uuid4().hex
        done = self._flushes[flush_id] = asyncio.get_running_loop().create_future()
        try:
            self.say(Flush(flush_id=flush_id))
            await done
        finally:
            del self._flushes[flush_id]

    def close(self) -> None:
        """Handle nothing any more; what is being handled is not broken off."""
        self._closed.set()
        self._waiting.clear()
        for flush in self._flushes.values():
            if not flush.done():
                flush.set_result(None)

    def _take(self, envelope: Envelope) -> None:
        message = envelope.message
        if isinstance(message, Beat):
            now_s = self._clock()
            self.lag_s = message.lag_s
            runs = now_s is not None
            self.say(Time(asked_s=message.asked_s, session_s=now_s or 0.0, runs=runs))
            return
        full = len(self._waiting) >= MAX_WAITING
        if self._closed.is_set() or (full and message is not None and not message.kept):
            return
        self._waiting.append(envelope)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="conversation")

    async def _work(self) -> None:
        while self._waiting:
            envelope = self._waiting[0]
            message = envelope.message
            if isinstance(message, Flushed):
                flush = self._flushes.get(message.flush_id)
                if flush is not None and not flush.done():
                    flush.set_result(None)
            elif not await self._until_taken(message):  # type: ignore[arg-type] # the other side's
                return
            if self._waiting:
                self._waiting.popleft()
            self._acknowledge(envelope.number)

    async def _until_taken(self, message: VoiceSays) -> bool:
        """Whether nothing more is to be done about it; False when this side is closed meanwhile."""
        pause_s = FIRST_RETRY_S
        while not self._closed.is_set():
            try:
                await self._handle(message)
                return True
            except VivaError as error:
                if not (message.kept and error.retryable):
                    return True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._closed.wait()
            pause_s = min(MAX_RETRY_S, 2 * pause_s)
        return False


class VoiceSide(_Side):
    """The voice's side: takes what the room says at once, and reads the session clock."""

    def __init__(self, local: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._local = local
        self._time = SessionTime()
        self._known = asyncio.Event()
        self._serve: Callable[[RoomSays], None] | None = None
        self._early: list[RoomSays] = []

    def say(self, message: VoiceSays) -> None:
        """Tell the room."""
        self._say(message)

    def beat(self, lag_s: float) -> None:
        """Ask for the time, and tell how late the recogniser is."""
        self.say(Beat(asked_s=self._local(), lag_s=lag_s))

    def clock(self) -> float:
        """The session clock, in seconds; as exact as half the way there and back."""
        return self._time.at(self._local())

    async def ready(self) -> None:
        """Returns when the session clock is known: asked for until it is answered."""
        while not self._known.is_set():
            self.beat(0.0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ASK_AGAIN_S):
                    await self._known.wait()

    def serve(self, take: Callable[[RoomSays], None]) -> None:
        """From now on `take` does what the room says; what came before, first."""
        self._serve = take
        early, self._early = self._early, []
        for message in early:
            take(message)

    def _take(self, envelope: Envelope) -> None:
        message = envelope.message
        if isinstance(message, Time):
            now = self._local()
            self._time.answered(message.asked_s, now, message.session_s, runs=message.runs)
            self._known.set()
            return
        if message is not None and self._serve is None:
            self._early.append(message)  # type: ignore[arg-type] # by the other side's type
        elif message is not None and self._serve is not None:
            self._serve(message)  # type: ignore[arg-type]
        self._acknowledge(envelope.number)


class SessionTime:
    """The session clock on another clock, from questions and answers. Pure.

    An answer was given somewhere between question and arrival: that is the doubt of the estimate.
    A new answer replaces it when it is less doubtful, or when the two cannot both be true.
    """

    def __init__(self) -> None:
        self._offset_s = 0.0
        self._doubt_s = float("inf")
        self._since_s = 0.0
        self._stands_at_s: float | None = 0.0

    def answered(self, asked_s: float, now_s: float, session_s: float, *, runs: bool) -> None:
        """A question of `asked_s` was answered with `session_s`; the answer is here at `now_s`."""
        offset_s, doubt_s = session_s - (asked_s + now_s) / 2, (now_s - asked_s) / 2
        aged_s = self._doubt_s + (now_s - self._since_s) * DRIFT
        apart = abs(offset_s - self._offset_s) > doubt_s + aged_s
        if doubt_s <= aged_s or apart or self._stands_at_s is not None:
            self._offset_s, self._doubt_s, self._since_s = offset_s, doubt_s, now_s
        self._stands_at_s = None if runs else session_s

    def at(self, now_s: float) -> float:
        """The session clock at a time of the other clock."""
        if self._stands_at_s is not None:
            return self._stands_at_s
        return max(0.0, now_s + self._offset_s)


def in_memory(room: RoomSide, local: Callable[[], float] = time.monotonic) -> VoiceSide:
    """The other side of a room's conversation, in the same process: envelopes are calls."""
    voice = VoiceSide(local)
    voice.attach(room.arrived)
    room.attach(voice.arrived)
    return voice
