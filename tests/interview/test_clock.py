"""Stopwatches."""

from __future__ import annotations

from datetime import timedelta

from interview.clock import Clock
from tests.interview.sitting import START, at


def test_counts_only_while_it_runs() -> None:
    clock = Clock(10).run(True, START).run(False, at(4)).run(True, at(60))
    assert clock.used_at(at(61.5)) == 5.5
    assert clock.remaining_at(at(61.5)) == 4.5
    assert clock.due_at() == at(66)
    assert clock.due_at(5) == at(61)


def test_standing_is_never_due() -> None:
    clock = Clock(10, used_s=3)
    assert clock.due_at() is None
    assert clock.used_at(at(99)) == 3


def test_starting_twice_changes_nothing() -> None:
    clock = Clock(10).run(True, START)
    assert clock.run(True, at(5)) is clock
    assert Clock(10).run(False, START) == Clock(10)


def test_time_that_goes_backwards_counts_as_none() -> None:
    clock = Clock(10).run(True, START)
    assert clock.used_at(START - timedelta(seconds=5)) == 0
    assert clock.run(False, START - timedelta(seconds=5)).used_s == 0


def test_never_below_zero_and_due_at_once_when_overdrawn() -> None:
    clock = Clock(10, used_s=12).run(True, START)
    assert clock.remaining_at(at(1)) == 0
    assert clock.due_at() == START


def test_restart_with_a_head_start() -> None:
    clock = Clock(0, used_s=9).run(True, START).restart(-3)
    assert clock.running_since is None
    assert clock.run(True, START).due_at(15) == at(18)
