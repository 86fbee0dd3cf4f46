"""How much of an interview its recording covers. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Protocol

from interview.nouns import Noun

TOLERANCE_S = 1.0  # starting a recorder takes a moment; shorter holes are none


class Stretch(Protocol):
    """Something recorded, on the session clock."""

    @property
    def session_start_s(self) -> float: ...
    @property
    def duration_s(self) -> float: ...


class Gap(Noun):
    """A time of the interview that was not recorded, on the session clock."""

    start_s: float
    end_s: float


class RecordingCoverage(Noun):
    """`percent` of the `interview_s` seconds between consent and end; `statement` is for people."""

    percent: float
    interview_s: float
    recorded_s: float
    gaps: tuple[Gap, ...]
    reconnects: int
    statement: str


def coverage(
    stretches: Iterable[Stretch], *, from_s: float, to_s: float, reconnects: int
) -> RecordingCoverage:
    """What of the time between `from_s` and `to_s` (session clock) was recorded.

    100 only when no gap of a second or more is left; overlapping stretches count once.
    """
    total_s = max(0.0, to_s - from_s)
    gaps = _gaps(stretches, from_s, to_s)
    lost_s = sum(gap.end_s - gap.start_s for gap in gaps)
    percent = 100.0 if not gaps else _floor(100 * (total_s - lost_s) / total_s)
    if total_s == 0:
        percent = 0.0
    again = f"{reconnects} reconnect{'' if reconnects == 1 else 's'}"
    statement = f"{percent:.0f} % of {_clock(total_s)}, {again if reconnects else 'no reconnect'}"
    return RecordingCoverage(
        percent=percent,
        interview_s=round(total_s, 3),
        recorded_s=round(total_s - lost_s, 3),
        gaps=tuple(gaps),
        reconnects=reconnects,
        statement=statement,
    )


def _gaps(stretches: Iterable[Stretch], from_s: float, to_s: float) -> list[Gap]:
    gaps: list[Gap] = []
    reached_s = from_s
    for stretch in sorted(stretches, key=lambda item: item.session_start_s):
        start_s = min(stretch.session_start_s, to_s)
        if start_s - reached_s >= TOLERANCE_S:
            gaps.append(Gap(start_s=round(reached_s, 3), end_s=round(start_s, 3)))
        reached_s = max(reached_s, stretch.session_start_s + stretch.duration_s)
    if to_s - reached_s >= TOLERANCE_S:
        gaps.append(Gap(start_s=round(reached_s, 3), end_s=round(to_s, 3)))
    return gaps


def _floor(percent: float) -> float:
    """Whole percent, rounded down: 99.9 is not everything."""
    return float(math.floor(max(0.0, percent)))


def _clock(seconds: float) -> str:
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"
