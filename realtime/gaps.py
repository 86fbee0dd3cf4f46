"""Where a page's kept microphone audio goes on after what the server had already heard.

Both sides hold the same second or two before the network was cut: the server after Opus, the page
before it. Normalised cross-correlation finds the one inside the other, to the sample.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
MIN_SCORE = 0.6
MIN_OVERLAP_S = 0.2
PROBE_S = 1.0
SILENT_RMS = 40.0

Signal = NDArray[np.float64]


def overlap_start(backlog: bytes, live: bytes) -> int | None:
    """At which byte of `backlog` the audio of `live` begins; None when they do not overlap.

    The live audio may run on after the end of the backlog.
    """
    kept, fresh = _signal(backlog), _signal(live)
    probe = fresh[: int(PROBE_S * RATE_HZ)]
    if len(probe) < MIN_OVERLAP_S * RATE_HZ or len(kept) < len(probe) or _silent(probe):
        return None
    scores = _correlation(kept, probe)
    best = int(np.argmax(scores))
    return best * 2 if scores[best] >= MIN_SCORE else None


def _correlation(long: Signal, probe: Signal) -> Signal:
    """Normalised correlation of the probe with every place where it fits wholly, -1 to 1."""
    size = 1 << (len(long) + len(probe) - 1).bit_length()
    spectrum = np.fft.rfft(long, size) * np.conj(np.fft.rfft(probe, size))
    products = np.fft.irfft(spectrum, size)[: len(long) - len(probe) + 1]
    energy = np.concatenate(([0.0], np.cumsum(long**2)))
    windows = energy[len(probe) :] - energy[: -len(probe)]
    floor = SILENT_RMS**2 * len(probe)
    norm = np.sqrt(np.maximum(windows, floor) * max(float(np.sum(probe**2)), floor))
    return np.asarray(products / norm, dtype=np.float64)


def _signal(pcm: bytes) -> Signal:
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64)
    return samples - samples.mean() if len(samples) else samples


def _silent(probe: Signal) -> bool:
    return float(np.sqrt(np.mean(probe**2))) < SILENT_RMS
