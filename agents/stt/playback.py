"""A clip as if it were spoken now, on a clock that is computed, not waited for.

Audio comes as time goes; a pass takes the CPU time it cost (times `slow`), and audio goes on coming
meanwhile. So a busy machine, or one three times too slow, can be measured on any machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agents.stt.commit import CommitPolicy
from agents.stt.heard import BYTES_PER_S, Ask, Heard, HeardWord
from agents.stt.incremental import Incremental, Plan

STEP_S = 0.02

Ears = Callable[[Ask], Heard]


@dataclass
class Played:
    """`committed`: each word and when it was final. `lag_s`: the oldest audio that ever waited."""

    audio_s: float
    committed: list[tuple[HeardWord, float]] = field(default_factory=list)
    lag_s: float = 0.0
    passes: int = 0
    gate_s: float = 0.0
    encoder_s: float = 0.0
    decoder_s: float = 0.0

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(word.text for word, _ in self.committed)

    @property
    def delays(self) -> list[float]:
        """From each word's end, as the recogniser heard it, until it was final."""
        return [at_s - word.end_s for word, at_s in self.committed]

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all passes."""
        return self.gate_s + self.encoder_s + self.decoder_s

    def paid(self, heard: Heard) -> None:
        """Add what a pass cost."""
        self.passes += 1
        self.gate_s += heard.gate_s
        self.encoder_s += heard.encoder_s
        self.decoder_s += heard.decoder_s


def play(
    pcm: bytes,
    ears: Ears,
    *,
    plan: Plan | None = None,
    policy: CommitPolicy | None = None,
    slow: float = 1.0,
) -> Played:
    """Say a clip to a recogniser; its end is the flush."""
    segment = Incremental(0.0, plan, policy)
    played = Played(len(pcm) / BYTES_PER_S)
    at_s, sent = 0.0, 0

    def hear(*, final: bool = False) -> bool:
        nonlocal at_s, sent
        upto = min(len(pcm), int(at_s * BYTES_PER_S) // 2 * 2)
        segment.push(pcm[sent:upto])
        sent = max(sent, upto)
        played.lag_s = max(played.lag_s, segment.unheard_s)
        if not final and not segment.due:
            return False
        ask = segment.ask(final=final)
        heard = ears(ask)
        played.paid(heard)
        at_s += heard.cost_s * slow
        played.committed += [(word, at_s) for word in segment.take(ask, heard)]
        return ask.final

    while at_s < played.audio_s:
        hear()
        at_s += STEP_S
    while not hear(final=True):
        pass
    return played
