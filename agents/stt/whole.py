"""A whole answer in one pass: the library's own long-form decoding, guarded at both ends.

What is stored is heard this way (docs/topics/recognition.md), captions in short windows.
Only sound with a voice in it reaches the model, words in which nobody speaks are dropped, and
stretches of voice that the decoder passed over are heard once more by themselves. Where a voice is
and still no word is, the answer says so: `Whole.unheard`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from agents.stt.gate import STEP_S, Audio, Voices
from agents.stt.heard import NO_WORD, RATE_HZ, HeardWord, plain, squeezed, without_loops

BEAM = 5
TEMPERATURES = (0.0, 0.2, 0.4, 0.6)
MARGIN_FRAMES = 100
AROUND_S = 0.4
PASSED_OVER_S = 0.25
APART_S = 0.2
WORD_ROOM_S = 0.25
QUICK_WORD_S = 0.15  # nobody says more words than this for long: then their times are wrong
BROKEN_OFF_S = 1.0  # so much voice in one go behind, before or between words is more than one word
TOLD_S = 1.0  # shorter ones are breaths, coughs and laughs more often than words
SURE_WORD, KNOWN_WORD = 0.5, 0.2
SURE_LOGPROB = -1.0
LANGUAGE_S = 6.0
TELLING_S = 3.0  # a few words sound like any language


@dataclass(frozen=True, slots=True)
class Whole:
    """`language`: what it was heard as; `sounds_like`: the likeliest one, with how much belief.

    `unheard`: stretches (start and end in seconds) with a voice of which no word could be made out.
    """

    words: tuple[HeardWord, ...]
    language: str = ""
    sounds_like: str = ""
    belief: float = 0.0
    unheard: tuple[tuple[float, float], ...] = ()

    def header(self) -> dict[str, Any]:
        """For a pipe."""
        return {
            "words": [
                [word.text, word.start_s, word.end_s, word.confidence] for word in self.words
            ],
            "language": self.language,
            "sounds_like": self.sounds_like,
            "belief": self.belief,
            "unheard": self.unheard,
        }

    @classmethod
    def of(cls, header: Mapping[str, Any]) -> Whole:
        """The same at the other end."""
        words = tuple(HeardWord(*row) for row in header["words"])
        unheard = tuple((float(start_s), float(end_s)) for start_s, end_s in header["unheard"])
        return cls(words, header["language"], header["sounds_like"], header["belief"], unheard)


class LongEars:
    """Hears whole answers with one loaded model."""

    def __init__(self, model: WhisperModel) -> None:
        self._model = model

    def hear(self, audio: Audio, voices: Voices, *, language: str | None) -> Whole:
        """All words of an answer; none when nobody speaks in it.

        The plan's keywords are no hint here: what is scored by them must not be heard by them.
        """
        if not voices.after(0.0):
            return Whole((), language or "")
        sounds_like, belief = self._sounds_like(audio, voices)
        if voices.voiced_s_after(0.0) < TELLING_S:
            belief = 0.0
        language = language or sounds_like
        words = list(self._pass(audio, voices, language))
        words = without_loops(words, len(audio) / RATE_HZ)
        said = {plain(word.text) for word in words}
        unheard: list[tuple[float, float]] = []
        for stretch in [*passed_over(words, voices), *broken_off(words, voices)]:
            found = self._alone(audio, stretch, language, said)
            words += found
            if not found and stretch[1] - stretch[0] >= TOLD_S:
                unheard.append(stretch)
        words.sort(key=lambda word: word.start_s)
        return Whole(tuple(words), language, sounds_like, belief, tuple(sorted(unheard)))

    def _pass(self, audio: Audio, voices: Voices, language: str) -> Iterator[HeardWord]:
        segments, _ = self._model.transcribe(
            audio,
            language=language,
            beam_size=BEAM,
            temperature=TEMPERATURES,
            word_timestamps=True,
        )
        for segment in segments:
            if voices.voiced_s_between(segment.start - AROUND_S, segment.end + AROUND_S) > 0:
                yield from (trimmed(word, voices) for word in glued(segment.words or ()))

    def _alone(
        self, audio: Audio, stretch: tuple[float, float], language: str, said: Container[str]
    ) -> list[HeardWord]:
        """What is said in a stretch that the pass over everything left out, if it is sure.

        Most of what is left out was said before: of such words less is asked.
        """
        start_s, end_s = stretch
        from_s = max(0.0, start_s - AROUND_S)
        piece = audio[int(from_s * RATE_HZ) : int((end_s + AROUND_S) * RATE_HZ)]
        segments, _ = self._model.transcribe(
            piece,
            language=language,
            beam_size=BEAM,
            temperature=0.0,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        found: list[HeardWord] = []
        for segment in segments:
            if segment.avg_logprob < SURE_LOGPROB:
                return []
            found += glued(segment.words or ())
        sure = [
            word.confidence >= (KNOWN_WORD if plain(word.text) in said else SURE_WORD)
            for word in found
        ]
        if not all(sure) or squeezed(found, len(piece) / RATE_HZ):
            return []
        return [replace(word, start_s=start_s, end_s=end_s) for word in found]

    def _sounds_like(self, audio: Audio, voices: Voices) -> tuple[str, float]:
        """The likeliest language of the first seconds in which somebody speaks."""
        if not self._model.model.is_multilingual:
            return "en", 0.0
        first = int(np.flatnonzero(voices.voiced)[0] * STEP_S * RATE_HZ)
        features = self._model.feature_extractor(audio[first : first + int(LANGUAGE_S * RATE_HZ)])
        padded = np.pad(features, ((0, 0), (0, MARGIN_FRAMES)))
        token, belief = self._model.model.detect_language(self._model.encode(padded))[0][0]
        return str(token).strip("<|>"), float(belief)


def glued(words: Iterable[Any]) -> list[HeardWord]:
    """The library's words; what does not begin with a space belongs to the word before."""
    out: list[HeardWord] = []
    for word in words:
        text = str(word.word)
        if not text.strip():
            continue
        starts = any(char.isalnum() for char in text) and (text.startswith(" ") or not out)
        if out and not starts:
            before = out[-1]
            out[-1] = replace(
                before, text=before.text + text.strip(), end_s=max(before.end_s, float(word.end))
            )
        elif any(char.isalnum() for char in text):
            sure = min(1.0, max(0.0, float(word.probability)))
            start_s, end_s = float(word.start), float(word.end)
            tidy = text.strip().lstrip(NO_WORD)
            out.append(HeardWord(tidy, start_s, max(start_s, end_s), sure))
    return out


def trimmed(word: HeardWord, voices: Voices) -> HeardWord:
    """The word without the silence that the alignment gave it."""
    start_s, end_s = voices.within(word.start_s, word.end_s)
    return replace(word, start_s=start_s, end_s=max(start_s, end_s))


def passed_over(words: Sequence[HeardWord], voices: Voices) -> Iterator[tuple[float, float]]:
    """Stretches of voice with silence around them in which no word was heard.

    Not where a neighbour has more words than it has room for: then only the times are wrong.
    """
    runs = voices.runs(APART_S)
    held = [0] * len(runs)
    for word in words:
        held[_nearest(runs, (word.start_s + word.end_s) / 2)] += 1
    crowded = [
        count > max(1.0, (end_s - start_s) / WORD_ROOM_S)
        for (start_s, end_s), count in zip(runs, held, strict=True)
    ]
    for at, (start_s, end_s) in enumerate(runs):
        beside = crowded[max(0, at - 1) : at + 2]
        if not held[at] and end_s - start_s >= PASSED_OVER_S and not any(beside):
            yield start_s, end_s


def broken_off(words: Sequence[HeardWord], voices: Voices) -> Iterator[tuple[float, float]]:
    """Stretches in which a voice goes on, long enough for words, before, between or behind words.

    Not where the words of that voice are quicker than anybody speaks: then only their times are
    wrong.
    """
    for start_s, end_s in voices.runs(APART_S):
        own = [word for word in words if start_s <= (word.start_s + word.end_s) / 2 <= end_s]
        if not own or len(own) * QUICK_WORD_S > sum(word.end_s - word.start_s for word in own):
            continue
        edges = [start_s, *(at_s for word in own for at_s in (word.start_s, word.end_s)), end_s]
        for from_s, to_s in zip(edges[::2], edges[1::2], strict=True):
            if to_s - from_s >= BROKEN_OFF_S:
                yield from_s, to_s


def _nearest(runs: Sequence[tuple[float, float]], at_s: float) -> int:
    def away(run: tuple[float, float]) -> float:
        return max(run[0] - at_s, at_s - run[1], 0.0)

    return min(range(len(runs)), key=lambda index: away(runs[index]))
