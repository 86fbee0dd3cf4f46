"""Last words of a lost connection: in the log at once, counted once, or heard again."""

from __future__ import annotations

from interview.commands import EndSession, HoldWords, LeaveCandidate, SettleHeld
from interview.nouns import Status
from tests.interview.sitting import Sitting, answering, kinds_of, spoken

HELD = HoldWords(utterance=spoken("and a cache", "u1").utterance)


def left_with(command: HoldWords = HELD) -> Sitting:
    """A candidate whose connection broke in the middle of a sentence."""
    sitting = answering()
    sitting.do(spoken("we kept a queue", "u0"), after_s=5)
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    sitting.do(command)
    return sitting


def test_held_words_are_stored_once_and_do_not_count_yet() -> None:
    sitting = left_with()
    assert sitting.do(HELD) == ()
    assert [each.utterance_id for each in sitting.state.held] == ["u1"]
    assert sitting.state.answer_text == "we kept a queue"


def test_words_that_count_already_are_not_held() -> None:
    sitting = left_with()
    assert sitting.do(HoldWords(utterance=spoken("we kept a queue", "u0").utterance)) == ()
    assert sitting.do(HoldWords(utterance=spoken("  ", "u2").utterance)) == ()


def test_without_the_sound_of_the_gap_they_count() -> None:
    sitting = left_with()
    sitting.join("c2")
    events = sitting.do(SettleHeld(counted=True))
    assert kinds_of(events) == ["utterance_committed", "held_words_settled"]
    assert sitting.state.answer_text == "we kept a queue and a cache"
    assert sitting.do(SettleHeld(counted=True)) == ()


def test_with_the_sound_of_the_gap_they_are_heard_again() -> None:
    sitting = left_with()
    sitting.join("c2")
    assert kinds_of(sitting.do(SettleHeld(counted=False))) == ["held_words_settled"]
    assert sitting.state.answer_text == "we kept a queue"
    sitting.do(spoken("and a cache", "u2"))
    assert sitting.state.answer_text == "we kept a queue and a cache"


def test_who_never_comes_back_has_said_them() -> None:
    sitting = left_with()
    sitting.wait(10_000)
    assert sitting.state.status is Status.ABANDONED
    assert sitting.answers[0].content == "we kept a queue and a cache"
    assert sitting.do(HELD) == ()


def test_an_interview_that_staff_end_keeps_them() -> None:
    sitting = left_with()
    sitting.do(EndSession(by="staff", reason="ended", status=Status.TERMINATED))
    assert sitting.answers[0].content == "we kept a queue and a cache"
