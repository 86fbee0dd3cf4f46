"""How somebody pauses: what is a long pause for one is a short one for another. Pure."""

from __future__ import annotations

LONG_PAUSE_S = 1.0
USUAL_LONG_PAUSES = 3.5  # in a minute; counts as much as one minute that was heard
HALF_LIFE_S = 120.0  # of speech: who finds the thread pauses less than before


class Pace:
    """The pauses of one candidate that turned out not to be ends, all through the interview.

    What was heard two minutes ago counts half.
    """

    def __init__(self) -> None:
        self._heard_s = 0.0
        self._long = 0.0

    def heard(self, duration_s: float) -> None:
        """So much time of an answer has passed, its pauses included."""
        passed_s = max(0.0, duration_s)
        kept = 0.5 ** (passed_s / HALF_LIFE_S)
        self._heard_s = self._heard_s * kept + passed_s
        self._long *= kept

    def paused(self, duration_s: float) -> None:
        """A pause inside an answer is over."""
        self._long += duration_s > LONG_PAUSE_S

    @property
    def long_a_minute(self) -> float:
        """How often this candidate pauses for long; the usual figure while little was heard."""
        return 60 * (self._long + USUAL_LONG_PAUSES) / (self._heard_s + 60)
