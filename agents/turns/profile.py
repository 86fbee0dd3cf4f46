"""The patience of an interview: pure values, no clock and no library."""

from __future__ import annotations

import math
from dataclasses import dataclass

from agents.turns.pace import USUAL_LONG_PAUSES
from agents.turns.wording import Ending
from interview.conversation import Listening
from interview.nouns import SAID_SO, QuestionKind

MAX_TOLERANCE_S = 30.0
STANDARD_TOLERANCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is listened for now.

    `answered`: whether the session holds words of this answer. How many is the policy's to know: it
    has the words of its turn, and a word is counted by one of the two.
    `gentle_s`, `advance_s`: silence after which to prompt gently and to go on; None leaves both
    to somebody else's clock.
    """

    mode: Listening = Listening.ANSWER
    kind: QuestionKind = QuestionKind.TEXT
    pause_tolerance_s: float = STANDARD_TOLERANCE_S
    answered: bool = False
    language: str = "en"
    gentle_s: float | None = None
    advance_s: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known at a pause. `probability`: of the end-of-turn model, None before it answers.

    `stopped`: the words end with a full stop. `fresh`: all that was said before the pause has been
    recognised. `long_a_minute`: how often this candidate pauses for long (`agents.turns.pace`).
    `murmur`: nothing but "mm", "right" was said.
    """

    ending: Ending
    probability: float | None
    words: int
    fresh: bool
    done: bool = False
    stopped: bool = False
    murmur: bool = False
    long_a_minute: float = USUAL_LONG_PAUSES


@dataclass(frozen=True, slots=True)
class Patience:
    """How much silence ends the turn, and why that much."""

    wait_s: float
    reason: str
    likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class EndWeights:
    """How likely it is that a pause is an end: the log-odds of each piece of evidence.

    Fitted to the pauses of real answers (docs/topics/listening.md). How long an answer is says
    nothing here: no answer is over for having been long.
    """

    bias: float = 1.72
    stopped: float = 1.81
    unfinished: float = -0.44
    murmur: float = -2.3
    long_a_minute: float = -1.8
    sound: float = 0.0

    def likelihood(self, evidence: Evidence) -> float:
        """0 to 1. Without the sound model's word, the sound says nothing."""
        odds = (
            self.bias
            + self.stopped * evidence.stopped
            + self.unfinished * (evidence.ending is Ending.UNFINISHED)
            + self.murmur * evidence.murmur
            + self.long_a_minute * math.log(evidence.long_a_minute)
        )
        if evidence.probability is not None:
            odds += self.sound * (evidence.probability - 0.5)
        return 1 / (1 + math.exp(-odds))


@dataclass(frozen=True, slots=True)
class TurnProfile:
    """When a pause ends the candidate's turn, and when a sound stops the avatar.

    `soonest_s` to `latest_s` of silence, by how likely an end is, are answered by a word of
    acknowledgement; `beat_s` later the turn ends. All three are for a pause tolerance of 3 s and
    grow with it. How they were chosen: docs/topics/listening.md.
    """

    weights: EndWeights = EndWeights()
    soonest_s: float = 1.65
    latest_s: float = 3.25
    unlikely_s: float = 6.5
    likely_from: float = 0.732
    doubtful_below: float = 0.72
    unlikely_below: float = 0.34
    beat_s: float = 1.1
    least_beat_s: float = 0.6
    done_s: float = 0.3
    reply_sure_s: float = 0.5
    reply_max_s: float = 1.5
    prepare_s: float = 0.3
    rewind_s: float = 0.25
    confirm_s: float = 1.0
    repair_window_s: float = 1.5
    repair_confirm_s: float = 0.25
    resume_quiet_s: float = 0.3
    vad_silence_s: float = 0.25
    pre_roll_s: float = 0.6
    tail_s: float = 2.0

    def patience(self, expected: Expectation, evidence: Evidence) -> Patience:
        """The silence that is taken for an end, as far as is known now."""
        if evidence.done:
            return Patience(self.done_s, SAID_SO)
        if expected.mode is Listening.REPLY:
            return self._reply(evidence)
        scale = self._scale(expected)
        if not evidence.fresh:
            return Patience(self.latest_s * scale, "words_late")
        likelihood = self.weights.likelihood(evidence)
        wait_s, reason = self._wait(likelihood)
        wait_s = min(max(wait_s * scale, self.done_s), MAX_TOLERANCE_S)
        return Patience(wait_s, reason, round(likelihood, 3))

    def beat(self, expected: Expectation) -> float:
        """How long the candidate may yet go on after the acknowledgement."""
        return max(self.least_beat_s, self.beat_s * self._scale(expected))

    def _scale(self, expected: Expectation) -> float:
        return min(expected.pause_tolerance_s, MAX_TOLERANCE_S) / STANDARD_TOLERANCE_S

    def _reply(self, evidence: Evidence) -> Patience:
        if evidence.ending is Ending.UNFINISHED or not evidence.fresh:
            return Patience(self.reply_max_s, "reply_unfinished")
        return Patience(self.reply_sure_s, "reply")

    def _wait(self, likelihood: float) -> tuple[float, str]:
        if likelihood >= self.likely_from:
            return self.soonest_s, "likely"
        if likelihood < self.unlikely_below:
            return self.unlikely_s, "unlikely"
        if likelihood < self.doubtful_below:
            return self.latest_s, "doubtful"
        share = (self.likely_from - likelihood) / (self.likely_from - self.doubtful_below)
        return self.soonest_s + share * (self.latest_s - self.soonest_s), "open"


INTERVIEW = TurnProfile()
