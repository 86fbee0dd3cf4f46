"""Whisper through faster-whisper and CTranslate2, in sidecar processes, word by word.

Each stream keeps the audio of its open segment until its words are committed, so a worker that dies
is replaced and the audio recognised again. Passes are coalesced under load; audio is never dropped.
The rules are in `agents.stt.incremental` and `.commit`, the model in `agents.stt.whisper`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import structlog

from agents.stt.background import Background, spoken
from agents.stt.heard import BYTES_PER_S
from agents.stt.incremental import Incremental
from agents.stt.pool import WhisperPool
from interview.errors import InvalidInput, Unavailable
from interview.languages import recognised_as
from interview.nouns import Word
from interview.ports.speech import EngineHealth, Hypothesis, PcmFrame

HOTWORDS_CHARS = 200
SURE_OF_LANGUAGE_S = 2.0
CARRIED_S = 5.0  # after a longer silence somebody begins anew

log = structlog.get_logger(__name__)


def known_language(language: str | None) -> str | None:
    """Whisper's code of a language (`en` for `en-GB`). Raises InvalidInput."""
    if not language:
        return None
    known = recognised_as(language)
    if known is None:
        raise InvalidInput("language", f"{language!r} is not a language that is recognised here")
    return known


class WhisperStream:
    """One candidate's stream; see `interview.ports.RecogniserStream`."""

    def __init__(self, pool: WhisperPool, language: str | None, hotwords: Sequence[str]) -> None:
        self._pool = pool
        self._language = language
        self._detected: str | None = None
        self._hotwords = ", ".join(hotwords)[:HOTWORDS_CHARS]
        self._open: Incremental | None = None
        self._before: Incremental | None = None  # flushed: the context of what comes next
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._committed: list[Word] = []
        self._tentative = ""
        self._audio_end_s = 0.0
        self._final = False
        self.closed = False
        self._task: asyncio.Task[None] | None = None
        self._waits = False  # the interim pass has no worker yet

    @property
    def lag_s(self) -> float:
        """Age of the oldest audio that no pass has seen."""
        return self._open.unheard_s if self._open is not None else 0.0

    def push(self, frame: PcmFrame) -> None:
        """Take 16 kHz audio of the open segment."""
        if self._open is None:
            self._open = self._next(frame.start_s)
        self._open.push(frame.samples)
        if self._open.due and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._interim(), name="stt-interim")

    def _next(self, start_s: float) -> Incremental:
        """The segment that begins with the next frame; after a pause it goes on from the last."""
        before, self._before = self._before, None
        if before is None or not 0.0 <= start_s - before.end_s <= CARRIED_S:
            return Incremental(start_s)
        before.go_on(start_s)
        return before

    async def flush(self) -> None:
        """Recognise what is left of the segment and commit it; always yields a `final`.

        Raises:
            Unavailable: The recogniser keeps failing; the audio is kept for the next flush.
        """
        if self._waits and self._task is not None:
            self._task.cancel()
        async with self._turn:
            segment, self._open = self._open, None
            try:
                if segment is not None:
                    await self._finish(segment)
                    if self._open is None:
                        self._before = segment
            except Unavailable:
                self._reopen(segment)
                raise
            finally:
                self._tell([], "", self._audio_end_s, final=True)
                self._detected = None

    async def _finish(self, segment: Incremental) -> None:
        done = False
        while not done:
            done = await self._pass(segment, final=True)

    def _reopen(self, segment: Incremental | None) -> None:
        """Go on with a segment that could not be finished; nothing of it is lost."""
        newer, self._open = self._open, segment
        if segment is None:
            self._open = newer
        elif newer is not None:
            segment.push(newer.audio)

    async def _interim(self) -> None:
        async with self._turn:
            segment = self._open
            if segment is None:
                return
            try:
                await self._pass(segment, final=False)
            except Unavailable as error:
                log.warning("interim_pass_failed", code=error.code)

    async def _pass(self, segment: Incremental, *, final: bool) -> bool:
        """One pass over what has come together when it is our turn; whether it was the last."""
        self._waits = not final
        try:
            async with self._pool.turns.one(urgent=final) as sidecar:
                self._waits = False
                ask = segment.ask(final=final)
                heard = await self._pool.hear(
                    sidecar,
                    ask,
                    language=self._language or self._detected,
                    hotwords=self._hotwords,
                )
        finally:
            self._waits = False
        if len(ask.audio) >= SURE_OF_LANGUAGE_S * BYTES_PER_S and heard.words:
            self._detected = heard.language
        fresh = segment.take(ask, heard)
        tail = " ".join(word.text for word in segment.tentative)
        self._tell(spoken(fresh), tail, ask.end_s, final=False)
        return ask.final

    def _tell(self, words: list[Word], tentative: str, end_s: float, *, final: bool) -> None:
        self._committed += words
        self._tentative, self._audio_end_s = tentative, end_s
        self._final = self._final or final
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[Hypothesis]:
        while True:
            await self._news.wait()
            self._news.clear()
            if self.closed:
                return
            words, self._committed = tuple(self._committed), []
            final, self._final = self._final, False
            yield Hypothesis(words, self._tentative, self._audio_end_s, final)

    async def aclose(self) -> None:
        """End the stream."""
        self.closed = True
        self._news.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class WhisperRecogniser:
    """See `interview.ports.Recogniser`."""

    name = "faster-whisper"

    def __init__(self, folder: str, *, workers: int = 1) -> None:
        self._pool = WhisperPool(folder, workers)
        self._background = Background(folder)
        self._streams: set[WhisperStream] = set()
        self._failure = "The recogniser is still starting."

    async def start(self) -> None:
        """Load the model. Raises Unavailable."""
        try:
            await self._pool.start()
        except Unavailable as error:
            self._failure = error.message
            raise
        self._failure = ""

    def open_stream(self, *, language: str | None, hotwords: Sequence[str] = ()) -> WhisperStream:
        """A new stream; without a language each segment's is detected.

        Raises:
            InvalidInput: Whisper does not know the language.
        """
        stream = WhisperStream(self._pool, known_language(language), hotwords)
        self._streams.add(stream)
        return stream

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """A whole clip, in a process of its own beside those who speak.

        Raises:
            InvalidInput: Whisper does not know the language.
            Unavailable: The process keeps ending.
        """
        return await self._background.hear(pcm, language=known_language(language))

    def health(self) -> EngineHealth:
        """Queue, lag, restarts, and why it rests when it does."""
        self._streams = {stream for stream in self._streams if not stream.closed}
        fault = self._pool.fault
        reason = self._failure or (f"Speech is not recognised just now: {fault}." if fault else "")
        return EngineHealth(
            name=self.name,
            available=not reason,
            reason=reason,
            queue=self._pool.turns.waiting,
            lag_s=max((stream.lag_s for stream in self._streams), default=0.0),
            restarts=self._pool.restarts,
        )

    async def aclose(self) -> None:
        """End the workers."""
        await self._pool.aclose()
        await self._background.aclose()
