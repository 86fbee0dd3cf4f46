"""What detectors are, what they are shown, what they say. Pure; times are on the session clock.

A *stimulus* is something a detector is shown (a frame's reading, a page event, speech, the passing
of time). An *observation* is its answer. What becomes of observations is `policy.py`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from interview.nouns import Noun

Measured = Mapping[str, float | int | str | bool]


class Severity(StrEnum):
    """How much attention it deserves."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Input(StrEnum):
    """What a detector needs to be shown. The first five are measured on frames by a worker."""

    PICTURE = "picture"
    FACES = "faces"
    LANDMARKS = "landmarks"
    IDENTITY = "identity"
    OBJECTS = "objects"
    PAGE = "page"
    SPEECH = "speech"
    TIME = "time"


VISION_INPUTS = (Input.PICTURE, Input.FACES, Input.LANDMARKS, Input.IDENTITY, Input.OBJECTS)


# --- stimuli -------------------------------------------------------------------------------


class EngineTag(Noun):
    """Which engine measured, with which model (sha256 in hexadecimal, empty without a model)."""

    name: str
    model_sha256: str = ""


class PictureReading(Noun):
    """The picture as light. `luma` and `spread` are 0-255.

    `structure` is the spread of the picture averaged over blocks: sensor noise is gone in it.
    `detail` is the variance of the Laplacian at 160 x 120. `change` is the mean absolute difference
    to the frame before, `moved` the share of pixels that differ from it by more than 3; both are
    None at the first.
    """

    luma: float
    spread: float
    structure: float
    detail: float
    change: float | None = None
    moved: float | None = None


# A portrait's own motion stays below the larger of the two, a person's goes beyond in seconds.
LIVE_PX, LIVE_SHARE = 0.2, 0.0025  # the second of the face's width
STILL_S = 10.0


class FaceBox(Noun):
    """A found face in pixels.

    `motion_px`: how far it moves before its surroundings within a second and a half, most of the
    time; None while (or where) that cannot be told. `followed_s`: since it was first seen beside
    another face.
    """

    x: float
    y: float
    width: float
    height: float
    score: float
    motion_px: float | None = None
    followed_s: float | None = None

    @property
    def moves(self) -> bool:
        """Whether it was seen to move by itself."""
        live_px = max(LIVE_PX, LIVE_SHARE * self.width)
        return self.motion_px is not None and self.motion_px >= live_px

    @property
    def still(self) -> bool:
        """Whether it has not moved by itself for so long that it is a picture of a face."""
        watched = self.motion_px is not None and (self.followed_s or 0.0) >= STILL_S
        return watched and not self.moves


class HeadReading(Noun):
    """Pose, eyes and mouth of the largest face.

    Angles in degrees; positive yaw and positive `gaze_x` point the same way. `gaze_x`, `gaze_y` are
    about ±1 at the eyes' limit. `mouth` is the lips' distance over the mouth's width. `eyes` is how
    far the eyes are open, 0-1.
    """

    yaw: float
    pitch: float
    roll: float
    gaze_x: float
    gaze_y: float
    mouth: float
    eyes: float


class IdentityReading(Noun):
    """Distance of the one face's embedding to the reference (0 same … above 0.6 another person)."""

    distance: float


class ObjectBox(Noun):
    """A found object, by its COCO class name."""

    label: str
    score: float


class Reading(Noun):
    """All that was measured on one frame. A part is None when its engine did not run on it.

    `head` is None also when the engine found no face: `landmarks` then says that it ran.
    """

    at_s: float
    width: int
    height: int
    picture: PictureReading
    faces: tuple[FaceBox, ...] | None = None
    landmarks: bool = False
    head: HeadReading | None = None
    identity: IdentityReading | None = None
    objects: tuple[ObjectBox, ...] | None = None
    engines: dict[Input, EngineTag] = Field(default_factory=dict)

    @property
    def blind(self) -> bool:
        """Whether the picture shows nothing that a face could be missed in."""
        return self.picture.structure < BLIND_STRUCTURE

    @property
    def face_count(self) -> int | None:
        """Faces found, None when nobody looked."""
        return None if self.faces is None else len(self.faces)


BLIND_STRUCTURE = 1.5


class PageEventName(StrEnum):
    """What the candidate's page reports."""

    FULLSCREEN_EXIT = "fullscreen_exit"
    FULLSCREEN_ENTER = "fullscreen_enter"
    TAB_HIDDEN = "tab_hidden"
    TAB_VISIBLE = "tab_visible"
    WINDOW_BLUR = "window_blur"
    WINDOW_FOCUS = "window_focus"
    PASTE = "paste"  # fields: chars
    COPY = "copy"  # fields: chars
    SCREENS = "screens"  # fields: count (or extended: bool)
    CAMERA = "camera"  # fields: label, the name of the device in use
    CAMERA_OFF = "camera_off"
    CAMERA_ON = "camera_on"
    WINDOW_SIZE = "window_size"  # fields: outer_width, inner_width, outer_height, inner_height


class PageEvent(Noun):
    """Something the page saw. `fields` never hold what was pasted or copied."""

    name: PageEventName
    at_s: float = Field(ge=0)
    fields: dict[str, float | int | str | bool] = Field(default_factory=dict, max_length=16)


class Speech(Noun):
    """The candidate's microphone began or ceased to carry speech (not the interviewer's voice)."""

    at_s: float
    speaking: bool


class Tick(Noun):
    """Time passes. `last_frame_s`: when a frame last came in, None before the first."""

    at_s: float
    last_frame_s: float | None = None


Stimulus = Reading | PageEvent | Speech | Tick


# --- observations --------------------------------------------------------------------------


class State(StrEnum):
    """PRESENT and ABSENT hold from now on, HAPPENED is a moment, UNKNOWN is no evidence at all."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    HAPPENED = "happened"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a detector says at `end_s` of one kind: it has been so since `start_s`.

    `confidence` is 0-1 and means "how far beyond the threshold", not a probability.
    """

    kind: str
    state: State
    start_s: float
    end_s: float
    confidence: float = 1.0
    measured: Measured = field(default_factory=dict)
    engine: EngineTag = field(default_factory=lambda: EngineTag(name="page"))


# --- detectors -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KindSpec:
    """A kind of observation and its default rule.

    Attributes:
        code: Machine code, for ever the same.
        meaning: For staff.
        advice: For the candidate, in words that help.
        warning_severity, severity: Of the warning and of the violation.
        duration_s: Bad time without a break that makes a violation; 0 makes it at once.
        warn_after_s: Bad time before the warning.
        counts: Whether it counts towards the strict profile's limit.
        repeats: Whether a state that goes on makes another violation after the cool-down.
        hint: Recorded for staff; never a warning, never a violation.
    """

    code: str
    meaning: str
    advice: str
    warning_severity: Severity = Severity.LOW
    severity: Severity = Severity.MEDIUM
    duration_s: float = 5.0
    warn_after_s: float = 0.0
    counts: bool = True
    repeats: bool = True
    hint: bool = False


class Detector(Protocol):
    """Watches one candidate; holds that candidate's state and nothing else."""

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer one stimulus of the declared inputs. Pure: no clock, no I/O, well under 1 ms."""


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """What a detector file declares as `DETECTOR`.

    Attributes:
        name: The file's name.
        inputs: What it is shown; an input whose engine is missing makes it unavailable.
        cost: What it costs beyond its inputs, for the documentation.
        factory: A new detector for one candidate.
        default_on: Whether it runs unless the settings say otherwise.
        limits: What it cannot see, for the documentation.
    """

    name: str
    kinds: tuple[KindSpec, ...]
    inputs: frozenset[Input]
    cost: str
    factory: Callable[[], Detector]
    limits: str
    default_on: bool = True


@dataclass(frozen=True, slots=True)
class InputCapability:
    """Whether an input can be measured here: for `/readyz`, the session and the report.

    `needed`: whether a detector uses it that is on unless the settings say otherwise.
    """

    input: Input
    available: bool
    engine: EngineTag | None = None
    reason: str = ""
    detectors: tuple[str, ...] = ()
    needed: bool = True


def is_frame_input(value: Input) -> bool:
    """Whether a worker measures it on frames."""
    return value in VISION_INPUTS
