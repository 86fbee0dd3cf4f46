"""How often something may happen within a sliding window, reckoned with two counts. Pure.

A window's happenings are taken for evenly spread: of the last whole window counts what still lies
within the window that ends now. No caller gets more than the limit in any window that begins with
a count; two counts a caller are all that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import micros


@dataclass(frozen=True, slots=True)
class Window:
    """The counting window that a moment lies in: its number, and how much of it is over (0-1)."""

    number: int
    over: float
    window_s: int

    @classmethod
    def at(cls, now: datetime, window_s: int) -> Window:
        """The window of this moment."""
        number, rest = divmod(micros(now), window_s * 1_000_000)
        return cls(number, rest / (window_s * 1_000_000), window_s)

    def room(self, previous: int, limit: int) -> int:
        """How high the count of this window may be by now, after `previous` in the one before."""
        return int(limit - previous * (1 - self.over) + 1e-9)

    def wait_s(self, previous: int, current: int, limit: int) -> float:
        """How long until one more may happen, after these counts; 0 when it may now."""
        if current < self.room(previous, limit):
            return 0.0
        if current < limit and previous:
            free_at = 1 - (limit - current - 1) / previous
            return max(0.0, (free_at - self.over) * self.window_s)
        ahead = 1 - self.over
        return (ahead + max(0.0, 1 - (limit - 1) / max(1, current))) * self.window_s

    def forgotten_at(self) -> int:
        """When its count no longer matters, in microseconds since 1970."""
        return (self.number + 2) * self.window_s * 1_000_000


def sweep_before(now: datetime) -> int:
    """Counts that were to be forgotten by then may go; a margin for clocks that differ."""
    return micros(now - timedelta(minutes=1))
