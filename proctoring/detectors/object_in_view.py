"""A phone or a book in the picture (optional: weak evidence)."""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import (
    DetectorSpec,
    Input,
    KindSpec,
    Measured,
    Observation,
    Reading,
    Severity,
    Stimulus,
)
from proctoring.observing import Span, Vote, engine_of

LABELS = ("cell phone", "book")
MIN_SCORE = 0.45

KIND = KindSpec(
    "object_in_view",
    meaning="Something that looks like a phone or a book was in the picture.",
    advice="Please put phones and books out of view.",
    warning_severity=Severity.LOW,
    severity=Severity.MEDIUM,
    counts=False,
)


class ObjectInView:
    """Present while two of the last five frames show one."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._vote = Vote(needed=2, size=5)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame on which objects were looked for."""
        if not isinstance(stimulus, Reading) or stimulus.objects is None:
            return []
        found = [one for one in stimulus.objects if one.label in LABELS and one.score >= MIN_SCORE]
        best = max(found, key=lambda one: one.score, default=None)
        since_s = self._vote.add(stimulus.at_s, best is not None)
        engine = engine_of(stimulus, Input.OBJECTS)
        if since_s is None:
            return [self._span.absent(stimulus.at_s, engine)]
        measured: Measured = (
            {"label": best.label, "score": best.score} if best else {"label": "earlier"}
        )
        confidence = best.score if best else MIN_SCORE
        return [
            self._span.present(
                stimulus.at_s, engine, measured, confidence=confidence, since_s=since_s
            )
        ]


DETECTOR = DetectorSpec(
    name="object_in_view",
    kinds=(KIND,),
    inputs=frozenset({Input.OBJECTS}),
    cost="an object detector on each frame",
    factory=ObjectInView,
    default_on=False,
    limits="Weak: small or half-hidden phones are missed, dark flat things are taken for one. Not "
    "measured on truth of its own; off unless an interview switches it on.",
)
