"""A camera clip for Chromium: the sitter is there, leaves, comes back, is joined by a second face.

Chromium plays it with `camera_flag(path)` among its arguments, from the beginning each time that a
page opens the camera, and over again when it has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from bench.proctoring_sequences import (
    CLIP_FPS,
    HEIGHT,
    WIDTH,
    Pixels,
    alive,
    beside,
    between,
    clip,
    empty_room,
    head_of,
    photo,
)

FPS = 6
SECOND_FACE_PX = 120
KEPT_FRAMES = 25


@dataclass(frozen=True)
class Part:
    """What the camera shows for so long."""

    shows: Literal["sitter", "empty", "second_face"]
    seconds: float


def sitting(seconds: float) -> Part:
    """The sitter alone, looking at the screen."""
    return Part("sitter", seconds)


def away(seconds: float) -> Part:
    """Nobody in the seat."""
    return Part("empty", seconds)


def joined(seconds: float) -> Part:
    """Somebody else beside the sitter."""
    return Part("second_face", seconds)


STORY = (sitting(14), away(8), sitting(5), joined(8), sitting(12))


def build(shared: Path, target: Path, story: Sequence[Part] = STORY) -> Path:
    """Write the story as a Y4M file; about 2.8 MB a second."""
    sitter = between(clip(shared / "faces" / "center_focus.mp4"), 0.4, 8.0)[:: CLIP_FPS // FPS]
    head = head_of(photo(shared / "faces" / "person_b.jpg"))
    wanted = {part.shows for part in story}
    pictures = {shows: _frames(sitter, head, shows) for shows in wanted}
    with target.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420jpeg\n".encode())
        for part in story:
            for frame in _pendulum(pictures[part.shows], round(part.seconds * FPS)):
                file.write(b"FRAME\n" + frame)
    return target


def camera_flag(path: Path) -> str:
    """The argument that makes Chromium's fake camera play the file."""
    return f"--use-file-for-fake-video-capture={path}"


def _frames(sitter: list[Pixels], head: Pixels, shows: str) -> list[bytes]:
    """A few seconds of it as I420, none like the one before."""
    random = np.random.default_rng(5)
    frames: list[bytes] = []
    for frame in sitter[:KEPT_FRAMES]:
        if shows == "empty":
            frame = empty_room(frame)
        elif shows == "second_face":
            frame = beside(frame, head, SECOND_FACE_PX, 60, 100)
        frames.append(cv2.cvtColor(alive(frame, random), cv2.COLOR_BGR2YUV_I420).tobytes())
    return frames


def _pendulum(frames: Sequence[bytes], count: int) -> Iterator[bytes]:
    """To and fro, so that nothing jumps where the frames run out."""
    there_and_back = list(chain(frames, frames[-2:0:-1]))
    return (there_and_back[n % len(there_and_back)] for n in range(count))
