"""More than one person in the picture.

A face that does not move before what is around it is a picture of one: a portrait on the wall, a
poster. Whoever sits still moves within seconds by more than a portrait ever seems to. Until that is
decided nothing is said; a face whose own motion cannot be told counts as a person.
"""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import (
    DetectorSpec,
    FaceBox,
    Input,
    KindSpec,
    Observation,
    Reading,
    Severity,
    Stimulus,
)
from proctoring.observing import Span, Vote, engine_of

MIN_SCORE = 0.7
MIN_FACE_PX = 16
UNTOLD_S = 3.0  # when nothing was measured by then, it cannot be

KIND = KindSpec(
    "multiple_faces",
    meaning="More than one face was in the picture.",
    advice="There seems to be someone else in view. Please sit alone.",
    warning_severity=Severity.MEDIUM,
    severity=Severity.HIGH,
)


class SeveralFaces:
    """Present while two of the last three frames show more than one clear face of a person."""

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
        clear = [face for face in clear if not face.still]
        if any(_undecided(face) for face in clear[1:]):
            return [self._span.unknown(stimulus.at_s)]
        since_s = self._vote.add(stimulus.at_s, len(clear) > 1)
        if since_s is None:
            return [self._span.absent(stimulus.at_s, engine)]
        measured: dict[str, float] = {"faces": max(2, len(clear))}
        if len(clear) < 2:
            return [self._span.present(stimulus.at_s, engine, measured, confidence=0.5)]
        second = clear[1]
        if second.motion_px is not None:
            measured["own_motion_px"] = second.motion_px
        if second.followed_s is not None:
            since_s = min(since_s, stimulus.at_s - second.followed_s)
        return [
            self._span.present(
                stimulus.at_s,
                engine,
                {**measured, "second_px": round(second.width), "second_score": second.score},
                confidence=second.score,
                since_s=since_s,
            )
        ]


def _undecided(face: FaceBox) -> bool:
    """Whether it is followed and has not shown yet what it is."""
    if face.followed_s is None or face.moves:
        return False
    return face.motion_px is not None or face.followed_s < UNTOLD_S


DETECTOR = DetectorSpec(
    name="several_faces",
    kinds=(KIND,),
    inputs=frozenset({Input.FACES}),
    cost="nothing beyond finding faces",
    factory=SeveralFaces,
    limits="A moving face on a screen counts as a person, and so does a portrait before a wall "
    "without any structure. Who holds quite still is seen when they move. Someone outside the "
    "picture, or turned away, is not seen.",
)
