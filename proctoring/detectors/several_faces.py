"""More than one person in the picture."""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import DetectorSpec, Input, KindSpec, Observation, Reading, Severity, Stimulus
from proctoring.observing import Span, Vote, engine_of

MIN_SCORE = 0.7
MIN_FACE_PX = 16

KIND = KindSpec(
    "multiple_faces",
    meaning="More than one face was in the picture.",
    advice="There seems to be someone else in view. Please sit alone.",
    warning_severity=Severity.MEDIUM,
    severity=Severity.HIGH,
)


class SeveralFaces:
    """Present while two of the last three frames show more than one clear face."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._vote = Vote(needed=2, size=3)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame."""
        if not isinstance(stimulus, Reading):
            return []
        if stimulus.faces is None:
            return [self._span.unknown(stimulus.at_s)]
        clear = sorted(
            (f for f in stimulus.faces if f.score >= MIN_SCORE and f.width >= MIN_FACE_PX),
            key=lambda face: face.width,
            reverse=True,
        )
        engine = engine_of(stimulus, Input.FACES)
        since_s = self._vote.add(stimulus.at_s, len(clear) > 1)
        if since_s is None:
            return [self._span.absent(stimulus.at_s, engine)]
        measured = {"faces": max(2, len(clear))}
        if len(clear) < 2:
            return [self._span.present(stimulus.at_s, engine, measured, confidence=0.5)]
        second = clear[1]
        return [
            self._span.present(
                stimulus.at_s,
                engine,
                {**measured, "second_px": round(second.width), "second_score": second.score},
                confidence=second.score,
                since_s=since_s,
            )
        ]


DETECTOR = DetectorSpec(
    name="several_faces",
    kinds=(KIND,),
    inputs=frozenset({Input.FACES}),
    cost="nothing beyond finding faces",
    factory=SeveralFaces,
    limits="Pictures of people on the wall or on a screen count as people. Someone outside the "
    "picture, or turned away, is not seen.",
)
