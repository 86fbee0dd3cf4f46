"""An interview that another program's agent holds."""

from __future__ import annotations

import pytest

from interview.commands import (
    AnswerElsewhere,
    AskElsewhere,
    EndSession,
    JoinCandidate,
    ReportedConsent,
    TakeOver,
    Tick,
)
from interview.effects import evaluation_request
from interview.errors import IllegalTransition, InvalidInput, NotFound
from interview.machine import next_wake
from interview.nouns import AnswerOutcome, ReportedAnswer, Status
from interview.standing import Standing, standing_of
from interview.summary import summarise
from tests.interview.sitting import Sitting

CONSENT = ReportedConsent(source="spoken", text_version="theirs-1")


def held(**plan: object) -> Sitting:
    sitting = Sitting(**plan)  # type: ignore[arg-type]
    sitting.do(TakeOver(by="service:k1", avatar="ada", consent=CONSENT))
    return sitting


def ask(sitting: Sitting, question_id: str, text: str, **more: object) -> None:
    sitting.do(AskElsewhere(question_id=question_id, text=text, **more), after_s=1)


def answer(sitting: Sitting, question_id: str, content: str, **more: object) -> None:
    command = AnswerElsewhere(
        answer_id=f"a-{question_id}",
        question_id=question_id,
        content=content,
        **more,
    )
    sitting.do(command, after_s=30)


def test_its_questions_and_answers_are_a_session_like_any_other() -> None:
    sitting = held()
    assert standing_of(sitting.state) is Standing.LIVE
    assert sitting.state.consent_version == "theirs-1"
    ask(sitting, "q1", "How do you test code?", kind="technical", keywords=("pytest",))
    answer(
        sitting, "q1", "With pytest, from the outside in.", reported=ReportedAnswer(duration_s=9)
    )
    ask(sitting, "q2", "And then?")
    sitting.do(EndSession(by="service:k1", reason="ended_by_agent"))
    state = sitting.state
    assert [(a.question, a.outcome) for a in state.answers] == [
        ("How do you test code?", AnswerOutcome.ANSWERED),
        ("And then?", AnswerOutcome.NO_RESPONSE),
    ]
    assert (state.status, standing_of(state)) == (Status.COMPLETED, Standing.COMPLETED)
    assert [(line.role, line.content) for line in state.dialogue] == [
        ("interviewer", "How do you test code?"),
        ("candidate", "With pytest, from the outside in."),
        ("interviewer", "And then?"),
    ]
    summary = summarise(state)
    assert (summary.total_questions, summary.answered) == (2, 1)
    request = evaluation_request(state, state.answers[0])
    assert request is not None and request.question.keywords == ("pytest",)
    assert evaluation_request(state, state.answers[1]) is None


def test_a_planned_question_brings_its_rubric_along() -> None:
    sitting = Sitting()
    planned = sitting.state.plan.questions[0]
    sitting.do(TakeOver(by="k"))
    ask(sitting, "q1", "Something else first")
    ask(sitting, "q2", f"  {planned.text.upper()} ")
    number = sitting.state.plan.questions[1]
    assert (number.number, number.timer_s, number.kind) == (2, planned.timer_s, planned.kind)


def test_an_answer_may_come_after_the_next_question() -> None:
    sitting = held()
    ask(sitting, "q1", "One?")
    ask(sitting, "q2", "Two?")
    answer(sitting, "q2", "second")
    answer(sitting, "q1", "first")
    assert [(a.question, a.content) for a in sitting.state.answers] == [
        ("Two?", "second"),
        ("One?", "first"),
    ]


def test_the_same_again_changes_nothing_and_another_answer_is_refused() -> None:
    sitting = held()
    ask(sitting, "q1", "One?")
    answer(sitting, "q1", "first")
    seq = sitting.state.seq
    sitting.do(TakeOver(by="service:k1"))
    ask(sitting, "q1", "One?")
    answer(sitting, "q1", "first")
    assert sitting.state.seq == seq
    with pytest.raises(IllegalTransition):
        answer(sitting, "q1", "second thoughts")
    with pytest.raises(NotFound):
        answer(sitting, "q9", "to nobody")


def test_words_are_needed_and_limits_hold() -> None:
    sitting = held()
    with pytest.raises(InvalidInput, match="text"):
        ask(sitting, "q1", " ")
    for number in range(50):
        ask(sitting, f"q{number}", f"Question {number}?")
    with pytest.raises(InvalidInput, match="at most 50"):
        ask(sitting, "one more", "Really?")
    with pytest.raises(InvalidInput, match="at most"):
        answer(sitting, "q1", "x" * 20_001)


def test_nobody_else_holds_it_meanwhile_nor_after() -> None:
    sitting = held()
    with pytest.raises(IllegalTransition):
        sitting.do(TakeOver(by="service:k2"))
    with pytest.raises(IllegalTransition):
        sitting.do(JoinCandidate(connection_id="c"))
    sitting.do(EndSession(by="service:k1", reason="ended_by_agent"))
    for late in (TakeOver(by="service:k1"), AskElsewhere(question_id="q", text="Late?")):
        with pytest.raises(IllegalTransition):
            sitting.do(late)
    here = Sitting()
    here.do(JoinCandidate(connection_id="c"))
    with pytest.raises(IllegalTransition):
        here.do(TakeOver(by="service:k1"))
    with pytest.raises(IllegalTransition):
        here.do(AskElsewhere(question_id="q", text="Mine?"))


def test_an_agent_that_never_ends_it_has_two_hours() -> None:
    sitting = held()
    ask(sitting, "q1", "One?")
    due = next_wake(sitting.state)
    assert due is not None and sitting.state.started_at is not None
    assert (due - sitting.state.started_at).total_seconds() == 7_200
    sitting.do(Tick(), after_s=7_300)
    assert (sitting.state.status, sitting.state.end_reason) == (Status.ABANDONED, "agent_gone")
    assert sitting.state.answers[0].outcome is AnswerOutcome.NO_RESPONSE
