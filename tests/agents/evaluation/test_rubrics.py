"""Points of a rubric: drafted, approved by a person, then counted."""

from __future__ import annotations

from typing import Any

import pytest

from agents.evaluation.points import expected_points
from agents.evaluation.rubrics import approved, draft_by_rules, draft_points
from interview.nouns import PointStatus, Question, RubricPoint
from tests.agents.evaluation.test_rules import INDEX, evaluate
from tests.fakes.language_model import ScriptedModel

QUESTION = Question(
    number=1,
    text="What is a constructor?",
    ideal_answer="A constructor runs whenever an object is created, whereas a function is called "
    "by name; it has no return type.",
)


def test_rules_cut_the_ideal_answer_into_statements() -> None:
    texts = [point.text for point in draft_by_rules(QUESTION)]
    assert (
        texts
        == [
            "A constructor runs whenever an object is created.",
            "A function is called by name.",
            "It has no return type.",
        ]
        or len(texts) == 1
        and texts[0] == QUESTION.ideal_answer
    )
    assert all(point.drafted_by == "rules" for point in draft_by_rules(QUESTION))
    assert not any(point.approved_by for point in draft_by_rules(QUESTION))


async def test_a_model_drafts_with_wordings_and_what_would_be_wrong() -> None:
    def say(system: str, user: str) -> dict[str, Any]:
        assert "<<<IDEAL" in user and "whenever an object is created" in user
        point = {
            "text": "Runs when an object is created.",
            "weight": 2,
            "wordings": ["Called on creation."],
            "wrong": "It must be called by hand.",
        }
        return {"points": [point]}

    points, note = await draft_points(QUESTION, ScriptedModel(say))
    assert note == "" and points[0].drafted_by == "llm:scripted, prompt 1"
    assert points[0].weight == 2 and points[0].wordings == ("Called on creation.",)


async def test_when_the_model_fails_the_rules_draft_and_it_is_said() -> None:
    points, note = await draft_points(QUESTION, ScriptedModel(None))
    assert points == draft_by_rules(QUESTION)
    assert "language model failed" in note


def test_only_approved_points_count() -> None:
    draft = RubricPoint(text="Speeds up reads.", drafted_by="rules")
    signed = draft.model_copy(update={"text": "Costs writes.", "approved_by": "staff"})
    question = INDEX.model_copy(update={"points": (draft, signed)})
    assert [point.text for point in expected_points(question)] == ["Costs writes."]
    unsigned = INDEX.model_copy(update={"points": (draft,)})
    assert [point.text for point in expected_points(unsigned)][0] == "B-tree"
    by = approved(question, "ada").points
    assert [point.approved_by for point in by] == ["", "ada"]


@pytest.mark.parametrize("answer", ["Inserting rows takes longer.", "Every write costs more."])
async def test_another_wording_covers_the_same_point(answer: str) -> None:
    point = RubricPoint(
        text="Every write costs more.",
        wordings=("Inserting rows takes longer.",),
        approved_by="ada",
    )
    evaluation = await evaluate(answer, INDEX.model_copy(update={"points": (point,)}))
    assert [found.status for found in evaluation.points] == [PointStatus.COVERED]
    assert evaluation.points[0].evidence[0].quote == answer


async def test_heavier_points_weigh_more() -> None:
    def question(weight: float) -> Question:
        points = (
            RubricPoint(text="Reads of rows are quicker.", weight=weight, approved_by="ada"),
            RubricPoint(text="Inserting takes longer.", approved_by="ada"),
        )
        return INDEX.model_copy(update={"points": points})

    light, heavy = [
        (await evaluate("Reads of rows are quicker.", question(weight)))
        .scores["technical_accuracy"]
        .value
        for weight in (1.0, 5.0)
    ]
    assert light is not None and heavy is not None and heavy > light
