"""What the monitor tells: one stream of signals for each session, in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from interview.nouns import Noun
from proctoring.base import HeadReading, Observation, Reading
from proctoring.policy import Decision


class GapCause(StrEnum):
    """Why nothing was watched."""

    VISION = "vision_unavailable"  # a worker died or hung: our fault
    PAUSED = "paused"  # the caller said that there is nothing to watch (a lost connection)
    UNREADABLE = "unreadable_frames"  # what came did not decode


class Gap(Noun):
    """Nothing was watched from `start_s`; `end_s` is None while that lasts."""

    type: Literal["gap"] = "gap"
    start_s: float
    end_s: float | None
    cause: GapCause


class DetectorLost(Noun):
    """A detector failed and watches this session no longer."""

    type: Literal["detector_lost"] = "detector_lost"
    detector: str
    at_s: float
    reason: str


class Gaze(StrEnum):
    """The contract's words."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"
    CENTER = "CENTER"
    NO_FACE = "NO_FACE"


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """One frame was measured: the contract's `proctoring_result`, and more.

    Attributes:
        observations: What every detector said about this frame.
        decisions: Those that this frame brought about; each also comes as a signal of its own.
        gaze: Sides are the picture's (LEFT: the left of the picture as sent).
        still: A JPEG, at most one a second.
    """

    at_s: float
    reading: Reading
    observations: tuple[Observation, ...]
    decisions: tuple[Decision, ...]
    gaze: Gaze
    violation_count: int
    max_violations: int
    active: bool
    still: bytes | None = None

    @property
    def face_count(self) -> int | None:
        """Faces found, None when nobody looked."""
        return self.reading.face_count

    @property
    def head_pose(self) -> HeadReading | None:
        """Angles in degrees; None without a face."""
        return self.reading.head


@dataclass(frozen=True, slots=True)
class Decided:
    """A warning, violation, hint, its end, or the session's end.

    `still` shows the picture at that time (JPEG or PNG, under a second and a half old), for
    violations and hints; None when there was no picture.
    """

    decision: Decision
    still: bytes | None = None
    still_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing told about a session."""

    session_id: str
    body: FrameSeen | Decided | Gap | DetectorLost


class WatchState(Noun):
    """What is watched in a session and what is not: for the page, `/readyz` and the report."""

    session_id: str
    profile: str
    active: bool
    detectors: tuple[str, ...]
    unavailable: dict[str, str]  # detector -> why
    violation_count: int
    max_violations: int
    identity: Literal["on", "no_consent", "no_reference", "unavailable", "off"]
