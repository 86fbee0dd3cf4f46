"""Whether a face moves by itself: a portrait on the wall stands still before what is around it.

Each face is compared with the frame in which it was first seen. Its shift and that of the room
beside and above it are fitted to a fraction of a pixel (robust least squares on the gradient, after
Lucas and Kanade 1981); the face's own place is what is left between the two. A camera that shakes,
a light that changes and sensor noise move both alike. What counts is how that place changes within
a second and a half, most of the time: a camera that is bumped once makes no portrait alive.
Measured in docs/topics/proctoring.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from proctoring.base import FaceBox
from proctoring.engines.base import Pixels

SAME_PLACE = 0.5  # of the face's width: further away it is another face
LOST_S = 5.0
MOST_PX = 9.99
LIKE = 0.5  # correlation with the first frame; below, the scene has changed
SHAKE_PX = 12  # a camera that moved by more is looked at anew
FURTHEST_PX = 4.0
AROUND, HAIR, BODY = 3.2, 1.9, 2.6  # in sizes of the face
ROUNDS, WEIGHINGS = 3, 3
TEXTURE = 0.6  # grey levels squared a pixel; a camera's noise gives a tenth of it
MIN_PIXELS = 64
LAG = 3  # frames between the two places that are compared: a second and a half
WINDOW = 40  # frames: what was longer ago says nothing of now
ENOUGH = 3
MOST_OF_THE_TIME = 80

Place = tuple[float, float]
FAR: Place = (MOST_PX, MOST_PX)
Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass
class _Track:
    """One face since it was first seen: that frame, and what was measured against it.

    `steps` are distances in pixels between places LAG frames apart.
    """

    box: FaceBox
    beside: Sequence[FaceBox]
    reference: Grey
    began_s: float
    last_s: float
    at: FaceBox = field(init=False)
    places: deque[Place | None] = field(default_factory=lambda: deque(maxlen=LAG))
    steps: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def __post_init__(self) -> None:
        self.at = self.box

    def told(self, box: FaceBox) -> FaceBox:
        """The box with what is known of its face."""
        motion_px = None
        if len(self.steps) >= ENOUGH:
            motion_px = round(float(np.percentile(list(self.steps), MOST_OF_THE_TIME)), 3)
        followed_s = round(self.last_s - self.began_s, 2)
        return box.model_copy(update={"motion_px": motion_px, "followed_s": followed_s})

    def is_at(self, place: Place) -> None:
        before = self.places[0] if len(self.places) == LAG else None
        if before is not None:
            step = np.hypot(place[0] - before[0], place[1] - before[1])
            self.steps.append(min(MOST_PX, float(step)))
        self.places.append(place)

    def look_anew(self, grey: Grey, face: FaceBox, faces: Sequence[FaceBox]) -> None:
        """From here on; places before and after cannot be compared."""
        self.reference, self.box, self.beside = grey, face, faces
        self.places.clear()


class OwnMotion:
    """Follows the faces of one candidate's video. Costs nothing while there is one face alone."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []

    def follow(self, pixels: Pixels, faces: Sequence[FaceBox], at_s: float) -> tuple[FaceBox, ...]:
        """The faces, each with its own motion since it was first seen beside another."""
        self._tracks = [track for track in self._tracks if at_s - track.last_s <= LOST_S]
        if len(faces) < 2 and not self._tracks:
            return tuple(faces)
        grey = cv2.GaussianBlur(
            cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.float32), (0, 0), 1.0
        )
        return tuple(self._one(np.asarray(grey), face, faces, at_s) for face in faces)

    def _one(self, grey: Grey, face: FaceBox, faces: Sequence[FaceBox], at_s: float) -> FaceBox:
        track = next((one for one in self._tracks if _same(one.at, face)), None)
        if track is None:
            track = _Track(face, faces, grey, at_s, at_s)
            self._tracks.append(track)
            return track.told(face)
        place = own_place(track.reference, grey, track.box, [*track.beside, *faces])
        if place is None or place is FAR:  # the scene has changed or tells nothing; or it has left
            track.look_anew(grey, face, faces)
        if place is FAR:
            track.steps.append(MOST_PX)
        elif place is not None:
            track.is_at(place)
        track.at, track.last_s = face, at_s
        return track.told(face)


def own_place(reference: Grey, grey: Grey, face: FaceBox, faces: Sequence[FaceBox]) -> Place | None:
    """Where the face is now before its surroundings, in pixels from where it was; FAR when it is
    some pixels away; None where the surroundings do not tell how the camera has moved.

    Args:
        face: Its place in the reference frame.
        faces: All faces of both frames: they, their hair and the bodies below are no surroundings.
    """
    left, top, right, bottom = _around(face, *grey.shape)
    around = np.zeros(grey.shape, np.bool_)
    around[top:bottom, left:right] = True
    for one in faces:
        _fill(around, _grown(one, HAIR), False)
        x0, y0, x1, _ = _grown(one, BODY)
        _fill(around, (x0, max(y0, one.y + one.height / 2), x1, float(grey.shape[0])), False)
    inner = np.zeros(grey.shape, np.bool_)
    _fill(inner, (face.x, face.y, face.x + face.width, face.y + face.height), True)
    before = reference[top:bottom, left:right]
    after = _shaken(grey, before, left, top)
    ring, middle = around[top:bottom, left:right], inner[top:bottom, left:right]
    if after is None or min(ring.sum(), middle.sum()) < MIN_PIXELS:
        return None
    camera, texture = _fitted(before, after, ring)
    if camera is None or texture < TEXTURE:
        return None
    own, _ = _fitted(before, after, middle)
    return FAR if own is None else (own[0] - camera[0], own[1] - camera[1])


def _same(one: FaceBox, other: FaceBox) -> bool:
    across = abs(one.x + one.width / 2 - other.x - other.width / 2)
    down = abs(one.y + one.height / 2 - other.y - other.height / 2)
    alike = 0.6 < other.width / max(1.0, one.width) < 1.7
    return alike and max(across, down) < SAME_PLACE * max(one.width, other.width)


def _grown(face: FaceBox, scale: float) -> tuple[float, float, float, float]:
    more_x, more_y = face.width * (scale - 1) / 2, face.height * (scale - 1) / 2
    return (
        face.x - more_x,
        face.y - more_y,
        face.x + face.width + more_x,
        face.y + face.height + more_y,
    )


def _around(face: FaceBox, height: int, width: int) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = _grown(face, AROUND)
    return max(0, int(x0)), max(0, int(y0)), min(width, int(x1)), min(height, int(y1))


def _fill(mask: Mask, box: tuple[float, float, float, float], value: bool) -> None:
    x0, y0, x1, y1 = (max(0, int(edge)) for edge in box)
    mask[y0:y1, x0:x1] = value


def _shaken(grey: Grey, before: Grey, left: int, top: int) -> Grey | None:
    """The same part of a frame whose camera moved by whole pixels; None when it is not there."""
    height, width = grey.shape
    from_x, from_y = max(0, left - SHAKE_PX), max(0, top - SHAKE_PX)
    to_x = min(width, left + before.shape[1] + SHAKE_PX)
    to_y = min(height, top + before.shape[0] + SHAKE_PX)
    found = cv2.matchTemplate(grey[from_y:to_y, from_x:to_x], before, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(found)
    if best < LIKE:
        return None
    x, y = from_x + x, from_y + y
    return grey[y : y + before.shape[0], x : x + before.shape[1]]


def _fitted(before: Grey, after: Grey, mask: Mask) -> tuple[Place | None, float]:
    """By what fraction of a pixel the masked part has moved (None: by too much), and its texture.

    Texture is the smaller eigenvalue of the gradients, for each pixel.
    """
    x = y = texture = 0.0
    size = (before.shape[1], before.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for _ in range(ROUNDS):
        matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
        moved = cv2.warpAffine(after, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        across = (cv2.Sobel(moved, cv2.CV_32F, 1, 0) / 8)[mask]
        down = (cv2.Sobel(moved, cv2.CV_32F, 0, 1) / 8)[mask]
        terms = np.stack([moved[mask], np.ones_like(across), across, down], axis=1)
        solved, normal = _solved(np.asarray(terms, np.float32), before[mask])
        texture = float(np.linalg.eigvalsh(normal[2:, 2:])[0]) / len(across)
        gain = max(float(solved[0]), 0.2)
        x, y = x + float(solved[2]) / gain, y + float(solved[3]) / gain
        if max(abs(x), abs(y)) > FURTHEST_PX:
            return None, texture
    return (x, y), texture


def _solved(
    terms: NDArray[np.float32], wanted: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least squares with outliers weighed down (Huber), and its normal matrix."""
    weights = np.ones(len(wanted), np.float32)
    for _ in range(WEIGHINGS):
        weighed = terms * weights[:, None]
        normal = (weighed.T @ terms).astype(np.float64) + 1e-3 * np.eye(terms.shape[1])
        solved = np.linalg.solve(normal, (weighed.T @ wanted).astype(np.float64))
        left = np.abs(wanted - terms @ solved.astype(np.float32))
        weights = np.minimum(1.0, (1.5 * np.median(left) + 1e-3) / (left + 1e-6))
    return np.asarray(solved, np.float64), normal
