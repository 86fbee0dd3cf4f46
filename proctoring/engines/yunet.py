"""Finding faces with OpenCV's YuNet.

Source: opencv_zoo, face_detection_yunet (MIT). Finds faces from about 10 pixels up.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from proctoring.base import EngineTag, FaceBox
from proctoring.engines.base import Pixels

WIDTH_PX = 320
MIN_SCORE = 0.6
MAX_OVERLAP = 0.3
MAX_FACES = 50


class YuNet:
    """Faces at 320 pixels' width."""

    def __init__(self, model: Path, sha256: str) -> None:
        self.tag = EngineTag(name="yunet", model_sha256=sha256)
        self._detector = cv2.FaceDetectorYN.create(
            str(model), "", (WIDTH_PX, WIDTH_PX), MIN_SCORE, MAX_OVERLAP, MAX_FACES
        )
        self._size = (0, 0)

    def find(self, pixels: Pixels) -> tuple[FaceBox, ...]:
        """All faces, the largest first."""
        height, width = pixels.shape[:2]
        scale = max(1.0, max(height, width) / WIDTH_PX)
        size = (max(1, round(width / scale)), max(1, round(height / scale)))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale > 1 else pixels
        if size != self._size:
            self._detector.setInputSize(size)
            self._size = size
        rows = self._detector.detect(np.ascontiguousarray(small))[1]
        boxes = [] if rows is None else [_box(row, scale) for row in rows]
        return tuple(sorted(boxes, key=lambda box: box.width * box.height, reverse=True))


def _box(row: np.ndarray, scale: float) -> FaceBox:
    x, y, width, height = (round(float(value) * scale, 1) for value in row[:4])
    return FaceBox(x=x, y=y, width=width, height=height, score=round(float(row[14]), 3))
