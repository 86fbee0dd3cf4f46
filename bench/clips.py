"""Streams of human speech with each word's true end, clean, noisy and in a room."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np

from agents.stt.check import plain_words
from agents.stt.heard import HeardWord
from agents.stt.whisper import Whisper
from bench.speech import RATE_HZ, Samples, read_clip, speech_folder

GROUPS = {
    "harvard": [f"harvard-{number}.wav" for number in range(1, 7)],
    "austen": ["austen-0870.wav", "austen-0880.wav", "austen-0890.wav"],
    "lj": ["lj050-0131.wav"],
    "jfk": ["jfk.flac"],
}
NOISE_DB = 10.0


@dataclass(frozen=True)
class Stream:
    """Clips of one speaker behind each other; `ends` has each word of the reference."""

    name: str
    samples: Samples
    ends: tuple[tuple[str, float], ...]

    @property
    def words(self) -> list[str]:
        """The reference."""
        return [word for word, _ in self.ends]

    @property
    def pcm(self) -> bytes:
        """As the recogniser takes it."""
        return pcm_of(self.samples)

    def noisy(self) -> Stream:
        """With the recorded noise, 10 dB below the speech."""
        noise = np.resize(read_clip(speech_folder() / "noise.wav"), len(self.samples))
        ratio = np.sqrt(np.mean(self.samples**2) / np.mean(noise**2))
        return replace(self, samples=self.samples + noise * ratio * 10 ** (-NOISE_DB / 20))

    def in_a_room(self) -> Stream:
        """Through the room's impulse response, as loud and as early as before."""
        impulse = read_clip(speech_folder() / "room-impulse.wav")
        impulse = impulse[int(np.argmax(np.abs(impulse))) :]
        size = len(self.samples) + len(impulse)
        spectrum = np.fft.rfft(self.samples, size) * np.fft.rfft(impulse, size)
        wet = np.fft.irfft(spectrum, size)[: len(self.samples)]
        return replace(self, samples=wet * np.std(self.samples) / np.std(wet))

    def delays(self, committed: list[tuple[HeardWord, float]]) -> list[float]:
        """From each word's true end until it was final; only words that were heard right."""
        heard = [(word, at_s) for item, at_s in committed for word in plain_words(item.text)]
        matcher = SequenceMatcher(None, [word for word, _ in heard], self.words, autojunk=False)
        return [
            heard[block.a + n][1] - self.ends[block.b + n][1]
            for block in matcher.get_matching_blocks()
            for n in range(block.size)
        ]


def pcm_of(samples: Samples) -> bytes:
    """Floats as PCM16."""
    return bytes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def streams(whisper: Whisper, names: list[str]) -> Iterator[Stream]:
    """The groups of that name, their reference aligned to the sound in a padded window."""
    references = json.loads((speech_folder() / "refs.json").read_text())
    for name in names:
        pieces: list[Samples] = []
        ends: list[tuple[str, float]] = []
        for clip in GROUPS[name]:
            offset_s = sum(map(len, pieces)) / RATE_HZ
            piece = read_clip(speech_folder() / clip)
            for word in whisper.align(pcm_of(piece), references[clip]["text"], "en"):
                ends += [(plain, offset_s + word.end_s) for plain in plain_words(word.text)]
            pieces.append(piece)
        yield Stream(name, np.concatenate(pieces), tuple(ends))
