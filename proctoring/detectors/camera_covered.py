"""A lens that shows nothing: covered by a hand, a sticker, a shutter."""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import (
    BLIND_STRUCTURE,
    DetectorSpec,
    Input,
    KindSpec,
    Observation,
    Reading,
    Severity,
    Stimulus,
)
from proctoring.observing import Span, beyond, engine_of

KIND = KindSpec(
    "camera_covered",
    meaning="The camera showed nothing but an even surface.",
    advice="Your camera seems to be covered. Please free the lens.",
    warning_severity=Severity.LOW,
    severity=Severity.MEDIUM,
)


class CameraCovered:
    """Present while the picture, sensor noise averaged away, has no structure."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame."""
        if not isinstance(stimulus, Reading):
            return []
        engine = engine_of(stimulus, Input.PICTURE)
        picture = stimulus.picture
        if not stimulus.blind:
            return [self._span.absent(stimulus.at_s, engine)]
        return [
            self._span.present(
                stimulus.at_s,
                engine,
                {"luma": picture.luma, "structure": picture.structure},
                confidence=beyond(picture.structure, BLIND_STRUCTURE, 0.3),
            )
        ]


DETECTOR = DetectorSpec(
    name="camera_covered",
    kinds=(KIND,),
    inputs=frozenset({Input.PICTURE}),
    cost="nothing beyond measuring the picture",
    factory=CameraCovered,
    limits="A lens covered by something with a pattern in focus is a picture like any other; no "
    "face is then reported instead.",
)
