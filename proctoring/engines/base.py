"""What the worker asks of engines. Pixels are BGR, uint8, shape (height, width, 3)."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from proctoring.base import EngineTag, FaceBox, HeadReading, ObjectBox

Pixels = NDArray[np.uint8]


class FaceFinder(Protocol):
    """Counts faces."""

    tag: EngineTag

    def find(self, pixels: Pixels) -> tuple[FaceBox, ...]:
        """All faces, the largest first."""


class FaceTracker(Protocol):
    """Follows one candidate's face from frame to frame."""

    def read(self, pixels: Pixels) -> HeadReading | None:
        """Pose, eyes and mouth of the largest face; None without a face."""

    def close(self) -> None: ...


class Landmarks(Protocol):
    """Makes trackers, one for each candidate."""

    tag: EngineTag

    def tracker(self) -> FaceTracker: ...


class Embedder(Protocol):
    """A face as numbers."""

    tag: EngineTag

    def embed(self, pixels: Pixels, face: FaceBox) -> tuple[float, ...]: ...


class ObjectFinder(Protocol):
    """Everyday objects."""

    tag: EngineTag

    def find(self, pixels: Pixels) -> tuple[ObjectBox, ...]: ...
