"""The same picture again and again."""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import DetectorSpec, Input, KindSpec, Observation, Reading, Severity, Stimulus
from proctoring.observing import Span, Vote, engine_of

STILL_CHANGE = 0.12
STILL_MOVED = 0.0005

KIND = KindSpec(
    "camera_frozen",
    meaning="The picture did not change at all, as a live camera's always does.",
    advice="Your picture stands still. Please check your camera.",
    warning_severity=Severity.MEDIUM,
    severity=Severity.HIGH,
    warn_after_s=1.5,
)


class CameraFrozen:
    """Present while frames differ less than any sensor's noise."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._vote = Vote(needed=2, size=2)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame. A covered lens shows too little to say."""
        if not isinstance(stimulus, Reading):
            return []
        change, moved = stimulus.picture.change, stimulus.picture.moved
        if stimulus.blind or change is None or moved is None:
            return [self._span.unknown(stimulus.at_s)]
        engine = engine_of(stimulus, Input.PICTURE)
        still = change < STILL_CHANGE and moved < STILL_MOVED
        since_s = self._vote.add(stimulus.at_s, still)
        if since_s is None:
            return [self._span.absent(stimulus.at_s, engine)]
        measured = {"change": change, "moved": moved}
        return [self._span.present(stimulus.at_s, engine, measured, since_s=since_s)]


DETECTOR = DetectorSpec(
    name="camera_frozen",
    kinds=(KIND,),
    inputs=frozenset({Input.PICTURE}),
    cost="nothing beyond measuring the picture",
    factory=CameraFrozen,
    limits="Finds a still picture, not a video played in a loop.",
)
