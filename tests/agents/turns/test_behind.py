"""How late a detector is."""

from __future__ import annotations

import pytest

from agents.turns.behind import REMEMBERED_S, Behind


def run(behind: Behind, seconds: float, *, answered: float = 1.0) -> None:
    """Audio in steps of 20 ms; the detector answers for a share of it."""
    for _ in range(round(seconds / 0.02)):
        behind.give(0.02)
        behind.answer(0.02 * answered)


def test_who_keeps_up_is_not_late() -> None:
    behind = Behind()
    assert behind.seconds == 0
    run(behind, 60)
    assert behind.seconds == pytest.approx(0, abs=0.03)


def test_the_lateness_grows_and_is_made_good() -> None:
    behind = Behind()
    run(behind, 5)
    run(behind, 2, answered=0.5)
    assert behind.seconds == pytest.approx(1, abs=0.03)
    behind.answer(0.6)
    assert behind.seconds == pytest.approx(0.4, abs=0.03)


def test_what_is_never_answered_is_forgotten() -> None:
    behind = Behind()
    run(behind, 5)
    behind.give(3.0)
    run(behind, 10)
    assert behind.seconds == pytest.approx(3, abs=0.03)
    run(behind, REMEMBERED_S)
    assert behind.seconds == pytest.approx(0, abs=0.03)
