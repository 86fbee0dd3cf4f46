"""Interrupting the avatar: onset of speech to silence at the client, and sounds that should not.

    python -m bench.barge_in [--rounds 3] [--sounds 12]

A long prompt plays over WebRTC; a recording of a person is said over it, some 0.4-2 s after its
beginning. Measured from the first audible sample that leaves the client's microphone to the last
loud frame that reaches its loudspeaker. Then coughs, hums and single "okay"s, made by script: the
prompt must be played to its end all the same. livekit-agents (defaults, without its three deaf
seconds) has the same calls beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from functools import partial

import numpy as np

from bench.conversations import Call, LiveKit, Ours, Setting
from bench.pause_set import CLIPS, filler
from bench.speech import Samples, read_clip, speech_folder

RATE_HZ = 48_000
SAID = ("harvard-1.wav", "harvard-3.wav", "harvard-4.wav", "austen-0880.wav", "harvard-6.wav")
PROMPT_S = 5.0
AUDIBLE = 0.05  # of a recording's peak: its onset (below is the room of the recording)
STOP_GOAL_MS, FALSE_GOAL = 120.0, 5.0


def pcm48(samples: Samples) -> bytes:
    """Floats at 48 kHz as PCM16."""
    return bytes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def cough(rng: np.random.Generator) -> Samples:
    """One to three bursts of noise with a throat's resonances, 0.12-0.3 s each."""
    out: list[Samples] = []
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.uniform(0.12, 0.3) * RATE_HZ)
        spectrum = np.fft.rfft(rng.standard_normal(size))
        hz = np.fft.rfftfreq(size, 1 / RATE_HZ)
        shape = sum(
            np.exp(-(((hz - f) / w) ** 2)) for f, w in ((450, 250), (1_500, 500), (3_000, 900))
        )
        burst = np.fft.irfft(spectrum * shape, size)
        envelope = np.minimum(1, np.arange(size) / (0.008 * RATE_HZ)) * np.exp(
            -np.arange(size) / size * 4
        )
        burst = burst * envelope
        out += [burst / np.abs(burst).max() * 0.5, np.zeros(int(rng.uniform(0.05, 0.15) * RATE_HZ))]
    return np.concatenate(out)


def hum(rng: random.Random) -> Samples:
    """ "Mm-hm": a person's vowel, muffled, in two bumps."""
    voice = read_clip(speech_folder() / rng.choice(SAID))
    vowel = filler(voice[: len(voice) // 2], rng)
    low = np.convolve(vowel, np.ones(12) / 12, "same")
    bump = np.abs(np.sin(np.linspace(0, 2 * np.pi, len(low))))
    slow = np.interp(np.arange(len(low) * 3) / 3, np.arange(len(low)), low * bump)
    return np.asarray(slow / np.abs(slow).max() * 0.3)


def harmless(seed: int, count: int) -> list[tuple[str, Samples, str]]:
    """Kind, sound and what a recogniser makes of it."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    found: list[tuple[str, Samples, str]] = []
    for index in range(count):
        kind = ("cough", "hum", "okay")[index % 3]
        if kind == "cough":
            found.append((kind, cough(noise), ""))
        elif kind == "hum":
            found.append((kind, hum(rng), "mm-hmm"))
        else:
            voice = read_clip(speech_folder() / rng.choice(SAID), RATE_HZ)
            found.append((kind, voice[: round(rng.uniform(0.3, 0.5) * RATE_HZ)], "okay"))
    return found


async def _prompt(call: Call) -> float | None:
    """A prompt is heard; when."""
    await asyncio.sleep(0.6)
    began = time.monotonic()
    await call.agency.say(PROMPT_S)
    found: float | None = await call.until(lambda: call.candidate.first_loud(began), 5.0)
    return found


async def stops(call: Call, rounds: int) -> list[float]:
    """Onset to silence for each recording, in seconds."""
    rng, found = random.Random(3), []
    for _ in range(rounds):
        for name in SAID:
            call.agency.listen()
            if await _prompt(call) is None:
                continue
            await asyncio.sleep(rng.uniform(0.4, 2.0))
            voice = read_clip(speech_folder() / name, RATE_HZ)
            audible = int(np.argmax(np.abs(voice) > AUDIBLE * np.abs(voice).max())) / RATE_HZ
            call.say(pcm48(voice), CLIPS[name].words)
            began = await call.until(lambda: call.candidate.timed.began, 1.0)
            onset = began + audible
            silent = await call.until(partial(call.candidate.last_loud, onset), 6.0)
            found.append((silent or onset + 6.0) - onset)
            await asyncio.sleep(5.0)  # the answer ends, its reply is played
    return found


async def false_stops(call: Call, count: int) -> dict[str, tuple[int, int]]:
    """For each kind: how many prompts were given up, of how many."""
    found: dict[str, tuple[int, int]] = {}
    rng = random.Random(4)
    for kind, sound, text in harmless(5, count):
        call.agency.listen()
        before = call.agency.interrupted
        if await _prompt(call) is None:
            continue
        await asyncio.sleep(rng.uniform(0.4, 2.0))
        call.say(pcm48(sound), text)
        over = call.agency.finished + call.agency.interrupted
        await call.until(partial(_more, call, over), 14.0)
        stopped, of = found.get(kind, (0, 0))
        found[kind] = (stopped + (call.agency.interrupted > before), of + 1)
        await asyncio.sleep(1.5)
    return found


def _more(call: Call, before: int) -> bool | None:
    """Whether a further prompt has ended, whichever way."""
    return call.agency.finished + call.agency.interrupted > before or None


def _row(name: str, times: list[float], false: dict[str, tuple[int, int]]) -> tuple[float, float]:
    ordered = sorted(times)
    p50 = ordered[len(ordered) // 2] * 1_000
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))] * 1_000
    share = 100 * sum(s for s, _ in false.values()) / max(1, sum(n for _, n in false.values()))
    kinds = "  ".join(f"{kind} {s}/{n}" for kind, (s, n) in false.items())
    print(f"{name:<24}{p50:>8.0f}{p95:>8.0f}{len(times):>6}{share:>14.1f}%   {kinds}")
    return p95, share


async def _measure(
    agency: Ours | LiveKit, arguments: argparse.Namespace
) -> tuple[list[float], dict[str, tuple[int, int]]]:
    async with Call(agency) as call:
        times = await stops(call, arguments.rounds)
        return times, await false_stops(call, arguments.sounds)


async def run(arguments: argparse.Namespace) -> int:
    """Both at the same time, so that they have the same machine."""
    print(f"\n{'':<24}{'p50 ms':>8}{'p95 ms':>8}{'n':>6}{'false stops':>15}")
    p95 = share = 0.0
    names = ("ours", "livekit-agents 1.8")
    agencies: tuple[Ours | LiveKit, ...] = (Ours(Setting()), LiveKit())
    found = await asyncio.gather(*(_measure(agency, arguments) for agency in agencies))
    for name, (times, false) in zip(names, found, strict=True):
        row = _row(name, times, false)
        if name == "ours":
            p95, share = row
    for what, value, goal, unit in (
        ("onset to silence, p95", p95, STOP_GOAL_MS, "ms"),
        ("false stops", share, FALSE_GOAL, "%"),
    ):
        verdict = "met" if value <= goal else "NOT met"
        print(f"  {what:<28}{value:8.1f} {unit}  goal <= {goal:g} {unit}: {verdict}")
    return 0


def main() -> int:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sounds", type=int, default=12)
    arguments = parser.parse_args()
    if not speech_folder().is_dir():
        print(f"skipped: no recordings in {speech_folder()} (set VIVA_TEST_SHARED)")
        return 0
    return asyncio.run(run(arguments))


if __name__ == "__main__":
    sys.exit(main())
