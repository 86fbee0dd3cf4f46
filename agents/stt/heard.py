"""What is asked of a pass over a window of audio, what it gave, and how to tell a loop. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RATE_HZ = 16_000
BYTES_PER_S = RATE_HZ * 2
MIN_WORD_S = 0.06
ECHO_WORD_S = 0.02
LONG_PHRASE = 3
SHORT_TIMES = 3
LOOP_TIMES = 4
NO_WORD = "-–—.…,;:!? "  # no word begins with these


def plain(text: str) -> str:
    """A word without case and punctuation, to compare."""
    return "".join(
        char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum()
    )


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of a hypothesis; `tokens` are the model's own, to be given to later passes."""

    text: str
    start_s: float
    end_s: float
    confidence: float
    tokens: tuple[int, ...] = ()

    def moved(self, by_s: float) -> HeardWord:
        """The word on another clock."""
        return HeardWord(
            self.text, self.start_s + by_s, self.end_s + by_s, self.confidence, self.tokens
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """One pass. `start_s` is the stream's time of the first sample; other times count from it.

    `prefix`: words that are known to be said first, until `prefix_end_s`; not said again in the
    answer. `prompt`: tokens of words said before the window. `known_s`: voice up to there is
    accounted for; when none follows, the answer is `same`. `final`: nothing follows; be careful.
    """

    start_s: float
    audio: bytes
    prefix: tuple[HeardWord, ...] = ()
    prompt: tuple[int, ...] = ()
    prefix_end_s: float = 0.0
    known_s: float | None = None
    margin_s: float = 1.0
    final: bool = False

    @property
    def end_s(self) -> float:
        """The end of the audio, on the stream's clock."""
        return self.start_s + len(self.audio) / BYTES_PER_S

    def header(self) -> dict[str, Any]:
        """All but the audio, for a pipe."""
        return {
            "start_s": self.start_s,
            "prefix": [_row(word) for word in self.prefix],
            "prompt": list(self.prompt),
            "prefix_end_s": self.prefix_end_s,
            "known_s": self.known_s,
            "margin_s": self.margin_s,
            "final": self.final,
        }

    @classmethod
    def of(cls, header: Mapping[str, Any], audio: bytes) -> Ask:
        """The same at the other end."""
        return cls(
            header["start_s"],
            audio,
            tuple(_word(row) for row in header["prefix"]),
            tuple(header["prompt"]),
            header["prefix_end_s"],
            header["known_s"],
            header["margin_s"],
            header["final"],
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer to one pass. Times count from the window's first sample.

    `words`: what follows the prefix. `same`: no new voice, the model was not asked: what was
    heard before stands.
    `speech_end_s`: where the last voice was heard, None when there was none. `voiced_s`: how much
    voice follows the prefix. CPU seconds each: `gate_s`, `encoder_s`, `decoder_s`.
    """

    words: tuple[HeardWord, ...] = ()
    same: bool = False
    speech_end_s: float | None = None
    voiced_s: float = 0.0
    language: str = ""
    gate_s: float = 0.0
    encoder_s: float = 0.0
    decoder_s: float = 0.0

    @property
    def cost_s(self) -> float:
        """CPU seconds of the whole pass."""
        return self.gate_s + self.encoder_s + self.decoder_s

    def header(self) -> dict[str, Any]:
        """For a pipe."""
        return {
            "words": [_row(word) for word in self.words],
            "same": self.same,
            "speech_end_s": self.speech_end_s,
            "voiced_s": self.voiced_s,
            "language": self.language,
            "cpu_s": [self.gate_s, self.encoder_s, self.decoder_s],
        }

    @classmethod
    def of(cls, header: Mapping[str, Any]) -> Heard:
        """The same at the other end."""
        words = tuple(_word(row) for row in header["words"])
        gate_s, encoder_s, decoder_s = header["cpu_s"]
        return cls(
            words,
            header["same"],
            header["speech_end_s"],
            header["voiced_s"],
            header["language"],
            gate_s,
            encoder_s,
            decoder_s,
        )


def _row(word: HeardWord) -> list[Any]:
    return [word.text, word.start_s, word.end_s, word.confidence, list(word.tokens)]


def _word(row: Sequence[Any]) -> HeardWord:
    text, start_s, end_s, confidence, tokens = row
    return HeardWord(text, start_s, end_s, confidence, tuple(tokens))


def repeat_at(words: Sequence[str], after: int = 0) -> int | None:
    """Where words begin to say once more what directly precedes them; None when nowhere.

    Three words or more count when said twice, fewer when said three times over. Repeats that end
    before `after` are no longer anybody's business.
    """
    found = repeated(words, after)
    return found[0] if found else None


def repeated(words: Sequence[str], after: int = 0) -> tuple[int, int] | None:
    """Where such a repeat begins, and behind its last word."""
    for start in range(1, len(words)):
        for size in range(1, start + 1):
            times = 2 if size >= LONG_PHRASE else SHORT_TIMES
            end = start + size * (times - 1)
            if end <= after or end > len(words):
                continue
            if all(words[i] == words[i - size] for i in range(start, end)):
                return start, end
    return None


def unechoed(words: Sequence[HeardWord], said: Sequence[str], until_s: float) -> list[HeardWord]:
    """Without the words that say again what is `said`, or said before them, in no time.

    A decoder may begin anew with what it was given or has just written; the alignment piles such
    words up where the sound ends, or in sound before `until_s`, whose words are known. Two in a
    row are needed there and three elsewhere: fewer may be badly timed new ones.
    """
    out: list[HeardWord] = []
    before = list(said)
    at = 0
    while at < len(words):
        count = _echo(words[at:], before, until_s)
        if not count:
            out.append(words[at])
            before.append(plain(words[at].text))
        at += max(1, count)
    return out


def _echo(words: Sequence[HeardWord], before: Sequence[str], until_s: float) -> int:
    """How many words at the front are an echo."""
    texts = [plain(word.text) for word in words]
    for count in range(min(len(words), len(before)), 1, -1):
        length_s = words[count - 1].end_s - words[0].start_s
        known = words[count - 1].end_s <= until_s
        each_s = MIN_WORD_S if count > LONG_PHRASE else ECHO_WORD_S
        piled = count >= LONG_PHRASE and length_s <= each_s * count
        if (known or piled) and _holds(before, texts[:count]):
            return count
    return 0


def _holds(words: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return any(list(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def squeezed(words: Sequence[HeardWord], edge_s: float) -> bool:
    """Whether words are said faster than anybody can: the audio has nothing left for them."""
    if not words:
        return False
    length_s = min(edge_s, words[-1].end_s) - words[0].start_s
    return length_s < MIN_WORD_S * len(words)


def without_loops(words: Sequence[HeardWord], edge_s: float) -> list[HeardWord]:
    """Without the repeats of a decoder in a loop: said many times, in no time.

    What somebody really says many times has sound for each time, and stays.
    """
    out = list(words)
    start = 0
    while start < len(out):
        for size in range(1, (len(out) - start) // LOOP_TIMES + 1):
            times = _times(out, start, size)
            again = out[start + size : start + size * times]
            if times >= LOOP_TIMES and squeezed(again, edge_s):
                del out[start + size : start + size * times]
                break
        start += 1
    return out


def _times(words: Sequence[HeardWord], start: int, size: int) -> int:
    phrase = [plain(word.text) for word in words[start : start + size]]
    times = 1
    while [
        plain(word.text) for word in words[start + size * times : start + size * (times + 1)]
    ] == phrase:
        times += 1
    return times
