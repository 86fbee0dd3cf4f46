"""From the true end of speech to the first sound of the reply, at the client, over WebRTC.

    python -m bench.reply_gap [--rounds 2]

Recordings of people are said as whole turns (five of some twenty words, one of eight); the reply is
a ready tone. Both systems have the same transport, the same recogniser (scripted: each word is
known when it has been said) and the same voice; what differs is who decides that the turn is over.
Measured from the last audible sample that leaves the client's microphone to the first loud frame
that reaches it.

* livekit-agents: its defaults (v1-mini, min_delay 0.3 s, max_delay 2.5 s);
* ours at the tolerance of an interview question (3 s), where thinking pauses are not cut into;
* ours at smaller tolerances, for interviews that want to be brisk;
* ours when the candidate says that it is all ("That's all.").

How many thinking pauses each of these settings cuts into is told by `bench/cut_ins.py`: the two
belong together, for a gap is easily made short by talking over people.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass

import numpy as np

from bench.barge_in import pcm48
from bench.conversations import Call, LiveKit, Ours, Setting
from bench.pause_set import CLIPS
from bench.speech import Samples, read_clip, speech_folder

RATE_HZ = 48_000
TURNS = (
    ("harvard-1.wav", "harvard-3.wav", "harvard-5.wav"),
    ("austen-0870.wav",),
    ("harvard-2.wav", "harvard-4.wav", "harvard-6.wav"),
    ("austen-0880.wav", "austen-0890.wav"),
    ("jfk.flac",),
    ("harvard-5.wav",),
)
JOIN_S = 0.12
QUIET = 0.02
REPLY_S = 8.0
LINKS = {False: "", True: " That's all."}
P50_GOAL, P95_GOAL = 0.5, 0.25


@dataclass
class System:
    """One column of the comparison."""

    name: str
    setting: Setting | None
    says_all: bool = False

    def agency(self) -> Ours | LiveKit:
        """A fresh one."""
        return LiveKit() if self.setting is None else Ours(self.setting)


SYSTEMS = (
    System("livekit-agents 1.8 defaults", None),
    System("ours, tolerance 3 s", Setting(tolerance_s=3.0)),
    System("ours, tolerance 0.4 s", Setting(tolerance_s=0.4)),
    System("ours, said that it is all", Setting(tolerance_s=3.0), says_all=True),
)


def edges(samples: Samples) -> tuple[float, float]:
    """First and last audible moment of a recording."""
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    return float(loud[0]) / RATE_HZ, float(loud[-1]) / RATE_HZ


def spoken(names: tuple[str, ...]) -> Samples:
    """Recordings one after the other, with hardly a breath between."""
    parts: list[Samples] = []
    for name in names:
        voice = read_clip(speech_folder() / name, RATE_HZ)
        first_s, last_s = edges(voice)
        parts += [voice[int(first_s * RATE_HZ) : int(last_s * RATE_HZ)]]
        parts += [np.zeros(int(JOIN_S * RATE_HZ))]
    return np.concatenate(parts)


async def gap_of(call: Call, names: tuple[str, ...], *, says_all: bool) -> float | None:
    """Say one turn and wait for the reply; negative when it came before the end."""
    voice = spoken(names)
    _, end_s = edges(voice)
    call.agency.listen()
    words = " ".join(CLIPS[name].words for name in names) + LINKS[says_all]
    asked = time.monotonic()
    call.say(pcm48(voice), words)
    began = await call.until(lambda: call.candidate.timed.began, 1.0)
    if began is None:
        return None
    heard = await call.until(lambda: call.candidate.first_loud(asked), end_s + REPLY_S)
    await asyncio.sleep(1.2)  # the reply is played
    return None if heard is None else float(heard) - (began + end_s)


async def measure(system: System, rounds: int) -> list[float | None]:
    """All gaps of one system."""
    async with Call(system.agency()) as call:
        await asyncio.sleep(0.5)
        return [
            await gap_of(call, names, says_all=system.says_all)
            for _ in range(rounds)
            for names in TURNS
        ]


def percentile(gaps: list[float], share: float) -> float:
    """In seconds."""
    ordered = sorted(gaps)
    return ordered[round(share * (len(ordered) - 1))]


def print_row(name: str, gaps: list[float | None], peer: list[float]) -> None:
    """One system, beside the peer."""
    whole = [gap for gap in gaps if gap is not None and gap >= 0]
    early = sum(gap is not None and gap < 0 for gap in gaps)
    missed = sum(gap is None for gap in gaps)
    if not whole:
        print(f"{name:<30} no reply after a whole turn ({early} cut into, {missed} unanswered)")
        return
    p50, p95 = percentile(whole, 0.5), percentile(whole, 0.95)
    ratios = ""
    if peer:
        ratios = f"{p50 / percentile(peer, 0.5):>8.2f}{p95 / percentile(peer, 0.95):>8.2f}"
    print(
        f"{name:<30}{1000 * p50:>8.0f}{1000 * p95:>8.0f}{len(whole):>5}{early:>10}{missed:>12}"
        f"{ratios}",
        flush=True,
    )


async def run(arguments: argparse.Namespace) -> int:
    """Two at a time: all at once would wait for the cores."""
    head = f"{'p50 ms':>8}{'p95 ms':>8}{'n':>5}{'cut into':>10}{'unanswered':>12}"
    print(f"\n{'':<30}{head}{'x p50':>8}{'x p95':>8}")
    peer: list[float] = []
    for pair in (SYSTEMS[:2], SYSTEMS[2:]):
        found = await asyncio.gather(*(measure(system, arguments.rounds) for system in pair))
        for system, gaps in zip(pair, found, strict=True):
            print_row(system.name, gaps, peer)
            if system.setting is None:
                peer = [gap for gap in gaps if gap is not None and gap >= 0]
    print(f"\n  goal: <= {P50_GOAL} x p50 and <= {P95_GOAL} x p95 of livekit-agents")
    return 0


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    if not speech_folder().is_dir():
        print(f"skipped: no recordings in {speech_folder()} (set VIVA_TEST_SHARED)")
        return 0
    return asyncio.run(run(arguments))


if __name__ == "__main__":
    sys.exit(main())
