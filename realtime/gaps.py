"""Where a page's kept microphone audio goes on after what the server had already heard.

Both sides hold the same second or two before the network was cut: the server after Opus, the page
before it. Normalised cross-correlation finds the one inside the other, to the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
MIN_SCORE = 0.6
MIN_OVERLAP_S = 0.2
PROBE_S = 1.0
SILENT_RMS = 40.0

Signal = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Repair:
    """`unheard`: the backlog after the last heard sample.

    `score` is the correlation from 0 to 1; `method` tells whether it was enough to believe.
    """

    unheard: bytes
    offset_samples: int
    score: float
    method: Literal["correlation", "time"]


def unheard_part(
    heard: bytes, backlog: bytes, *, estimate_s: float, search_s: float | None = None
) -> Repair:
    """Cut from `backlog` what the server has already heard.

    Args:
        heard: The last seconds received before the gap, PCM16 mono 16 kHz.
        backlog: What the page kept, from before the gap on, same format.
        estimate_s: Where by the clocks the heard audio ends in the backlog; used when the
            correlation is weak (silence, another microphone).
        search_s: How far from the estimate to look; everywhere if None.
    """
    found = _find_end(_signal(heard), _signal(backlog), estimate_s, search_s)
    if found is not None and found[1] >= MIN_SCORE:
        end, score = found
        return Repair(backlog[end * 2 :], end, score, "correlation")
    end = min(max(round(estimate_s * RATE_HZ), 0), len(backlog) // 2)
    return Repair(backlog[end * 2 :], end, found[1] if found else 0.0, "time")


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


def _find_end(
    heard: Signal, backlog: Signal, estimate_s: float, search_s: float | None
) -> tuple[int, float] | None:
    probe = heard[-int(PROBE_S * RATE_HZ) :]
    if len(probe) < MIN_OVERLAP_S * RATE_HZ or len(backlog) < len(probe) or _silent(probe):
        return None
    scores = _correlation(backlog, probe)
    if search_s is not None:
        start = estimate_s * RATE_HZ - len(probe)
        reach = search_s * RATE_HZ
        places = np.arange(len(scores))
        scores = np.where(np.abs(places - start) <= reach, scores, 0.0)
    best = int(np.argmax(scores))
    return best + len(probe), float(scores[best])


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
