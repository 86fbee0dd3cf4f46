"""The patience of an interview: pure values, no clock and no library."""

from __future__ import annotations

from dataclasses import dataclass

from agents.turns.wording import Ending
from interview.nouns import QuestionKind
from interview.ports import Listening

MAX_TOLERANCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is listened for now.

    `answered_words`: words of the answer from before (an earlier turn, typed text).
    `gentle_s`, `advance_s`: silence after which to prompt gently and to go on; None leaves both
    to somebody else's clock.
    """

    mode: Listening = Listening.ANSWER
    kind: QuestionKind = QuestionKind.TEXT
    pause_tolerance_s: float = 3.0
    answered_words: int = 0
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
    without having finished: a whole sentence alone is not the end. `sure_probability` and
    `likely_probability` are the end-of-turn model's; human clips cut in mid-sentence score
    0.11-0.36, whole sentences 0.25-0.74. See docs/topics/listening.md for the curve.
    """

    sure_share: float = 0.4
    likely_share: float = 0.55
    doubtful_share: float = 0.8
    unfinished_share: float = 2.0
    sure_probability: float = 0.45
    likely_probability: float = 0.25
    short_answer_words: int = 4
    done_s: float = 0.3
    reply_sure_s: float = 0.5
    reply_max_s: float = 1.5
    prepare_s: float = 0.25
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
            return 1.0, "words_late"
        if evidence.ending is Ending.UNFINISHED:
            return self.unfinished_share, "unfinished"
        sure = self._probability(evidence) >= self.sure_probability
        likely = self._probability(evidence) >= self.likely_probability
        short = evidence.words + expected.answered_words < self.short_answer_words
        if short or evidence.ending is Ending.OPEN:
            return (self.doubtful_share, "short_and_sure") if sure else (1.0, "short")
        if sure:
            return self.sure_share, "sure"
        return (self.likely_share, "likely") if likely else (self.doubtful_share, "doubtful")

    def _probability(self, evidence: Evidence) -> float:
        """Without the model's word the text decides alone, as if it were likely."""
        return self.likely_probability if evidence.probability is None else evidence.probability


INTERVIEW = TurnProfile()
