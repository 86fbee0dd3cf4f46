"""Logs that cannot be, and logs that stay readable."""

from __future__ import annotations

import pytest

from interview.errors import IntegrityError
from interview.events import (
    EVENT,
    ActivityNoted,
    AnswerOpened,
    AnswerRecorded,
    PromptDelivered,
    PromptIssued,
    TimeWarned,
)
from interview.nouns import AnswerOutcome, AnswerSource, Purpose
from interview.state import apply, replay
from tests.interview.sitting import START, Sitting, answering, at, plan_of, spoken


def test_a_log_begins_with_its_creation_and_only_once() -> None:
    sitting = Sitting()
    with pytest.raises(IntegrityError):
        replay([])
    with pytest.raises(IntegrityError):
        apply(None, ActivityNoted(at=START, kind="speech"))
    with pytest.raises(IntegrityError):
        replay([*sitting.log, sitting.log[0]])


def test_a_log_survives_storage() -> None:
    sitting = answering(plan_of(2, kinds=["text", "coding"], follow_ups=True))
    sitting.do(spoken("words"))
    sitting.wait(700)
    stored = [EVENT.dump_json(event) for event in sitting.log]
    assert replay(EVENT.validate_json(line) for line in stored) == sitting.state


def test_events_about_another_prompt_change_nothing() -> None:
    state = Sitting().state
    event = PromptDelivered(at=START, prompt_id="p9")
    assert apply(state, event).prompt is None
    sitting = answering()
    assert apply(sitting.state, event).prompt == sitting.state.prompt


def test_events_without_an_open_question_are_harmless() -> None:
    """A log written by an older version may hold them; replay must not fail."""
    state = Sitting().state
    state = apply(state, AnswerOpened(at=START, question_number=1, allotted_s=60))
    assert state.clock is not None and state.clock.allotted_s == 60
    state = apply(state, TimeWarned(at=START, question_number=1, remaining_s=30))
    state = apply(state, ActivityNoted(at=START, kind="typing"))
    aside = PromptIssued(at=START, prompt_id="p1", purpose=Purpose.REPEAT, text="x")
    state = apply(state, aside)
    recorded = AnswerRecorded(
        at=at(1),
        answer_id="a",
        question_number=2,
        outcome=AnswerOutcome.ANSWERED,
        source=AnswerSource.TYPED,
        content="words",
    )
    state = apply(state, recorded)
    assert state.answers[0].question == "Question 2?"
    assert state.prompt is not None and state.prompt.delivered


def test_a_line_said_again_that_was_never_there_is_just_said() -> None:
    again = PromptIssued(at=START, prompt_id="p1", purpose=Purpose.GREETING, text="Hi", ask_no=2)
    assert [line.content for line in apply(Sitting().state, again).dialogue] == ["Hi"]
