"""What the encoder costs per second of speech: windows as short as the open words, against padding
to Whisper's 30 s with a pass each second. And how many speaking candidates a core carries.

Both in one run, alternating, on the same recogniser and streams; medians of the rounds.
"""

from __future__ import annotations

import argparse
import os
from functools import partial
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")

from agents.stt.check import folder_of
from agents.stt.whisper import Whisper
from bench.clips import GROUPS, streams
from bench.incremental import FLUSH, OURS, PUBLISHED, Figures, measure

GOAL = 10.0


def per_second(rounds: list[Figures]) -> tuple[float, float, float]:
    """Encoder and all CPU per second of speech, word error rate."""
    return (
        median(found.encoder_s / found.audio_s for found in rounds),
        median(found.cpu_s / found.audio_s for found in rounds),
        median(found.wer for found in rounds),
    )


def main() -> None:
    """Print the table and the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="base")
    parser.add_argument("--streams", nargs="*", default=["lj", "jfk"], choices=list(GROUPS))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    whisper = Whisper(str(folder_of(options.model)))
    ears = partial(whisper.hear, language="en")
    said = list(streams(whisper, options.streams))
    ways = [OURS, PUBLISHED, FLUSH]
    rounds: dict[str, list[Figures]] = {way.name: [] for way in ways}
    for _ in range(options.rounds):
        for way in ways:
            rounds[way.name].append(measure(ears, way, said, 1.0))
    print("CPU seconds per second of speech")
    print(f"  {'':<34}{'encoder':>9}{'all':>8}{'WER':>8}{'streams per core':>18}")
    for way in ways:
        encoder, cpu, wer = per_second(rounds[way.name])
        print(f"  {way.name:<34}{encoder:9.3f}{cpu:8.3f}{wer:8.3f}{1 / cpu:18.1f}")
    ours, padded = per_second(rounds[OURS.name]), per_second(rounds[PUBLISHED.name])
    ratio = padded[0] / ours[0]
    verdict = "met" if ratio >= GOAL else f"NOT met, by {GOAL - ratio:.1f}"
    print(f"\n  encoder, padded / ours {ratio:.1f}  goal >= {GOAL:.0f}: {verdict}")
    print(f"  word error rate, ours - padded {ours[2] - padded[2]:+.3f}")


if __name__ == "__main__":
    main()
