"""Finding faces with MediaPipe's short-range BlazeFace on LiteRT.

Source: MediaPipe BlazeFace (short range) model card; SSD anchors of its graph options.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from proctoring.base import EngineTag, FaceBox
from proctoring.engines.base import Pixels
from proctoring.engines.boxes import best_of, letterbox

SIZE_PX = 128
MIN_SCORE = 0.6
MAX_OVERLAP = 0.3
STRIDES = ((8, 2), (16, 6))  # stride, anchors at each place
KEY_POINTS = 6

Floats = NDArray[np.float32]


def anchors() -> Floats:
    """Centres of the 896 anchors, 0-1."""
    centres: list[tuple[float, float]] = []
    for stride, count in STRIDES:
        places = SIZE_PX // stride
        for row in range(places):
            for column in range(places):
                centres += [((column + 0.5) / places, (row + 0.5) / places)] * count
    return np.array(centres, np.float32)


class BlazeFace:
    """One pass over one square; boxes and six key points in the picture's pixels."""

    def __init__(self, model: Path) -> None:
        self._interpreter = Interpreter(str(model), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = {one["name"]: one["index"] for one in self._interpreter.get_output_details()}
        self._boxes, self._scores = outputs["regressors"], outputs["classificators"]
        self._anchors = anchors()

    def find(self, pixels: Pixels) -> list[tuple[FaceBox, Floats]]:
        """Every anchor above MIN_SCORE, with its key points of shape (6, 2)."""
        square, scale, (left, top) = letterbox(pixels, SIZE_PX)
        rgb = square[:, :, ::-1].astype(np.float32) / 127.5 - 1
        self._interpreter.set_tensor(self._input, np.ascontiguousarray(rgb[None]))
        self._interpreter.invoke()
        logits = self._interpreter.get_tensor(self._scores)[0, :, 0]
        scores = 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
        rows = np.flatnonzero(scores >= MIN_SCORE)
        raw = self._interpreter.get_tensor(self._boxes)[0]
        found: list[tuple[FaceBox, Floats]] = []
        for row in rows:
            points = raw[row].reshape(-1, 2).copy()  # centre, size, six key points
            points[0] += self._anchors[row] * SIZE_PX
            points[2:] += self._anchors[row] * SIZE_PX
            points[2:] = (points[2:] - (left, top)) / scale
            (x, y), (width, height) = (points[0] - (left, top)) / scale, points[1] / scale
            box = FaceBox(
                x=round(float(x - width / 2), 1),
                y=round(float(y - height / 2), 1),
                width=round(float(width), 1),
                height=round(float(height), 1),
                score=round(float(scores[row]), 3),
            )
            found.append((box, points[2:]))
        return found


class LitertFaces:
    """Counts faces: the whole picture, then halves of it, for faces further away."""

    def __init__(self, detector: Path, sha256: str) -> None:
        self.tag = EngineTag(name="litert-blazeface", model_sha256=sha256)
        self._blaze = BlazeFace(detector)

    def find(self, pixels: Pixels) -> tuple[FaceBox, ...]:
        """All faces, the largest first."""
        boxes: list[FaceBox] = []
        for left, top, right, bottom in _tiles(*pixels.shape[:2]):
            for box, _ in self._blaze.find(pixels[top:bottom, left:right]):
                boxes.append(box.model_copy(update={"x": box.x + left, "y": box.y + top}))
        kept = best_of(boxes, MAX_OVERLAP)
        return tuple(sorted(kept, key=lambda box: box.width * box.height, reverse=True))


def _tiles(height: int, width: int) -> list[tuple[int, int, int, int]]:
    """The picture and, overlapping, four parts of about two thirds of each side."""
    across, down = width * 5 // 9, height * 5 // 9
    return [
        (0, 0, width, height),
        (0, 0, across, down),
        (width - across, 0, width, down),
        (0, height - down, across, height),
        (width - across, height - down, width, height),
    ]
