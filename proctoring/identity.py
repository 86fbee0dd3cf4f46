"""Whose face it is: what may be a reference, and when a face is another person's. Pure.

Thresholds are for dlib's ResNet embeddings (128 numbers, Euclidean distance). The model's own 0.6
is for pictures years apart; within a sitting the same face stays below 0.4 and the closest two
different people measured 0.60. Source: dlib's face_recognition_ex, `docs/topics/proctoring.md`.
"""

from __future__ import annotations

import math
from enum import StrEnum

from interview.errors import InvalidInput, TooLarge, VivaError
from interview.nouns import Noun
from proctoring.base import FaceBox
from proctoring.vision import Embedding, ReferenceFindings

SAME_MAX = 0.5
DIFFERENT_MIN = 0.55
MIN_FACE_PX = 80
MIN_FACE_LUMA = 40.0
MIN_FACE_SCORE = 0.75
MIN_FACE_DETAIL = 12.0


class ReferenceProblem(StrEnum):
    """Why a picture cannot be the reference; the values are for ever the same."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_TOO_SMALL = "face_too_small"
    FACE_CUT_OFF = "face_cut_off"
    TOO_DARK = "too_dark"
    TOO_BLURRED = "too_blurred"
    UNCLEAR_FACE = "unclear_face"
    UNDECODABLE = "undecodable"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"


SENTENCES = {
    ReferenceProblem.NO_FACE: "We can't see a face. Please look straight into the camera.",
    ReferenceProblem.SEVERAL_FACES: "More than one face is in view. Please sit alone.",
    ReferenceProblem.FACE_TOO_SMALL: "Your face is too far away. Please come closer.",
    ReferenceProblem.FACE_CUT_OFF: "Part of your face is outside the picture. Please move in.",
    ReferenceProblem.TOO_DARK: "It is too dark to see your face. Please turn on a light.",
    ReferenceProblem.TOO_BLURRED: "The picture is blurred. Please hold still or wipe the lens.",
    ReferenceProblem.UNCLEAR_FACE: "Your face is not clear. Please look straight into the camera.",
    ReferenceProblem.UNDECODABLE: "The picture could not be read. Please take another one.",
    ReferenceProblem.TOO_LARGE: "The picture is too large. Please take a smaller one.",
    ReferenceProblem.UNAVAILABLE: "Pictures cannot be checked right now. Please try again later.",
}


class ReferenceOutcome(Noun):
    """Whether a picture was taken as the reference. `message` is a sentence for the candidate.

    `embedding` is None although accepted when identity is not checked (no consent, no model).
    """

    accepted: bool
    problem: ReferenceProblem | None = None
    message: str
    embedding: Embedding | None = None
    face_px: int | None = None


def refused(problem: ReferenceProblem) -> ReferenceOutcome:
    """The answer to a picture that cannot be the reference."""
    return ReferenceOutcome(accepted=False, problem=problem, message=SENTENCES[problem])


def refused_by(error: VivaError) -> ReferenceOutcome:
    """The answer to a picture that could not be looked at."""
    if isinstance(error, TooLarge):
        return refused(ReferenceProblem.TOO_LARGE)
    if isinstance(error, InvalidInput):
        return refused(ReferenceProblem.UNDECODABLE)
    return refused(ReferenceProblem.UNAVAILABLE)


def judge_reference(findings: ReferenceFindings) -> ReferenceOutcome:
    """Take exactly one clear face."""
    problem = reference_problem(findings)
    if problem is not None:
        return refused(problem)
    face = findings.faces[0]
    return ReferenceOutcome(
        accepted=True,
        message="Thank you, your picture is clear.",
        embedding=findings.embedding,
        face_px=round(face.width),
    )


def reference_problem(findings: ReferenceFindings) -> ReferenceProblem | None:
    """The first thing wrong, in the order in which a candidate can mend them."""
    if not findings.faces:
        dark = findings.luma < MIN_FACE_LUMA / 2
        return ReferenceProblem.TOO_DARK if dark else ReferenceProblem.NO_FACE
    if len(findings.faces) > 1:
        return ReferenceProblem.SEVERAL_FACES
    face = findings.faces[0]
    if face.width < MIN_FACE_PX:
        return ReferenceProblem.FACE_TOO_SMALL
    if _cut_off(face, findings.width, findings.height):
        return ReferenceProblem.FACE_CUT_OFF
    if findings.face_luma < MIN_FACE_LUMA:
        return ReferenceProblem.TOO_DARK
    if findings.face_detail < MIN_FACE_DETAIL:
        return ReferenceProblem.TOO_BLURRED
    if face.score < MIN_FACE_SCORE:
        return ReferenceProblem.UNCLEAR_FACE
    return None


def _cut_off(face: FaceBox, width: int, height: int) -> bool:
    slack = 0.1 * face.width
    across = -slack <= face.x and face.x + face.width <= width + slack
    return not (across and -slack <= face.y and face.y + face.height <= height + slack)


def distance(one: Embedding, other: Embedding) -> float:
    """Euclidean. Embeddings of different engines cannot be compared.

    Raises:
        InvalidInput: They come from different models.
    """
    if one.engine != other.engine:
        raise InvalidInput("reference", "it was made by another model")
    return math.dist(one.values, other.values)
