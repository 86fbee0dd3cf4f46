"""How long a process that keeps ending must rest before it is started again."""

from __future__ import annotations

from collections.abc import Callable

FREE_FAULTS = 4  # as many as an engine's own repeats of one request
WINDOW_S = 60.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0


class CrashLoop:
    """Counts the faults of one process in a row.

    The first four cost nothing, so that a request can be asked again at once. From then on each
    fault doubles the pause, from 1 s up to 60 s. A process that lives for 60 s after its pause has
    recovered, and the count begins anew.

    Args:
        clock: Monotonic, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._faults = 0
        self._rested_at = 0.0

    def fault(self) -> None:
        """The process ended when it should not, or had to be ended because it hung."""
        now = self._clock()
        if now - self._rested_at >= WINDOW_S:
            self._faults = 0
        self._faults += 1
        self._rested_at = now + self._pause_s()

    @property
    def faults(self) -> int:
        """Faults in a row."""
        return self._faults

    @property
    def rest_s(self) -> float:
        """How long to wait until it may be started; 0 when at once."""
        return max(0.0, self._rested_at - self._clock()) if self._faults else 0.0

    def _pause_s(self) -> float:
        doublings = self._faults - FREE_FAULTS
        if doublings <= 0:
            return 0.0
        return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(doublings - 1, 10)))
