"""Landmarks, pose, eyes and mouth with mediapipe's FaceLandmarker.

Source: MediaPipe Face Landmarker model card (Apache-2.0); FACS-like blendshapes of Apple's ARKit.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from proctoring.base import EngineTag, HeadReading
from proctoring.engines.base import Pixels

MAX_FACES = 3
FRAME_STEP_MS = 200
LEFT_MOUTH, RIGHT_MOUTH, UPPER_LIP, LOWER_LIP = 78, 308, 13, 14
OUTLINE_LEFT, OUTLINE_RIGHT = 234, 454


class FaceLandmarker:
    """Makes a landmarker for each candidate: it keeps the tracking of one video."""

    def __init__(self, model: Path, sha256: str) -> None:
        self.tag = EngineTag(name=f"mediapipe-{mp.__version__}", model_sha256=sha256)
        self._model = model.read_bytes()

    def tracker(self) -> FaceLandmarkerTracker:
        """For one candidate."""
        return FaceLandmarkerTracker(self._model)


class FaceLandmarkerTracker:
    """One candidate's video. Timestamps are our own counter: they must strictly increase."""

    def __init__(self, model: bytes) -> None:
        self._landmarker = vision.FaceLandmarker.create_from_options(
            vision.FaceLandmarkerOptions(
                base_options=BaseOptions(model_asset_buffer=model),
                running_mode=vision.RunningMode.VIDEO,
                num_faces=MAX_FACES,
                output_face_blendshapes=True,
                output_facial_transformation_matrixes=True,
            )
        )
        self._at_ms = 0

    def read(self, pixels: Pixels) -> HeadReading | None:
        """Pose, eyes and mouth of the largest face; None without a face."""
        self._at_ms += FRAME_STEP_MS
        rgb = np.ascontiguousarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
        result = self._landmarker.detect_for_video(image, self._at_ms)
        faces = result.face_landmarks
        if not faces:
            return None
        largest = max(range(len(faces)), key=lambda index: _width(faces[index]))
        shapes = {one.category_name: one.score for one in result.face_blendshapes[largest]}
        matrix = np.asarray(result.facial_transformation_matrixes[largest])
        shape = (pixels.shape[1], pixels.shape[0])
        return head_reading(matrix, shapes, mouth_opening(faces[largest], shape))

    def close(self) -> None:
        """Let the graph go."""
        self._landmarker.close()


def _width(face: Any) -> float:
    return abs(float(face[OUTLINE_RIGHT].x) - float(face[OUTLINE_LEFT].x))


def mouth_opening(face: Any, size: tuple[int, int]) -> float:
    """Distance of the lips over the width of the mouth."""
    points = {
        index: np.array([face[index].x * size[0], face[index].y * size[1]])
        for index in (UPPER_LIP, LOWER_LIP, LEFT_MOUTH, RIGHT_MOUTH)
    }
    across = float(np.linalg.norm(points[LEFT_MOUTH] - points[RIGHT_MOUTH]))
    apart = float(np.linalg.norm(points[UPPER_LIP] - points[LOWER_LIP]))
    return apart / across if across > 0 else 0.0


def head_reading(matrix: np.ndarray, shapes: dict[str, float], mouth: float) -> HeadReading:
    """From the pose matrix and the blendshapes; positive yaw and gaze are the picture's right."""
    rotation = matrix[:3, :3]
    pitch = math.atan2(rotation[2, 1], rotation[2, 2])
    yaw = math.atan2(-rotation[2, 0], math.hypot(rotation[0, 0], rotation[1, 0]))
    roll = math.atan2(rotation[1, 0], rotation[0, 0])
    across = (
        shapes["eyeLookOutLeft"]
        + shapes["eyeLookInRight"]
        - shapes["eyeLookInLeft"]
        - shapes["eyeLookOutRight"]
    ) / 2
    upward = (
        shapes["eyeLookUpLeft"]
        + shapes["eyeLookUpRight"]
        - shapes["eyeLookDownLeft"]
        - shapes["eyeLookDownRight"]
    ) / 2
    closed = (shapes["eyeBlinkLeft"] + shapes["eyeBlinkRight"]) / 2
    return HeadReading(
        yaw=round(math.degrees(yaw), 2),
        pitch=round(math.degrees(pitch), 2),
        roll=round(math.degrees(roll), 2),
        gaze_x=round(across, 4),
        gaze_y=round(upward, 4),
        mouth=round(mouth, 4),
        eyes=round(1 - closed, 4),
    )
