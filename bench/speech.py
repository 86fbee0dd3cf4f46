"""Recordings of people for the benchmarks."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

RATE_HZ = 16_000
ROOT = Path(__file__).resolve().parent.parent
Samples = NDArray[np.float64]


def speech_folder() -> Path:
    """Where the recordings are: `../shared/speech`, or `VIVA_TEST_SHARED`."""
    return Path(os.environ.get("VIVA_TEST_SHARED", ROOT.parent / "shared")) / "speech"


def read_clip(path: Path, rate_hz: int = RATE_HZ) -> Samples:
    """A recording as floats in -1..1, mono."""
    resampler = AudioResampler(format="s16", layout="mono", rate=rate_hz)
    pieces: list[bytes] = []
    with av.open(str(path)) as container:
        for frame in [*container.decode(container.streams.audio[0]), None]:
            for piece in resampler.resample(frame):
                pieces.append(bytes(piece.planes[0])[: piece.samples * 2])
    return np.frombuffer(b"".join(pieces), dtype="<i2").astype(np.float64) / 32_768
