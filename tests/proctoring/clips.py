"""Pictures from the shared folder, as a camera of 640 x 480 would give them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from proctoring.frames import Picture, from_array

Pixels = NDArray[np.uint8]
WIDTH, HEIGHT = 640, 480


@lru_cache
def frames(shared: Path, name: str, every: int = 15) -> tuple[Pixels, ...]:
    """Each `every`-th frame of a clip (30 frames/s), landscape around the face; read-only."""
    capture = cv2.VideoCapture(str(shared / "faces" / f"{name}.mp4"))
    found: list[Pixels] = []
    number = 0
    while capture.grab():
        if number % every == 0:
            pixels = landscape(np.asarray(capture.retrieve()[1], np.uint8))
            pixels.flags.writeable = False
            found.append(pixels)
        number += 1
    return tuple(found)


def landscape(frame: Pixels) -> Pixels:
    """A portrait frame in the middle of a landscape one, its edges drawn out."""
    scale = HEIGHT / frame.shape[0]
    small = cv2.resize(frame, (round(frame.shape[1] * scale), HEIGHT), interpolation=cv2.INTER_AREA)
    left = (WIDTH - small.shape[1]) // 2
    right = WIDTH - small.shape[1] - left
    wide = cv2.copyMakeBorder(small, 0, 0, left, right, cv2.BORDER_REPLICATE)
    return np.asarray(wide, np.uint8)


def person(shared: Path, name: str, height: int = HEIGHT) -> Pixels:
    """A portrait picture, `height` pixels high."""
    image = cv2.imread(str(shared / "faces" / f"{name}.jpg"))
    assert image is not None
    scale = height / image.shape[0]
    size = (round(image.shape[1] * scale), height)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def jpeg(pixels: Pixels) -> bytes:
    """As the page sends it."""
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])


def picture(pixels: Pixels) -> Picture:
    """As video gives it."""
    return from_array(pixels)
