"""The sliding window: never more than the limit, and no waiting for longer than needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.allowance import Window

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIMIT, WINDOW_S = 10, 60


class Counts:
    """The two counts that a backend keeps."""

    def __init__(self) -> None:
        self.kept: dict[int, int] = {}

    def take(self, at_s: float) -> float:
        window = Window.at(START + timedelta(seconds=at_s), WINDOW_S)
        previous = self.kept.get(window.number - 1, 0)
        current = self.kept.get(window.number, 0)
        wait_s = window.wait_s(previous, current, LIMIT)
        if wait_s == 0:
            self.kept[window.number] = current + 1
        return wait_s


@given(st.lists(st.floats(min_value=0, max_value=8), max_size=120))
def test_no_counting_window_has_more_than_the_limit(pauses: list[float]) -> None:
    counts, now = Counts(), 0.0
    for pause in pauses:
        now += pause
        counts.take(now)
    assert all(count <= LIMIT for count in counts.kept.values())


@given(st.lists(st.floats(min_value=0, max_value=5), min_size=12, max_size=80))
def test_who_waits_as_told_is_admitted_and_not_much_earlier(pauses: list[float]) -> None:
    counts, now = Counts(), 0.0
    for pause in pauses:
        now += pause
        wait_s = counts.take(now)
        if wait_s > 0:
            assert counts.take(now + 0.9 * wait_s) > 0
            now += wait_s + 1e-5
            assert counts.take(now) == 0


def test_a_burst_at_the_border_of_two_windows_is_not_doubled() -> None:
    counts = Counts()
    before = sum(counts.take(59.9) == 0 for _ in range(20))
    after = sum(counts.take(60.1) == 0 for _ in range(20))
    assert (before, after) == (LIMIT, 0)


def test_after_a_quiet_minute_all_is_free_again() -> None:
    counts = Counts()
    assert [counts.take(1) == 0 for _ in range(12)] == [True] * 10 + [False] * 2
    assert [counts.take(121) == 0 for _ in range(11)] == [True] * 10 + [False]
