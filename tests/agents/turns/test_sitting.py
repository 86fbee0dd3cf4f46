"""The benchmark's candidate: real policy and state machine, so that its figures can be trusted."""

from __future__ import annotations

import pytest

from agents.turns.profile import INTERVIEW
from bench.sitting import Sitting, Spoken

FIRST = Spoken(0.0, 3.0, "We kept a queue between the two services.")


def sitting() -> Sitting:
    return Sitting(INTERVIEW, tolerance_s=3.0, lag_s=0.4)


def test_a_plain_answer_is_acknowledged_and_then_the_question_is_asked() -> None:
    heard = sitting().answer([FIRST])
    assert not (heard.spoke_early or heard.asked_early or heard.unrepaired)
    assert heard.sound_gap_s == pytest.approx(INTERVIEW.soonest_s, abs=0.2)
    assert heard.question_gap_s == pytest.approx(INTERVIEW.soonest_s + INTERVIEW.beat_s, abs=0.25)


@pytest.mark.parametrize(("pause_s", "spoke", "asked"), [(1.2, 0, 0), (2.2, 1, 0), (4.5, 1, 1)])
def test_who_goes_on_keeps_every_word(pause_s: float, spoke: bool, asked: bool) -> None:
    """Over nothing, over the acknowledgement, over the question's first words."""
    more = Spoken(3.0 + pause_s, 6.0 + pause_s, "Then we put a cache before it.")
    heard = sitting().answer([FIRST, more])
    assert (heard.spoke_early, heard.asked_early) == (spoke, asked)
    assert not heard.unrepaired


def test_who_goes_on_after_the_question_has_answered_it() -> None:
    heard = sitting().answer([FIRST, Spoken(30.0, 33.0, "And a cache before it, of course.")])
    assert heard.asked_early and heard.unrepaired
