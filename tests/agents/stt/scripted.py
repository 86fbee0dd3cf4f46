"""A recogniser of written sound: a stretch of equal samples is the word of its number.

As a real one it hears the last word of unfinished audio wrong, and may change its mind about
others; it says what it costs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.stt.heard import RATE_HZ, Ask, Heard, HeardWord

WORD_S = 0.4
SIZE = int(WORD_S * RATE_HZ)


def speech(numbers: Sequence[int]) -> bytes:
    """A stretch for each number, said as its sample value; 0 is silence."""
    return np.repeat(np.array(numbers, dtype="<i2"), SIZE).tobytes()


class Scripted:
    """`hear` answers at once; `cost_s` is for who plays the clock."""

    def __init__(self, *, cost_s: float = 0.1, unsure: int = 0) -> None:
        self.cost_s = cost_s
        self.unsure = unsure  # every so many words are heard wrong while they are near the edge
        self.windows: list[float] = []
        self.model_runs = 0

    def hear(self, ask: Ask) -> Heard:
        """What a recogniser with word times would say of the window."""
        samples = np.frombuffer(ask.audio, dtype="<i2")
        self.windows.append(len(samples) / RATE_HZ)
        voiced = np.flatnonzero(samples)
        if not len(voiced):
            return Heard(same=True)
        end_s = float(voiced[-1] + 1) / RATE_HZ
        if end_s <= ask.prefix_end_s + 0.01:
            return Heard(same=True, speech_end_s=end_s)
        if ask.known_s is not None and end_s <= ask.known_s + 0.05:
            return Heard(same=True, speech_end_s=end_s)
        self.model_runs += 1
        words = [word for word in self._words(samples, ask) if word.end_s > ask.prefix_end_s + 0.05]
        return Heard(tuple(words), speech_end_s=end_s, encoder_s=self.cost_s)

    def _words(
        self, samples: np.ndarray[tuple[int], np.dtype[np.int16]], ask: Ask
    ) -> list[HeardWord]:
        edges = [0, *(np.flatnonzero(np.diff(samples)) + 1).tolist(), len(samples)]
        words = []
        for a, b in zip(edges, edges[1:], strict=False):
            if not samples[a]:
                continue
            near = len(samples) - b < 0.2 * RATE_HZ
            text = f"w{samples[a]}"
            if near and not ask.final:
                text = f"{text}?" if b - a == SIZE else "uh"
                if self.unsure and samples[a] % self.unsure == 0:
                    text = "wrong"
            words.append(HeardWord(text, a / RATE_HZ, b / RATE_HZ, 0.9, (int(samples[a]),)))
        return words
