"""The avatar's own voice, coming back through the candidate's microphone, is no speech.

Each window of the microphone is matched with what was played within the last 0.7 s. The same
sound at a steady delay is an echo, however loud; somebody who speaks over it no longer matches.
Browsers cancel echo themselves: this is for what they leave, and for clients that do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE_HZ = 16_000
DECIMATION = 3
HEARD = 1_536
MAX_DELAY = 11_200
KEPT = HEARD + MAX_DELAY + 2_048
SURE_MATCH = 0.4  # unrelated speech matches by chance up to 0.18 (95 of 100 windows)
LIKELY_MATCH = 0.2
MARGIN = 1.6
FOLLOW = 0.1
NEAR = 400  # the two clocks meet in steps of 20 ms and 32 ms
CONFIRM = 8
QUIET = 1e-9


class EchoGuard:
    """Feed it what is played and what is heard; it remembers the delay once it is sure of it.

    A match is the share of the heard energy that a scaled copy of the played sound explains. In a
    room that smears the echo the match is weak: once the delay is known, what is not much louder
    than the echo has been so far (Geigel's rule) is echo too.
    """

    def __init__(self) -> None:
        self._played = np.zeros(KEPT, dtype=np.float32)
        self._heard = np.zeros(HEARD, dtype=np.float32)
        self._delay: int | None = None
        self._coupling = 0.0
        self._candidate: tuple[int, int] = (0, 0)
        self._silent = KEPT

    def played(self, pcm: bytes | None, samples: int) -> None:
        """So many samples went out at 48 kHz: PCM16, or None for silence."""
        size = samples // DECIMATION
        if pcm is None:
            self._silent += size
            fresh = np.zeros(size, dtype=np.float32)
        else:
            self._silent = 0
            loud = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32_768
            fresh = loud[: size * DECIMATION].reshape(size, DECIMATION).mean(axis=1)
        self._played = np.concatenate((self._played[size:], fresh))

    def heard(self, samples: NDArray[Any]) -> None:
        """A window of the microphone: PCM16 at 16 kHz, at most 1536 samples."""
        fresh = samples.astype(np.float32) / 32_768
        self._heard = np.concatenate((self._heard[len(fresh) :], fresh))

    def is_echo(self) -> bool:
        """Whether the last 96 ms of the microphone are the avatar's own voice."""
        if self._silent >= KEPT:
            return False
        match, delay = self._best(self._heard)
        level = self._level()
        if match >= LIKELY_MATCH:
            self._learn(delay, level)
        if match >= SURE_MATCH:
            return True
        return self._delay is not None and level <= MARGIN * self._coupling

    def _learn(self, delay: int, level: float) -> None:
        last, count = self._candidate
        near = abs(delay - last) <= NEAR
        count = min(count + 1, 2 * CONFIRM) if near else count - 1
        self._candidate = (delay, max(count, 1)) if near or count < 1 else (last, count)
        if near and count >= CONFIRM:
            self._delay = delay
            self._coupling += FOLLOW * (level - self._coupling) if self._coupling else level

    def _level(self) -> float:
        """How loud the microphone is beside the loudest 96 ms that may still be in the room."""
        blocks = self._played[: len(self._played) // HEARD * HEARD].reshape(-1, HEARD)
        loudest = float(np.sqrt((blocks.astype(np.float64) ** 2).mean(axis=1).max()))
        return float(np.sqrt((self._heard.astype(np.float64) ** 2).mean())) / max(loudest, QUIET)

    def _best(self, heard: Samples) -> tuple[float, int]:
        """The best match over all delays; a delay counts back from the newest played sample."""
        matches = self._matches(heard, self._played)
        at = int(np.argmax(matches))
        return float(matches[at]), len(matches) - 1 - at

    @staticmethod
    def _matches(heard: Samples, played: Samples) -> Samples:
        """For each place of `heard` along `played`, the explained share of its energy."""
        size = 1 << (len(played) + len(heard) - 1).bit_length()
        spectrum = np.fft.rfft(played, size) * np.conj(np.fft.rfft(heard, size))
        products = np.fft.irfft(spectrum, size)[: len(played) - len(heard) + 1]
        energy = np.concatenate(([0.0], np.cumsum(played.astype(np.float64) ** 2)))
        under = energy[len(heard) :] - energy[: len(energy) - len(heard)]
        total = float((heard.astype(np.float64) ** 2).sum())
        shares = products**2 / np.maximum(under * total, QUIET)
        return np.asarray(np.where(products > 0, shares, 0.0), dtype=np.float32)
