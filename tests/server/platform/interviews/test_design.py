"""Designs and their versions: what may be changed, and what keeps its number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.errors import InvalidInput
from interview.nouns import RubricPoint
from server.platform.creation import PlanRules
from server.platform.interviews.design import (
    Design,
    DesignedQuestion,
    Interview,
    archived,
    changed,
    keep_approvals,
    planned,
    reordered,
    slug_of,
    with_changed,
    with_question,
    without,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def design(count: int) -> Design:
    questions = (DesignedQuestion(id=n, text=f"Question {n}?") for n in range(1, count + 1))
    return Design(rules=PlanRules(), questions=tuple(questions))


def interview(count: int = 3) -> Interview:
    return Interview(
        interview_id=123,
        slug="one",
        title="One",
        version=1,
        next_question_id=count + 1,
        design=design(count),
        created_at=NOW,
        updated_at=NOW,
        created_by="staff:ada",
        updated_by="staff:ada",
    )


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Software Developer Interview", "software-developer-interview"),
        ("  Ünïcode & Söhne!  ", "unicode-sohne"),
        ("2026", "interview-2026"),
        ("李小龍", "lixiaolong"),
        ("???", "interview"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_slug_reads_as_the_title_and_never_as_a_number(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_its_length_is_said_in_whole_minutes_rounded_up() -> None:
    (first,) = design(1).questions
    assert interview(3).minutes == 5, "three times 90 s"
    assert interview(0).minutes == 1
    assert (first.preparation_time or 0) + first.responding_time == 90


@given(st.permutations([1, 2, 3, 4, 5]))
def test_any_complete_permutation_is_the_new_order(order: list[int]) -> None:
    places = [(question_id, place) for place, question_id in enumerate(order, start=1)]
    after = reordered(design(5), sorted(places))
    assert [question.id for question in after.questions] == order
    assert [question.number for question in planned(after)] == [1, 2, 3, 4, 5]
    assert [question.question_id for question in planned(after)] == order


@pytest.mark.parametrize(
    ("places", "field"),
    [
        ([(1, 1), (2, 2)], "body"),
        ([(1, 1), (2, 2), (2, 3)], "body"),
        ([(1, 1), (2, 2), (9, 3)], "2.question_id"),
        ([(1, 1), (2, 1), (3, 2)], "new_order"),
        ([(1, 0), (2, 1), (3, 2)], "new_order"),
        ([(1, 2), (2, 3), (3, 4)], "new_order"),
        ([], "body"),
    ],
)
def test_anything_less_than_a_permutation_is_refused(
    places: list[tuple[int, int]], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        reordered(design(3), places)
    assert refused.value.field == field


def test_a_change_is_a_version_and_the_same_again_is_none() -> None:
    before = interview()
    assert changed(before, before.design, "One", now=NOW, by="staff:bob") is before
    after = changed(before, without(before.design, 2), "Two", now=NOW, by="staff:bob")
    assert (after.version, after.title, after.updated_by) == (2, "Two", "staff:bob")
    assert (archived(before).version, archived(before).design) == (1, before.design)


def test_a_number_of_a_question_is_never_given_again() -> None:
    before = interview(3)
    shorter = changed(before, without(before.design, 3), "One", now=NOW, by="x")
    added = DesignedQuestion(id=shorter.next_question_id, text="New?")
    after = changed(shorter, with_question(shorter.design, added, 1), "One", now=NOW, by="x")
    assert [question.id for question in after.design.questions] == [4, 1, 2]
    assert after.next_question_id == 5


def test_there_may_be_fifty_questions() -> None:
    with pytest.raises(InvalidInput, match="at most 50"):
        with_question(design(50), DesignedQuestion(id=51, text="One more?"))


def test_a_changed_question_keeps_its_place() -> None:
    after = with_changed(design(3), DesignedQuestion(id=2, text="Other?", preparation_time=None))
    assert [question.text for question in after.questions] == [
        "Question 1?",
        "Other?",
        "Question 3?",
    ]
    assert [question.preparation_s for question in planned(after)] == [30, 0, 30]


def test_a_point_that_stays_stays_approved_by_whoever_approved_it() -> None:
    earlier = (RubricPoint(text="Says so", approved_by="staff:ada"), RubricPoint(text="Drafted"))
    sent = (
        RubricPoint(text="Says so", weight=2, approved_by="staff:bob"),
        RubricPoint(text="Drafted", approved_by="staff:bob"),
        RubricPoint(text="New"),
    )
    assert [point.approved_by for point in keep_approvals(sent, earlier)] == [
        "staff:ada",
        "staff:bob",
        "",
    ]
