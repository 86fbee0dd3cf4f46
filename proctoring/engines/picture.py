"""Decoding, and the picture as light. OpenCV, no model."""

from __future__ import annotations

import cv2
import numpy as np

from interview.errors import InvalidInput
from proctoring.base import EngineTag, FaceBox, PictureReading
from proctoring.engines.base import Pixels
from proctoring.frames import FIELD, Layout, Picture

TAG = EngineTag(name=f"opencv-{cv2.__version__}")
WORK_WIDTH_PX = 640
THUMB = (160, 120)
BLOCKS = (40, 30)
MOVED_BY = 3
STILL_QUALITY = 80


def decode(picture: Picture) -> Pixels:
    """BGR, at the size it came in.

    Raises:
        InvalidInput: It does not decode, or to another size than its header said.
    """
    if picture.layout in (Layout.JPEG, Layout.PNG):
        try:
            pixels = cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_COLOR)
        except cv2.error:
            pixels = None
        if pixels is None:
            raise InvalidInput(FIELD, "the picture does not decode")
        # A rotation in the EXIF data swaps the sides.
        if sorted(pixels.shape[:2]) != sorted((picture.height, picture.width)):
            raise InvalidInput(FIELD, "the picture is not of the size that it says")
        return np.asarray(pixels, np.uint8)
    flat = np.frombuffer(picture.data, np.uint8)
    if picture.layout is Layout.BGR24:
        return flat.reshape(picture.height, picture.width, 3)
    yuv = flat.reshape(picture.height * 3 // 2, picture.width)
    return np.asarray(cv2.cvtColor(yuv, cv2.COLOR_YUV2BGR_I420), np.uint8)


def shrink(pixels: Pixels, width: int = WORK_WIDTH_PX) -> Pixels:
    """At most `width` pixels on the longer side, proportions kept; never enlarged."""
    longer = max(pixels.shape[:2])
    if longer <= width:
        return pixels
    scale = width / longer
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def encode_still(pixels: Pixels) -> bytes:
    """A JPEG."""
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, STILL_QUALITY])[1])


class PictureMeter:
    """Light, sharpness and change of one candidate's pictures; keeps a thumbnail of the last."""

    def __init__(self) -> None:
        self._before: Pixels | None = None

    def read(self, pixels: Pixels) -> PictureReading:
        """Measure one picture."""
        gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        thumb = np.asarray(cv2.resize(gray, THUMB, interpolation=cv2.INTER_AREA), np.uint8)
        blocks = cv2.resize(thumb.astype(np.float32), BLOCKS, interpolation=cv2.INTER_AREA)
        mean, spread = cv2.meanStdDev(gray)
        change = moved = None
        if self._before is not None:
            difference = cv2.absdiff(thumb, self._before)
            change = round(float(difference.mean()), 4)
            moved = round(float((difference > MOVED_BY).mean()), 5)
        self._before = thumb
        return PictureReading(
            luma=round(float(mean[0, 0]), 2),
            spread=round(float(spread[0, 0]), 2),
            structure=round(float(blocks.std()), 3),
            detail=round(float(cv2.Laplacian(thumb, cv2.CV_32F).var()), 2),
            change=change,
            moved=moved,
        )


def face_light(pixels: Pixels, face: FaceBox) -> tuple[float, float]:
    """Mean luma of a face and the variance of its Laplacian at a width of 160 pixels."""
    height, width = pixels.shape[:2]
    left, top = max(0, int(face.x)), max(0, int(face.y))
    right, bottom = min(width, int(face.x + face.width)), min(height, int(face.y + face.height))
    if right - left < 2 or bottom - top < 2:
        return 0.0, 0.0
    gray = cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    same = cv2.resize(gray, (160, 200), interpolation=cv2.INTER_AREA)
    return float(gray.mean()), float(cv2.Laplacian(same, cv2.CV_32F).var())
