"""Answers for `bench.stored`: recordings of people as interviews deliver them, in groups.

Clean sentences, the telephone's band, noise, a room, quiet microphones, thinking pauses (spliced
recordings, `bench.pause_set`), real answers with their real pauses said by the product's own voice
(`interviews.jsonl`), and words that were said several times.
"""

from __future__ import annotations

import json
import random
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agents.stt.check import plain_words
from bench.clips import GROUPS, Stream, pcm_of
from bench.pause_set import Recipe
from bench.speech import RATE_HZ, Samples, read_clip, speech_folder

TELEPHONE_HZ = (300.0, 3400.0)
FLOOR_DB = -75.0
QUIET_DB = (-38.0, -44.0)


@dataclass(frozen=True)
class Clip:
    """One answer's sound and what is said in it."""

    name: str
    samples: Samples
    words: tuple[str, ...]

    @property
    def pcm(self) -> bytes:
        """As the recogniser takes it."""
        return pcm_of(self.samples)


def banded(samples: Samples, low_hz: float, high_hz: float) -> Samples:
    """Nothing below or above, as sharply as a filter can."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    spectrum[(hz < low_hz) | (hz > high_hz)] = 0
    return np.asarray(np.fft.irfft(spectrum, len(samples)))


def telephone(samples: Samples) -> Samples:
    """300 to 3400 Hz through 8 kHz and mu-law, as a call delivers it."""
    narrow = banded(samples, *TELEPHONE_HZ)[::2]
    narrow = narrow / max(1e-9, np.abs(narrow).max()) * 0.7
    coded = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
    coded = np.round(coded * 127) / 127
    back = np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255
    wide = np.zeros(2 * len(back))
    wide[::2] = back * 2
    return banded(wide, 0, 3900)


def peak_at(samples: Samples, peak_db: float) -> Samples:
    """Quieter, with the noise floor of a cheap microphone."""
    quiet = samples / np.abs(samples).max() * 10 ** (peak_db / 20)
    floor = np.random.default_rng(6).standard_normal(len(samples)) * 10 ** (FLOOR_DB / 20)
    return np.asarray(quiet + floor)


def sentences() -> list[Clip]:
    """Every recording of the folder by itself, with a breath around it."""
    references = json.loads((speech_folder() / "refs.json").read_text())
    breath = np.zeros(round(0.3 * RATE_HZ))
    return [
        Clip(
            name,
            np.concatenate([breath, read_clip(speech_folder() / name), breath]),
            tuple(plain_words(references[name]["text"])),
        )
        for names in GROUPS.values()
        for name in names
    ]


def paused(seed: int, count: int) -> list[Clip]:
    """Turns with thinking pauses, fillers and restarts, cut from the same recordings."""
    turns = Recipe(seed, speech_folder()).turns(count)
    return [
        Clip(turn.name, turn.samples, tuple(plain_words(" ".join(turn.words)))) for turn in turns
    ]


class Speaker:
    """The product's own voice; a sentence at a time."""

    def __init__(self, folder: Path) -> None:
        # Here, not in the product: the library is GPL and stays in processes of its own there.
        from piper import PiperVoice

        model = next(p for p in folder.glob("*.onnx") if "aligned" not in p.name)
        self._voice: Any = PiperVoice.load(str(model), config_path=f"{model}.json")

    def say(self, text: str) -> Samples:
        """The text at 16 kHz, without silence around it."""
        path = Path("/tmp") / f"viva-bench-{random.randrange(10**9)}.wav"
        try:
            with wave.open(str(path), "wb") as file:
                self._voice.synthesize_wav(text, file)
            samples = read_clip(path)
        finally:
            path.unlink(missing_ok=True)
        loud = np.flatnonzero(np.abs(samples) > 0.005)
        return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def spontaneous(speaker: Speaker, seed: int, count: int) -> Iterator[Clip]:
    """Real answers of 15 to 80 words: real words, real pauses, the product's voice."""
    path = speech_folder().parent / "turns" / "interviews.jsonl"
    answers = [json.loads(line)["parts"] for line in path.read_text().splitlines()]
    sizes = [(parts, sum(len(part[2].split()) for part in parts)) for parts in answers]
    chosen = random.Random(seed).sample([p for p, n in sizes if 15 <= n <= 80], count)
    for index, parts in enumerate(chosen):
        pieces: list[Samples] = [np.zeros(RATE_HZ // 3)]
        for at, (start_s, _end_s, text) in enumerate(parts):
            if at:
                pieces.append(np.zeros(round(max(0.0, start_s - parts[at - 1][1]) * RATE_HZ)))
            pieces.append(speaker.say(text))
        pieces.append(np.zeros(RATE_HZ // 2))
        said = " ".join(part[2] for part in parts)
        yield Clip(f"answer-{index:03}", np.concatenate(pieces), tuple(plain_words(said)))


REPEATED = (
    ("It was very very very very very very very very slow.", 0.0),
    ("No no no no no. That is not what I meant.", 0.0),
    ("I I I worked worked on on the the the project project for for two years.", 0.0),
    ("My phone number is zero zero zero, five five five, one one one one.", 0.0),
    ("Yes. Yes. Yes. Yes.", 1.2),
    ("No. No. No.", 0.8),
)
SHORT = ("Yes.", "No.", "Six.", "Today.", "Maybe.", "I don't know.", "Java.", "Since 2019.")


def said_again(speaker: Speaker) -> list[Clip]:
    """Words that somebody really says several times; with a gap, each by itself."""
    out = []
    for text, gap_s in REPEATED:
        parts = [speaker.say(part) for part in (text.split() if gap_s else [text])]
        pieces: list[Samples] = [np.zeros(RATE_HZ // 2)]
        for part in parts:
            pieces += [part, np.zeros(round(max(gap_s, 0.4) * RATE_HZ))]
        out.append(Clip(text[:20], np.concatenate(pieces), tuple(plain_words(text))))
    return out


def short(speaker: Speaker) -> list[Clip]:
    """Answers of a word or three, without, with little and with much silence around them."""
    out = []
    for text in SHORT:
        for around_s in (0.0, 0.3, 1.0):
            rest = np.zeros(round(around_s * RATE_HZ))
            samples = np.concatenate([rest, speaker.say(text), rest])
            out.append(Clip(f"{text} {around_s}", samples, tuple(plain_words(text))))
    return out


def changed(clips: list[Clip], name: str, how: Callable[[Samples], Samples]) -> list[Clip]:
    """The same words through something."""
    return [Clip(f"{clip.name} {name}", how(clip.samples), clip.words) for clip in clips]


def noisy(samples: Samples) -> Samples:
    """Recorded noise 10 dB below the speech."""
    return Stream("", samples, ()).noisy().samples


def roomy(samples: Samples) -> Samples:
    """Through a room's impulse response."""
    return Stream("", samples, ()).in_a_room().samples


def groups(speaker: Speaker | None, *, seed: int, count: int) -> dict[str, list[Clip]]:
    """All groups by name; those of the synthetic voice only with one."""
    clean = sentences()
    pauses = paused(seed, count)
    found = {
        "clean": clean,
        "telephone": changed(clean, "telephone", telephone),
        "sharp band": changed(clean, "band", lambda s: banded(s, *TELEPHONE_HZ)),
        "noise 10 dB": changed(clean, "noise", noisy),
        "room": changed(clean, "room", roomy),
        "quiet": [
            quiet
            for level in QUIET_DB
            for quiet in changed(clean, f"{level:.0f}", lambda s, at=level: peak_at(s, at))  # type: ignore[misc]
        ],
        "pauses": pauses,
        "pauses, telephone": changed(pauses[: count // 2], "telephone", telephone),
    }
    if speaker is not None:
        found["spontaneous"] = list(spontaneous(speaker, seed, count // 2))
        found["said again"] = said_again(speaker)
        found["short"] = short(speaker)
    return found
