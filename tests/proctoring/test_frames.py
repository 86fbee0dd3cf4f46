"""Formats and limits, before anything is decoded."""

from __future__ import annotations

import base64
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.errors import InvalidInput, TooLarge, VivaError
from proctoring.frames import (
    MAX_ENCODED_BYTES,
    Layout,
    from_array,
    from_bytes,
    from_data_url,
)


def encoded(width: int = 320, height: int = 240, suffix: str = ".jpg") -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return bytes(cv2.imencode(suffix, noise)[1])


def data_url(data: bytes, mime: str = "image/jpeg") -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(("suffix", "layout"), [(".jpg", Layout.JPEG), (".png", Layout.PNG)])
def test_a_data_url_is_what_its_bytes_are_whatever_it_says(suffix: str, layout: Layout) -> None:
    data = encoded(648, 362, suffix)
    picture = from_data_url(data_url(data, "image/webp"))
    assert (picture.layout, picture.width, picture.height) == (layout, 648, 362)
    assert picture.data == data and picture.encoded


def test_bare_base64_is_taken_too() -> None:
    assert from_data_url(base64.b64encode(encoded()).decode()).width == 320


def test_a_progressive_jpeg_with_a_comment_has_its_size() -> None:
    noise = np.zeros((100, 200, 3), np.uint8)
    data = bytes(cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1])
    commented = data[:2] + b"\xff\xfe\x00\x06abcd" + b"\xff" + data[2:]
    assert (from_bytes(commented).width, from_bytes(commented).height) == (200, 100)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no picture"),
        ("data:image/jpeg;base64", "no content"),
        ("data:image/jpeg,abc", "not base64"),
        ("http://x/,abc", "not a data URL"),
        ("data:image/jpeg;base64,@@@@", "not valid base64"),
        (data_url(b"GIF89a" + bytes(100)), "neither JPEG nor PNG"),
        (data_url(encoded()[:20]), "damaged"),
        (data_url(encoded(suffix=".png")[:20]), "damaged"),
        (data_url(encoded(40, 40)), "smaller than"),
    ],
)
def test_the_reason_is_said(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        from_data_url(text)


def test_too_many_bytes_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(TooLarge, match="bytes"):
        from_data_url("data:image/jpeg;base64," + "@" * (MAX_ENCODED_BYTES * 2))
    with pytest.raises(TooLarge, match="bytes"):
        from_bytes(b"\xff\xd8\xff" + bytes(MAX_ENCODED_BYTES))


def test_a_small_file_of_a_huge_picture_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    crc = struct.pack(">I", zlib.crc32(chunk))
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + crc
    with pytest.raises(TooLarge, match="pixels"):
        from_bytes(bomb)


def test_video_frames_come_as_bgr_or_as_yuv() -> None:
    bgr = from_array(np.zeros((480, 640, 3), np.uint8))
    yuv = from_array(np.zeros((720, 640), np.uint8))
    assert (bgr.layout, bgr.width, bgr.height) == (Layout.BGR24, 640, 480)
    assert (yuv.layout, yuv.width, yuv.height) == (Layout.YUV420P, 640, 480)
    assert not yuv.encoded


@pytest.mark.parametrize(
    "pixels", [np.zeros((480, 640, 4), np.uint8), np.zeros((480, 640, 3), np.float32)]
)
def test_other_arrays_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(InvalidInput):
        from_array(pixels)


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_picture_or_a_stated_reason(data: bytes) -> None:
    for prefix in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        try:
            picture = from_bytes(prefix + data)
        except VivaError as error:
            assert error.message
        else:
            assert picture.width >= 64


def scans(times: int, side: int = 640) -> bytes:
    """A progressive JPEG whose last scan is there so many times more."""
    flat = np.full((side, side), 128, np.uint8)
    data = cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes()
    last = data[data.rfind(b"\xff\xda") : -2]
    return data[:-2] + last * times + b"\xff\xd9"


def test_a_jpeg_of_many_scans_is_refused_before_it_is_decoded() -> None:
    assert from_bytes(scans(0)).layout is Layout.JPEG
    with pytest.raises(TooLarge, match="scans"):
        from_bytes(scans(28_000, 2_960))
    with pytest.raises(TooLarge, match="scans"):
        from_bytes(scans(12, 2_960))  # few of them, each over nine million pixels


def test_kinds_of_jpeg_that_no_browser_makes_are_refused() -> None:
    data = bytearray(encoded())
    at = data.index(b"\xff\xc0")
    for marker in (0xC3, 0xC5, 0xC9, 0xCA, 0xCF):
        data[at + 1] = marker
        with pytest.raises(InvalidInput, match="kind of JPEG"):
            from_bytes(bytes(data))
