"""Creating, starting, and the questions asked of a state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview import machine
from interview.commands import (
    BeginFault,
    CreateSession,
    EndSession,
    LeaveCandidate,
    Repeat,
    StartSession,
    TakeMoment,
)
from interview.errors import IllegalTransition, InvalidInput, NotFound
from interview.events import SessionCreated
from interview.nouns import InterviewPlan, Status
from tests.interview.sitting import (
    ANN,
    START,
    Sitting,
    answering,
    asked,
    at,
    greeted,
    kinds_of,
    plan_of,
    question,
    spoken,
)


def test_creation_clamps_the_number_of_questions() -> None:
    plan = plan_of(2).model_copy(update={"max_questions": 9})
    command = CreateSession(session_id="s", candidate=ANN, plan=plan, created_by="x", job_id="j")
    (event,) = machine.decide(None, command, START)
    assert isinstance(event, SessionCreated)
    assert (event.plan.max_questions, event.job_id) == (2, "j")


def test_creation_needs_questions_in_order() -> None:
    plan = InterviewPlan(questions=(question(2), question(1)), max_questions=1)
    command = CreateSession(session_id="s", candidate=ANN, plan=plan, created_by="x")
    with pytest.raises(InvalidInput):
        machine.decide(None, command, START)


def test_a_session_is_created_once_and_before_all_else() -> None:
    sitting = Sitting()
    command = CreateSession(session_id="s", candidate=ANN, plan=plan_of(), created_by="x")
    with pytest.raises(IllegalTransition):
        sitting.do(command)
    with pytest.raises(NotFound):
        machine.decide(None, StartSession(by="staff"), START)


def test_start_is_idempotent_until_the_end() -> None:
    sitting = Sitting()
    assert kinds_of(sitting.do(StartSession(by="staff"), after_s=3)) == ["session_started"]
    assert sitting.do(StartSession(by="staff")) == ()
    assert (sitting.state.started_at, sitting.state.status) == (at(3), Status.IN_PROGRESS)
    sitting.do(EndSession(by="staff", reason="test"))
    with pytest.raises(IllegalTransition):
        sitting.do(StartSession(by="staff"))


def test_time_never_runs_backwards_in_the_log() -> None:
    sitting = answering()
    sitting.wait(20)
    sitting.now -= timedelta(seconds=60)
    sitting.type("a1", "words")
    times = [event.at for event in sitting.log]
    assert times == sorted(times)


def test_why_the_clock_stands() -> None:
    sitting = Sitting()
    assert machine.clock_paused_reason(sitting.state) == "idle"
    assert machine.clock_paused_reason(greeted().state) == "idle"
    sitting = asked()
    assert machine.clock_paused_reason(sitting.state) == "prompt"
    sitting.hear(played_s=0, interrupted=True)
    assert machine.clock_paused_reason(sitting.state) == "prompt"
    sitting = answering()
    assert machine.clock_paused_reason(sitting.state) is None
    sitting.do(Repeat())
    assert machine.clock_paused_reason(sitting.state) == "prompt"
    sitting.hear()
    sitting.do(TakeMoment())
    assert machine.clock_paused_reason(sitting.state) == "thinking"
    sitting.do(BeginFault(component="stt"))
    assert machine.clock_paused_reason(sitting.state) == "fault"
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    assert machine.clock_paused_reason(sitting.state) == "disconnected"
    prepared = InterviewPlan(questions=(question(1, preparation_s=9),), max_questions=1)
    assert machine.clock_paused_reason(answering(prepared).state) == "preparing"


def test_what_words_would_be_taken_for() -> None:
    sitting = Sitting()
    assert machine.listening_for(sitting.state) == "off"
    sitting.do(StartSession(by="staff"))
    assert machine.listening_for(sitting.state) == "off"
    sitting.join()
    assert machine.listening_for(sitting.state) == "reply"
    assert machine.listening_for(answering().state) == "answer"
    coding = asked(plan_of(kinds=["coding"]))
    assert machine.listening_for(coding.state) == "answer"
    coding.hear()
    assert machine.listening_for(coding.state) == "off"
    coding.do(LeaveCandidate(connection_id="c1", reason="gone"))
    assert machine.listening_for(coding.state) == "off"


def test_clocks_for_the_page() -> None:
    sitting = Sitting()
    assert machine.session_clock_s(sitting.state, START) is None
    assert machine.remaining_s(sitting.state, START) is None
    sitting = answering()
    assert machine.session_clock_s(sitting.state, at(7)) == 7
    assert machine.session_clock_s(sitting.state, at(-7)) == 0
    assert machine.remaining_s(sitting.state, at(7)) == 113


def test_state_answers_questions_about_itself() -> None:
    sitting = Sitting()
    assert sitting.state.question is None and not sitting.state.coding
    assert (sitting.state.ask_no, sitting.state.asked_text) == (0, None)
    assert sitting.state.answer_opened_s is None and sitting.state.open_utterances == ()
    sitting = asked()
    assert (sitting.state.ask_no, sitting.state.asked_text) == (1, "Question 1?")
    assert sitting.state.answer_opened_s is None
    sitting.hear(after_s=2)
    assert sitting.state.answer_opened_s == 2
    sitting.do(spoken("words"))
    sitting.type("a1", "")
    assert sitting.state.answers[0].has_words
    assert sitting.state.thinking_until_at is None
    assert sitting.state.closed(1) and not sitting.state.closed(2)
