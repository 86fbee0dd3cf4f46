"""Greeting, questions, asking again, the conclusion."""

from __future__ import annotations

from datetime import timedelta

from interview.commands import (
    DeliverPrompt,
    EndTurn,
    GiveConsent,
    LeaveCandidate,
    NoteActivity,
    StartSession,
)
from interview.events import PromptIssued
from interview.nouns import CONSENT_TEXT_VERSION, Phase, Purpose, Status
from tests.interview.sitting import Sitting, answering, asked, greeted, kinds_of, plan_of, spoken


def test_greets_only_somebody() -> None:
    sitting = Sitting()
    assert kinds_of(sitting.do(StartSession(by="staff"))) == ["session_started"]
    assert sitting.phase() is Phase.GREETING
    assert kinds_of(sitting.join()) == ["candidate_joined", "prompt_issued"]
    assert sitting.state.prompt and sitting.state.prompt.purpose is Purpose.GREETING


def test_a_waiting_candidate_is_greeted_at_the_start() -> None:
    sitting = Sitting()
    assert kinds_of(sitting.join()) == ["candidate_joined"]
    assert sitting.state.status is Status.INITIALIZED
    assert kinds_of(sitting.do(StartSession(by="staff"))) == ["session_started", "prompt_issued"]


def test_order_is_greeting_consent_questions() -> None:
    sitting = greeted(plan_of(2))
    sitting.hear()
    assert sitting.phase() is Phase.CONSENT
    sitting.do(spoken("yes"))
    events = sitting.do(EndTurn(answer_id="r"))
    assert kinds_of(events) == ["consent_given", "prompt_issued"]
    assert sitting.phase() is Phase.ASKING
    assert kinds_of(sitting.hear()) == ["prompt_delivered", "answer_opened"]
    assert sitting.phase() is Phase.ANSWERING
    assert [line.role for line in sitting.state.dialogue] == [
        "interviewer",
        "candidate",
        "interviewer",
    ]


def test_preparation_comes_before_the_floor() -> None:
    plan = plan_of(1)
    prepared = plan.questions[0].model_copy(update={"preparation_s": 20})
    sitting = asked(plan.model_copy(update={"questions": (prepared,)}))
    assert kinds_of(sitting.hear()) == ["prompt_delivered", "preparation_started"]
    assert sitting.phase() is Phase.PREPARING
    assert sitting.remaining_s == 120
    assert sitting.state.thinking_until_at == sitting.now + timedelta(seconds=20)
    sitting.wait(5)
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    sitting.wait(100)
    sitting.join("c2")
    assert sitting.wait(14) == ()
    assert kinds_of(sitting.wait(2)) == ["answer_opened"]
    assert sitting.remaining_s == 119


def test_question_cut_off_unheard_is_asked_again_after_quiet() -> None:
    sitting = asked()
    sitting.hear(played_s=0.4, interrupted=True)
    assert sitting.phase() is Phase.ASKING and sitting.state.cut_off
    sitting.wait(2)
    sitting.do(NoteActivity(kind="speech"))
    assert sitting.wait(2.5) == ()
    (again,) = sitting.wait(1)
    assert isinstance(again, PromptIssued)
    assert (again.purpose, again.ask_no, again.question_number) == (Purpose.QUESTION, 2, 1)
    assert sitting.state.asking and sitting.state.asking.opened_at is None
    questions = [line for line in sitting.state.dialogue if line.content == "Question 1?"]
    assert len(questions) == 1


def test_question_cut_off_after_it_was_heard_counts_as_asked() -> None:
    sitting = asked()
    events = sitting.hear(played_s=2, interrupted=True)
    assert kinds_of(events) == ["prompt_delivered", "answer_opened"]


def test_a_question_that_is_always_cut_off_gives_the_floor_in_the_end() -> None:
    sitting = asked()
    for _ in range(3):
        sitting.hear(played_s=0, interrupted=True)
        sitting.wait(4)
    assert kinds_of(sitting.hear(played_s=0, interrupted=True))[-1] == "answer_opened"


def test_a_greeting_cut_off_unheard_is_said_again() -> None:
    sitting = greeted()
    sitting.hear(played_s=0.2, interrupted=True)
    (again,) = sitting.wait(3)
    assert isinstance(again, PromptIssued) and again.purpose is Purpose.GREETING
    assert sitting.phase() is Phase.GREETING


def test_failed_speech_is_shown_and_goes_on() -> None:
    sitting = asked()
    sitting.hear(how="text", played_s=0, failure="tts")
    assert sitting.phase() is Phase.ANSWERING
    assert sitting.state.prompt and sitting.state.prompt.failure == "tts"


def test_a_prompt_whose_end_nobody_reports_does_not_stall() -> None:
    sitting = asked()
    events = sitting.wait(40)
    assert kinds_of(events)[:2] == ["prompt_delivered", "answer_opened"]
    assert sitting.state.prompt and sitting.state.prompt.failure == "not_reported"


def test_reports_on_other_prompts_change_nothing() -> None:
    sitting = answering()
    assert sitting.do(DeliverPrompt(prompt_id="p1")) == ()
    assert sitting.do(DeliverPrompt(prompt_id="p2")) == ()
    assert Sitting().do(DeliverPrompt(prompt_id="p1")) == ()


def test_nobody_hears_a_prompt_in_an_empty_room() -> None:
    sitting = asked()
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    assert sitting.hear() == ()
    assert kinds_of(sitting.join("c2")) == ["candidate_joined", "prompt_issued"]


def test_stops_after_the_smaller_of_max_and_all() -> None:
    for max_questions, expected in ((1, 1), (2, 2), (9, 3)):
        plan = plan_of(3).model_copy(update={"max_questions": max_questions})
        sitting = answering(plan)
        for number in range(1, expected + 1):
            events = sitting.type(f"a{number}", "words")
        assert kinds_of(events) == [
            "answer_recorded",
            "prompt_issued",
            "session_ended",
            "report_requested",
        ]
        assert len(sitting.answers) == expected
        assert sitting.state.status is Status.COMPLETED
        assert sitting.state.end_reason == "all_questions_answered"
        assert sitting.phase() is None


def test_goodbye_may_still_be_heard_after_the_end() -> None:
    sitting = answering(plan_of(1))
    sitting.type("a", "words")
    assert kinds_of(sitting.hear()) == ["prompt_delivered"]
    assert sitting.hear() == ()


def test_consent_before_the_start_makes_a_greeting_without_the_question() -> None:
    sitting = Sitting()
    sitting.join()
    sitting.do(GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))
    assert sitting.state.status is Status.IN_PROGRESS
    assert sitting.state.started_by == "candidate"
    assert sitting.state.prompt and "ready" not in sitting.state.prompt.text
    assert kinds_of(sitting.hear()) == ["prompt_delivered", "prompt_issued"]
    assert sitting.state.question_number == 1


def test_only_an_answer_that_was_given_is_acknowledged() -> None:
    sitting = answering(plan_of(3))
    assert sitting.state.prompt is not None and sitting.state.prompt.lead == ""
    sitting.type("a1", "words")
    assert sitting.state.prompt.lead
    sitting.hear()
    sitting.wait(5)
    sitting.skip()
    assert sitting.state.question_number == 3
    assert sitting.state.prompt.lead == ""
