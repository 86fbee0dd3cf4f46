"""Figures over an organisation's sessions, made from the store's sums; and fairness of outcomes.

A mean is over what has the value; where nothing has, it is null. Pure.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from interview.ports.storage import SessionSums

Period = Literal["daily", "weekly", "monthly"]
Z95 = 1.959964
FOUR_FIFTHS = 0.8
HEADINGS = frozenset({"email", "e-mail", "session", "session_id", "id", "candidate"})
MIN_GROUP = 5
"""Of smaller groups no rate is shown: it would say more of single people than of the group."""


def mean(total: float, count: int, digits: int = 2) -> float | None:
    """The mean of `count` values; null of none."""
    return round(total / count, digits) if count else None


def share(part: int, whole: int) -> float | None:
    """Of 100; null of nothing."""
    return round(100 * part / whole, 1) if whole else None


def whole(sums: Mapping[str, SessionSums]) -> SessionSums:
    """All groups together."""
    total = SessionSums()
    for one in sums.values():
        total = total.plus(one)
    return total


def period_of(day: date, period: Period) -> date:
    """The first day of the period that a day lies in; weeks begin on Monday."""
    if period == "weekly":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "monthly" else day


def trend(
    by_day: Mapping[str, SessionSums], period: Period, first: date, last: date
) -> list[tuple[date, SessionSums]]:
    """Every period from the first day's to the last's, empty ones included."""
    found: dict[date, SessionSums] = {}
    day, end = first, last
    while day <= end:
        found.setdefault(period_of(day, period), SessionSums())
        day += timedelta(days=1)
    for text, sums in by_day.items():
        key = period_of(date.fromisoformat(text), period)
        if key in found:
            found[key] = found[key].plus(sums)
    return sorted(found.items())


@dataclass(frozen=True, slots=True)
class GroupRate:
    """One group: how many were decided on, how many of them go on, and the rate of 1.

    `low` to `high` holds the rate with 95 % (Wilson). `ratio` is to the group with the highest
    rate, with its own interval (Katz); `flagged` when it is below four fifths. All null in groups
    of fewer than 5.
    """

    group: str
    decided: int
    selected: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    flagged: bool = False


def adverse_impact(outcomes: Iterable[tuple[str, bool]]) -> list[GroupRate]:
    """Selection rates by group, by the four-fifths rule (29 CFR 1607.4 D)."""
    counts: dict[str, tuple[int, int]] = {}
    for group, selected in outcomes:
        decided, chosen = counts.get(group, (0, 0))
        counts[group] = (decided + 1, chosen + selected)
    shown = {name: pair for name, pair in counts.items() if pair[0] >= MIN_GROUP}
    best = max(shown, key=lambda name: shown[name][1] / shown[name][0], default=None)
    reference = shown[best] if best is not None else None
    return [
        _rate(name, counts[name], reference if name in shown else None, name == best)
        for name in sorted(counts)
    ]


def _rate(
    name: str, counted: tuple[int, int], reference: tuple[int, int] | None, best: bool
) -> GroupRate:
    decided, selected = counted
    if reference is None:
        return GroupRate(name, decided, selected)
    rate = selected / decided
    low, high = wilson(selected, decided)
    ratio, ratio_low, ratio_high = _ratio(counted, reference)
    return GroupRate(
        name,
        decided,
        selected,
        round(rate, 4),
        low,
        high,
        ratio,
        None if best else ratio_low,
        None if best else ratio_high,
        flagged=ratio is not None and ratio < FOUR_FIFTHS,
    )


def wilson(selected: int, decided: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson's score interval)."""
    rate, square = selected / decided, Z95**2
    middle = (rate + square / (2 * decided)) / (1 + square / decided)
    spread = math.sqrt(rate * (1 - rate) / decided + square / (4 * decided**2))
    half = Z95 * spread / (1 + square / decided)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _ratio(
    own: tuple[int, int], reference: tuple[int, int]
) -> tuple[float | None, float | None, float | None]:
    """The ratio of two rates with its 95 % interval (Katz, logarithms); null where undefined."""
    (n1, x1), (n0, x0) = own, reference
    if x0 == 0:
        return None, None, None
    ratio = (x1 / n1) / (x0 / n0)
    if x1 == 0:
        return 0.0, None, None
    spread = Z95 * math.sqrt((1 - x1 / n1) / x1 + (1 - x0 / n0) / x0)
    low, high = ratio * math.exp(-spread), ratio * math.exp(spread)
    return round(ratio, 4), round(low, 4), round(high, 4)


def table_of(text: str) -> list[tuple[str, str]]:
    """Lines of `who,group`; a heading (`email,group` or the like) is left out.

    Raises:
        ValueError: A line is no such pair; the message names it.
    """
    pairs = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != 2 or not all(cells):
            raise ValueError(f"line {number} must be: session or e-mail, group")
        if number == 1 and cells[0].casefold() in HEADINGS:
            continue
        pairs.append((cells[0], cells[1]))
    return pairs
