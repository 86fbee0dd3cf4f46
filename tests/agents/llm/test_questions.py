"""Questions from a job text: opener, topics, no repeats, a fallback that says so (row 32)."""

from __future__ import annotations

from typing import Any

import pytest

from agents.llm.fixed_questions import LISTS, OPENERS
from agents.llm.follow_ups import acceptable
from agents.llm.questions import plan_questions
from tests.fakes.language_model import ScriptedModel

OPENER, FALLBACK = OPENERS["en"], LISTS["en"]
JOB = "We look for a backend engineer with Kafka and PostgreSQL. Kafka is central."


def item(topic: str, question: str, *keywords: str) -> dict[str, Any]:
    return {"topic": topic, "question": question, "keywords": list(keywords)}


PROPOSED = [
    item("Kafka", "How did you design topics and partitions in Kafka?", "partition", "key"),
    item("kafka", "What happens to consumer groups in Kafka during a rebalance?"),
    item("Kafka", "How do you monitor the lag of Kafka in production systems?"),
    item("Kafka design", "How did you design the topics and partitions in Kafka?"),
    item("PostgreSQL", "Which PostgreSQL indexes have you tuned, and why?"),
    item("Teamwork", "Describe a review that changed your mind."),
]


async def test_opener_first_no_repeats_and_two_a_topic() -> None:
    model = ScriptedModel(lambda system, user: {"questions": PROPOSED})
    planned = await plan_questions(model, JOB, count=5)
    texts = [question.text for question in planned.questions]
    assert planned.source == "llm" and planned.reason == ""
    assert texts[0] == OPENER
    assert len(texts) == len(set(texts)) == 5
    assert sum("Kafka" in text for text in texts) == 2
    assert [question.number for question in planned.questions] == [1, 2, 3, 4, 5]
    assert planned.questions[1].keywords == ("partition", "key")
    assert JOB in model.asked[0][1]


async def test_too_few_good_ones_are_filled_up_without_repeats() -> None:
    model = ScriptedModel(lambda system, user: {"questions": PROPOSED[:1]})
    planned = await plan_questions(model, JOB, count=4)
    assert len({question.text for question in planned.questions}) == 4


@pytest.mark.parametrize("model", [None, ScriptedModel(None)])
async def test_without_a_working_model_the_fallback_is_marked(model: ScriptedModel | None) -> None:
    planned = await plan_questions(model, JOB, count=8)
    assert planned.source == "fallback" and planned.reason
    texts = [question.text for question in planned.questions]
    assert texts[:7] == [OPENER, *FALLBACK]
    assert "Kafka" in texts[7]


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (1, 1), (3, 3)])
async def test_the_number_is_clamped(asked: int, given: int) -> None:
    planned = await plan_questions(None, JOB, count=asked)
    assert len(planned.questions) == given


@pytest.mark.parametrize("language", ["de", "fr-CA", "ES"])
async def test_opener_and_fallback_speak_the_interviews_language(language: str) -> None:
    planned = await plan_questions(None, JOB, count=7, language=language)
    texts = [question.text for question in planned.questions]
    code = language[:2].lower()
    assert texts == [OPENERS[code], *LISTS[code]]
    assert "English" not in planned.reason
    longer = await plan_questions(None, JOB, count=8, language=language)
    assert "terms are in English" in longer.reason


async def test_a_language_without_wording_is_opened_by_the_model_and_says_so() -> None:
    model = ScriptedModel(lambda system, user: {"questions": PROPOSED})
    planned = await plan_questions(model, JOB, count=3, language="sv")
    texts = [question.text for question in planned.questions]
    assert texts[0] == PROPOSED[0]["question"] and len(texts) == 3
    fallback = await plan_questions(None, JOB, count=3, language="sv")
    assert "are in English" in fallback.reason


@pytest.mark.parametrize("language", sorted(LISTS))
def test_every_fixed_question_could_be_asked(language: str) -> None:
    lines = [OPENERS[language], *LISTS[language]]
    assert all(acceptable(line, lines[:number]) for number, line in enumerate(lines))
