"""Any livekit-agents STT plugin as a recogniser.

Each segment has a plugin stream of its own: ending its input is the one request for finals that all
plugins honour. The segment's audio is kept until its words are in, so a broken connection is
answered by sending it once more.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import structlog
from livekit import rtc
from livekit.agents import NOT_GIVEN, APIError, stt, utils

from agents.livekit_plugins import Plugin, load_plugin
from interview.errors import Unavailable
from interview.nouns import Word
from interview.ports.speech import RECOGNITION_RATE_HZ, EngineHealth, Hypothesis, PcmFrame

BYTES_PER_S = RECOGNITION_RATE_HZ * 2
FINISH_TIMEOUT_S = 15.0
TRIES = 2
FAILURES = (APIError, TimeoutError, OSError, ValueError, RuntimeError)

log = structlog.get_logger(__name__)


def words_of(data: stt.SpeechData, base_s: float, after_s: float, end_s: float) -> list[Word]:
    """A plugin's words on our clock; where it gives no times they share the stretch evenly."""
    confidence = min(1.0, max(0.0, data.confidence))
    timed = [word for word in data.words or [] if utils.is_given(word.start_time)]
    if timed and len(timed) == len(data.words or []):
        return [_timed(word, base_s, confidence) for word in timed if str(word).strip()]
    texts = data.text.split()
    start_s = base_s + data.start_time if data.end_time > data.start_time else after_s
    stop_s = base_s + data.end_time if data.end_time > data.start_time else end_s
    step = max(0.0, stop_s - start_s) / max(1, len(texts))
    return [
        Word(
            text=text,
            start_s=start_s + index * step,
            end_s=start_s + (index + 1) * step,
            confidence=confidence,
        )
        for index, text in enumerate(texts)
    ]


def _timed(word: Any, base_s: float, confidence: float) -> Word:
    start_s = base_s + float(word.start_time)
    end_s = base_s + float(word.end_time) if utils.is_given(word.end_time) else start_s
    own = float(word.confidence) if utils.is_given(word.confidence) else confidence
    return Word(
        text=str(word).strip(),
        start_s=start_s,
        end_s=max(start_s, end_s),
        confidence=min(1.0, max(0.0, own)),
    )


def frame_of(pcm: bytes) -> rtc.AudioFrame:
    """PCM as livekit's frame."""
    return rtc.AudioFrame(pcm, RECOGNITION_RATE_HZ, 1, len(pcm) // 2)


class _Segment:
    """Audio since the last flush, and the plugin's stream that hears it."""

    def __init__(self, base_s: float, stream: stt.RecognizeStream | None) -> None:
        self.base_s = base_s
        self.audio = bytearray()
        self.stream = stream
        self.words: list[Word] = []
        self.task: asyncio.Task[None] | None = None

    @property
    def end_s(self) -> float:
        return self.base_s + len(self.audio) / BYTES_PER_S

    @property
    def after_s(self) -> float:
        return self.words[-1].end_s if self.words else self.base_s


class LiveKitStream:
    """One candidate's stream; see `interview.ports.RecogniserStream`."""

    def __init__(self, engine: stt.STT[Any], language: str | None) -> None:
        self._engine = engine
        self._language: Any = language or NOT_GIVEN
        self._segment: _Segment | None = None
        # A few hypotheses a second, read by the session's own loop: bounded by the audio.
        self._out: asyncio.Queue[Hypothesis | None] = asyncio.Queue()
        self._closed = False

    def push(self, frame: PcmFrame) -> None:
        """Take 16 kHz audio."""
        if self._segment is None:
            self._segment = self._open(frame.start_s)
        self._segment.audio += frame.samples
        stream = self._segment.stream
        if stream is not None:
            # A broken stream is closed: the audio is sent again at the flush.
            with contextlib.suppress(RuntimeError, utils.aio.ChanClosed):
                stream.push_frame(frame_of(frame.samples))

    @property
    def lag_s(self) -> float:
        """Not known: the engine takes audio as it comes."""
        return 0.0

    async def flush(self) -> None:
        """Let the plugin finish the segment; its words are committed as `final`.

        Raises:
            Unavailable: It failed twice; the words it had committed have been yielded.
        """
        segment, self._segment = self._segment, None
        if segment is None:
            self._out.put_nowait(Hypothesis((), "", 0.0, final=True))
            return
        try:
            await self._finish(segment)
        finally:
            self._out.put_nowait(Hypothesis((), "", segment.end_s, final=True))

    async def __aiter__(self) -> AsyncIterator[Hypothesis]:
        while (hypothesis := await self._out.get()) is not None:
            yield hypothesis

    async def aclose(self) -> None:
        """End the stream. Harmless twice."""
        if self._closed:
            return
        self._closed = True
        segment, self._segment = self._segment, None
        if segment is not None:
            await self._end(segment)
        self._out.put_nowait(None)

    def _open(self, base_s: float) -> _Segment:
        if not self._engine.capabilities.streaming:
            return _Segment(base_s, None)
        segment = _Segment(base_s, self._engine.stream(language=self._language))
        segment.task = asyncio.create_task(self._read(segment), name="stt-plugin")
        return segment

    async def _read(self, segment: _Segment) -> None:
        assert segment.stream is not None
        async for event in segment.stream:
            self._take(segment, event)

    def _take(self, segment: _Segment, event: stt.SpeechEvent) -> None:
        if not event.alternatives:
            return
        data = event.alternatives[0]
        if event.type == stt.SpeechEventType.FINAL_TRANSCRIPT:
            words = words_of(data, segment.base_s, segment.after_s, segment.end_s)
            # After a second try the first words come again.
            fresh = [word for word in words if word.end_s > segment.after_s]
            segment.words += fresh
            self._out.put_nowait(Hypothesis(tuple(fresh), "", segment.end_s))
        elif event.type == stt.SpeechEventType.INTERIM_TRANSCRIPT:
            self._out.put_nowait(Hypothesis((), data.text.strip(), segment.end_s))

    async def _finish(self, segment: _Segment) -> None:
        for attempt in range(TRIES):
            try:
                async with asyncio.timeout(FINISH_TIMEOUT_S):
                    await self._once(segment, again=attempt > 0)
                return
            except FAILURES as error:
                log.warning("plugin_failed", error=type(error).__name__, attempt=attempt)
                failure = error
            finally:
                await self._end(segment)
        raise Unavailable("stt", f"{self._engine.label} failed ({type(failure).__name__})")

    async def _once(self, segment: _Segment, *, again: bool) -> None:
        if segment.stream is None:
            frame = frame_of(bytes(segment.audio))
            self._take(segment, await self._engine.recognize(frame, language=self._language))
            return
        if again:
            segment.stream = self._engine.stream(language=self._language)
            segment.task = asyncio.create_task(self._read(segment), name="stt-plugin")
            segment.stream.push_frame(frame_of(bytes(segment.audio)))
        assert segment.task is not None
        with contextlib.suppress(utils.aio.ChanClosed):
            segment.stream.end_input()
        await segment.task

    async def _end(self, segment: _Segment) -> None:
        if segment.task is not None:
            segment.task.cancel()
            await asyncio.gather(segment.task, return_exceptions=True)
        if segment.stream is not None:
            await segment.stream.aclose()


class LiveKitRecogniser:
    """See `interview.ports.Recogniser`; `path` is the plugin's class (`deepgram.STT`)."""

    def __init__(self, path: str) -> None:
        self.name = f"livekit:{path}"
        self._path = path
        self._plugin: Plugin | None = None
        self._failure = "The recogniser has not been started."

    async def start(self) -> None:
        """Load the plugin. Raises Unavailable with the package to install."""
        try:
            self._plugin = await load_plugin("stt", self._path, stt.STT)
        except Unavailable as error:
            self._failure = error.message
            raise
        self._failure = ""

    def open_stream(self, *, language: str | None, hotwords: Sequence[str] = ()) -> LiveKitStream:
        """A new stream; hotwords are the plugin's own configuration. Raises Unavailable."""
        if self._plugin is None:
            raise Unavailable("stt", self._failure)
        return LiveKitStream(self._plugin.engine, language)

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """A whole clip. Raises Unavailable."""
        stream = self.open_stream(language=language)
        stream.push(PcmFrame(pcm, RECOGNITION_RATE_HZ, 0.0))
        await stream.flush()
        await stream.aclose()
        words = [word async for heard in stream for word in heard.committed]
        return Hypothesis(tuple(words), "", len(pcm) / BYTES_PER_S, final=True)

    def health(self) -> EngineHealth:
        """Whether the plugin is loaded."""
        return EngineHealth(self.name, available=not self._failure, reason=self._failure)

    async def aclose(self) -> None:
        """Close the plugin."""
        if self._plugin is not None:
            await self._plugin.aclose()
            self._plugin = None
