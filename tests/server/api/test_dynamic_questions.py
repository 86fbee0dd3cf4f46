"""Sessions whose questions a language model makes: a real server, a stand-in for the model's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from agents.llm.fixed_questions import LISTS, OPENERS
from agents.llm.openai_compatible import LlmSettings, OpenAiCompatibleModel
from server.platform.reports.timeline import capability_notes
from tests.fakes.chat_server import Behaviour, ChatServer, refuses, says
from tests.server.doors import Edge

JOB = "We run payment services in Rust on Kubernetes."
RESUME = "Ada Probe. Built the ledger of a bank in Rust. Certified Kubernetes administrator."


def proposal(topic: str, question: str) -> dict[str, Any]:
    return {"topic": topic, "question": question, "keywords": [topic]}


PROPOSED = {
    "questions": [
        proposal("ledger", "How did you keep the ledger of the bank consistent?"),
        proposal("ledger", "Which tests did you write for that ledger in Rust?"),
        proposal("ledger", "What would you change in the ledger today, and why?"),
        proposal("ledger", "How did you keep the ledger of the bank consistent?"),
        proposal("kubernetes", "What went wrong in your last Kubernetes upgrade?"),
        proposal("payments", "How do you make sure that a payment happens only once?"),
    ]
}


@asynccontextmanager
async def with_model(edge: Edge, *behaviours: Behaviour) -> AsyncIterator[ChatServer]:
    """The server with a model whose address behaves as told."""

    async def at_once(seconds: float) -> None:
        """No pause between tries."""

    async with ChatServer(*behaviours).running() as chat:
        settings = LlmSettings(base_url=chat.base_url, model="m1", timeout_s=5)
        model = OpenAiCompatibleModel(settings, sleep=at_once)
        edge.services.llm = model
        try:
            yield chat
        finally:
            edge.services.llm = None
            await model.aclose()


async def dynamic(edge: Edge, **fields: Any) -> dict[str, Any]:
    return await edge.create(
        **{"questions": ..., "dynamic_questions": True, "job_text": JOB, **fields}
    )


async def texts(edge: Edge, created: dict[str, Any]) -> list[str]:
    state = await edge.services.live.state(created["session_id"])
    return [question.text for question in state.plan.questions]


async def test_questions_are_made_from_the_job_and_the_resume(edge: Edge) -> None:
    async with with_model(edge, says(PROPOSED)) as chat:
        created = await dynamic(edge, resume_text=RESUME, max_questions=5, text_question_timer=90)
    config = created["interview_config"]
    assert created["question_source"] == "llm" and created["warning"] is None
    assert (config["total_questions"], config["max_questions"]) == (5, 5)
    asked = await texts(edge, created)
    assert asked[0] == OPENERS["en"]
    assert asked[1:3] == [item["question"] for item in PROPOSED["questions"][:2]]
    assert sum("ledger" in text for text in asked) == 2, "more than two on one topic"
    assert len(set(asked)) == 5
    (request,) = chat.bodies
    sent = str(request["messages"])
    assert "payment services in Rust" in sent and "Built the ledger" in sent
    state = await edge.services.live.state(created["session_id"])
    assert state.plan.questions[1].keywords == ("ledger",)
    assert {question.timer_s for question in state.plan.questions} == {90}
    stored = await edge.services.storage.events.read(created["session_id"])
    assert stored and not any(RESUME in str(item) for item in stored), "the resume was kept"


async def test_each_session_has_its_own_questions(edge: Edge) -> None:
    other = {"questions": [proposal("tests", "How do you test what only fails at night?")]}
    async with with_model(edge, says(PROPOSED), says(other)):
        first = await dynamic(edge, max_questions=2)
        second = await dynamic(edge, max_questions=2)
    assert (await texts(edge, first))[1] == PROPOSED["questions"][0]["question"]
    assert (await texts(edge, second))[1] == other["questions"][0]["question"]


@pytest.mark.parametrize("fault", [refuses(500), says("no JSON"), says({"questions": []})])
async def test_a_model_that_fails_gives_the_fixed_list_and_says_so(
    edge: Edge, fault: Behaviour
) -> None:
    async with with_model(edge, fault):
        created = await dynamic(edge)
    assert created["question_source"] == "fallback"
    assert "fixed list" in created["warning"]
    assert await texts(edge, created) == [OPENERS["en"], *LISTS["en"]]
    state = await edge.services.live.state(created["session_id"])
    (note,) = capability_notes(state, [])
    assert note.component == "llm" and "fixed list" in note.note


async def test_without_a_model_it_is_refused_before_anything_is_stored(edge: Edge) -> None:
    answer = await edge.post_create(questions=..., dynamic_questions=True, job_text=JOB)
    assert answer.status == 400
    said = await answer.text()
    assert "no language model" in said and "VIVA_" not in said
    assert (await edge.get("/api/parallel_interview/sessions"))["total"] == 0


@pytest.mark.parametrize(
    "fields", [{"job_text": ...}, {"job_text": "   "}, {"questions": ["One?"]}]
)
async def test_a_request_that_contradicts_itself_is_refused(
    edge: Edge, fields: dict[str, Any]
) -> None:
    async with with_model(edge, says(PROPOSED)) as chat:
        sent = {"questions": ..., "dynamic_questions": True, "job_text": JOB, **fields}
        answer = await edge.post_create(**sent)
        assert answer.status == 400
        assert (await answer.json())["detail"]
        assert chat.bodies == []


async def test_given_questions_ask_no_model(edge: Edge) -> None:
    async with with_model(edge, says(PROPOSED)) as chat:
        created = await edge.create(job_text=JOB)
    assert created["question_source"] == "given"
    assert chat.bodies == []
    state = await edge.services.live.state(created["session_id"])
    assert capability_notes(state, []) == ()
