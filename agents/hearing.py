"""The candidate's words: voice activity opens the gate, the recogniser works, the session is told.

Audio reaches the recogniser only while the candidate speaks, with a little before and after. A
flush closes an utterance; what is said while the recogniser is still busy with it waits here.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from agents.turns.profile import TurnProfile
from interview.conversation import Caption, Listening, VoiceFailed, VoiceSays, WordsHeard
from interview.errors import VivaError
from interview.nouns import Utterance, Word
from interview.ports.speech import Hypothesis, PcmFrame, Recogniser, RecogniserStream

FLUSH_TIMEOUT_S = 20.0
FINAL_TIMEOUT_S = 5.0
REOPEN_ATTEMPTS = 3
MAX_KEPT_S = 200.0

log = structlog.get_logger(__name__)


def duration_s(frame: PcmFrame) -> float:
    """Length of a frame in seconds."""
    return len(frame.samples) / 2 / frame.sample_rate_hz


@dataclass(frozen=True, slots=True)
class Heard:
    """The open utterance as it is known now. `counts` is False when its turn is over already."""

    words: tuple[Word, ...]
    tentative: str
    until_s: float
    final: bool
    counts: bool


class Audience(Protocol):
    """Who decides about turns."""

    async def heard(self, heard: Heard) -> None:
        """Awaited before words are reported, so that a barge-in is reported first."""

    def command_in(self, words: Sequence[Word]) -> int | None:
        """Where in a closed utterance the command begins that ends it."""

    def is_noise(self, words: Sequence[Word]) -> bool:
        """Whether a closed utterance is no answer: an "mm-hm" to what the avatar says."""


class Hearing:
    """One candidate's gate and recogniser stream.

    `behind`: how late the voice activity detector is, in seconds; so much more is kept for it.

    The words of a command are kept back (`take_command`); they are stored only when they turn out
    to be part of an answer.
    """

    def __init__(
        self,
        say: Callable[[VoiceSays], None],
        recogniser: Recogniser,
        *,
        language: str,
        hotwords: Sequence[str],
        profile: TurnProfile,
        floor: Audience,
        now: Callable[[], float] = time.monotonic,
        behind: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._say = say
        self._recogniser = recogniser
        self._language = language
        self._hotwords = tuple(hotwords)
        self._profile = profile
        self._floor = floor
        self._kept_back: tuple[Word, ...] = ()
        self._now = now
        self._behind = behind
        self._mode = Listening.OFF
        self._speaking = False
        self._open = False
        self._tail_s = 0.0
        self._ring: deque[tuple[float, PcmFrame]] = deque()
        self._ring_s = 0.0
        self._pending: list[PcmFrame] = []  # since the detector heard silence, at most the tail
        self._waiting: list[PcmFrame] = []
        self._flushing = False
        self._flush_lock = asyncio.Lock()
        self._pushed = False
        self._quiet = False
        self._finishing = 0
        self._final = asyncio.Event()
        self._words: list[Word] = []
        self._utterance_id = ""
        self._stream: RecogniserStream | None = None
        self._reader: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._closed = False

    # --- what the voice tells us -----------------------------------------------------------

    @property
    def mode(self) -> Listening:
        """What is done with what is heard."""
        return self._mode

    def listen(self, mode: Listening) -> None:
        """Change what is done with what is heard. Words heard before OFF are still reported."""
        before, self._mode = self._mode, mode
        if mode is Listening.OFF:
            self._shut_gate()
            self.flush_soon(quiet=True)
        elif before is Listening.OFF and self._speaking:
            self._open_gate()

    def speech(self, speaking: bool) -> None:
        """The voice activity detector's verdict."""
        self._speaking = speaking
        self._tail_s = 0.0
        if speaking and self._mode is not Listening.OFF:
            self._open_gate()
            pending, self._pending = self._pending, []
            for frame in pending:
                self._accept(frame)

    def feed(self, frame: PcmFrame) -> None:
        """Take the next 16 kHz frame."""
        if not self._open:
            self._remember(frame)
            return
        if self._speaking:
            self._accept(frame)
            return
        # A word may begin here before the detector knows: it belongs to what follows the pause.
        self._pending.append(frame)
        self._tail_s += duration_s(frame)
        if self._tail_s >= self._profile.tail_s + self._behind():
            # An engine counts time by samples: audio after a gap must be a new segment.
            self._shut_gate()
            self.flush_soon()

    def flush_soon(self, *, quiet: bool = False) -> None:
        """Close the utterance in a task of ours; never blocks the audio."""
        task = asyncio.create_task(self._guarded_flush(quiet), name="flush-words")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, *, command: bool = False) -> None:
        """All words that could be recognised so far have been told when this returns.

        With `command`, the words of a command stay back for `take_command`.
        """
        self._finishing += 1
        try:
            await self._guarded_flush(quiet=True)
        finally:
            self._finishing -= 1
        if not command:
            kept, self._kept_back = self._kept_back, ()
            self._tell(kept)

    def take_command(self) -> str:
        """The words of the command that ended the last utterance."""
        kept, self._kept_back = self._kept_back, ()
        return " ".join(word.text for word in kept)

    async def _flush(self, *, quiet: bool) -> None:
        async with self._flush_lock:
            stream = self._stream
            if stream is None or not self._pushed:
                return
            self._flushing, self._pushed, self._quiet = True, False, quiet
            if not self._speaking or self._mode is Listening.OFF:
                self._shut_gate()
            self._final.clear()
            try:
                async with asyncio.timeout(FLUSH_TIMEOUT_S):
                    await stream.flush()
                async with asyncio.timeout(FINAL_TIMEOUT_S):
                    await self._final.wait()
            except (VivaError, TimeoutError):
                # What was committed before the engine failed is not lost with it.
                self._close_utterance()
                raise
            finally:
                self._flushing, self._quiet = False, False
                waiting, self._waiting = self._waiting, []
                for frame in waiting:
                    self._accept(frame)

    @property
    def lag_s(self) -> float:
        """Age of the oldest audio that is not yet recognised."""
        return self._stream.lag_s if self._stream is not None else 0.0

    async def aclose(self) -> None:
        """End the stream; nothing more is reported."""
        self._closed = True
        for task in [*self._tasks, *([self._reader] if self._reader else [])]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.aclose()

    # --- gate --------------------------------------------------------------------------------

    def _open_gate(self) -> None:
        if self._open:
            return
        self._open = True
        ring, self._ring = self._ring, deque()
        self._ring_s = 0.0
        for _, frame in ring:
            self._accept(frame)

    def _shut_gate(self) -> None:
        self._open = False
        pending, self._pending = self._pending, []
        for frame in pending:
            self._remember(frame)

    def _remember(self, frame: PcmFrame) -> None:
        """Keep the pre-roll by arrival: the detector has not heard a burst (a gap's audio) yet."""
        now, kept_s = self._now(), self._profile.pre_roll_s + self._behind()
        self._ring.append((now, frame))
        self._ring_s += duration_s(frame)
        while self._ring_s > kept_s and len(self._ring) > 1:
            fresh = now - self._ring[0][0] <= kept_s
            if fresh and self._ring_s <= MAX_KEPT_S:
                break
            self._ring_s -= duration_s(self._ring.popleft()[1])

    def _accept(self, frame: PcmFrame) -> None:
        if self._flushing:
            self._waiting.append(frame)  # at most FLUSH_TIMEOUT_S of audio
            return
        if self._stream is None:
            self._open_stream()
        if self._stream is not None:
            self._stream.push(frame)
            self._pushed = True

    def _open_stream(self) -> None:
        if self._closed or self._failures > REOPEN_ATTEMPTS:
            return
        try:
            stream = self._recogniser.open_stream(language=self._language, hotwords=self._hotwords)
        except VivaError as error:
            self._failed(error)
            return
        self._stream = stream
        self._reader = asyncio.create_task(self._read(stream), name="read-words")

    # --- words -------------------------------------------------------------------------------

    async def _guarded_flush(self, quiet: bool) -> None:
        try:
            await self._flush(quiet=quiet)
        except (VivaError, TimeoutError) as error:
            self._failed(error)

    async def _read(self, stream: RecogniserStream) -> None:
        try:
            async for hypothesis in stream:
                await self._report(hypothesis)
        except Exception as error:
            # Root of the reading task: any defect of an engine must be reported, or the
            # interview would wait for words that never come.
            self._failed(error)
        finally:
            self._final.set()
            if self._stream is stream:
                self._stream = None

    async def _report(self, hypothesis: Hypothesis) -> None:
        self._words.extend(hypothesis.committed)
        self._failures = 0
        words = tuple(self._words)
        if not self._closed:
            await self._floor.heard(
                Heard(
                    words,
                    hypothesis.tentative,
                    hypothesis.audio_end_s,
                    final=hypothesis.final,
                    counts=not self._silent,
                )
            )
        if (words or hypothesis.tentative) and not self._closed:
            text = " ".join(word.text for word in words)
            self._say(Caption(text=text, tentative=hypothesis.tentative, words=words))
        if hypothesis.final:
            self._close_utterance()

    def _close_utterance(self) -> None:
        words, self._words = (*self._kept_back, *self._words), []
        self._kept_back = ()
        if words and not self._floor.is_noise(words):
            start = self._floor.command_in(words)
            if start is not None:
                words, self._kept_back = words[:start], words[start:]
            self._tell(words)
        self._final.set()

    def _tell(self, words: tuple[Word, ...]) -> None:
        if not words:
            return
        utterance = Utterance(
            utterance_id=uuid.uuid4().hex,
            text=" ".join(word.text for word in words),
            words=words,
            start_s=words[0].start_s,
            end_s=words[-1].end_s,
            language=self._language,
        )
        self._say(WordsHeard(utterance=utterance))

    @property
    def _silent(self) -> bool:
        """Whether the turn logic must not hear of these words: their turn is over already."""
        return self._quiet or self._finishing > 0

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        why = error.message if isinstance(error, VivaError) else type(error).__name__
        log.warning("recogniser_stream_failed", why=why, failures=self._failures)
        if self._failures > REOPEN_ATTEMPTS and not self._closed:
            self._say(VoiceFailed(component="stt", why=why))
