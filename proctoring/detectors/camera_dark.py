"""Too dark a picture to judge by."""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import DetectorSpec, Input, KindSpec, Observation, Reading, Severity, Stimulus
from proctoring.observing import Span, beyond, engine_of

DARK_BELOW = 28.0
LIGHT_ABOVE = 34.0

KIND = KindSpec(
    "camera_dark",
    meaning="The picture was very dark.",
    advice="It is too dark to see you well. Please turn on a light.",
    warning_severity=Severity.LOW,
    severity=Severity.LOW,
)


class CameraDark:
    """Present from a mean luma of 28 down until it is above 34 again."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame. Says nothing of a covered lens."""
        if not isinstance(stimulus, Reading):
            return []
        if stimulus.blind:
            return [self._span.unknown(stimulus.at_s)]
        engine = engine_of(stimulus, Input.PICTURE)
        luma = stimulus.picture.luma
        limit = DARK_BELOW if self._span.since_s is None else LIGHT_ABOVE
        if luma >= limit:
            return [self._span.absent(stimulus.at_s, engine)]
        confidence = beyond(luma, LIGHT_ABOVE, 10.0)
        return [self._span.present(stimulus.at_s, engine, {"luma": luma}, confidence=confidence)]


DETECTOR = DetectorSpec(
    name="camera_dark",
    kinds=(KIND,),
    inputs=frozenset({Input.PICTURE}),
    cost="nothing beyond measuring the picture",
    factory=CameraDark,
    limits="Judges the whole picture: a dark room with a lit face may be reported, a dark face "
    "before a bright window is not.",
)
