"""Prompts as audio: synthesised ahead, cached by sentence, stored under a signed address.

Many candidates are told the same sentences: each is synthesised once, and a prompt is their sum.
"""

from __future__ import annotations

import asyncio
import io
import wave
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

import numpy as np
import structlog

from agents.tts.pieces import pieces, sentences
from interview.errors import Unavailable, VivaError
from interview.nouns import InterviewPlan, Viseme
from interview.ports.speech import SpokenAudio, Synthesiser
from interview.ports.storage import BlobStore

CACHED_SENTENCES = 256
SYNTHESIS_TIMEOUT_S = 8.0
AHEAD = 3  # pieces that are asked for at a time: the voice is shared
GIVE_UP_AFTER = 2  # failures in a row
LONGEST_WAIT_S = 30.0  # for a whole prompt: what is there by then is said

__all__ = ["SpeechRequest", "SpeechShelf", "joined", "sentences", "speech_request", "wav_bytes"]

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


def one_voice(parts: Sequence[SpokenAudio]) -> list[SpokenAudio]:
    """The parts at the rate of the first: another engine may have had to say some of them."""
    rate_hz = parts[0].sample_rate_hz
    return [part if part.sample_rate_hz == rate_hz else _at_rate(part, rate_hz) for part in parts]


def _at_rate(audio: SpokenAudio, rate_hz: int) -> SpokenAudio:
    samples = np.frombuffer(audio.pcm, dtype="<i2").astype(np.float32)
    count = round(len(samples) * rate_hz / audio.sample_rate_hz)
    places = np.arange(count) * (audio.sample_rate_hz / rate_hz)
    resampled = np.interp(places, np.arange(len(samples)), samples) if len(samples) else samples
    pcm = np.round(resampled).astype("<i2").tobytes()
    return SpokenAudio(pcm, rate_hz, audio.visemes, audio.engine, audio.voice)


def wav_bytes(audio: SpokenAudio) -> bytes:
    """The audio as a RIFF/WAVE file, PCM16 mono."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.sample_rate_hz)
        file.writeframes(audio.pcm)
    return buffer.getvalue()


def from_wav(content: bytes) -> SpokenAudio:
    """What `wav_bytes` has made. Raises Unavailable when it is something else."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise wave.Error("not PCM16 mono")
            return SpokenAudio(file.readframes(file.getnframes()), file.getframerate(), (), "", "")
    except (wave.Error, EOFError) as error:
        raise Unavailable("speech", f"the stored prompt cannot be read ({error})") from error


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
        self._fresh: WeakValueDictionary[str, SpokenAudio] = WeakValueDictionary()
        self._ahead: asyncio.Task[None] | None = None  # held: a task that nobody holds may vanish

    def prefetch(self, request: SpeechRequest) -> None:
        """Start the synthesis of what will probably be said next."""
        if self._synthesiser is not None and self._synthesiser.health().available:
            parts = self._parts(request)
            for part in parts[:AHEAD]:
                self._task(part)
            if len(parts) > AHEAD:
                self._ahead = asyncio.create_task(self._in_order(parts[AHEAD:]), name="prefetch")

    async def _in_order(self, parts: Sequence[SpeechRequest]) -> None:
        """A long text piece by piece, so that others get their turn between them."""
        for part in parts:
            await asyncio.wait({self._task(part)})

    async def obtain(self, request: SpeechRequest) -> SpokenAudio:
        """The audio for a text.

        Raises:
            Unavailable: There is no voice, it failed with every sentence, or nothing can be said.
        """
        if self._synthesiser is None:
            raise Unavailable("tts", "no voice is configured")
        await self._started()
        parts = self._parts(request)
        if len(parts) == bool(request.lead):
            raise Unavailable("tts", "there is nothing to say")
        text = one_voice(await self._said(parts, first=int(bool(request.lead))))
        return joined([*await self._lead(parts, request, text[0]), *text])

    async def _said(self, parts: list[SpeechRequest], first: int) -> list[SpokenAudio]:
        """What can be said of the parts from `first` on: one that fails is left out.

        Raises:
            Unavailable: None of them can; says why the first cannot.
        """
        said: list[SpokenAudio] = []
        failures: list[VivaError] = []
        in_a_row = 0
        until = asyncio.get_running_loop().time() + LONGEST_WAIT_S
        for place, part in enumerate(parts):
            if said and asyncio.get_running_loop().time() > until:
                log.warning("prompt_cut_short", said=len(said), of=len(parts))
                break
            for ahead in parts[place : place + AHEAD]:
                self._task(ahead)
            if place < first:
                continue
            try:
                said.append(await self._sentence(part))
                in_a_row = 0
            except VivaError as error:
                failures.append(error)
                in_a_row += 1
                if in_a_row == GIVE_UP_AFTER:
                    break
        if not said:
            raise failures[0]
        if failures:
            log.warning("sentences_left_out", count=len(failures), of=len(parts))
        return said

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
        said = [*lead, *pieces(request.text, request.language)]
        return [replace(request, text=sentence, lead="") for sentence in said]

    async def _sentence(self, request: SpeechRequest) -> SpokenAudio:
        try:
            async with asyncio.timeout(SYNTHESIS_TIMEOUT_S):
                return await asyncio.shield(self._task(request))
        except TimeoutError as error:
            raise Unavailable("tts", "the synthesis took too long") from error

    async def publish(self, session_id: str, prompt_id: str, audio: SpokenAudio) -> None:
        """Store the prompt's WAV; a full disk costs the address, not the spoken prompt."""
        key = speech_key(session_id, prompt_id)
        self._fresh[key] = audio  # while the room that says it has it, nobody need read it
        await self._blobs.put(key, wav_bytes(audio))

    async def fetch(self, address: str) -> SpokenAudio:
        """A published prompt, without its mouth shapes when it is read from the store.

        Raises:
            NotFound: Nothing was published there.
            Unavailable: The store refuses, or holds something else.
        """
        fresh = self._fresh.get(address)
        return fresh if fresh is not None else from_wav(await self._blobs.get(address))

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
