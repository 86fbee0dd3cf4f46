"""Trim and level synthesised speech. Pure; float32 samples in [-1, 1]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

TARGET_DBFS = -20.0
PEAK = 0.97
FRAME_S = 0.01
SILENT_DBFS = -50.0
LEAD_S = 0.03
TAIL_S = 0.15


def trimmed(audio: Audio, rate_hz: int) -> tuple[Audio, int]:
    """The audio without excess silence at both ends, and how many samples went at the start.

    30 ms stay before the speech and 150 ms after; silence alone stays as it is.
    """
    size = max(1, int(rate_hz * FRAME_S))
    count = len(audio) // size
    if count == 0:
        return audio, 0
    level = np.sqrt((audio[: count * size].reshape(count, size) ** 2).mean(axis=1))
    threshold = max(10 ** (SILENT_DBFS / 20), float(level.max()) * 0.01)
    loud = np.flatnonzero(level > threshold)
    if len(loud) == 0:
        return audio, 0
    start = max(0, int(loud[0]) * size - int(LEAD_S * rate_hz))
    end = min(len(audio), (int(loud[-1]) + 1) * size + int(TAIL_S * rate_hz))
    return audio[start:end], start


def levelled(audio: Audio, rate_hz: int) -> Audio:
    """The same speech at -20 dBFS RMS (counted where someone speaks), its peak below full scale."""
    size = max(1, int(rate_hz * 0.05))
    count = len(audio) // size
    peak = float(np.abs(audio).max()) if len(audio) else 0.0
    if count == 0 or peak < 1e-6:
        return audio
    power = (audio[: count * size].reshape(count, size) ** 2).mean(axis=1)
    speaking = power[power > power.max() * 0.01]
    gain = 10 ** (TARGET_DBFS / 20) / float(np.sqrt(speaking.mean()))
    return (audio * min(gain, PEAK / peak)).astype(np.float32)


def pcm16(audio: Audio) -> bytes:
    """Signed 16-bit little-endian."""
    return (np.clip(audio, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
