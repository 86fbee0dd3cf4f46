"""What a verdict says in words: only what was covered is a strength, nothing is said twice."""

from __future__ import annotations

import pytest

from agents.evaluation.labels import RULES
from agents.evaluation.points import brief
from agents.evaluation.verdict import strengths, weaknesses
from interview.nouns import PointFinding, PointStatus, Question, Score
from interview.ports.analysis import EvaluationRequest

REQUEST = EvaluationRequest(
    answer_id="a", question=Question(number=1, text="What is a heap?"), content="A tree."
)


def finding(*, covered: bool) -> PointFinding:
    status = PointStatus.COVERED if covered else PointStatus.NOT_FOUND
    return PointFinding(point="a tree", status=status)


def scored(value: float) -> dict[str, Score]:
    return {"technical_accuracy": Score(value=value, reason="Covers 0 of 1 expected points.")}


@pytest.mark.parametrize(
    ("covered", "said"),
    [
        ([True, True], ("Covers what was expected.",)),
        ([True, False], ("Covers 1 of 2 points.",)),
        ([False, False], ()),
    ],
)
def test_only_what_was_covered_is_a_strength(covered: list[bool], said: tuple[str, ...]) -> None:
    points = [finding(covered=one) for one in covered]
    assert strengths(REQUEST, scored(7.4), RULES, points) == said


def test_what_was_not_found_is_said_once() -> None:
    assert weaknesses(REQUEST, scored(1.0), ["a tree"], RULES) == ("Did not mention: a tree.",)


def test_a_long_point_is_cut_between_words() -> None:
    long = (
        "They describe the disagreement, listened to the other view, used data to decide, and more."
    )
    assert (
        brief(long) == "They describe the disagreement, listened to the other view, used data to …"
    )
    assert brief("A tree.") == "A tree"
