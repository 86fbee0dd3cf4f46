from __future__ import annotations

import fractions
from pathlib import Path

import av
import numpy as np
import pytest

from realtime.gaps import overlap_start
from tests.fakes.conversation import clip

RATE_HZ = 16_000


def through_opus(pcm: bytes) -> bytes:
    """What a peer hears of it: Opus at 32 kbit/s there and back, its delay left in."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.bit_rate, encoder.format, encoder.layout = 32_000, "s16", "mono"
    encoder.sample_rate, encoder.time_base = RATE_HZ, fractions.Fraction(1, RATE_HZ)
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "mono", RATE_HZ
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    out = bytearray()
    for at in range(0, len(pcm) - 640, 640):
        frame = av.AudioFrame(format="s16", layout="mono", samples=320)
        frame.planes[0].update(pcm[at : at + 640])
        frame.sample_rate, frame.pts = RATE_HZ, at // 2
        for packet in encoder.encode(frame):
            for decoded in decoder.decode(av.Packet(bytes(packet))):
                for piece in resampler.resample(decoded):
                    out += bytes(piece.planes[0])[: piece.samples * 2]
    return bytes(out)


def with_noise(pcm: bytes, level: float) -> bytes:
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    noise = np.random.default_rng(7).normal(0, level, len(samples))
    return np.clip(samples + noise, -32768, 32767).astype("<i2").tobytes()


def test_live_audio_is_found_in_the_backlog(shared_dir: Path) -> None:
    speech = clip(shared_dir / "speech" / "jfk.flac")
    live = through_opus(speech)[4 * RATE_HZ * 2 :]
    start = overlap_start(speech[: 6 * RATE_HZ * 2], live)
    assert start is not None
    assert start / 2 == pytest.approx(4 * RATE_HZ, abs=0.02 * RATE_HZ)
    assert overlap_start(speech[: 3 * RATE_HZ * 2], live) is None
    assert overlap_start(speech, bytes(RATE_HZ * 2)) is None
