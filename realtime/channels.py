"""Several channels into one, without losing a voice that is in one of them, or in both reversed."""

from __future__ import annotations

from typing import Any

import numpy as np

SILENT = 0.01  # a channel 40 dB below the loudest is not connected
OPPOSED = -0.5
HOLD = 0.9  # what was judged so far weighs so much at each frame


PACKED = "flt"


def channels_of(frame: Any) -> Any:
    """The samples of a frame in the `PACKED` format, shape (channels, samples).

    Never planar: PyAV counts planes up to a null pointer, which no frame of eight channels or more
    has, and reads whatever lies behind it.
    """
    return frame.to_ndarray().reshape(-1, frame.layout.nb_channels).T


class Mixer:
    """Judges the channels as they go on; the mean of those that carry sound.

    Channels that are each other's opposite (a balanced line wired as stereo) would cancel: then
    the louder alone. Hum and offset, which are in all channels alike, do not count.
    """

    def __init__(self) -> None:
        self._products: Any = None

    def mix(self, channels: Any) -> Any:
        """Planar floats, shape (channels, samples), to int16 of shape (samples,)."""
        if channels.shape[0] == 1:
            return _whole(channels[0])
        edges = np.diff(channels, axis=1)
        products = edges @ edges.T
        before = self._products
        self._products = products if before is None else HOLD * before + products
        return _whole(self._weights(channels.shape[0]) @ channels)

    def _weights(self, count: int) -> Any:
        energy = np.diag(self._products)
        loudest = int(np.argmax(energy))
        weights = np.zeros(count, dtype=np.float32)
        if energy[loudest] <= 0:
            return weights + 1 / count
        agrees = [
            energy[at] > energy[loudest] * SILENT**2
            and self._products[at, loudest] > OPPOSED * np.sqrt(energy[at] * energy[loudest])
            for at in range(count)
        ]
        weights[agrees] = 1 / sum(agrees)
        return weights


def _whole(samples: Any) -> Any:
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2")
