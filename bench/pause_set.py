"""A set of turns with thinking pauses, made from recordings of people by a seeded recipe.

    python -m bench.pause_set [--seed 1] [--turns 320] [--save FOLDER]

Only the recipe is kept, never the audio: where the words of each recording may be cut, and how
turns are put together. Each pause is one of

* `inside`: silence between two words of a sentence;
* `filler`: a drawn-out "uh" before (or in) the silence;
* `restart`: the last words are said again after the silence;
* `sentence`: silence after a whole sentence, before the next one.

Pauses last 0.5-4 s, short ones more often than long ones (log-uniform). A third of the turns has
background noise, a quarter was said in a room.
"""

from __future__ import annotations

import argparse
import random
import sys
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.speech import RATE_HZ, Samples, read_clip, speech_folder

PAUSE_S = (0.5, 4.0)
TAIL_S = 1.2
LEAD_S = 0.3
FADE_S = 0.012
ROOM_TONE_DB = -55.0
NOISE_DB = (-38.0, -30.0)
KINDS = ("inside", "filler", "restart", "sentence")
KIND_WEIGHTS = (4, 3, 2, 2)


@dataclass(frozen=True)
class Clip:
    """A recording: its words, and where between them it may be cut (seconds; 0: not there)."""

    speaker: str
    words: str
    cuts: tuple[float, ...]
    first_s: float
    last_s: float
    may_end: bool = True


CLIPS = {
    "austen-0870.wav": Clip(
        "austen",
        "And Mr. John Dashwood had then leisure to consider how much there might be prudently in"
        " his power to do for them.",
        (0, 0, 0, 1.555, 1.845, 2.08, 2.585, 2.945, 3.3, 3.805, 4.18, 4.41, 4.78, 0, 5.315, 0,
         5.76, 6.045, 0, 6.385, 0),
        0.2, 7.08,
    ),
    "austen-0880.wav": Clip(
        "austen", "He was not an ill disposed young man.",
        (0.27, 0.55, 0.885, 1.19, 0, 2.07, 0), 0.0, 2.92,
    ),
    "austen-0890.wav": Clip(
        "austen",
        "Unless to be rather cold hearted and rather selfish is to be ill disposed.",
        (0.55, 0, 0, 1.23, 0, 2.005, 2.33, 2.615, 3.17, 0, 0, 0, 0), 0.28, 5.18,
    ),
    "harvard-1.wav": Clip(
        "harvard", "The child almost hurt the small dog.",
        (0, 0.655, 1.19, 1.61, 0, 2.165), 0.04, 2.86,
    ),
    "harvard-2.wav": Clip(
        "harvard", "Drop the two when you add the figures.",
        (0.325, 0.665, 1.055, 1.47, 1.74, 2.085, 2.345), 0.0, 3.08,
    ),
    "harvard-3.wav": Clip(
        "harvard", "At that high level the air is pure.",
        (0, 0.43, 0.945, 1.19, 1.615, 1.93, 2.18), 0.0, 2.7,
    ),
    "harvard-4.wav": Clip(
        "harvard", "A thin stripe runs down the middle.",
        (0, 0.385, 1.03, 1.445, 1.93, 2.145), 0.0, 2.48,
    ),
    "harvard-5.wav": Clip(
        "harvard", "Sunday is the best part of the week.",
        (0.445, 0.975, 0, 1.51, 1.755, 2.065, 0), 0.04, 2.5,
    ),
    "harvard-6.wav": Clip(
        "harvard", "The pencils have all been used.",
        (0, 0.505, 1.03, 1.35, 1.61), 0.02, 2.22,
    ),
    "jfk.flac": Clip(
        "jfk",
        "And so my fellow Americans ask not what your country can do for you, ask what you can do"
        " for your country.",
        (0.595, 0.73, 1.27, 1.56, 2.155, 3.755, 4.325, 5.585, 5.845, 6.175, 6.68, 6.905, 0,
         7.505, 8.505, 8.79, 9.095, 9.405, 9.64, 0, 10.02),
        0.32, 11.0,
    ),
    "lj050-0131.wav": Clip(
        "lj",
        "Unless a system is established for the frequent formal review of activities thereunder in"
        " this regard",
        (0.27, 0.55, 0.745, 1.1, 1.665, 2.21, 2.49, 2.79, 3.425, 3.75, 4.43, 4.94, 5.515, 6.445,
         6.735),
        0.0, 7.54, may_end=False,
    ),
}  # fmt: skip


@dataclass
class Pause:
    """A pause inside a turn; `words` were said before it, in all."""

    kind: str
    start_s: float
    end_s: float
    words: tuple[str, ...]


@dataclass
class Turn:
    """One candidate's turn: samples at 16 kHz, its pauses, and where it truly ends."""

    name: str
    samples: Samples
    end_s: float
    pauses: list[Pause] = field(default_factory=list)
    words: tuple[str, ...] = ()


class _Tape:
    """A turn being spliced together."""

    def __init__(self) -> None:
        self.parts: list[Samples] = [np.zeros(round(LEAD_S * RATE_HZ))]
        self.pauses: list[Pause] = []
        self.words: list[str] = []

    @property
    def at_s(self) -> float:
        return sum(map(len, self.parts)) / RATE_HZ

    def say(self, samples: Samples, words: list[str]) -> None:
        self.parts.append(_faded(samples))
        self.words += words

    def pause(self, kind: str, duration_s: float) -> None:
        start_s = self.at_s
        self.parts.append(np.zeros(round(duration_s * RATE_HZ)))
        self.pauses.append(Pause(kind, start_s, self.at_s, tuple(self.words)))


def _faded(samples: Samples) -> Samples:
    """Without a click at either end."""
    out = samples.copy()
    size = min(round(FADE_S * RATE_HZ), len(out) // 2)
    ramp = np.linspace(0, 1, size)
    out[:size] *= ramp
    out[len(out) - size :] *= ramp[::-1]
    return out


def filler(samples: Samples, rng: random.Random) -> Samples:
    """A drawn-out vowel: the loudest steady 50 ms before a cut, repeated by its own period."""
    recent = samples[-round(0.5 * RATE_HZ) :]
    size = round(0.05 * RATE_HZ)
    energies = [
        float((recent[at : at + size] ** 2).sum()) for at in range(0, len(recent) - size, 80)
    ]
    best = int(np.argmax(energies)) * 80 if energies else 0
    vowel = recent[best : best + size]
    lags = range(RATE_HZ // 320, RATE_HZ // 70)
    period = max(lags, key=lambda lag: float((vowel[:-lag] * vowel[lag:]).sum()))
    grain = vowel[: period * max(1, size // period)]
    length = round(rng.uniform(0.3, 0.7) * RATE_HZ)
    tone = np.tile(grain, length // len(grain) + 1)[:length]
    return tone * np.linspace(1.0, 0.35, length) * 0.8


def _pieces(clip: Clip, samples: Samples) -> list[tuple[Samples, list[str]]]:
    """The recording in stretches that may be parted, with their words."""
    words = clip.words.split()
    out: list[tuple[Samples, list[str]]] = []
    begun_s, begun_word = clip.first_s, 0
    for index, cut_s in enumerate(clip.cuts[: len(words) - 1]):
        if cut_s and cut_s - begun_s > 0.25 and clip.last_s - cut_s > 0.25:
            piece = samples[round(begun_s * RATE_HZ) : round(cut_s * RATE_HZ)]
            out.append((piece, words[begun_word : index + 1]))
            begun_s, begun_word = cut_s, index + 1
    out.append(
        (samples[round(begun_s * RATE_HZ) : round(clip.last_s * RATE_HZ)], words[begun_word:])
    )
    return out


class Recipe:
    """Makes turns; the same seed makes the same samples on the same numpy."""

    def __init__(self, seed: int, folder: Path, *, long: bool = False) -> None:
        self._long = long
        self._rng = random.Random(seed)
        self._noise_rng = np.random.default_rng(seed)
        self._audio = {name: read_clip(folder / name) for name in CLIPS}
        self._noise = read_clip(folder / "noise.wav")
        impulse = read_clip(folder / "room-impulse.wav")
        self._impulse = impulse / np.sqrt((impulse**2).sum())

    def turns(self, count: int) -> list[Turn]:
        """So many turns."""
        return [self._turn(index) for index in range(count)]

    def _turn(self, index: int) -> Turn:
        rng, tape = self._rng, _Tape()
        names = self._names()
        count = rng.randint(3, 6) if self._long else rng.randint(1, 3)
        kinds = rng.choices(KINDS, KIND_WEIGHTS, k=count)
        joins = kinds.count("sentence") if len(names) > 1 else 0
        breaks = [kind for kind in kinds if kind != "sentence"] or ["inside"]
        for place, name in enumerate(names):
            last = place == len(names) - 1
            share = len(breaks) if last else rng.randint(0, len(breaks))
            self._say(tape, name, [breaks.pop() for _ in range(share)])
            if not last and CLIPS[name].may_end:
                tape.pause("sentence", self._length() if joins > 0 else rng.uniform(0.15, 0.3))
                joins -= 1
                if tape.pauses[-1].end_s - tape.pauses[-1].start_s < PAUSE_S[0]:
                    tape.pauses.pop()  # a breath
        end_s = tape.at_s
        samples = np.concatenate([*tape.parts, np.zeros(round(TAIL_S * RATE_HZ))])
        samples = self._surroundings(samples)
        return Turn(f"turn-{index:03}", samples, end_s, tape.pauses, tuple(tape.words))

    def _names(self) -> list[str]:
        """One to three recordings of one speaker, ending with one that ends a sentence."""
        rng = self._rng
        if self._long:
            return self._many(rng.randint(60, 150))
        speaker = rng.choice(["harvard", "harvard", "harvard", "austen", "austen", "jfk", "lj"])
        names = [name for name, clip in CLIPS.items() if clip.speaker == speaker]
        if speaker == "lj":
            return [*names, rng.choice(["austen-0880.wav", "austen-0870.wav"])]
        return rng.sample(names, min(len(names), rng.randint(1, 3 if speaker == "harvard" else 2)))

    def _many(self, words: int) -> list[str]:
        """Recordings of all speakers, so many words at least, ending with a sentence's end."""
        names = self._rng.sample([*CLIPS, *CLIPS], 2 * len(CLIPS))
        taken: list[str] = []
        for name in names:
            taken.append(name)
            if sum(len(CLIPS[each].words.split()) for each in taken) >= words:
                break
        return taken if CLIPS[taken[-1]].may_end else [*taken, "austen-0880.wav"]

    def _length(self) -> float:
        low, high = PAUSE_S
        return float(low * (high / low) ** self._rng.random())

    def _say(self, tape: _Tape, name: str, kinds: list[str]) -> None:
        pieces = _pieces(CLIPS[name], self._audio[name])
        places = sorted(self._rng.sample(range(1, len(pieces)), min(len(kinds), len(pieces) - 1)))
        for at, (samples, words) in enumerate(pieces):
            if at in places:
                self._break(tape, kinds[places.index(at)], pieces[at - 1])
            tape.say(samples, words)

    def _break(self, tape: _Tape, kind: str, before: tuple[Samples, list[str]]) -> None:
        if kind == "filler":
            tape.say(filler(before[0], self._rng), ["uh"])
        tape.pause(kind, self._length())
        if kind == "restart":
            tape.say(*before)

    def _surroundings(self, samples: Samples) -> Samples:
        """Room, noise and a loudness of its own."""
        rng = self._rng
        if rng.random() < 0.25:
            size = len(samples) + len(self._impulse)
            spectrum = np.fft.rfft(samples, size) * np.fft.rfft(self._impulse, size)
            wet = np.fft.irfft(spectrum, size)[: len(samples)]
            samples = 0.6 * samples + 0.4 * wet
        samples = samples / np.abs(samples).max() * 10 ** (rng.uniform(-12, -3) / 20)
        level_db = rng.uniform(*NOISE_DB) if rng.random() < 0.33 else ROOM_TONE_DB
        noise = np.resize(np.roll(self._noise, rng.randrange(len(self._noise))), len(samples))
        if level_db == ROOM_TONE_DB:
            noise = self._noise_rng.standard_normal(len(samples))
        return np.asarray(samples + noise / np.sqrt((noise**2).mean()) * 10 ** (level_db / 20))


def pcm(samples: Samples) -> bytes:
    """Floats in -1..1 as PCM16."""
    return bytes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def describe(turns: list[Turn]) -> str:
    """What is in the set."""
    pauses = [pause for turn in turns for pause in turn.pauses]
    kinds: dict[str, Any] = {k: sum(p.kind == k for p in pauses) for k in KINDS}
    lengths = sorted(p.end_s - p.start_s for p in pauses)
    minutes = sum(len(turn.samples) for turn in turns) / RATE_HZ / 60
    return (
        f"{len(turns)} turns, {minutes:.0f} min, {len(pauses)} pauses {kinds},"
        f" median {lengths[len(lengths) // 2]:.2f} s, longest {lengths[-1]:.2f} s"
    )


def main() -> int:
    """Describe the set; `--save` writes it to listen to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", type=int, default=320)
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
    turns = Recipe(arguments.seed, speech_folder()).turns(arguments.turns)
    print(describe(turns))
    if arguments.save is not None:
        arguments.save.mkdir(parents=True, exist_ok=True)
        for turn in turns:
            with wave.open(str(arguments.save / f"{turn.name}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                file.writeframes(pcm(turn.samples))
    return 0


if __name__ == "__main__":
    sys.exit(main())
