"""A decision in the making."""

from __future__ import annotations

import pytest

from interview.draft import Draft
from interview.errors import IntegrityError
from interview.events import SessionStarted
from interview.nouns import Status
from tests.interview.sitting import START, Sitting, answering, at


def test_events_take_effect_at_once() -> None:
    before = Sitting().state
    draft = Draft(before, at(3))
    draft.emit(SessionStarted(at=draft.now, by="staff"))
    assert draft.state.status is Status.IN_PROGRESS
    assert before.status is Status.INITIALIZED
    assert [event.type for event in draft.events] == ["session_started"]


def test_now_is_never_before_the_last_event() -> None:
    assert Draft(Sitting().state, at(-5)).now == START


def test_what_a_rule_needs_is_there_or_the_rule_is_wrong() -> None:
    draft = Draft(answering().state, START)
    assert draft.asking.number == 1
    assert draft.clock.allotted_s == 120
    assert draft.prompt.prompt_id == "p2"
    with pytest.raises(IntegrityError):
        _ = Draft(Sitting().state, START).asking
