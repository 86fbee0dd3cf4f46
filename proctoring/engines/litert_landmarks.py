"""Head pose, eyes and mouth from MediaPipe's plain face mesh and iris models on LiteRT.

Where no FaceLandmarker bundle can be had. Source: MediaPipe Face Mesh and Iris model cards.
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from proctoring.base import EngineTag, HeadReading
from proctoring.engines.base import Pixels
from proctoring.engines.litert_faces import BlazeFace

MESH_PX = 192
IRIS_PX = 64
FACE_MARGIN = 1.5
EYE_MARGIN = 2.3
MIN_PRESENCE = 0.5
# Corners of the picture's left eye (the person's right) and of the right one: left, right.
EYES = ((33, 133), (362, 263))
LIDS = ((159, 145), (386, 374))
BROW, CHIN = 10, 152
LEFT_MOUTH, RIGHT_MOUTH, UPPER_LIP, LOWER_LIP = 78, 308, 13, 14
# An iris moves about a fifth of the eye's width to each side, a blendshape about one.
GAZE_SCALE = 4.5
OPEN_RATIO = 0.3

Floats = NDArray[np.float32]


class _Net:
    def __init__(self, model: Path) -> None:
        self._interpreter = Interpreter(str(model), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [one["index"] for one in self._interpreter.get_output_details()]

    def run(self, crop: Pixels) -> list[Floats]:
        """All outputs, flat, for one RGB crop."""
        values = crop.astype(np.float32)[None] / 255
        self._interpreter.set_tensor(self._input, values)
        self._interpreter.invoke()
        return [
            np.asarray(self._interpreter.get_tensor(index), np.float32).ravel()
            for index in self._outputs
        ]


class LitertLandmarks:
    """Shares its nets between candidates: only the last face's place is a candidate's own."""

    def __init__(self, detector: Path, mesh: Path, iris: Path, sha256: str) -> None:
        self.tag = EngineTag(name="litert-facemesh", model_sha256=sha256)
        self._blaze, self._mesh, self._iris = BlazeFace(detector), _Net(mesh), _Net(iris)

    def tracker(self) -> LitertTracker:
        """For one candidate."""
        return LitertTracker(self._blaze, self._mesh, self._iris)


class LitertTracker:
    """Finds the face anew on each frame: at two frames a second nothing is gained by tracking."""

    def __init__(self, blaze: BlazeFace, mesh: _Net, iris: _Net) -> None:
        self._blaze, self._mesh, self._iris = blaze, mesh, iris

    def read(self, pixels: Pixels) -> HeadReading | None:
        """Pose, eyes and mouth of the largest face; None without a face."""
        found = self._blaze.find(pixels)
        if not found:
            return None
        box, points = max(found, key=lambda one: one[0].score * one[0].width)
        eye_line = points[1] - points[0]
        angle = math.atan2(float(eye_line[1]), float(eye_line[0]))
        centre = (box.x + box.width / 2, box.y + box.height / 2)
        side = max(box.width, box.height) * FACE_MARGIN
        mesh = self._landmarks(pixels, centre, side, angle)
        if mesh is None:
            return None
        sides = [
            self._gaze(pixels, mesh, eye, angle, mirrored=n == 1) for n, eye in enumerate(EYES)
        ]
        gaze = np.mean(sides, axis=0)
        return _reading(mesh, float(gaze[0]), float(gaze[1]))

    def close(self) -> None:
        """Nothing is held."""

    def _landmarks(
        self, pixels: Pixels, centre: tuple[float, float], side: float, angle: float
    ) -> Floats | None:
        """468 points (x, y, z) in the picture's pixels."""
        crop, back = _crop(pixels, centre, side, angle, MESH_PX)
        outputs = self._mesh.run(crop)
        points = next(out for out in outputs if out.size > 1).reshape(-1, 3)
        presence = next(out for out in outputs if out.size == 1)[0]
        if 1 / (1 + math.exp(-float(presence))) < MIN_PRESENCE:
            return None
        flat = points[:, :2] @ back[:, :2].T + back[:, 2]
        return np.column_stack([flat, points[:, 2] * side / MESH_PX]).astype(np.float32)

    def _gaze(
        self, pixels: Pixels, mesh: Floats, eye: tuple[int, int], angle: float, *, mirrored: bool
    ) -> tuple[float, float]:
        """How far the iris is from the middle between the corners, in widths of the eye."""
        corners = mesh[list(eye), :2]
        middle, width = corners.mean(axis=0), float(np.linalg.norm(corners[1] - corners[0]))
        centre = (float(middle[0]), float(middle[1]))
        crop, _ = _crop(pixels, centre, width * EYE_MARGIN, angle, IRIS_PX)
        # The net knows one eye only; the other is shown to it in a mirror.
        shown = np.ascontiguousarray(crop[:, ::-1]) if mirrored else crop
        iris = next(out for out in self._iris.run(shown) if out.size == 15).reshape(-1, 3)[0]
        across = (float(iris[0]) / IRIS_PX - 0.5) * EYE_MARGIN
        down = (float(iris[1]) / IRIS_PX - 0.5) * EYE_MARGIN
        return (-across if mirrored else across), -down


def _crop(
    pixels: Pixels, centre: tuple[float, float], side: float, angle: float, size: int
) -> tuple[Pixels, Floats]:
    """A turned square as RGB, and the way back from its pixels to the picture's."""
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    back = np.empty((2, 3), np.float32)
    back[:, :2] = turn * side / size
    back[:, 2] = np.asarray(centre) - back[:, :2] @ (size / 2, size / 2)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(pixels, back, (size, size), flags=flags)
    return np.ascontiguousarray(crop[:, :, ::-1]), back


def _reading(mesh: Floats, gaze_x: float, gaze_y: float) -> HeadReading:
    """Axes of the head from its outer eye corners, brow and chin."""
    across = _unit(mesh[EYES[1][1]] - mesh[EYES[0][0]])
    down = mesh[CHIN] - mesh[BROW]
    down = _unit(down - across * float(down @ across))
    forward = np.cross(across, down)  # away from the camera, as z grows
    yaw = math.atan2(-float(forward[0]), float(forward[2]))
    pitch = math.atan2(float(forward[1]), float(forward[2]))
    roll = math.atan2(float(across[1]), float(across[0]))
    return HeadReading(
        yaw=round(math.degrees(yaw), 2),
        pitch=round(math.degrees(pitch), 2),
        roll=round(math.degrees(roll), 2),
        gaze_x=round(gaze_x * GAZE_SCALE, 4),
        gaze_y=round(gaze_y * GAZE_SCALE, 4),
        mouth=round(_ratio(mesh, (UPPER_LIP, LOWER_LIP), (LEFT_MOUTH, RIGHT_MOUTH)), 4),
        eyes=round(min(1.0, _eyes_open(mesh) / OPEN_RATIO), 4),
    )


def _eyes_open(mesh: Floats) -> float:
    return sum(_ratio(mesh, lids, eye) for lids, eye in zip(LIDS, EYES, strict=True)) / 2


def _ratio(mesh: Floats, one: tuple[int, int], other: tuple[int, int]) -> float:
    longer = float(np.linalg.norm(mesh[other[0], :2] - mesh[other[1], :2]))
    shorter = float(np.linalg.norm(mesh[one[0], :2] - mesh[one[1], :2]))
    return shorter / longer if longer > 0 else 0.0


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)
