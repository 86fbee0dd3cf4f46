"""A portrait stands still before its wall whatever the camera does; a head moves."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from proctoring.base import STILL_S, FaceBox
from proctoring.engines.own_motion import OwnMotion

Pixels = NDArray[np.uint8]
SITTER = FaceBox(x=300, y=120, width=120, height=160, score=0.9)
SECOND = FaceBox(x=60, y=80, width=64, height=84, score=0.9)
FRAMES = 32


def texture(seed: int, height: int, width: int, grain: float = 3.0) -> NDArray[np.float32]:
    """Something to look at, of soft blobs."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), grain)
    return np.asarray(128 + soft * 40 / soft.std(), np.float32)


def shifted(image: NDArray[np.float32], x: float, y: float) -> NDArray[np.float32]:
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    size = (image.shape[1], image.shape[0])
    return np.asarray(cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REFLECT))


def watched(*, nods_px: float, bare: bool = False, turned_at: int | None = None) -> list[FaceBox]:
    """The second face as it is told, frame by frame: shake, light and noise are a camera's."""
    random = np.random.default_rng(5)
    wall = np.full((480, 640), 200, np.float32) if bare else texture(1, 480, 640)
    head = texture(2, 84, 64) if bare else texture(2, 140, 110)
    motion, told = OwnMotion(), list[FaceBox]()
    for n in range(FRAMES):
        scene = wall.copy()
        x, y = nods_px * np.sin(n * 1.1), nods_px * np.cos(n * 0.7)
        top, left = 122 - head.shape[0] // 2, 92 - head.shape[1] // 2
        scene[top : top + head.shape[0], left : left + head.shape[1]] = shifted(head, x, y)
        scene[100:300, 290:430] = shifted(texture(3, 200, 140), 2 * np.sin(n), 0)
        if turned_at is not None and n >= turned_at:
            turn = cv2.getRotationMatrix2D((320, 240), 1.0, 1)
            scene = np.asarray(cv2.warpAffine(scene, turn, (640, 480)), np.float32)
        scene = shifted(scene, *random.uniform(-4, 4, 2)) * random.uniform(0.95, 1.05)
        noisy = scene + random.normal(0, 2, scene.shape)
        grey = np.clip(noisy, 0, 255).astype(np.uint8)
        pixels = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
        told.append(motion.follow(pixels, [SITTER, SECOND], n / 2)[1])
    return told


def test_a_portrait_on_a_wall_is_known_as_one_in_ten_seconds() -> None:
    told = watched(nods_px=0)
    assert not any(face.moves for face in told)
    known = next(face for face in told if face.still)
    assert known.followed_s == pytest.approx(STILL_S)
    assert told[-1].motion_px is not None and told[-1].motion_px < 0.08


@pytest.mark.parametrize("nods_px", [0.4, 1.0, 2.0])
def test_a_head_that_hardly_moves_is_known_in_five_seconds(nods_px: float) -> None:
    told = watched(nods_px=nods_px)
    moved = next(face for face in told if face.moves)
    assert moved.followed_s is not None and moved.followed_s <= 5.0
    assert not any(face.still for face in told)


def test_a_head_that_moves_about_is_never_taken_for_a_picture() -> None:
    assert not any(face.still for face in watched(nods_px=9.0))


def test_a_camera_that_is_bumped_makes_no_portrait_alive() -> None:
    assert not any(face.moves for face in watched(nods_px=0, turned_at=20))


def test_before_a_bare_wall_nothing_can_be_told() -> None:
    told = watched(nods_px=0, bare=True)
    assert all(face.motion_px is None for face in told)
    assert told[-1].followed_s == (FRAMES - 1) / 2 and not told[-1].still


def test_one_face_alone_is_not_followed_and_a_portrait_is_known_when_the_sitter_has_left() -> None:
    motion = OwnMotion()
    pixels = cv2.cvtColor(texture(1, 480, 640).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    assert motion.follow(np.asarray(pixels, np.uint8), [SITTER], 0.0) == (SITTER,)
    for n in range(24):
        motion.follow(np.asarray(pixels, np.uint8), [SITTER, SECOND], n / 2)
    (left,) = motion.follow(np.asarray(pixels, np.uint8), [SECOND], 12.5)
    assert left.still
