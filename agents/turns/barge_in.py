"""While the avatar speaks: is that sound an interruption? Pure; the caller brings the time.

First sign: the voice goes down. Speech, or a first sign that is unmistakable: it is silent, but
keeps its place. Words, or speech that
goes on: the prompt is over. A cough or "mm-hm": it goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from agents.turns.decisions import NONE, Act, Decision, Decisions
from agents.turns.profile import TurnProfile
from agents.turns.wording import is_back_channel, plain_words
from interview.nouns import Word


class _At(Enum):
    IDLE = auto()
    PLAYING = auto()
    DUCKED = auto()
    HELD = auto()


class BargeIn:
    """One prompt at a time, from `started` to `ended`.

    `cut_off_s`: when the answer before went on, if that stopped the last prompt.
    """

    def __init__(self, profile: TurnProfile) -> None:
        self._profile = profile
        self._at = _At.IDLE
        self._started_s = 0.0
        self._repairable_s = 0.0
        self._back_channels = True
        self._voice_s: float | None = None
        self._first_s: float | None = None
        self._voiced_s: float | None = None
        self._quiet_s: float | None = None
        self.cut_off_s: float | None = None

    @property
    def playing(self) -> bool:
        """Whether a prompt is being said (or held)."""
        return self._at is not _At.IDLE

    @property
    def wake_s(self) -> float | None:
        """When `tick` may decide something."""
        if self._at is not _At.HELD:
            return None
        if self._quiet_s is not None:
            return self._quiet_s + self._profile.resume_quiet_s
        return None if self._voice_s is None else self._voice_s + self._confirm_s()

    def started(self, at_s: float, *, repairable_s: float, back_channels: bool) -> None:
        """A prompt's first sound. `repairable_s`: so long speech goes on with the answer before.

        `back_channels`: "okay" is listening; without, it is an answer (to "Are you ready?").
        """
        self._at, self._started_s, self.cut_off_s = _At.PLAYING, at_s, None
        self._repairable_s, self._back_channels = repairable_s, back_channels
        self._voice_s = self._first_s = self._voiced_s = self._quiet_s = None

    def ended(self) -> None:
        """It is over, whoever ended it."""
        self._at = _At.IDLE

    def sign(self, *, sure: bool = False) -> Decisions:
        """One window of sound; `sure` when it can hardly be anything but speech."""
        if self._at is not _At.PLAYING:
            return NONE
        self._at = _At.DUCKED
        return (Decision(Act.HOLD if sure else Act.DUCK, "first_sign"),)

    def faded(self) -> Decisions:
        """The sound was a click."""
        return self._resume("click") if self._at is _At.DUCKED else NONE

    def voice_started(self, began_s: float) -> Decisions:
        """Speech, or something like it."""
        if self._at is _At.IDLE:
            return NONE
        self._quiet_s = None
        self._voice_s = began_s  # speech that goes on counts, not one cough after another
        if self._first_s is None:
            self._first_s = began_s
        if self._voiced_s is None:
            self._voiced_s = began_s
        if self._at is _At.HELD:
            return NONE
        self._at = _At.HELD
        return (Decision(Act.HOLD, "voice"),)

    def voice_stopped(self, ended_s: float) -> Decisions:
        """Silence again."""
        if self._at is _At.HELD:
            self._quiet_s = ended_s
        return NONE

    def heard(self, words: Sequence[Word], tentative: str, until_s: float) -> Decisions:
        """Words of the open utterance; those from before the prompt interrupt nothing."""
        if self._at is _At.IDLE:
            return NONE
        since = [word.text for word in words if word.end_s > self._started_s]
        if self._voiced_s is not None and until_s > self._voiced_s:
            since.append(tentative)
        text = " ".join(since)
        if not plain_words(text):
            return NONE
        if self._back_channels and is_back_channel(text):
            return NONE
        return self._stop("words")

    def tick(self, at_s: float) -> Decisions:
        """Time has passed."""
        due_s = self.wake_s
        if due_s is None or at_s < due_s:
            return NONE
        if self._quiet_s is not None:
            return self._resume("short")
        return self._stop("speech")

    def _cut_off(self) -> bool:
        """Whether the candidate only goes on with an answer that we took for finished."""
        return self._first_s is not None and self._heard_s() < self._repairable_s

    def _heard_s(self) -> float:
        return (self._first_s or 0.0) - self._started_s

    def _confirm_s(self) -> float:
        at_once = self._cut_off() and self._heard_s() <= self._profile.repair_window_s
        return self._profile.repair_confirm_s if at_once else self._profile.confirm_s

    def _resume(self, reason: str) -> Decisions:
        self._at = _At.PLAYING
        self._voice_s = self._first_s = self._quiet_s = None
        return (Decision(Act.RESUME, reason),)

    def _stop(self, reason: str) -> Decisions:
        if self._cut_off():
            reason, self.cut_off_s = "cut_off", self._first_s
        self._at = _At.IDLE
        return (Decision(Act.STOP, reason),)
