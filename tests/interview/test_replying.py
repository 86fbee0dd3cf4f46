"""The consent step."""

from __future__ import annotations

import pytest

from interview.commands import EndSession, EndTurn, GiveConsent, NoteActivity
from interview.errors import IllegalTransition, InvalidInput
from interview.events import ConsentGiven
from interview.nouns import CONSENT_TEXT_VERSION, Phase, Status
from tests.interview.sitting import (
    Sitting,
    answering,
    asked,
    greeted,
    kinds_of,
    plan_of,
    spoken,
)

YES = GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION)
NO = GiveConsent(granted=False, text_version=CONSENT_TEXT_VERSION)


def test_spoken_yes_is_stored_with_time_version_and_words() -> None:
    sitting = greeted()
    sitting.hear(after_s=5)
    sitting.do(spoken("Yes, I am"), after_s=2)
    sitting.do(spoken("ready."), after_s=1)
    given, _ = sitting.do(EndTurn(answer_id="r"))
    assert isinstance(given, ConsentGiven)
    assert (given.source, given.words) == ("spoken", "Yes, I am ready.")
    assert given.text_version == CONSENT_TEXT_VERSION
    assert sitting.state.consent_at == sitting.now
    assert sitting.state.consent_source == "spoken"


def test_typed_yes() -> None:
    sitting = greeted()
    sitting.hear()
    given, *_ = sitting.type("r1", "okay")
    assert isinstance(given, ConsentGiven)
    assert (given.source, given.words, given.answer_id) == ("typed", "okay", "r1")
    assert sitting.state.dialogue[1].content == "okay"


def test_a_retried_reply_is_not_the_answer_to_the_first_question() -> None:
    sitting = greeted()
    sitting.hear()
    sitting.type("r1", "okay")
    assert sitting.type("r1", "okay") == ()
    assert not sitting.state.answers


def test_three_reprompts_then_a_polite_end() -> None:
    sitting = greeted(plan_of(consent_reprompts=3))
    for number in range(3):
        sitting.hear()
        sitting.do(spoken("not ready", f"u{number}"))
        events = sitting.do(EndTurn(answer_id="r"))
        assert kinds_of(events) == ["consent_unclear", "prompt_issued"]
        assert sitting.phase() is Phase.CONSENT
    sitting.hear()
    events = sitting.type("r9", "yesterday")
    assert kinds_of(events) == [
        "consent_unclear",
        "prompt_issued",
        "session_ended",
        "report_requested",
    ]
    assert sitting.state.status is Status.ABANDONED
    assert sitting.state.end_reason == "consent_not_given"
    assert sitting.state.question_number is None


def test_silence_counts_as_unclear() -> None:
    sitting = greeted()
    sitting.hear()
    sitting.do(NoteActivity(kind="typing"), after_s=30)
    assert sitting.wait(59) == ()
    assert kinds_of(sitting.wait(5)) == ["consent_unclear", "prompt_issued"]
    assert sitting.state.consent_reprompts == 1


def test_words_without_an_end_of_turn_are_understood_after_quiet() -> None:
    sitting = greeted()
    sitting.hear()
    sitting.do(spoken("yes"))
    assert kinds_of(sitting.wait(5)) == ["consent_given", "prompt_issued"]


def test_while_the_greeting_plays_only_a_clear_reply_counts() -> None:
    sitting = greeted()
    sitting.do(spoken("hello"))
    assert sitting.do(EndTurn(answer_id="r")) == ()
    sitting.do(spoken("yes I am ready"))
    assert kinds_of(sitting.do(EndTurn(answer_id="r"))) == ["consent_given", "prompt_issued"]


def test_a_turn_without_words_is_nothing() -> None:
    sitting = greeted()
    sitting.hear()
    assert sitting.do(EndTurn(answer_id="r")) == ()


def test_spoken_refusal_ends_without_questions() -> None:
    sitting = greeted()
    sitting.hear()
    sitting.do(spoken("No, I do not want to take part"))
    events = sitting.do(EndTurn(answer_id="r"))
    assert kinds_of(events) == [
        "consent_declined",
        "prompt_issued",
        "session_ended",
        "report_requested",
    ]
    assert sitting.state.end_reason == "consent_declined"
    assert sitting.state.consent == "declined"


def test_button_while_the_greeting_plays_lets_it_end() -> None:
    sitting = greeted()
    assert kinds_of(sitting.do(YES)) == ["consent_given"]
    assert sitting.do(YES) == ()
    sitting.do(spoken("good morning"))
    assert sitting.do(EndTurn(answer_id="r")) == ()
    assert kinds_of(sitting.hear()) == ["prompt_delivered", "prompt_issued"]


def test_button_after_the_greeting_asks_at_once() -> None:
    sitting = greeted()
    sitting.hear()
    assert kinds_of(sitting.do(YES)) == ["consent_given", "prompt_issued"]


def test_button_without_anybody_in_the_seat() -> None:
    sitting = Sitting()
    assert kinds_of(sitting.do(YES)) == ["session_started", "consent_given"]
    assert sitting.phase() is Phase.RECONNECTING
    assert kinds_of(sitting.join()) == ["candidate_joined", "prompt_issued"]


def test_refusing_button_before_the_start_ends() -> None:
    sitting = Sitting()
    assert kinds_of(sitting.do(NO))[0] == "consent_declined"
    assert sitting.state.status is Status.ABANDONED


def test_consent_may_be_withdrawn() -> None:
    sitting = answering()
    sitting.do(NO)
    assert sitting.state.end_reason == "consent_withdrawn"


def test_consent_to_another_text_is_none() -> None:
    sitting = greeted()
    with pytest.raises(InvalidInput):
        sitting.do(GiveConsent(granted=True, text_version="old"))


def test_no_consent_after_the_end() -> None:
    sitting = asked()
    sitting.do(EndSession(by="staff", reason="test"))
    with pytest.raises(IllegalTransition):
        sitting.do(YES)


def test_empty_typed_reply_is_unclear() -> None:
    sitting = greeted()
    sitting.hear()
    events = sitting.type("r", "[No response]", timeout_submission=True)
    assert kinds_of(events) == ["consent_unclear", "prompt_issued"]
