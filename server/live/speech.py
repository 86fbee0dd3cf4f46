"""Prompts as audio: synthesised ahead, cached, and stored where a signed address finds them."""

from __future__ import annotations

import asyncio
import io
import wave
from collections import OrderedDict
from dataclasses import dataclass

import structlog

from interview.errors import Unavailable, VivaError
from interview.ports import BlobStore, SpokenAudio, Synthesiser

CACHED_PROMPTS = 96
SYNTHESIS_TIMEOUT_S = 8.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """What makes two prompts sound the same."""

    text: str
    language: str
    voice: str | None


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
    """Synthesises each text once; several waiters share one synthesis."""

    def __init__(self, synthesiser: Synthesiser | None, blobs: BlobStore) -> None:
        self._synthesiser = synthesiser
        self._blobs = blobs
        self._pending: OrderedDict[SpeechRequest, asyncio.Task[SpokenAudio]] = OrderedDict()

    def prefetch(self, request: SpeechRequest) -> None:
        """Start the synthesis of what will probably be said next."""
        if self._synthesiser is not None and self._synthesiser.health().available:
            self._task(request)

    async def obtain(self, request: SpeechRequest) -> SpokenAudio:
        """The audio for a text.

        Raises:
            Unavailable: There is no synthesiser, it failed, or it took over 8 s.
        """
        if self._synthesiser is None:
            raise Unavailable("tts", "no voice is configured")
        task = self._task(request)
        try:
            return await asyncio.wait_for(asyncio.shield(task), SYNTHESIS_TIMEOUT_S)
        except TimeoutError as error:
            self._pending.pop(request, None)
            task.cancel()
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
            while len(self._pending) > CACHED_PROMPTS:
                self._pending.popitem(last=False)
        self._pending.move_to_end(request)
        return task

    async def _synthesise(self, request: SpeechRequest) -> SpokenAudio:
        assert self._synthesiser is not None
        return await self._synthesiser.synthesise(
            request.text, language=request.language, voice=request.voice
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
