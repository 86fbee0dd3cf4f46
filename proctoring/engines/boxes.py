"""Geometry that several engines need."""

from __future__ import annotations

import cv2
import numpy as np

from proctoring.base import FaceBox
from proctoring.engines.base import Pixels


def letterbox(pixels: Pixels, size: int) -> tuple[Pixels, float, tuple[int, int]]:
    """The picture in a square of `size`: the square, its scale, and where the picture begins."""
    height, width = pixels.shape[:2]
    scale = size / max(height, width)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (size - inner[0]) // 2, (size - inner[1]) // 2
    square = np.zeros((size, size, 3), np.uint8)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(pixels, inner, interpolation=interpolation)
    square[top : top + inner[1], left : left + inner[0]] = small
    return square, scale, (left, top)


def overlap(one: FaceBox, other: FaceBox) -> float:
    """Intersection over the smaller area: also says that one lies inside the other."""
    left, right = max(one.x, other.x), min(one.x + one.width, other.x + other.width)
    top, bottom = max(one.y, other.y), min(one.y + one.height, other.y + other.height)
    inside = max(0.0, right - left) * max(0.0, bottom - top)
    smaller = min(one.width * one.height, other.width * other.height)
    return inside / smaller if smaller > 0 else 0.0


def best_of(boxes: list[FaceBox], max_overlap: float) -> list[FaceBox]:
    """Non-maximum suppression: of overlapping boxes the surest stays."""
    kept: list[FaceBox] = []
    for box in sorted(boxes, key=lambda one: one.score, reverse=True):
        if all(overlap(box, other) <= max_overlap for other in kept):
            kept.append(box)
    return kept
