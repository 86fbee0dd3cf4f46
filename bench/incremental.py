"""How soon a word is final, and at how many errors: three policies on one recogniser.

The clock is computed (`agents.stt.playback`): audio comes in real time, a pass takes the CPU time
it cost. Delay: from a word's true end (its reference, aligned) until it is final.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

os.environ.setdefault("OMP_NUM_THREADS", "1")

from agents.stt.check import folder_of, plain_words, word_errors
from agents.stt.commit import Agreement, Attention, CommitPolicy, Never
from agents.stt.heard import Ask, Heard
from agents.stt.incremental import Plan
from agents.stt.playback import play
from agents.stt.whisper import Whisper
from bench.clips import GROUPS, Stream, streams
from bench.report import percentile

NEVER_S = 1e9


@dataclass(frozen=True)
class Way:
    """A policy and its passes."""

    name: str
    policy: Callable[[], CommitPolicy]
    plan: Plan = field(default_factory=Plan)


OURS = Way("ours", Attention)
AGREEMENT = Way("LocalAgreement-2, our windows", Agreement)
# whisper_streaming's defaults: a pass each second over all that is not committed, padded to 30 s.
PUBLISHED = Way(
    "LocalAgreement-2, each 1 s, 30 s", Agreement, Plan(every_s=1.0, context_s=15.0, margin_s=30.0)
)
FLUSH = Way("flush at the end", Never, Plan(every_s=NEVER_S))


@dataclass
class Figures:
    """Sums over streams."""

    delays: list[float] = field(default_factory=list)
    errors: int = 0
    words: int = 0
    audio_s: float = 0.0
    cpu_s: float = 0.0
    encoder_s: float = 0.0
    lag_s: float = 0.0
    retracted: int = 0

    @property
    def mean(self) -> float:
        return sum(self.delays) / len(self.delays)

    @property
    def p95(self) -> float:
        return percentile(sorted(self.delays), 95)

    @property
    def wer(self) -> float:
        return self.errors / self.words


def measure(ears: Callable[[Ask], Heard], way: Way, said: Sequence[Stream], slow: float) -> Figures:
    """One way over all streams."""
    figures = Figures()
    for stream in said:
        played = play(stream.pcm, ears, plan=way.plan, policy=way.policy(), slow=slow)
        figures.delays += stream.delays(played.committed)
        figures.errors += word_errors(stream.words, plain_words(played.text))
        figures.words += len(stream.words)
        figures.audio_s += played.audio_s
        figures.cpu_s += played.cpu_s
        figures.encoder_s += played.encoder_s
        figures.lag_s = max(figures.lag_s, played.lag_s)
        ordered = [word.start_s for word, _ in played.committed]
        figures.retracted += sum(b < a for a, b in zip(ordered, ordered[1:], strict=False))
    return figures


def line(name: str, figures: Figures) -> str:
    """A row."""
    return (
        f"  {name:<34}{figures.mean:7.2f}{figures.p95:7.2f}{figures.wer:8.3f}"
        f"{figures.retracted:6d}{figures.lag_s:7.2f}"
        f"{figures.encoder_s / figures.audio_s:9.3f}{figures.cpu_s / figures.audio_s:8.3f}"
    )


def goal(name: str, value: float, most: float) -> None:
    """Whether it was met, and by how much not."""
    verdict = "met" if value <= most else f"NOT met, by {value - most:.2f}"
    print(f"  {name:<58}{value:7.3f}  goal <= {most:.3f}: {verdict}")


def condition(
    name: str, ears: Callable[[Ask], Heard], ways: list[Way], said: list[Stream], slow: float = 1.0
) -> dict[str, Figures]:
    """All ways under one condition."""
    print(f"\n{name}")
    print(f"  {'':<34}{'mean':>7}{'p95':>7}{'WER':>8}{'back':>6}{'lag':>7}{'encoder':>9}{'CPU':>8}")
    found = {}
    for way in ways:
        found[way.name] = measure(ears, way, said, slow)
        print(line(way.name, found[way.name]), flush=True)
    return found


def main() -> None:
    """Print the table and the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="base")
    parser.add_argument("--streams", nargs="*", default=list(GROUPS), choices=list(GROUPS))
    parser.add_argument("--clean-only", action="store_true")
    options = parser.parse_args()
    whisper = Whisper(str(folder_of(options.model)))
    ears = partial(whisper.hear, language="en")
    said = list(streams(whisper, options.streams))
    print("seconds; `back`: words taken back; CPU and encoder: seconds per second of speech")
    clean = condition("clean", ears, [OURS, AGREEMENT, PUBLISHED, FLUSH], said)
    if not options.clean_only:
        condition("noise at 10 dB", ears, [OURS, AGREEMENT, FLUSH], [s.noisy() for s in said])
        condition("in a room", ears, [OURS, AGREEMENT, FLUSH], [s.in_a_room() for s in said])
        slow = 3 * clean[OURS.name].audio_s / clean[OURS.name].cpu_s
        condition("recogniser 3x too slow", ears, [OURS, AGREEMENT, PUBLISHED], said, slow)
    print()
    ours, flush = clean[OURS.name], clean[FLUSH.name]
    goal("p95 delay / LocalAgreement-2 in our windows", ours.p95 / clean[AGREEMENT.name].p95, 0.6)
    goal("p95 delay / LocalAgreement-2 as published", ours.p95 / clean[PUBLISHED.name].p95, 0.6)
    goal("errors - LocalAgreement-2 in our windows", ours.wer - clean[AGREEMENT.name].wer, 0.0)
    goal("mean delay, s", ours.mean, 0.7)
    goal("p95 delay, s", ours.p95, 1.0)
    goal("words taken back", ours.retracted, 0)
    goal("word error rate - one pass", ours.wer - flush.wer, 0.01)
    goal("CPU of a speaking candidate, cores", ours.cpu_s / ours.audio_s, 0.5)


if __name__ == "__main__":
    main()
