"""How an AgentSession sees our hearing: an audio input and an STT plugin, nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectOptions, LanguageCode, stt
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, NotGivenOr
from livekit.agents.utils import AudioBuffer
from livekit.agents.voice import io

from interview.errors import Unavailable
from interview.ports import RECOGNITION_RATE_HZ, AudioIn, PcmFrame

START_S = "start_s"


class CandidateAudio(io.AudioInput):
    """Frames of an `AudioIn` as 16 kHz rtc frames that carry their time on the session clock."""

    def __init__(self, source: AudioIn) -> None:
        super().__init__(label="CandidateAudio")
        self._source = source
        self._resampler: rtc.AudioResampler | None = None
        self._rate_hz = RECOGNITION_RATE_HZ

    async def __anext__(self) -> rtc.AudioFrame:
        while True:
            try:
                frame = await self._source.receive()
            except EOFError:
                raise StopAsyncIteration from None
            samples = self._resampled(frame)
            if samples:
                return rtc.AudioFrame(
                    samples,
                    RECOGNITION_RATE_HZ,
                    1,
                    len(samples) // 2,
                    userdata={START_S: frame.start_s},
                )

    def _resampled(self, frame: PcmFrame) -> bytes:
        if frame.sample_rate_hz == RECOGNITION_RATE_HZ:
            return frame.samples
        if self._resampler is None or self._rate_hz != frame.sample_rate_hz:
            self._rate_hz = frame.sample_rate_hz
            self._resampler = rtc.AudioResampler(frame.sample_rate_hz, RECOGNITION_RATE_HZ)
        return b"".join(bytes(f.data) for f in self._resampler.push(bytearray(frame.samples)))


class CandidateStt(stt.STT[str]):
    """Feeds what the session hears to `on_frame`, asks for a flush through `on_flush`."""

    def __init__(
        self,
        *,
        language: str,
        on_frame: Callable[[PcmFrame], None],
        on_flush: Callable[[], None],
    ) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=True, offline_recognize=False, manual_flush=True
            )
        )
        self.on_frame = on_frame
        self.on_flush = on_flush
        self._language = LanguageCode(language)
        self._current: _CandidateStream | None = None

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        """The session's stream; a new one takes over from the old."""
        self._current = _CandidateStream(self, conn_options)
        return self._current

    def tell(self, text: str, final: bool) -> None:
        """Words for the session's turn logic."""
        if self._current is None:
            return
        kind = stt.SpeechEventType
        self._current.tell(
            stt.SpeechEvent(
                type=kind.FINAL_TRANSCRIPT if final else kind.INTERIM_TRANSCRIPT,
                alternatives=[stt.SpeechData(language=self._language, text=text, confidence=1.0)],
            )
        )

    async def _recognize_impl(self, buffer: AudioBuffer, **_: Any) -> stt.SpeechEvent:
        raise Unavailable("stt", "only streams are recognised here")


class _CandidateStream(stt.RecognizeStream):
    def __init__(self, parent: CandidateStt, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=parent, conn_options=conn_options)
        self._parent = parent
        self._next_s = 0.0

    def tell(self, event: stt.SpeechEvent) -> None:
        if not self._event_ch.closed:
            self._event_ch.send_nowait(event)

    async def _run(self) -> None:
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                # Frames replaced by silence (under an uninterruptible prompt) carry no time.
                start_s = float(item.userdata.get(START_S, self._next_s))
                self._next_s = start_s + item.duration
                self._parent.on_frame(PcmFrame(bytes(item.data), item.sample_rate, start_s))
            else:
                self._parent.on_flush()
