"""From scored windows of sound to speech that begins and ends. Pure; the caller brings the time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

WINDOW_S = 0.032


class Edge(Enum):
    """What a window changed."""

    NOTHING = auto()
    SIGN = auto()
    STARTED = auto()
    FADED = auto()
    STOPPED = auto()


@dataclass(frozen=True, slots=True)
class VoicingRules:
    """`start_windows` speech windows in a row are speech; `stop_s` of silence ends it."""

    start_windows: int = 2
    stop_s: float = 0.2


class Voicing:
    """One candidate's sound: a first sign, speech, silence.

    `SIGN` is one window of speech after silence; it becomes `STARTED`, or `FADED` when the next
    window is silent again.
    """

    def __init__(self, rules: VoicingRules | None = None) -> None:
        self._rules = rules or VoicingRules()
        self._run = 0
        self.speaking = False
        self.began_s = 0.0
        self.ended_s: float | None = None

    def window(self, speech: bool, at_s: float) -> Edge:
        """Take the next window; `at_s` is the time of its end."""
        if speech:
            return self._speech(at_s)
        if self.speaking:
            assert self.ended_s is not None
            if at_s - self.ended_s < self._rules.stop_s:
                return Edge.NOTHING
            self.speaking, self._run = False, 0
            return Edge.STOPPED
        signed, self._run = self._run > 0, 0
        return Edge.FADED if signed else Edge.NOTHING

    def lost(self) -> bool:
        """No sound comes any more. Whether speech has ended by that."""
        was, self.speaking, self._run = self.speaking, False, 0
        return was

    def _speech(self, at_s: float) -> Edge:
        self._run += 1
        if self.speaking:
            self.ended_s = at_s
            return Edge.NOTHING
        if self._run == 1:
            self.began_s = at_s - WINDOW_S
        if self._run < self._rules.start_windows:
            return Edge.SIGN
        self.speaking, self.ended_s = True, at_s
        return Edge.STARTED
