"""How somebody pauses: what is a long pause for one is a short one for another. Pure."""

from __future__ import annotations

LONG_PAUSE_S = 1.2
USUAL_LONG_PAUSES = 2.5  # in a minute; counts as much as one minute that was heard


class Pace:
    """The pauses of one candidate that turned out not to be ends, all through the interview."""

    def __init__(self) -> None:
        self._heard_s = 0.0
        self._long = 0

    def heard(self, duration_s: float) -> None:
        """So much time of an answer has passed, its pauses included."""
        self._heard_s += max(0.0, duration_s)

    def paused(self, duration_s: float) -> None:
        """A pause inside an answer is over."""
        self._long += duration_s > LONG_PAUSE_S

    @property
    def long_a_minute(self) -> float:
        """How often this candidate pauses for long; the usual figure while little was heard."""
        return 60 * (self._long + USUAL_LONG_PAUSES) / (self._heard_s + 60)
