"""Trim, level and pace synthesised speech: EBU R128 and time-stretching by FFmpeg's filters.

Float32 samples in [-1, 1], mono. Nothing is kept between calls.
"""

from __future__ import annotations

import math

import av
import av.filter
import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

TARGET_LUFS = -20.0  # online speech is played at -16 to -20; R128's -23 is for broadcasts
TARGET_DBFS = -20.0
PEAK = 0.89  # -1 dBFS
FRAME_S = 0.01
SILENT_DBFS = -50.0
LEAD_S = 0.03
TAIL_S = 0.15
BLOCK_S = 0.4
GATED_LUFS = -69.0


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
    """The same speech at -20 LUFS, its peak below -1 dBFS.

    Speech too short for one block of the measure (0.4 s) comes to -20 dBFS RMS where someone
    speaks; silence stays silence.
    """
    peak = float(np.abs(audio).max()) if len(audio) else 0.0
    if peak < 1e-6:
        return audio
    loudness = integrated_lufs(audio, rate_hz)
    if loudness is None:
        gain = 10 ** (TARGET_DBFS / 20) / _speaking_rms(audio, rate_hz)
    else:
        gain = 10 ** ((TARGET_LUFS - loudness) / 20)
    return (audio * min(gain, PEAK / peak)).astype(np.float32)


def integrated_lufs(audio: Audio, rate_hz: int) -> float | None:
    """Integrated loudness; None when less than one block is loud enough to count.

    Source: EBU R 128 / ITU-R BS.1770-4, by FFmpeg's `ebur128`.
    """
    if len(audio) < BLOCK_S * rate_hz:
        return None
    step = rate_hz // 10  # the measure advances by 100 ms: without this the last is not counted
    padded = np.pad(audio, (0, -len(audio) % step))
    found: float | None = None
    for frame in _filtered(padded, rate_hz, "ebur128", "metadata=1"):
        value = frame.metadata.get("lavfi.r128.I")
        found = float(value) if value is not None else found
    if found is None or not math.isfinite(found) or found < GATED_LUFS:
        return None
    return found


def paced(audio: Audio, rate_hz: int, rate: float) -> Audio:
    """The same speech, `rate` times as fast, at the same pitch (FFmpeg's `atempo`)."""
    if rate == 1.0 or len(audio) == 0:
        return audio
    frames = _filtered(audio, rate_hz, "atempo", f"{rate:.3f}")
    return np.concatenate([_samples(frame) for frame in frames]).astype(np.float32)


def pcm16(audio: Audio) -> bytes:
    """Signed 16-bit little-endian."""
    return (np.clip(audio, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def _speaking_rms(audio: Audio, rate_hz: int) -> float:
    size = max(1, min(len(audio), int(rate_hz * 0.05)))
    count = len(audio) // size
    power = (audio[: count * size].reshape(count, size) ** 2).mean(axis=1)
    speaking = power[power > power.max() * 0.01]
    return float(np.sqrt(speaking.mean()))


def _filtered(audio: Audio, rate_hz: int, name: str, arguments: str) -> list[av.AudioFrame]:
    """Everything that comes out of one FFmpeg filter."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=rate_hz, layout="mono")
    made = graph.add(name, arguments)
    shape = graph.add("aformat", "sample_fmts=flt:channel_layouts=mono")
    sink = graph.add("abuffersink")
    source.link_to(made)
    made.link_to(shape)
    shape.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(audio.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate, frame.pts = rate_hz, 0
    source.push(frame)
    source.push(None)
    found: list[av.AudioFrame] = []
    while True:
        try:
            pulled = sink.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            return found
        if isinstance(pulled, av.AudioFrame):
            found.append(pulled)


def _samples(frame: av.AudioFrame) -> Audio:
    return np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1)
