"""Face embeddings with dlib's ResNet. Holds the interpreter's lock: worker processes only.

Source: dlib_face_recognition_resnet_model_v1 (CC0, Davis King); alignment by five points (CC0).
"""

from __future__ import annotations

from pathlib import Path

import cv2
import dlib
import numpy as np

from proctoring.base import EngineTag, FaceBox
from proctoring.engines.base import Pixels


class DlibEmbedder:
    """128 numbers for a face; their Euclidean distance tells people apart."""

    def __init__(self, shape_model: Path, net_model: Path, sha256: str) -> None:
        self.tag = EngineTag(name="dlib-resnet-v1", model_sha256=sha256)
        self._shape = dlib.shape_predictor(str(shape_model))
        self._net = dlib.face_recognition_model_v1(str(net_model))

    def embed(self, pixels: Pixels, face: FaceBox) -> tuple[float, ...]:
        """The embedding of one found face."""
        rgb = np.ascontiguousarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
        points = self._shape(rgb, _square(face))
        chip = dlib.get_face_chip(rgb, points, size=150, padding=0.25)
        return tuple(round(float(v), 6) for v in self._net.compute_face_descriptor(chip))


def _square(face: FaceBox) -> dlib.rectangle:
    """The square that dlib's own detector would have given, from a box of brow to chin."""
    side = face.width * 1.1
    left = face.x + (face.width - side) / 2
    top = face.y + face.height * 0.55 - side / 2
    return dlib.rectangle(round(left), round(top), round(left + side), round(top + side))
