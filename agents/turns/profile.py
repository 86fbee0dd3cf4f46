"""The patience of an interview: pure values, no clock and no library."""

from __future__ import annotations

from dataclasses import dataclass

from agents.turns.wording import Ending
from interview.nouns import QuestionKind
from interview.ports.conversation import Listening

MAX_TOLERANCE_S = 30.0


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
    pause_tolerance_s: float = 3.0
    answered: bool = False
    language: str = "en"
    gentle_s: float | None = None
    advance_s: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known at a pause. `probability`: of the end-of-turn model, None before it answers.

    `fresh`: all that was said before the pause has been recognised.
    """

    ending: Ending
    probability: float | None
    words: int
    fresh: bool
    done: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How much silence ends the turn, and why that much."""

    wait_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class TurnProfile:
    """When a pause ends the candidate's turn, and when a sound stops the avatar.

    The shares are of the question's pause tolerance (3 s). Thinking aloud, people end sentences
    without having finished, so that a whole sentence is no end by itself; what tells most is how
    much was said already. The end-of-turn model may only add doubt. All were chosen on one pause
    set and measured on another: docs/topics/listening.md has the curve.
    """

    sure_share: float = 0.55
    likely_share: float = 1.2
    doubtful_share: float = 1.25
    short_share: float = 1.3
    unfinished_share: float = 1.4
    short_words: int = 8
    long_words: int = 20
    doubt_probability: float = 0.25
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
        """The silence that ends this turn, as far as is known now."""
        if evidence.done:
            return Patience(self.done_s, "said_so")
        if expected.mode is Listening.REPLY:
            return self._reply(evidence)
        longest_s = min(max(expected.pause_tolerance_s, self.done_s), MAX_TOLERANCE_S)
        share, reason = self._share(expected, evidence)
        return Patience(min(share * longest_s, MAX_TOLERANCE_S), reason)

    def _reply(self, evidence: Evidence) -> Patience:
        if evidence.ending is Ending.UNFINISHED or not evidence.fresh:
            return Patience(self.reply_max_s, "reply_unfinished")
        return Patience(self.reply_sure_s, "reply")

    def _share(self, expected: Expectation, evidence: Evidence) -> tuple[float, str]:
        if not evidence.fresh:
            return self.short_share, "words_late"
        if evidence.ending is Ending.UNFINISHED:
            return self.unfinished_share, "unfinished"
        words = evidence.words
        if words < self.short_words:
            return self.short_share, "short"
        if evidence.ending is Ending.OPEN or self._unlikely(evidence):
            return self.doubtful_share, "doubtful"
        return (
            (self.sure_share, "sure") if words >= self.long_words else (self.likely_share, "likely")
        )

    def _unlikely(self, evidence: Evidence) -> bool:
        """Whether the end-of-turn model doubts it; no verdict is no doubt."""
        return evidence.probability is not None and evidence.probability < self.doubt_probability


INTERVIEW = TurnProfile()
