"""Prompts as audio: synthesised ahead, cached by sentence, stored under a signed address.

Many candidates are told the same sentences: each is synthesised once, and a prompt is their sum.
"""

from __future__ import annotations

import asyncio
import io
import re
import wave
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from interview.abbreviations import goes_on
from interview.errors import Unavailable, VivaError
from interview.nouns import InterviewPlan, Viseme
from interview.ports.speech import SpokenAudio, Synthesiser
from interview.ports.storage import BlobStore

CACHED_SENTENCES = 256
SYNTHESIS_TIMEOUT_S = 8.0
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])")
MIN_SENTENCE_CHARS = 12

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """What makes two prompts sound the same. `lead` is said before the text, if it can be."""

    text: str
    language: str
    voice: str | None
    rate: float = 1.0
    lead: str = ""


def speech_request(plan: InterviewPlan, lead: str, text: str) -> SpeechRequest:
    """A line of this interview, in its voice and at its speed."""
    return SpeechRequest(text, plan.language, plan.voice, plan.speaking_rate, lead)


def sentences(text: str) -> list[str]:
    """The text in sentences; very short ones stay with their neighbour ("Yes.")."""
    found: list[str] = []
    for piece in SENTENCE_END.split(text.strip()):
        short = bool(found) and len(found[-1]) < MIN_SENTENCE_CHARS
        if found and (short or goes_on(found[-1], piece)):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found or [text]


def joined(parts: Sequence[SpokenAudio]) -> SpokenAudio:
    """Sentences one after the other, their mouth shapes moved along.

    Raises:
        Unavailable: They do not have one rate (an engine was replaced in between).
    """
    first = parts[0]
    if any(part.sample_rate_hz != first.sample_rate_hz for part in parts):
        raise Unavailable("tts", "the sentences were spoken by different voices")
    visemes: list[Viseme] = []
    start_s = 0.0
    for part in parts:
        visemes += [
            viseme.model_copy(update={"at_s": round(viseme.at_s + start_s, 4)})
            for viseme in part.visemes
        ]
        start_s += part.duration_s
    pcm = b"".join(part.pcm for part in parts)
    return SpokenAudio(pcm, first.sample_rate_hz, tuple(visemes), first.engine, first.voice)


def wav_bytes(audio: SpokenAudio) -> bytes:
    """The audio as a RIFF/WAVE file, PCM16 mono."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.sample_rate_hz)
        file.writeframes(audio.pcm)
    return buffer.getvalue()


def speech_key(session_id: str, prompt_id: str) -> str:
    """Where a prompt's WAV lies in the blob store."""
    return f"speech/{session_id}/{prompt_id}.wav"


class SpeechShelf:
    """Synthesises each sentence once; several waiters share one synthesis."""

    def __init__(
        self,
        synthesiser: Synthesiser | None,
        blobs: BlobStore,
        *,
        ready: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._ready = ready
        self._synthesiser = synthesiser
        self._blobs = blobs
        self._pending: OrderedDict[SpeechRequest, asyncio.Task[SpokenAudio]] = OrderedDict()

    def prefetch(self, request: SpeechRequest) -> None:
        """Start the synthesis of what will probably be said next."""
        if self._synthesiser is not None and self._synthesiser.health().available:
            for sentence in self._parts(request):
                self._task(sentence)

    async def obtain(self, request: SpeechRequest) -> SpokenAudio:
        """The audio for a text.

        Raises:
            Unavailable: There is no synthesiser, it failed, or a sentence took over 8 s.
        """
        if self._synthesiser is None:
            raise Unavailable("tts", "no voice is configured")
        await self._started()
        parts = self._parts(request)
        for part in parts:
            self._task(part)
        text = [await self._sentence(part) for part in parts[bool(request.lead) :]]
        return joined([*await self._lead(parts, request, text[0]), *text])

    async def _lead(
        self, parts: list[SpeechRequest], request: SpeechRequest, first: SpokenAudio
    ) -> list[SpokenAudio]:
        """The courtesy before the text; left out when it fails or another voice says it."""
        if not request.lead:
            return []
        try:
            lead = await self._sentence(parts[0])
        except VivaError:
            return []
        same = (lead.voice, lead.sample_rate_hz) == (first.voice, first.sample_rate_hz)
        return [lead] if same else []

    async def _started(self) -> None:
        """Right after a start, the voice may still be loading: it is worth a moment's wait."""
        assert self._synthesiser is not None
        if self._ready is None or self._synthesiser.health().available:
            return
        try:
            async with asyncio.timeout(SYNTHESIS_TIMEOUT_S):
                await self._ready()
        except TimeoutError:
            log.warning("voice_still_loading")

    @staticmethod
    def _parts(request: SpeechRequest) -> list[SpeechRequest]:
        lead = [request.lead] if request.lead else []
        said = [*lead, *sentences(request.text)]
        return [replace(request, text=sentence, lead="") for sentence in said]

    async def _sentence(self, request: SpeechRequest) -> SpokenAudio:
        try:
            async with asyncio.timeout(SYNTHESIS_TIMEOUT_S):
                return await asyncio.shield(self._task(request))
        except TimeoutError as error:
            raise Unavailable("tts", "the synthesis took too long") from error

    async def publish(self, session_id: str, prompt_id: str, audio: SpokenAudio) -> None:
        """Store the prompt's WAV; a full disk costs the address, not the spoken prompt."""
        await self._blobs.put(speech_key(session_id, prompt_id), wav_bytes(audio))

    def _task(self, request: SpeechRequest) -> asyncio.Task[SpokenAudio]:
        task = self._pending.get(request)
        if task is None:
            task = asyncio.create_task(self._synthesise(request), name="synthesise")
            task.add_done_callback(lambda done: self._forget_failure(request, done))
            self._pending[request] = task
            while len(self._pending) > CACHED_SENTENCES:
                self._pending.popitem(last=False)
        self._pending.move_to_end(request)
        return task

    async def _synthesise(self, request: SpeechRequest) -> SpokenAudio:
        assert self._synthesiser is not None
        return await self._synthesiser.synthesise(
            request.text,
            language=request.language,
            voice=request.voice,
            rate=request.rate,
        )

    def _forget_failure(self, request: SpeechRequest, task: asyncio.Task[SpokenAudio]) -> None:
        if task.cancelled():
            self._pending.pop(request, None)
            return
        error = task.exception()
        if error is None:
            return
        self._pending.pop(request, None)
        expected = isinstance(error, VivaError)
        log.warning("synthesis_failed", error=type(error).__name__, expected=expected)
