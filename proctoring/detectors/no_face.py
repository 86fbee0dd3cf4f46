"""Nobody in the picture."""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import DetectorSpec, Input, KindSpec, Observation, Reading, Severity, Stimulus
from proctoring.observing import Span, engine_of

KIND = KindSpec(
    "no_face",
    meaning="No face was in the picture.",
    advice="We can't see your face. Please sit in front of the camera.",
    warning_severity=Severity.LOW,
    severity=Severity.MEDIUM,
)


class NoFace:
    """Present while neither the face finder nor the landmarks see anyone.

    A portrait on the wall that was seen beside the candidate is nobody. A covered lens is another
    kind's business: there is no telling who sits behind it.
    """

    def __init__(self) -> None:
        self._span = Span(KIND.code)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame."""
        if not isinstance(stimulus, Reading):
            return []
        if stimulus.faces is None or stimulus.blind:
            return [self._span.unknown(stimulus.at_s)]
        engine = engine_of(stimulus, Input.FACES)
        pictures = sum(face.still for face in stimulus.faces)
        nobody = len(stimulus.faces) == pictures and (pictures > 0 or stimulus.head is None)
        if not nobody:
            return [self._span.absent(stimulus.at_s, engine)]
        return [self._span.present(stimulus.at_s, engine, {"faces": 0})]


DETECTOR = DetectorSpec(
    name="no_face",
    kinds=(KIND,),
    inputs=frozenset({Input.FACES}),
    cost="nothing beyond finding faces",
    factory=NoFace,
    limits="A picture of a face counts as a face, unless it was seen beside the candidate "
    "for ten seconds before. A turned-away or half-hidden head "
    "may not.",
)
