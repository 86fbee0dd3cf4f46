"""Whisper through faster-whisper and CTranslate2, in sidecar processes, with partial results.

Each stream keeps the audio of its open segment until its words are committed, so a worker that dies
is replaced and the audio recognised again. Passes are coalesced under load; audio is never dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import structlog

from agents.sidecar import Sidecar, SidecarCrashed
from agents.stt.agreement import Agreement
from interview.errors import Unavailable
from interview.nouns import Word
from interview.ports import RECOGNITION_RATE_HZ, EngineHealth, Hypothesis, PcmFrame

BYTES_PER_S = RECOGNITION_RATE_HZ * 2
PASS_EVERY_S = 0.6
INTERIM_MARGIN_S = 1.0
FINAL_MARGIN_S = 4.0
TRIM_AFTER_S = 18.0
MAX_WINDOW_S = 28.0
EDGE_S = 1.0  # a word this near a window's end may be cut in two
TRIES = 4

log = structlog.get_logger(__name__)


class WhisperPool:
    """Sidecars of one model; a pass takes the next free one, in the order of asking."""

    def __init__(self, folder: str, workers: int) -> None:
        self.sidecars = [
            Sidecar("stt", "agents.stt.whisper_worker", [folder]) for _ in range(workers)
        ]
        self._free: asyncio.Queue[Sidecar] = asyncio.Queue()
        for sidecar in self.sidecars:
            self._free.put_nowait(sidecar)
        self.waiting = 0

    async def start(self) -> None:
        """Load every model."""
        await asyncio.gather(*(sidecar.start() for sidecar in self.sidecars))

    async def run(
        self, pcm: bytes, *, language: str | None, margin_s: float, hotwords: str | None = None
    ) -> list[Word]:
        """One pass; a crashed worker is replaced and asked again. Times from the first sample."""
        header = {"language": language, "margin_s": margin_s, "hotwords": hotwords}
        self.waiting += 1
        sidecar = await self._free.get()
        try:
            for attempt in range(TRIES):
                try:
                    answer = await sidecar.request(header, pcm)
                    break
                except SidecarCrashed:
                    log.warning("recogniser_replaced", attempt=attempt)
            else:
                raise Unavailable("stt", "the recogniser keeps ending")
        finally:
            self.waiting -= 1
            self._free.put_nowait(sidecar)
        return [
            Word(text=text, start_s=start, end_s=end, confidence=probability)
            for text, start, end, probability in answer.header["words"]
        ]

    @property
    def idle(self) -> bool:
        """Whether a worker has nothing to do."""
        return not self._free.empty()

    async def aclose(self) -> None:
        """End all workers."""
        await asyncio.gather(*(sidecar.aclose() for sidecar in self.sidecars))


def shifted(words: Sequence[Word], by_s: float) -> list[Word]:
    """The words on another clock."""
    return [
        word.model_copy(
            update={"start_s": max(0.0, word.start_s + by_s), "end_s": max(0.0, word.end_s + by_s)}
        )
        for word in words
    ]


@dataclass(slots=True)
class _Segment:
    """Audio since the last flush; `base_s` is the clock of its first sample."""

    base_s: float
    audio: bytearray = field(default_factory=bytearray)
    agreement: Agreement = field(default_factory=Agreement)
    heard_bytes: int = 0

    @property
    def end_s(self) -> float:
        return self.base_s + len(self.audio) / BYTES_PER_S

    def cut_to(self, at_s: float) -> None:
        """Forget the audio before a moment: its words are committed."""
        cut = min(len(self.audio), max(0, int((at_s - self.base_s) * RECOGNITION_RATE_HZ) * 2))
        del self.audio[:cut]
        self.heard_bytes = max(0, self.heard_bytes - cut)
        self.base_s += cut / BYTES_PER_S
        self.agreement = Agreement()


class WhisperStream:
    """One candidate's stream; see `interview.ports.RecogniserStream`."""

    def __init__(self, pool: WhisperPool, language: str | None, hotwords: Sequence[str]) -> None:
        self._pool = pool
        self._language = language
        self._hotwords = ", ".join(hotwords)[:200] or None
        self._segment: _Segment | None = None
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._committed: list[Word] = []
        self._tentative = ""
        self._audio_end_s = 0.0
        self._final = False
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    @property
    def lag_s(self) -> float:
        """Age of the oldest audio that no pass has seen."""
        segment = self._segment
        if segment is None:
            return 0.0
        return max(0.0, (len(segment.audio) - segment.heard_bytes) / BYTES_PER_S)

    @property
    def committed(self) -> tuple[Word, ...]:
        """Committed words that nobody has been told of yet."""
        return tuple(self._committed)

    def push(self, frame: PcmFrame) -> None:
        """Take 16 kHz audio of the open segment."""
        if self._segment is None:
            self._segment = _Segment(frame.start_s)
        self._segment.audio += frame.samples
        waiting_s = self.lag_s
        busy = self._task is not None and not self._task.done()
        if waiting_s >= PASS_EVERY_S and not busy and self._pool.idle:
            self._task = asyncio.create_task(self._interim(), name="stt-interim")

    async def flush(self) -> None:
        """Recognise what is left of the segment and commit it; always yields a `final`.

        Raises:
            Unavailable: The recogniser keeps failing; the audio is kept for the next flush.
        """
        async with self._turn:
            segment, self._segment = self._segment, None
            words: list[Word] = []
            try:
                if segment is not None and segment.audio:
                    words = await self.recognise_rest(segment)
            except Unavailable:
                self._segment = self._segment or segment
                raise
            finally:
                self._tell(words, "", segment.end_s if segment else self._audio_end_s, final=True)

    async def recognise_rest(self, segment: _Segment) -> list[Word]:
        """All words of a segment that are not committed yet."""
        await self._commit_long(segment)
        return segment.agreement.finish(await self._recognise(segment, FINAL_MARGIN_S))

    async def _commit_long(self, segment: _Segment) -> None:
        """Bring a segment that has grown beyond one window (overload) down to one."""
        size = int(MAX_WINDOW_S * BYTES_PER_S)
        while len(segment.audio) > size:
            found = await self._pool.run(
                bytes(segment.audio[:size]),
                language=self._language,
                margin_s=FINAL_MARGIN_S,
                hotwords=self._hotwords,
            )
            words = shifted(found, segment.base_s)
            edge_s = segment.base_s + MAX_WINDOW_S - EDGE_S
            whole = [word for word in words if word.end_s <= edge_s]
            beyond = words[len(whole) :]
            self._tell(segment.agreement.finish(whole), "", edge_s, final=False)
            after_s = whole[-1].end_s if whole else segment.base_s + EDGE_S
            segment.cut_to(max(after_s, min(edge_s, beyond[0].start_s)) if beyond else edge_s)

    async def _interim(self) -> None:
        async with self._turn:
            segment = self._segment
            if segment is None:
                return
            try:
                await self._commit_long(segment)
                words = await self._recognise(segment, INTERIM_MARGIN_S)
            except Unavailable as error:
                log.warning("interim_pass_failed", code=error.code)
                return
            if self._segment is not segment:
                return
            agreed = segment.agreement.update(words)
            tail = segment.agreement.tentative(words)
            self._tell(agreed, tail, segment.end_s, final=False)
            self._trim(segment)

    async def _recognise(self, segment: _Segment, margin_s: float) -> list[Word]:
        window = bytes(segment.audio[-int(MAX_WINDOW_S * BYTES_PER_S) :])
        segment.heard_bytes = len(segment.audio)
        start_s = segment.end_s - len(window) / BYTES_PER_S
        words = await self._pool.run(
            window, language=self._language, margin_s=margin_s, hotwords=self._hotwords
        )
        return shifted(words, start_s)

    def _trim(self, segment: _Segment) -> None:
        """Audio whose words are committed need not be heard again."""
        if len(segment.audio) < TRIM_AFTER_S * BYTES_PER_S or not segment.agreement.committed:
            return
        segment.cut_to(segment.agreement.committed[-1].end_s)

    def _tell(self, words: list[Word], tentative: str, end_s: float, *, final: bool) -> None:
        self._committed += words
        self._tentative, self._audio_end_s = tentative, end_s
        self._final = self._final or final
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[Hypothesis]:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._closed:
                return
            words, self._committed = tuple(self._committed), []
            final, self._final = self._final, False
            yield Hypothesis(words, self._tentative, self._audio_end_s, final)

    async def aclose(self) -> None:
        """End the stream."""
        self._closed = True
        self._news.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class WhisperRecogniser:
    """See `interview.ports.Recogniser`."""

    name = "faster-whisper"

    def __init__(self, folder: str, *, workers: int = 1) -> None:
        self._pool = WhisperPool(folder, workers)
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
        """A new stream."""
        stream = WhisperStream(self._pool, language, hotwords)
        self._streams.add(stream)
        return stream

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """A whole clip, window by window; no word is cut in two."""
        stream = WhisperStream(self._pool, language, ())
        rest = await stream.recognise_rest(_Segment(0.0, bytearray(pcm)))
        words = (*stream.committed, *rest)
        return Hypothesis(words, "", len(pcm) / BYTES_PER_S, final=True)

    def health(self) -> EngineHealth:
        """Queue, lag and restarts."""
        self._streams = {stream for stream in self._streams if not stream._closed}
        return EngineHealth(
            name=self.name,
            available=not self._failure,
            reason=self._failure,
            queue=self._pool.waiting,
            lag_s=max((stream.lag_s for stream in self._streams), default=0.0),
            restarts=sum(max(0, sidecar.starts - 1) for sidecar in self._pool.sidecars),
        )

    async def aclose(self) -> None:
        """End the workers."""
        await self._pool.aclose()
