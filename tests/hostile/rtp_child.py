"""Decodes mutated RTP payloads as a peer does: `python -m tests.hostile.rtp_child SEED COUNT`.

Prints the slowest, in seconds of the processor; any other end than that is a fault.
"""

from __future__ import annotations

import random
import sys
import time
from fractions import Fraction
from typing import Any

import av
from aiortc.codecs import depayload
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av.logging import set_level

from realtime import decoders
from tests.hostile.mutate import mutated

FRAMES = 12


def video() -> list[Any]:
    """Moving pictures."""
    found = []
    for number in range(FRAMES):
        frame = av.VideoFrame(320, 240, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes((number * 9 + at) % 251 for at in range(plane.buffer_size)))
        frame.pts, frame.time_base = number * 3000, Fraction(1, 90_000)
        found.append(frame)
    return found


def sound() -> list[Any]:
    """A tone of sorts."""
    found = []
    for number in range(FRAMES):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(bytes((number + at) % 256 for at in range(1920)))
        frame.sample_rate, frame.pts = 48_000, number * 960
        frame.time_base = Fraction(1, 48_000)
        found.append(frame)
    return found


CODECS = {
    "audio/opus": (OpusEncoder, sound, 48_000),
    "video/VP8": (Vp8Encoder, video, 90_000),
    "video/H264": (H264Encoder, video, 90_000),
}


def main(seed: int, count: int) -> None:
    """Try them all, each codec with a decoder that lives as long as a call."""
    set_level(av.logging.PANIC)
    chance, slowest_s, seen = random.Random(seed), 0.0, 0
    for mime, (encoder, source, rate) in CODECS.items():
        made = encoder()
        codec = RTCRtpCodecParameters(mimeType=mime, clockRate=rate, payloadType=97)
        good = [made.encode(frame)[0] for frame in source()]
        decoder = decoders.get_decoder(codec)
        for number in range(count // len(CODECS)):
            payloads = list(good[number % FRAMES])
            for at in chance.sample(range(len(payloads)), min(len(payloads), chance.randint(0, 2))):
                payloads[at] = mutated(payloads[at], chance, head=chance.choice((12, 60, 1300)))
            began = time.process_time()
            try:
                data = b"".join(depayload(codec, one) if one else b"" for one in payloads)
                seen += len(decoder.decode(JitterFrame(data=data, timestamp=number * rate // 30)))
            except (ValueError, av.error.FFmpegError):
                pass  # what aiortc's receiver expects of either
            slowest_s = max(slowest_s, time.process_time() - began)
    assert seen > count // 10, "hardly anything was good enough to be decoded"
    print(round(slowest_s, 3))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
