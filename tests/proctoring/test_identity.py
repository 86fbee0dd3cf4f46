"""What may be a reference face, reason by reason, and how embeddings are compared."""

from __future__ import annotations

import pytest

from interview.errors import InvalidInput, TooLarge, Unavailable
from proctoring.base import EngineTag, FaceBox
from proctoring.identity import (
    SENTENCES,
    ReferenceProblem,
    distance,
    judge_reference,
    refused_by,
)
from proctoring.vision import Embedding, ReferenceFindings
from tests.fakes.vision import ENGINE, FACE

MADE = Embedding(values=(0.0,) * 128, engine=ENGINE)
GOOD = ReferenceFindings(
    width=640,
    height=480,
    luma=110,
    face_luma=120,
    face_detail=300,
    faces=(FACE,),
    embedding=MADE,
)


def face(**change: float) -> tuple[FaceBox, ...]:
    return (FACE.model_copy(update=change),)


def test_one_clear_face_is_taken_with_its_embedding() -> None:
    outcome = judge_reference(GOOD)
    assert (outcome.accepted, outcome.problem, outcome.embedding) == (True, None, MADE)
    assert outcome.face_px == 200


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"faces": ()}, ReferenceProblem.NO_FACE),
        ({"faces": (), "luma": 9}, ReferenceProblem.TOO_DARK),
        ({"faces": (FACE, FACE)}, ReferenceProblem.SEVERAL_FACES),
        ({"faces": face(width=60)}, ReferenceProblem.FACE_TOO_SMALL),
        ({"faces": face(x=-40)}, ReferenceProblem.FACE_CUT_OFF),
        ({"faces": face(x=500)}, ReferenceProblem.FACE_CUT_OFF),
        ({"faces": face(y=-60)}, ReferenceProblem.FACE_CUT_OFF),
        ({"faces": face(y=300)}, ReferenceProblem.FACE_CUT_OFF),
        ({"face_luma": 25}, ReferenceProblem.TOO_DARK),
        ({"face_detail": 5}, ReferenceProblem.TOO_BLURRED),
        ({"faces": face(score=0.65)}, ReferenceProblem.UNCLEAR_FACE),
    ],
)
def test_anything_else_is_refused_with_its_reason(
    change: dict[str, object], problem: ReferenceProblem
) -> None:
    outcome = judge_reference(GOOD.model_copy(update=change))
    assert (outcome.accepted, outcome.problem) == (False, problem)
    assert outcome.embedding is None
    assert outcome.message == SENTENCES[problem]


def test_a_picture_that_could_not_be_looked_at_is_never_success() -> None:
    for error, problem in (
        (InvalidInput("image_data", "damaged"), ReferenceProblem.UNDECODABLE),
        (TooLarge("too many bytes"), ReferenceProblem.TOO_LARGE),
        (Unavailable("proctoring", "lost"), ReferenceProblem.UNAVAILABLE),
    ):
        outcome = refused_by(error)
        assert (outcome.accepted, outcome.problem) == (False, problem)


def test_every_problem_has_a_sentence_that_helps() -> None:
    assert set(SENTENCES) == set(ReferenceProblem)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_embeddings_of_two_models_are_not_compared() -> None:
    other = Embedding(values=(1.0,) + (0.0,) * 127, engine=ENGINE)
    assert distance(MADE, other) == 1.0
    strange = other.model_copy(update={"engine": EngineTag(name="other")})
    with pytest.raises(InvalidInput, match="another model"):
        distance(MADE, strange)
