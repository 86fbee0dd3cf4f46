"""How often somebody pauses for long, lately."""

from __future__ import annotations

import pytest

from agents.turns.pace import HALF_LIFE_S, USUAL_LONG_PAUSES, Pace


def spoken(pace: Pace, seconds: float, *pauses: float) -> Pace:
    pace.heard(seconds)
    for pause_s in pauses:
        pace.paused(pause_s)
    return pace


def test_who_has_not_spoken_pauses_as_people_do() -> None:
    assert Pace().long_a_minute == pytest.approx(USUAL_LONG_PAUSES)


def test_long_pauses_make_somebody_slow_and_short_ones_do_not() -> None:
    slow = spoken(Pace(), 60, *[1.5] * 10)
    quick = spoken(Pace(), 60, *[0.6] * 10)
    assert slow.long_a_minute > USUAL_LONG_PAUSES > quick.long_a_minute


def test_what_was_long_ago_counts_less() -> None:
    """Somebody who sought words at first and then speaks on without a stop."""
    pace = spoken(Pace(), 60, *[1.5] * 10)
    slow = pace.long_a_minute
    for _ in range(round(HALF_LIFE_S)):
        pace.heard(1.0)
    assert pace.long_a_minute < slow / 2
    assert spoken(Pace(), 60, *[1.5] * 10).long_a_minute == pytest.approx(slow)
