"""Looking elsewhere: head and eyes together, against the person's own way of sitting."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from proctoring.base import (
    DetectorSpec,
    HeadReading,
    Input,
    KindSpec,
    Observation,
    Reading,
    Severity,
    Stimulus,
)
from proctoring.observing import Span, Vote, beyond, engine_of

BASELINE_S = 6.0
BASELINE_FRAMES = 6
# A baseline further out than this is itself looking away: it is held at the limit.
BASELINE_MAX_DEG = 15.0
BASELINE_MAX_GAZE = 0.25
HEAD_DEG = 25.0
GAZE = 0.4

KIND = KindSpec(
    "looking_away",
    meaning="Head and eyes were turned away from the screen.",
    advice="Please look at the screen.",
    warning_severity=Severity.LOW,
    severity=Severity.MEDIUM,
    warn_after_s=1.5,
)


class LookingAway:
    """Present while two of the last three frames look past the screen.

    Head and eyes are added, each in units of its limit: eyes that stay on the screen while the head
    turns cancel it. Up and down only the head counts.
    """

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._vote = Vote(needed=2, size=3)
        self._first: list[tuple[float, HeadReading]] = []
        self._yaw = self._pitch = self._gaze = 0.0
        self._settled = False

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame."""
        if not isinstance(stimulus, Reading):
            return []
        head = stimulus.head
        if head is None:
            self._vote = Vote(needed=2, size=3)
            return [self._span.unknown(stimulus.at_s)]
        if not self._settled and not self._settle(stimulus.at_s, head):
            return [self._span.unknown(stimulus.at_s)]
        yaw, pitch = head.yaw - self._yaw, head.pitch - self._pitch
        gaze = head.gaze_x - self._gaze
        sideways, upward = yaw / HEAD_DEG + gaze / GAZE, pitch / HEAD_DEG
        strength = max(abs(sideways), abs(upward))
        since_s = self._vote.add(stimulus.at_s, strength > 1)
        engine = engine_of(stimulus, Input.LANDMARKS)
        if since_s is None:
            return [self._span.absent(stimulus.at_s, engine)]
        measured = {
            "sideways": round(sideways, 3),
            "upward": round(upward, 3),
            "yaw_deg": round(yaw, 1),
            "pitch_deg": round(pitch, 1),
            "gaze": round(gaze, 3),
        }
        confidence = beyond(strength, 1.0, 1.5)
        return [
            self._span.present(
                stimulus.at_s, engine, measured, confidence=confidence, since_s=since_s
            )
        ]

    def _settle(self, at_s: float, head: HeadReading) -> bool:
        """Take the person's own middle from the first seconds; True once there is one."""
        self._first.append((at_s, head))
        long_enough = at_s - self._first[0][0] >= BASELINE_S
        if not long_enough or len(self._first) < BASELINE_FRAMES:
            return False
        heads = [one for _, one in self._first]
        self._yaw = _held(median(one.yaw for one in heads), BASELINE_MAX_DEG)
        self._pitch = _held(median(one.pitch for one in heads), BASELINE_MAX_DEG)
        self._gaze = _held(median(one.gaze_x for one in heads), BASELINE_MAX_GAZE)
        self._settled, self._first = True, []
        return True


def _held(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))


DETECTOR = DetectorSpec(
    name="looking_away",
    kinds=(KIND,),
    inputs=frozenset({Input.LANDMARKS}),
    cost="nothing beyond landmarks",
    factory=LookingAway,
    limits="The first six seconds with a face only learn how the person sits. Eyes looking down "
    "with a still head are not seen, nor is a second screen just beside the first. Thick glasses "
    "and reflections make eyes uncertain. People who think look away: it is a hint to look at.",
)
