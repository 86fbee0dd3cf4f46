"""Sequences with exact truth, made from the shared faces: who, what, from when to when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
WIDTH, HEIGHT = 640, 480
CLIP_FPS = 10
CLIP_KEEPS = 3  # of the clips' 30 frames a second every third is enough for two a second
FRAMES_PER_S = 2.0
GOOD_S = 8.0
BAD_S = 10.0
FIRST_S = 14.0
# When the sitter of each clip looks straight, and aside, in seconds (from the clips' truth).
STRAIGHT_S = (0.4, 4.0)
ASIDE_S = (5.0, 8.2)
SECOND_FACE_PX = (48, 64, 96, 128, 160, 194)
DARK_LUMA = 28.0
HEAD_FACE_SHARE = 0.7
OTHERS = ("person_a", "person_a_other", "person_b")
# Where the face is in each (x, y, width, height), as the face finder says.
FACES = {
    "person_a": (285, 37, 103, 136),
    "person_a_other": (273, 99, 114, 155),
    "person_b": (306, 41, 60, 83),
    "center_focus": (230, 88, 168, 246),
    "center_left_center": (227, 79, 176, 244),
    "center_right_center": (229, 131, 159, 221),
}
PORTRAIT_PX, PORTRAITS = (64, 96, 128), ("person_a", "person_b", "person_a_other")
SEATED_PX = (64, 128)
LOOKS_ASIDE = ("person_a_other",)  # head and eyes are turned to the side in that picture


@dataclass(frozen=True)
class Segment:
    """From `start_s` to `end_s` a detector must see `kind` (None: nothing at all must be seen).

    `may` are other kinds that are true as well and need not be seen.
    """

    kind: str | None
    start_s: float
    end_s: float
    what: str
    may: tuple[str, ...] = ()


class Material:
    """What sequences are made of. Raises FileNotFoundError when the shared folder lacks it."""

    def __init__(self, shared: Path) -> None:
        faces = shared / "faces"
        focus = clip(faces / "center_focus.mp4")
        left, right = (
            clip(faces / "center_left_center.mp4"),
            clip(faces / "center_right_center.mp4"),
        )
        self.straight = {
            "center_focus": between(focus, 0.4, 8.0),
            "center_left_center": between(left, *STRAIGHT_S),
            "center_right_center": between(right, 1.6, 4.2),
        }
        self.aside = {
            "center_left_center": between(left, *ASIDE_S),
            "center_right_center": between(right, *ASIDE_S),
        }
        self.others = {
            name: photo(faces / f"{name}.jpg")
            for name in ("person_a", "person_a_other", "person_b")
        }
        self.head = head_of(self.others["person_b"])
        self.portraits = {name: framed(image, *FACES[name]) for name, image in self.others.items()}
        self.heads = {
            name: [framed(frame, *FACES[name]) for frame in frames]
            for name, frames in self.straight.items()
        }


def clip(path: Path) -> list[Pixels]:
    """Its frames as a landscape camera would give them, CLIP_FPS of them a second."""
    capture = cv2.VideoCapture(str(path))
    frames: list[Pixels] = []
    number = 0
    while capture.grab():
        if number % CLIP_KEEPS == 0:
            frames.append(landscape(np.asarray(capture.retrieve()[1], np.uint8)))
        number += 1
    if not frames:
        raise FileNotFoundError(path)
    return frames


def between(frames: list[Pixels], start_s: float, end_s: float) -> list[Pixels]:
    """A part of a clip."""
    return frames[round(start_s * CLIP_FPS) : round(end_s * CLIP_FPS)]


def landscape(frame: Pixels) -> Pixels:
    """A portrait frame in a landscape one, edges drawn out to the sides."""
    scale = HEIGHT / frame.shape[0]
    size = (round(frame.shape[1] * scale), HEIGHT)
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    left = (WIDTH - size[0]) // 2
    wide = cv2.copyMakeBorder(small, 0, 0, left, WIDTH - size[0] - left, cv2.BORDER_REPLICATE)
    return np.asarray(wide, np.uint8)


def photo(path: Path) -> Pixels:
    """A portrait as if that person sat before the camera."""
    image = cv2.imread(str(path))
    if image is None:
        raise FileNotFoundError(path)
    return landscape(np.asarray(image, np.uint8))


def head_of(person: Pixels) -> Pixels:
    """The head of person_b's portrait: a face of HEAD_FACE_SHARE of its height."""
    return person[15:135, 292:386].copy()


def framed(person: Pixels, x: int, y: int, width: int, height: int) -> Pixels:
    """The head with some of its surroundings: a face of HEAD_FACE_SHARE of its height."""
    more_x, more_y = round(width * 0.6), round(height * (1 / HEAD_FACE_SHARE - 1) / 2)
    return person[max(0, y - more_y) : y + height + more_y, x - more_x : x + width + more_x].copy()


def beside(frame: Pixels, head: Pixels, face_px: int, x: int, y: int) -> Pixels:
    """A second head, its face `face_px` pixels high, pasted beside the sitter."""
    scale = face_px / HEAD_FACE_SHARE / head.shape[0]
    size = (round(head.shape[1] * scale), round(head.shape[0] * scale))
    small = cv2.resize(head, size, interpolation=cv2.INTER_AREA)
    changed = frame.copy()
    changed[y : y + size[1], x : x + size[0]] = small[: HEIGHT - y, : WIDTH - x]
    return changed


def empty_room(frame: Pixels) -> Pixels:
    """The wall beside the sitter, everywhere."""
    strip = frame[:, :200]
    return np.asarray(cv2.resize(strip, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)


class Grain:
    """Fields of sensor noise, made once: drawing a million numbers for each frame took longest."""

    FIELDS = 8

    def __init__(self, spread: float) -> None:
        random = np.random.default_rng(11)
        size = (HEIGHT // 2, WIDTH // 2)
        self._fields = [
            cv2.resize(
                random.normal(0, spread, size).astype(np.float32),
                (WIDTH, HEIGHT),
                interpolation=cv2.INTER_NEAREST,
            )
            for _ in range(self.FIELDS)
        ]

    def on(self, frame: Pixels, random: np.random.Generator) -> Pixels:
        """The frame with one of the fields, shifted and mirrored by chance."""
        field = self._fields[int(random.integers(self.FIELDS))]
        shift = (int(random.integers(HEIGHT)), int(random.integers(WIDTH)))
        field = np.roll(field, shift, (0, 1))[:: random.choice((-1, 1))]
        grain = cv2.merge([np.asarray(field, np.int16)] * 3)
        return np.asarray(cv2.add(frame, grain, dtype=cv2.CV_8U), np.uint8)


GRAIN = Grain(2.0)


def alive(frame: Pixels, random: np.random.Generator) -> Pixels:
    """A camera's and a sitter's small unrest: shift, light, sensor noise."""
    dx, dy = random.uniform(-4, 4, 2)
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    moved = cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    lit = cv2.convertScaleAbs(moved, alpha=random.uniform(0.97, 1.03))
    return GRAIN.on(np.asarray(lit, np.uint8), random)


Change = Callable[[Pixels, float, np.random.Generator], Pixels]


@dataclass(frozen=True)
class Scene:
    """A kind of bad (or merely odd) time: what becomes of the sitter's frame `t` seconds in."""

    what: str
    kind: str | None
    change: Change
    still: bool = False  # the camera repeats what it shows
    begins_s: float = 0.0  # when the truth begins after the scene does
    may: tuple[str, ...] = ()


def scenes(material: Material, sitter: str) -> dict[str, list[Scene]]:
    """All scenes with one sitter, by detector."""

    def aside(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        track = material.aside[sitter]
        return track[round(t * CLIP_FPS * 0.7) % len(track)]

    def gain_ramp(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        return np.asarray(frame * ramp_gain(t), np.uint8)

    found: dict[str, list[Scene]] = {
        "no_face": [Scene("left the seat", "no_face", lambda f, t, r: empty_room(f))],
        "multiple_faces": [
            Scene(f"second face {px} px", "multiple_faces", _second(material.head, px))
            for px in SECOND_FACE_PX
        ]
        + [
            Scene(f"second person, {px} px, {name}", "multiple_faces", _seated(head, px))
            for name, head in material.heads.items()
            if name != sitter
            for px in SEATED_PX
        ],
        "identity_change": [
            Scene(
                f"replaced by {name}",
                "identity_change",
                _replaced(image),
                may=("looking_away",) if name in LOOKS_ASIDE else (),
            )
            for name, image in material.others.items()
        ],
        "camera_dark": [
            Scene("gain ramp", "camera_dark", gain_ramp, begins_s=ramp_dark_s(material))
        ],
        "camera_covered": [
            Scene("lens covered, black", "camera_covered", _flat((6, 6, 6))),
            Scene("lens covered, red", "camera_covered", _flat((25, 20, 70))),
        ],
        "camera_frozen": [
            Scene("frozen", "camera_frozen", lambda f, t, r: f, still=True, begins_s=0.5)
        ],
        "camera_blurred": [Scene("blurred", "camera_blurred", _blurred(7.0))],
        "nothing": [
            *(
                Scene(f"portrait on the wall, {px} px", None, _hung(material.portraits[name], px))
                for px, name in zip(PORTRAIT_PX, PORTRAITS, strict=True)
            ),
            Scene("head tilted", None, _tilted(18.0)),
            Scene("further away", None, _scaled(0.7)),
            Scene("dimmer room", None, lambda f, t, r: np.asarray(f * 0.5, np.uint8)),
        ],
    }
    if sitter in material.aside:
        found["looking_away"] = [Scene("eyes aside", "looking_away", aside)]
    return found


def ramp_gain(t: float) -> float:
    """From full light to a twentieth within three seconds."""
    return max(0.05, 1.0 - 0.95 * t / 3.0)


def ramp_dark_s(material: Material) -> float:
    """When the ramp makes the picture darker than the limit."""
    luma = float(cv2.cvtColor(material.straight["center_focus"][0], cv2.COLOR_BGR2GRAY).mean())
    return next(n / 100 for n in range(1_000) if luma * ramp_gain(n / 100) < DARK_LUMA)


def _hung(head: Pixels, px: int) -> Change:
    """A portrait that stands still; the camera's unrest is laid on it and on the wall alike."""

    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        return beside(frame, head, px, 4 if px > 120 else 40, 60)

    return change


def _seated(heads: list[Pixels], px: int) -> Change:
    """Another sitter's clip beside the first: the pictures follow each other as they were taken."""

    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        head = _pendulum(heads, round(t * CLIP_FPS))
        return beside(frame, head, px, 4 if px > 120 else 40, 60)

    return change


def _second(head: Pixels, px: int) -> Change:
    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        x = 4 if px > 120 else 60
        return beside(frame, head, px, x + int(random.integers(-4, 5)), 100)

    return change


def _replaced(image: Pixels) -> Change:
    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        return image

    return change


def _flat(colour: tuple[int, int, int]) -> Change:
    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        return np.full((HEIGHT, WIDTH, 3), colour, np.uint8)  # `alive` lays the noise on it

    return change


def _blurred(sigma: float) -> Change:
    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        return np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), np.uint8)

    return change


def _tilted(degrees: float) -> Change:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1)

    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        size = (WIDTH, HEIGHT)
        turned = cv2.warpAffine(frame, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, np.uint8)

    return change


def _scaled(share: float) -> Change:
    matrix = np.array(
        [[share, 0, WIDTH * (1 - share) / 2], [0, share, HEIGHT * (1 - share) / 2]], np.float32
    )

    def change(frame: Pixels, t: float, random: np.random.Generator) -> Pixels:
        size = (WIDTH, HEIGHT)
        smaller = cv2.warpAffine(frame, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(smaller, np.uint8)

    return change


def play(
    material: Material, sitter: str, shown: list[Scene], seed: int
) -> Iterator[tuple[float, Pixels, list[Segment]]]:
    """Frames with their times: good, scene, good, scene, …; the truth grows as it goes."""
    random = np.random.default_rng(seed)
    track = material.straight[sitter]
    truth: list[Segment] = []
    place, at_s = int(random.integers(len(track))), 0.0
    for number, scene in enumerate([*shown, None]):
        good_s = FIRST_S if number == 0 else GOOD_S + random.uniform(0, 2)
        for _ in range(round(good_s * FRAMES_PER_S)):
            place += int(random.integers(2, 9))
            yield at_s, alive(_pendulum(track, place), random), truth
            at_s += 1 / FRAMES_PER_S
        if scene is None:
            return
        begun_s, length_s = at_s, BAD_S + scene.begins_s
        end_s = begun_s + length_s
        truth.append(Segment(scene.kind, begun_s + scene.begins_s, end_s, scene.what, scene.may))
        held = alive(_pendulum(track, place), random)
        while at_s < end_s:
            place += int(random.integers(2, 9))
            if scene.still:
                yield at_s, held, truth
            else:
                changed = scene.change(_pendulum(track, place), at_s - begun_s, random)
                yield at_s, alive(changed, random), truth
            at_s += 1 / FRAMES_PER_S


def _pendulum(track: list[Pixels], place: int) -> Pixels:
    """There and back again: no jump at the end."""
    turn = place % (2 * len(track) - 2)
    return track[turn if turn < len(track) else 2 * len(track) - 2 - turn]
