"""How late a detector is, by the lengths of what it was given and what it has answered."""

from __future__ import annotations

from collections import deque

REMEMBERED_S = 30.0


class Behind:
    """Audio that a detector has not answered yet, in seconds.

    What it never answers (dropped while it was off) is forgotten: the least of the last half
    minute counts as none.
    """

    def __init__(self) -> None:
        self._given_s = 0.0
        self._answered_s = 0.0
        self._least: deque[tuple[float, float]] = deque()  # (given until then, open then), rising

    def give(self, length_s: float) -> None:
        """The detector gets audio."""
        self._given_s += length_s
        self._note()

    def answer(self, length_s: float) -> None:
        """It has answered for audio."""
        self._answered_s += length_s
        self._note()

    @property
    def seconds(self) -> float:
        """How late it is now."""
        open_s = self._given_s - self._answered_s
        return open_s - self._least[0][1] if self._least else 0.0

    def _note(self) -> None:
        open_s = self._given_s - self._answered_s
        while self._least and self._least[-1][1] >= open_s:
            self._least.pop()
        self._least.append((self._given_s, open_s))
        while self._least[0][0] < self._given_s - REMEMBERED_S:
            self._least.popleft()
