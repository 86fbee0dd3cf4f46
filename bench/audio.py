"""The load's side of the sound: speech encoded once, sent as ready Opus packets on cue.

The load generator must not be what is measured: it encodes nothing while the clocks run.
"""

from __future__ import annotations

import asyncio
import fractions
import time
from pathlib import Path
from typing import Any

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.audio.resampler import AudioResampler

RATE_HZ = 48_000
FRAME = RATE_HZ // 50
FRAME_S = 0.02
TIME_BASE = fractions.Fraction(1, RATE_HZ)
BIT_RATE = 32_000


def opus_packets(path: Path) -> list[bytes]:
    """A recording as 20 ms Opus packets (mono, 32 kbit/s)."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.bit_rate = BIT_RATE
    encoder.format, encoder.layout, encoder.sample_rate = "s16", "mono", RATE_HZ
    encoder.time_base = TIME_BASE
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE_HZ, frame_size=FRAME)
    packets: list[bytes] = []
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            for piece in resampler.resample(frame):
                packets += [bytes(packet) for packet in encoder.encode(piece)]
    return packets


def silent_packet() -> bytes:
    """20 ms of Opus silence."""
    return b"\xf8\xff\xfe"


class Microphone(MediaStreamTrack):
    """Sends silence, and the packets of a clip when told to; `loop` says it for ever."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._clip: list[bytes] = []
        self._place = 0
        self._again = False
        self._sent = 0
        self._started = 0.0
        self.late_frames = 0
        self.finished = asyncio.Event()

    def say(self, packets: list[bytes], *, loop: bool = False) -> None:
        """Send these next."""
        self._clip, self._place, self._again = packets, 0, loop
        self.finished.clear()

    async def recv(self) -> Any:
        """The next 20 ms, on an absolute clock."""
        if self.readyState != "live":
            raise MediaStreamError
        now = time.monotonic()
        self._started = self._started or now
        wait_s = self._started + self._sent * FRAME_S - now
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        elif wait_s < -FRAME_S:
            self.late_frames += 1
        packet = av.Packet(self._next())
        packet.pts, packet.time_base = self._sent * FRAME, TIME_BASE
        self._sent += 1
        return packet

    def _next(self) -> bytes:
        if self._place >= len(self._clip):
            if not self._again or not self._clip:
                self.finished.set()
                return silent_packet()
            self._place = 0
        self._place += 1
        return self._clip[self._place - 1]


async def count_heard(track: MediaStreamTrack, heard: dict[str, float]) -> None:
    """Receive until the end; adds to `heard["s"]` what was louder than silence."""
    try:
        while True:
            frame: Any = await track.recv()
            samples = memoryview(bytes(frame.planes[0])).cast("h")
            if max(samples[::16]) > 500:  # every 16th sample tells loud from silent
                heard["s"] += frame.samples / frame.sample_rate
    except MediaStreamError:
        return
