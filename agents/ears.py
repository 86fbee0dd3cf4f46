"""How an AgentSession hears: an audio input that shows every frame to us first."""

from __future__ import annotations

from collections.abc import Callable

from livekit import rtc
from livekit.agents.voice import io

from interview.ports.conversation import AudioIn
from interview.ports.speech import RECOGNITION_RATE_HZ, PcmFrame


class CandidateAudio(io.AudioInput):
    """Frames of an `AudioIn` at 16 kHz, as loud as `level` makes them; `on_frame` gets them with
    their time."""

    def __init__(
        self,
        source: AudioIn,
        on_frame: Callable[[PcmFrame], None] | None = None,
        level: Callable[[bytes], bytes] | None = None,
    ) -> None:
        super().__init__(label="CandidateAudio")
        self._source = source
        self._on_frame = on_frame
        self._level = level
        self._resampler: rtc.AudioResampler | None = None
        self._rate_hz = RECOGNITION_RATE_HZ

    async def __anext__(self) -> rtc.AudioFrame:
        while True:
            try:
                frame = await self._source.receive()
            except EOFError:
                raise StopAsyncIteration from None
            samples = self._resampled(frame)
            if not samples:
                continue
            if self._level is not None:
                samples = self._level(samples)
            if self._on_frame is not None:
                self._on_frame(PcmFrame(samples, RECOGNITION_RATE_HZ, frame.start_s))
            return rtc.AudioFrame(samples, RECOGNITION_RATE_HZ, 1, len(samples) // 2)

    def _resampled(self, frame: PcmFrame) -> bytes:
        if frame.sample_rate_hz == RECOGNITION_RATE_HZ:
            return frame.samples
        if self._resampler is None or self._rate_hz != frame.sample_rate_hz:
            self._rate_hz = frame.sample_rate_hz
            self._resampler = rtc.AudioResampler(frame.sample_rate_hz, RECOGNITION_RATE_HZ)
        return b"".join(bytes(f.data) for f in self._resampler.push(bytearray(frame.samples)))
