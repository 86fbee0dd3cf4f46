"""A small livekit-agents plugin: engines of the real base classes that need no service."""

from __future__ import annotations

from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import NOT_GIVEN, APIConnectionError, APIConnectOptions, stt, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS
from livekit.agents.utils import AudioBuffer

RATE = 16_000


def event(kind: stt.SpeechEventType, text: str, end_s: float = 0.0) -> stt.SpeechEvent:
    return stt.SpeechEvent(
        type=kind,
        alternatives=[stt.SpeechData(language="en", text=text, end_time=end_s, confidence=0.8)],  # type: ignore[arg-type]
    )


class FakeStream(stt.RecognizeStream):
    """Hears one word a second; the final comes when its input ends."""

    async def _run(self) -> None:
        seconds = 0.0
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                seconds += item.duration
                text = " ".join(["word"] * int(seconds))
                self._event_ch.send_nowait(event(stt.SpeechEventType.INTERIM_TRANSCRIPT, text))
        assert isinstance(self._stt, StreamingStt)
        if self._stt.failures > 0:
            self._stt.failures -= 1
            raise APIConnectionError("cut", retryable=False)
        text = " ".join(["word"] * int(seconds))
        self._event_ch.send_nowait(event(stt.SpeechEventType.FINAL_TRANSCRIPT, text, seconds))


class StreamingStt(stt.STT[Any]):
    """A streaming engine."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=True))
        self.failures = 0

    def stream(
        self,
        *,
        language: Any = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return FakeStream(stt=self, conn_options=APIConnectOptions(max_retry=0))

    async def _recognize_impl(
        self, buffer: AudioBuffer, *, language: Any = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        raise APIConnectionError("this engine only streams", retryable=False)


class ClipStt(stt.STT[Any]):
    """An engine for whole clips."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))

    async def _recognize_impl(
        self, buffer: AudioBuffer, *, language: Any = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        return event(stt.SpeechEventType.FINAL_TRANSCRIPT, "a whole clip")


class ToneStream(tts.ChunkedStream):
    """Half a second of tone, a second of nothing, half a second of tone."""

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id="1", sample_rate=RATE, num_channels=1, mime_type="audio/pcm"
        )
        tone = (np.sin(np.arange(RATE // 2) / 5) * 9_000).astype("<i2").tobytes()
        output_emitter.push(tone + bytes(RATE * 2) + tone)
        output_emitter.flush()


class ToneTts(tts.TTS[Any]):
    """A voice of tones."""

    def __init__(self) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1
        )

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return ToneStream(tts=self, input_text=text, conn_options=conn_options)


class NeedsKey(ToneTts):
    """Refuses to start, as plugins without their key do."""

    def __init__(self) -> None:
        raise ValueError("FAKE_API_KEY is required")
