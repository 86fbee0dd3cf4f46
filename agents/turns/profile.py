"""When a pause ends the candidate's turn: pure values, no clock and no library."""

from __future__ import annotations

from dataclasses import dataclass

from interview.ports import Listening

MAX_TOLERANCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Endpointing:
    """Silence that ends the turn: `sure_s` when the end-of-turn model is sure, else `max_s`."""

    sure_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class TurnProfile:
    """The patience of an interview.

    `sure_probability`: the end-of-turn model's probability from which it counts as sure. The
    library's own value (0.36 for English) suits an assistant that answers at once; somebody who
    thinks aloud ends sentences without having finished, so an interview asks for more. Human clips
    cut in mid-sentence score 0.11-0.36, whole sentences 0.25-0.74.
    """

    answer_sure_s: float = 1.2
    reply_sure_s: float = 0.5
    reply_max_s: float = 1.5
    sure_probability: float = 0.5
    barge_in_s: float = 0.5
    false_interruption_s: float = 1.0
    vad_silence_s: float = 0.4
    pre_roll_s: float = 0.6
    tail_s: float = 2.0

    def endpointing(self, mode: Listening, pause_tolerance_s: float) -> Endpointing:
        """The pauses of a mode; a question may ask for more or less patience than the default."""
        if mode is Listening.REPLY:
            return Endpointing(self.reply_sure_s, self.reply_max_s)
        longest = min(max(pause_tolerance_s, self.answer_sure_s), MAX_TOLERANCE_S)
        return Endpointing(self.answer_sure_s, longest)


INTERVIEW = TurnProfile()
