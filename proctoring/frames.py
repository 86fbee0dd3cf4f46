"""Pictures as they come in: what they are and whether they may be decoded at all.

Nothing here decodes: format and dimensions are read from the header, so that a small file that
unpacks to gigabytes is refused before any library touches it.
"""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview.errors import InvalidInput, TooLarge

FIELD = "image_data"
MAX_ENCODED_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 9_000_000
MAX_SIDE_PX = 4_096
MIN_SIDE_PX = 64
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
# Start-of-frame markers that say the size; C4, C8 and CC are other segments.
SOF_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
# Baseline, extended and progressive: what browsers make. Arithmetic and lossless ones are not read.
READ_MARKERS = frozenset({0xC0, 0xC1, 0xC2})
# Each scan may go over all pixels again. An encoder makes ten of a progressive picture at most.
START_OF_SCAN = b"\xff\xda"
MAX_SCANS = 24
MAX_SCANNED_PIXELS = 60_000_000
STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD8)})


class Layout(StrEnum):
    """How the bytes of a picture lie."""

    JPEG = "jpeg"
    PNG = "png"
    BGR24 = "bgr24"
    YUV420P = "yuv420p"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, checked, not decoded."""

    layout: Layout
    data: bytes
    width: int
    height: int

    @property
    def encoded(self) -> bool:
        """Whether it is a file that a browser can show."""
        return self.layout in (Layout.JPEG, Layout.PNG)


def from_data_url(text: str) -> Picture:
    """A JPEG or PNG data URL, or the bare base64 of one.

    Raises:
        InvalidInput: Not base64, not a JPEG or PNG, damaged, or too small to show anything.
        TooLarge: Above MAX_ENCODED_BYTES, MAX_SIDE_PX or MAX_PIXELS.
    """
    head, comma, body = text.partition(",")
    if text.startswith("data:") and not comma:
        raise InvalidInput(FIELD, "the data URL has no content")
    if not comma:
        head, body = "data:;base64", text
    if not head.startswith("data:"):
        raise InvalidInput(FIELD, "this is not a data URL")
    if not head.endswith(";base64"):
        raise InvalidInput(FIELD, "the data URL is not base64")
    if len(body) > MAX_ENCODED_BYTES * 4 // 3 + 4:
        raise TooLarge("the picture has too many bytes", limit_bytes=MAX_ENCODED_BYTES)
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput(FIELD, "the picture is not valid base64") from None
    return from_bytes(data)


def from_bytes(data: bytes) -> Picture:
    """The bytes of a JPEG or PNG file.

    Raises:
        InvalidInput, TooLarge: As `from_data_url`.
    """
    if not data:
        raise InvalidInput(FIELD, "there is no picture")
    if len(data) > MAX_ENCODED_BYTES:
        raise TooLarge("the picture has too many bytes", limit_bytes=MAX_ENCODED_BYTES)
    if data.startswith(JPEG_START):
        return _few_scans(_sized(Layout.JPEG, data, _jpeg_size(data)))
    if data.startswith(PNG_SIGNATURE):
        return _sized(Layout.PNG, data, _png_size(data))
    raise InvalidInput(FIELD, "the picture is neither JPEG nor PNG")


def from_array(pixels: NDArray[Any]) -> Picture:
    """Decoded video: BGR of shape (height, width, 3), or YUV 4:2:0 of (height * 3 / 2, width).

    Raises:
        InvalidInput: Another shape or type.
        TooLarge: Above MAX_SIDE_PX or MAX_PIXELS.
    """
    if pixels.dtype != np.uint8:
        raise InvalidInput(FIELD, "samples are not 8 bit")
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        size = (int(pixels.shape[1]), int(pixels.shape[0]))
        return _sized(Layout.BGR24, pixels.tobytes(), size)
    if pixels.ndim == 2 and pixels.shape[0] % 3 == 0 and pixels.shape[1] % 2 == 0:
        size = (int(pixels.shape[1]), int(pixels.shape[0]) * 2 // 3)
        return _sized(Layout.YUV420P, pixels.tobytes(), size)
    raise InvalidInput(FIELD, "samples are neither BGR nor YUV 4:2:0")


def _sized(layout: Layout, data: bytes, size: tuple[int, int]) -> Picture:
    width, height = size
    if min(size) < MIN_SIDE_PX:
        raise InvalidInput(FIELD, f"the picture is smaller than {MIN_SIDE_PX} pixels")
    if max(size) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise TooLarge("the picture has too many pixels", limit_pixels=MAX_PIXELS)
    return Picture(layout, data, width, height)


def _few_scans(picture: Picture) -> Picture:
    """Within coded data FF is never followed by DA, so each one begins a scan (T.81, B.1.1.5)."""
    scans = picture.data.count(START_OF_SCAN)
    if scans > MAX_SCANS or scans * picture.width * picture.height > MAX_SCANNED_PIXELS:
        raise TooLarge("the picture has too many scans", limit_scans=MAX_SCANS)
    return picture


def _png_size(data: bytes) -> tuple[int, int]:
    if len(data) < 24 or data[12:16] != b"IHDR":
        raise InvalidInput(FIELD, "the PNG is damaged")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From the start-of-frame segment. Source: ITU-T T.81, B.1 and B.2.2."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in STANDALONE_MARKERS:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in SOF_MARKERS:
            if at + 9 > len(data):
                break
            if marker not in READ_MARKERS:
                raise InvalidInput(FIELD, "this kind of JPEG is not read")
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise InvalidInput(FIELD, "the JPEG is damaged")
