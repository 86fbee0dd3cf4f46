"""What happens by itself, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview import machine
from interview.commands import (
    BeginFault,
    EndFault,
    LeaveCandidate,
    NoteActivity,
    Repeat,
    StartSession,
    Tick,
)
from interview.events import AnswerRecorded, MovingOnAnnounced, PromptIssued, TimeWarned
from interview.nouns import AnswerOutcome, InterviewPlan, Purpose, Status
from interview.rules import NEVER_CAME_S
from interview.timers import STAYED_AWAY, kept_until_at
from tests.interview.sitting import (
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


def no_silence() -> InterviewPlan:
    """A plan without silence rules."""
    return plan_of(silence_prompt_s=0, silence_advance_s=0)


def last(sitting: Sitting) -> AnswerRecorded:
    return sitting.answers[-1]


# --- the deadline ---------------------------------------------------------------------------------


def test_a_candidate_who_never_answers_is_advanced() -> None:
    sitting = answering(no_silence())
    assert sitting.wait(121.9) and not sitting.answers
    events = sitting.wait(0.2)
    assert kinds_of(events) == ["answer_recorded", "prompt_issued"]
    assert last(sitting).outcome is AnswerOutcome.NO_RESPONSE
    assert last(sitting).clock_used_s == 122
    assert sitting.state.question_number == 2


def test_words_up_to_the_deadline_count() -> None:
    sitting = answering(no_silence())
    sitting.wait(100)
    sitting.do(spoken("half an"))
    sitting.wait(30)
    assert (last(sitting).outcome, last(sitting).content) == (AnswerOutcome.TIMED_OUT, "half an")


def test_warnings_once_each() -> None:
    sitting = answering(no_silence())
    warned = [e for e in sitting.wait(121) if isinstance(e, TimeWarned)]
    assert [(w.remaining_s, w.at) for w in warned] == [(30, at(90)), (10, at(110))]


def test_no_warning_at_or_above_what_is_allotted() -> None:
    for timer_s, expected in ((30, [10]), (10, []), (8, []), (31, [30, 10])):
        plan = InterviewPlan(
            questions=(question(1, timer_s=timer_s),), max_questions=1, silence_prompt_s=0
        )
        sitting = answering(plan)
        warned = [e.remaining_s for e in sitting.wait(60) if isinstance(e, TimeWarned)]
        assert warned == expected, timer_s


def test_a_late_tick_gives_only_the_warning_that_fits() -> None:
    sitting = answering(no_silence())
    events = sitting.do(Tick(), after_s=115)
    assert [e.remaining_s for e in events if isinstance(e, TimeWarned)] == [10]
    assert kinds_of(sitting.do(Tick(), after_s=60)) == ["answer_recorded", "prompt_issued"]


def test_a_deadline_slept_through_is_not_warned_of() -> None:
    sitting = answering(no_silence())
    assert kinds_of(sitting.do(Tick(), after_s=500)) == ["answer_recorded", "prompt_issued"]
    assert last(sitting).clock_used_s == 122


def test_coding_has_its_own_time() -> None:
    sitting = answering(plan_of(kinds=["coding"]))
    sitting.wait(301.9)
    assert not sitting.answers
    sitting.wait(0.2)
    assert last(sitting).question_number == 1


# --- silence --------------------------------------------------------------------------------------


def test_gentle_prompt_once_then_advance_after_thirty_seconds_of_silence() -> None:
    sitting = answering()
    assert sitting.wait(14.9) == ()
    (gentle,) = sitting.wait(0.2)
    assert isinstance(gentle, PromptIssued) and gentle.purpose is Purpose.GENTLE_PROMPT
    sitting.hear(after_s=4)
    assert sitting.remaining_s == 105
    (announced,) = sitting.wait(14.9)
    assert isinstance(announced, MovingOnAnnounced) and announced.in_s == 5
    recorded, _ = sitting.wait(0.2)
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.outcome is AnswerOutcome.NO_RESPONSE
    assert recorded.clock_used_s == 30


def test_silence_after_words_closes_the_answer() -> None:
    sitting = answering()
    sitting.do(spoken("done"), after_s=10)
    (gentle,) = sitting.wait(15)
    assert isinstance(gentle, PromptIssued) and "Done" in gentle.text
    sitting.hear()
    sitting.wait(15)
    assert (last(sitting).outcome, last(sitting).content) == (AnswerOutcome.ANSWERED, "done")


def test_speech_starts_the_silence_anew_but_prompts_only_once() -> None:
    sitting = answering()
    sitting.wait(15)
    sitting.hear()
    sitting.do(NoteActivity(kind="speech"), after_s=10)
    assert kinds_of(sitting.wait(29.9)) == ["moving_on_announced"]
    assert sitting.wait(0.2)
    assert last(sitting).question_number == 1


@pytest.mark.parametrize("kind", ["speech", "typing", "here"])
def test_anything_that_the_candidate_does_stops_the_countdown(kind: str) -> None:
    sitting = answering(plan_of(silence_prompt_s=0))
    assert kinds_of(sitting.wait(27)) == ["moving_on_announced"]
    assert machine.moving_on_s(sitting.state, sitting.now) == 3
    sitting.do(NoteActivity.model_validate({"kind": kind}))
    assert machine.moving_on_s(sitting.state, sitting.now) is None
    assert sitting.wait(24.9) == () and sitting.state.question_number == 1
    sitting.wait(10)
    assert sitting.state.question_number == 2


def test_a_late_tick_announces_before_it_moves_on() -> None:
    sitting = answering(plan_of(silence_prompt_s=0))
    assert kinds_of(sitting.do(Tick(), after_s=100)) == ["moving_on_announced", "time_warned"]
    assert sitting.wait(4.9) == ()
    assert kinds_of(sitting.wait(0.2))[0] == "answer_recorded"


def test_a_lost_connection_ends_the_countdown() -> None:
    sitting = answering(plan_of(silence_prompt_s=0))
    sitting.wait(26)
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    sitting.wait(100)
    sitting.join("c2")
    assert machine.moving_on_s(sitting.state, sitting.now) is None
    assert sitting.wait(24) == ()


def test_silence_to_the_consent_question_ends_nothing_unannounced() -> None:
    sitting = greeted(plan_of(consent_reprompts=0))
    sitting.hear()
    assert kinds_of(sitting.wait(59)) == ["moving_on_announced"]
    sitting.do(NoteActivity(kind="here"))
    assert sitting.wait(54) == ()
    assert kinds_of(sitting.wait(7))[-1] == "report_requested"


def test_typing_holds_the_silence_off() -> None:
    sitting = answering()
    sitting.do(NoteActivity(kind="typing"), after_s=10)
    assert sitting.wait(17.9) == ()
    assert kinds_of(sitting.wait(0.2)) == ["prompt_issued"]


def test_no_silence_rule_for_coding_or_when_it_is_off() -> None:
    assert answering(plan_of(kinds=["coding"])).wait(200) == ()
    assert answering(no_silence()).wait(80) == ()


def test_a_repeat_and_a_return_start_the_silence_anew() -> None:
    sitting = answering()
    sitting.wait(14)
    sitting.do(Repeat())
    sitting.hear(after_s=3)
    assert sitting.wait(14) == ()
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    sitting.wait(20)
    sitting.join("c2")
    assert sitting.wait(14) == ()


# --- what stops the clock -------------------------------------------------------------------------


def test_our_fault_stops_everything() -> None:
    sitting = answering()
    sitting.wait(10)
    sitting.do(BeginFault(component="stt"))
    assert machine.next_wake(sitting.state) is None
    assert sitting.wait(500) == ()
    sitting.do(EndFault(component="stt"))
    assert sitting.remaining_s == 110
    assert sitting.wait(4) == ()
    assert kinds_of(sitting.wait(1.1)) == ["prompt_issued"]


def test_a_prompt_waits_for_the_fault_to_end() -> None:
    sitting = asked()
    sitting.do(BeginFault(component="tts"))
    assert sitting.wait(500) == ()
    sitting.do(EndFault(component="tts"))
    assert kinds_of(sitting.wait(40))[0] == "prompt_delivered"


# --- absence --------------------------------------------------------------------------------------


def test_gone_for_longer_than_the_grace_ends_it() -> None:
    sitting = answering()
    sitting.do(spoken("some words"))
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    assert kept_until_at(sitting.state) == sitting.now + timedelta(seconds=600)
    assert sitting.wait(599.9) == ()
    events = sitting.wait(0.2)
    assert kinds_of(events) == ["answer_recorded", "session_ended", "report_requested"]
    assert sitting.state.status is Status.ABANDONED
    assert sitting.state.end_reason == STAYED_AWAY and kept_until_at(sitting.state) is None
    assert last(sitting).content == "some words"


def test_coming_back_after_the_grace_is_too_late_even_if_the_tick_is() -> None:
    sitting = answering()
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    sitting.now = at(601)
    assert kinds_of(sitting.join("c2")) == ["session_ended", "report_requested"]


def test_a_started_session_that_nobody_comes_to_is_given_up_later() -> None:
    sitting = Sitting()
    assert sitting.wait(100_000) == ()
    sitting.do(StartSession(by="staff"))
    assert sitting.wait(NEVER_CAME_S - 1) == ()
    sitting.wait(2)
    assert sitting.state.end_reason == "candidate_never_came"


def test_nothing_is_due_before_the_start_and_after_the_end() -> None:
    assert machine.next_wake(Sitting().state) is None
    sitting = answering(plan_of(1))
    sitting.type("a1", "x")
    assert machine.next_wake(sitting.state) is None
    assert sitting.do(Tick()) == ()
