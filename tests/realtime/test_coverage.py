"""What is said about a recording must be true to the second."""

from __future__ import annotations

import pytest

from realtime.coverage import Gap, coverage
from realtime.recording import Span


def span(start_s: float, duration_s: float) -> Span:
    return Span(session_start_s=start_s, recording_start_s=0, duration_s=duration_s, part_id="p")


def test_all_of_it() -> None:
    found = coverage([span(5.4, 401.8)], from_s=5, to_s=407, reconnects=1)
    assert (found.percent, found.gaps) == (100, ())
    assert found.statement == "100 % of 6:42, 1 reconnect"


def test_a_gap_is_placed_and_never_rounded_away() -> None:
    found = coverage([span(0, 1000), span(1001, 2599)], from_s=0, to_s=3600, reconnects=0)
    assert found.gaps == (Gap(start_s=1000, end_s=1001),)
    assert found.percent == 99 and found.recorded_s == 3599
    assert found.statement == "99 % of 1:00:00, no reconnect"


@pytest.mark.parametrize(
    ("spans", "gaps", "percent"),
    [
        ([], ((10, 110),), 0),
        ([span(0, 5)], ((10, 110),), 0),
        ([span(200, 5)], ((10, 110),), 0),
        ([span(30, 30)], ((10, 30), (60, 110)), 30),
        ([span(60, 90), span(0, 40), span(20, 30)], ((50, 60),), 90),
        ([span(0, 300)], (), 100),
    ],
)
def test_stretches_may_overlap_lie_outside_or_be_missing(
    spans: list[Span], gaps: tuple[tuple[float, float], ...], percent: float
) -> None:
    found = coverage(spans, from_s=10, to_s=110, reconnects=3)
    assert tuple((gap.start_s, gap.end_s) for gap in found.gaps) == gaps
    assert found.percent == percent and found.reconnects == 3


def test_an_interview_of_no_length_is_not_covered() -> None:
    assert coverage([span(0, 5)], from_s=7, to_s=7, reconnects=0).percent == 0
