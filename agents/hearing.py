"""One candidate's recogniser: fed while the gate is open, flushed in pauses, replaced when broken.

A flush closes an utterance; what is said while the recogniser is still busy with it waits here.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

import structlog

from agents.gate import Gate
from agents.turns.profile import TurnProfile
from agents.utterances import Audience, Utterances
from interview.conversation import Listening, VoiceFailed, VoiceSays
from interview.errors import VivaError
from interview.ports.speech import PcmFrame, Recogniser, RecogniserStream

FLUSH_TIMEOUT_S = 20.0
FINAL_TIMEOUT_S = 5.0
REOPEN_ATTEMPTS = 3

log = structlog.get_logger(__name__)


class Hearing:
    """From frames to words. `behind`: how late the voice activity detector is, in seconds."""

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
        self._gate = Gate(
            profile, through=self._accept, shut_itself=self.flush_soon, now=now, behind=behind
        )
        self._utterances = Utterances(say, floor, language=language)
        self._waiting: list[PcmFrame] = []
        self._flushing = False
        self._flush_lock = asyncio.Lock()
        self._pushed = False
        self._quiet = False
        self._finishing = 0
        self._final = asyncio.Event()
        self._stream: RecogniserStream | None = None
        self._reader: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._closed = False

    # --- what the voice tells us -----------------------------------------------------------

    def listen(self, mode: Listening) -> None:
        """Change what is done with what is heard. Words heard before OFF are still told."""
        self._gate.listen(mode is not Listening.OFF)
        if mode is Listening.OFF:
            self.flush_soon(quiet=True)

    def speech(self, speaking: bool) -> None:
        """The voice activity detector's verdict."""
        self._gate.speech(speaking)

    def feed(self, frame: PcmFrame) -> None:
        """Take the next 16 kHz frame."""
        self._gate.feed(frame)

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
            self._utterances.release()

    def take_command(self) -> str:
        """The words of the command that ended the last utterance."""
        return self._utterances.take_command()

    @property
    def lag_s(self) -> float:
        """Age of the oldest audio that is not yet recognised."""
        return self._stream.lag_s if self._stream is not None else 0.0

    async def aclose(self) -> None:
        """End the stream; nothing more is told."""
        self._closed = True
        for task in [*self._tasks, *([self._reader] if self._reader else [])]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.aclose()

    # --- the recogniser ------------------------------------------------------------------------

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

    async def _guarded_flush(self, quiet: bool) -> None:
        try:
            await self._flush(quiet=quiet)
        except (VivaError, TimeoutError) as error:
            self._failed(error)

    async def _flush(self, *, quiet: bool) -> None:
        async with self._flush_lock:
            stream = self._stream
            if stream is None or not self._pushed:
                return
            self._flushing, self._pushed, self._quiet = True, False, quiet
            if not (self._gate.speaking and self._gate.listening):
                self._gate.shut()
            self._final.clear()
            try:
                async with asyncio.timeout(FLUSH_TIMEOUT_S):
                    await stream.flush()
                async with asyncio.timeout(FINAL_TIMEOUT_S):
                    await self._final.wait()
            except (VivaError, TimeoutError):
                # What was committed before the engine failed is not lost with it.
                self._utterances.close()
                raise
            finally:
                self._flushing, self._quiet = False, False
                waiting, self._waiting = self._waiting, []
                for frame in waiting:
                    self._accept(frame)

    async def _read(self, stream: RecogniserStream) -> None:
        try:
            async for known in stream:
                self._failures = 0
                # The turn of words that are waited for is over already: they end no other.
                counts = not (self._quiet or self._finishing)
                await self._utterances.hear(known, counts=counts)
                if known.final:
                    self._final.set()
        except Exception as error:
            # Root of the reading task: any defect of an engine must be told, or the
            # interview would wait for words that never come.
            self._failed(error)
        finally:
            self._final.set()
            if self._stream is stream:
                self._stream = None

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        why = error.message if isinstance(error, VivaError) else type(error).__name__
        log.warning("recogniser_stream_failed", why=why, failures=self._failures)
        if self._failures > REOPEN_ATTEMPTS and not self._closed:
            self._say(VoiceFailed(component="stt", why=why))
