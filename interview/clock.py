"""Stopwatches that run only while they should; the fair clock is one of them.

A stopwatch never reads the time: it is told. A reading before its last start counts as zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """`used_s` were used before `running_since`; `running_since` is None while it stands.

    `allotted_s` is what the clock is for: the end that `remaining_s` counts down to.
    """

    allotted_s: float
    used_s: float = 0.0
    running_since: datetime | None = None

    def used_at(self, now: datetime) -> float:
        """Seconds used until `now`."""
        if self.running_since is None:
            return self.used_s
        return self.used_s + max(0.0, (now - self.running_since).total_seconds())

    def remaining_at(self, now: datetime) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.allotted_s - self.used_at(now))

    def due_at(self, used_s: float | None = None) -> datetime | None:
        """When `used_s` (default: all that is allotted) will be used; None while it stands."""
        if self.running_since is None:
            return None
        target_s = self.allotted_s if used_s is None else used_s
        return self.running_since + timedelta(seconds=max(0.0, target_s - self.used_s))

    def run(self, running: bool, at: datetime) -> Clock:
        """Start or stop at `at`; no change when it already does that."""
        if running == (self.running_since is not None):
            return self
        if running:
            return replace(self, running_since=at)
        return replace(self, used_s=self.used_at(at), running_since=None)

    def restart(self, used_s: float = 0.0) -> Clock:
        """The same clock, standing, with `used_s` used (negative: a head start)."""
        return replace(self, used_s=used_s, running_since=None)
