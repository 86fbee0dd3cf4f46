"""How good the stored words are: captions, the whole pass that is stored, and one plain pass.

Each answer goes through the product's cutting (voice activity opens and closes an utterance) and
its captions on a computed clock; the sound that is kept of its utterances is joined as the server
joins it and heard whole. Beside both, the library's own pass over the uncut clip. Word error rate
by group, words put in that repeat their neighbour, the captions' delay, CPU a second of speech.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import time

import numpy as np

from agents.stt.check import folder_of, plain_words, word_errors
from agents.stt.heard import BYTES_PER_S, RATE_HZ, Ask
from agents.stt.incremental import Incremental
from agents.stt.playback import STEP_S
from agents.stt.whisper import Whisper
from agents.turns.profile import INTERVIEW
from bench.cutting import cuts
from bench.report import percentile
from bench.stored_clips import Clip, Speaker, groups

PRE_ROLL_S, PREPARE_S = INTERVIEW.pre_roll_s, INTERVIEW.prepare_s
BEFORE_S, AFTER_S, JOINED_S, PAUSE_S = 0.7, 1.0, 2.0, 1.0  # server.live.kept_sound, jobs.rehear
GOAL = 0.003


@dataclass
class Sums:
    """Over the clips of a group."""

    words: int = 0
    errors: int = 0
    repeated: int = 0
    cpu_s: float = 0.0
    delays: list[float] = field(default_factory=list)

    def add(self, said: Sequence[str], text: str, cpu_s: float) -> None:
        heard = plain_words(text)
        self.words += len(said)
        self.errors += word_errors(said, heard)
        self.repeated += max(0, again(heard) - again(said))
        self.cpu_s += cpu_s

    @property
    def wer(self) -> float:
        return self.errors / max(1, self.words)


def again(words: Sequence[str]) -> int:
    """How many words say once more what directly precedes them."""
    return sum(a == b for a, b in zip(words, words[1:], strict=False))


def piece(clip: Clip, start_s: float, end_s: float) -> bytes:
    """The clip's sound between two moments."""
    return clip.pcm[int(start_s * RATE_HZ) * 2 : int(end_s * RATE_HZ) * 2]


def captions(clip: Clip, cut: Sequence[tuple[float, float]], whisper: Whisper) -> tuple[str, Sums]:
    """Word by word on a computed clock, the context carried over the pauses."""
    ears = partial(whisper.hear, language="en")
    segment: Incremental | None = None
    text: list[str] = []
    sums = Sums()
    for start_s, end_s in cut:
        if segment is None:
            segment = Incremental(start_s)
        else:
            segment.go_on(start_s)
        pcm, sent, at_s = piece(clip, start_s, end_s), 0, start_s
        while True:
            final = at_s >= end_s
            upto = min(len(pcm), int((at_s - start_s) * RATE_HZ) * 2)
            segment.push(pcm[sent:upto])
            sent = max(sent, upto)
            if final or segment.due:
                ask: Ask = segment.ask(final=final)
                heard = ears(ask)
                sums.cpu_s += heard.cost_s
                at_s += heard.cost_s
                for word in segment.take(ask, heard):
                    text.append(word.text)
                    sums.delays.append(at_s - word.end_s)
                if ask.final:
                    break
            at_s += STEP_S
    return " ".join(text), sums


def kept(clip: Clip, cut: Sequence[tuple[float, float]]) -> bytes:
    """The sound that the server keeps of the utterances, joined as its job joins it."""
    pcm, until_s = bytearray(), 0.0
    for start_s, end_s in cut:
        first_s = min(start_s + PRE_ROLL_S, end_s)
        near = 0.0 <= first_s - until_s < JOINED_S
        from_s = until_s if near else max(until_s, first_s - BEFORE_S)
        if pcm:
            pcm += bytes(round(min(PAUSE_S, max(0.0, from_s - until_s)) * RATE_HZ) * 2)
        to_s = min(len(clip.pcm) / BYTES_PER_S, end_s - PREPARE_S + AFTER_S)
        if to_s > from_s:
            pcm += piece(clip, from_s, to_s)
            until_s = to_s
    return bytes(pcm)


def one_pass(clip: Clip, whisper: Whisper) -> str:
    """The library over the whole clip, as its users run it."""
    audio = np.frombuffer(clip.pcm, "<i2").astype(np.float32) / np.float32(32768)
    segments, _ = whisper._model.transcribe(audio, language="en", beam_size=5)
    return " ".join(segment.text.strip() for segment in segments)


def measure(clips: Sequence[Clip], whisper: Whisper) -> dict[str, Sums]:
    """All three ways over a group."""
    opened = asyncio.run(cuts([clip.samples for clip in clips]))
    sums = {"captions": Sums(), "stored": Sums(), "one pass": Sums()}
    for clip, cut in zip(clips, opened, strict=True):
        text, live = captions(clip, cut, whisper)
        sums["captions"].add(clip.words, text, live.cpu_s)
        sums["captions"].delays += live.delays
        began_s = time.process_time()
        whole = whisper.whole(kept(clip, cut), language="en")
        spent_s = time.process_time() - began_s
        sums["stored"].add(clip.words, " ".join(word.text for word in whole.words), spent_s)
        began_s = time.process_time()
        plain = one_pass(clip, whisper)
        sums["one pass"].add(clip.words, plain, time.process_time() - began_s)
    return sums


def line(name: str, clips: Sequence[Clip], sums: dict[str, Sums]) -> str:
    """A row: word error rates, repeats put in, delay, CPU."""
    length_s = sum(len(clip.samples) for clip in clips) / RATE_HZ
    live, stored, plain = sums["captions"], sums["stored"], sums["one pass"]
    delays = sorted(live.delays) or [0.0]
    verdict = "met" if stored.wer <= plain.wer + GOAL else f"+{stored.wer - plain.wer:.3f}"
    return (
        f"{name:<20}{live.words:6d}{live.wer:10.3f}{stored.wer:9.3f}{plain.wer:10.3f}{verdict:>9}"
        f"{live.repeated:5d}/{stored.repeated}/{plain.repeated}"
        f"{sum(delays) / len(delays):8.2f}{percentile(delays, 95):6.2f}"
        f"{live.cpu_s / length_s:8.2f}{stored.cpu_s / length_s:7.2f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="base")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--count", type=int, default=12, help="spliced turns; half as many answers")
    parser.add_argument("--clips", type=int, default=99, help="at most so many of a group")
    parser.add_argument("--groups", nargs="*", default=None)
    parser.add_argument("--voice", type=Path, help="a Piper voice's folder, for synthetic groups")
    options = parser.parse_args()
    whisper = Whisper(str(folder_of(options.model)))
    speaker = Speaker(options.voice) if options.voice else None
    print(f"{'group':<20}{'words':>6}{'captions':>10}{'stored':>9}{'one pass':>10}{'goal':>9}"
          f"{'rep.':>8}{'mean':>9}{'p95':>6}{'CPU':>8}{'whole':>7}")  # fmt: skip
    for name, clips in groups(speaker, seed=options.seed, count=options.count).items():
        if options.groups is None or name in options.groups:
            chosen = clips[:: max(1, len(clips) // options.clips)]
            print(line(name, chosen, measure(chosen, whisper)), flush=True)


if __name__ == "__main__":
    main()
