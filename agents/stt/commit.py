"""Which words of a hypothesis may be called final. Pure.

A policy sees the words that follow the committed ones, and says how many of them are final now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.stt.heard import HeardWord, plain


@dataclass(frozen=True, slots=True)
class View:
    """A hypothesis as a policy sees it. Times in seconds on the stream's clock.

    `free`: words up to which no repeat was found; the policy never goes beyond. `edge_s`: the end
    of the audio. `speech_end_s`: where the last voice was heard (at most `edge_s`). `alone`: no
    words are known to precede them in the audio.
    """

    words: Sequence[HeardWord]
    free: int
    edge_s: float
    speech_end_s: float
    alone: bool = False


class CommitPolicy(Protocol):
    """Judges one hypothesis of the open words after the other."""

    def judge(self, view: View) -> int:
        """How many of the words are final."""


class Agreement:
    """LocalAgreement-2: two passes in a row agree on a word and on all before it.

    Source: Liu, Spanakis, Niehues 2020 (doi 10.21437/Interspeech.2020-2897).
    """

    def __init__(self) -> None:
        self._last: list[str] = []

    def judge(self, view: View) -> int:
        """How many of the words are final."""
        now = [plain(word.text) for word in view.words]
        count = _agreed(self._last, now)
        if count == len(now):
            count -= 1  # the last word may still be growing
        count = max(0, min(count, view.free))
        self._last = now[count:]
        return count


class Never:
    """Nothing is final before the flush."""

    def judge(self, view: View) -> int:
        """None of the words."""
        return 0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long after its aligned end a word is final.

    `hold_s`: a word that another follows. `agreed_hold_s`: the same when the pass before heard it
    too. `first_hold_s`: one with no known word before it; the decoder has little to go by.
    `unsure_hold_s`: one whose confidence is below `sure`; more audio often mends it. `pause_s`: the
    last word, when no voice follows it. `last_hold_s`: the last word, when the decoder stopped
    there though somebody speaks on. `max_delay_s`: any word, whatever is thought of it.
    """

    hold_s: float = 0.35
    agreed_hold_s: float = 0.3
    first_hold_s: float = 0.5
    unsure_hold_s: float = 1.5
    sure: float = 0.7
    pause_s: float = 0.5
    last_hold_s: float = 0.8
    max_delay_s: float = 2.0


class Attention:
    """A word is final when the decoder looked at audio well behind the edge to hear it."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self._last: list[str] = []

    def judge(self, view: View) -> int:
        """How many of the words are final."""
        now = [plain(word.text) for word in view.words]
        agreed = _agreed(self._last, now)
        count = 0
        for index, word in enumerate(view.words[: view.free]):
            last = index == len(now) - 1
            if not self._final(view, word, agreed=index < agreed, last=last):
                break
            count += 1
        self._last = now[count:]
        return count

    def _final(self, view: View, word: HeardWord, *, agreed: bool, last: bool) -> bool:
        age_s = view.edge_s - word.end_s
        if age_s >= self.patience.max_delay_s:
            return True
        if last:
            quiet_s = view.edge_s - max(word.end_s, view.speech_end_s)
            return quiet_s >= self.patience.pause_s or age_s >= self.patience.last_hold_s
        return age_s >= self._hold_s(view, word, agreed)

    def _hold_s(self, view: View, word: HeardWord, agreed: bool) -> float:
        if word.confidence < self.patience.sure:
            return self.patience.unsure_hold_s
        hold_s = self.patience.agreed_hold_s if agreed else self.patience.hold_s
        return max(hold_s, self.patience.first_hold_s) if view.alone else hold_s


def _agreed(before: Sequence[str], now: Sequence[str]) -> int:
    """How many words both begin with."""
    count = 0
    for one, other in zip(before, now, strict=False):
        if one != other:
            break
        count += 1
    return count
