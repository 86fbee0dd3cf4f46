"""Clips as people send them: encoded, cut, damaged, glued together."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler

RATE_HZ = 16_000
Samples = np.ndarray[Any, Any]


def sweep(seconds: float) -> Samples:
    """A tone that rises: each moment sounds different, and none is silent."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = np.sin(2 * np.pi * (200 * t + 60 * t**2)) * 9_000
    return np.asarray(np.rint(tone).astype("<i2"))


def encoded(
    samples: Samples, form: str, codec: str, rate_hz: int = RATE_HZ, options: Any = None
) -> bytes:
    """Mono, or shape (2, n) as stereo, in a container."""
    planes = np.atleast_2d(samples)
    layout = "mono" if planes.shape[0] == 1 else "stereo"
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form, options=options or {}) as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout=layout)
        fifo: Any = av.AudioFifo()
        resampler = AudioResampler(format=stream.format, layout=layout, rate=rate_hz)
        packed = np.ascontiguousarray(planes.T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = None
            fifo.write(piece)
        at = 0
        while (piece := fifo.read(stream.frame_size or 1024, partial=True)) is not None:
            piece.pts, piece.time_base, piece.sample_rate = at, Fraction(1, rate_hz), rate_hz
            at += piece.samples
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def damaged(content: bytes, share: float, size: int = 400) -> bytes:
    """With so many bytes overwritten."""
    out = bytearray(content)
    at = int(len(out) * share)
    out[at : at + size] = np.random.default_rng(3).integers(0, 256, size, dtype=np.uint8).tobytes()
    return bytes(out)
