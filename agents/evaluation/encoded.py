"""Texts as the sentence model reads them: plain words, and a vector for each piece of a word.

Pure. Words are lower-case, without punctuation, hesitations, articles and a word said twice in a
row, so that speech and writing, full sentences and notes are compared alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.neutral import SAME, TITLES, name_spans
from agents.evaluation.passages import STOPWORDS, Sentence, token_spans

Vector = NDArray[np.float32]
Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]

HESITATIONS = frozenset("um umm uh uhm erm er hm hmm mm mhm ah eh".split())
ARTICLES = frozenset(("a", "an", "the"))
HEDGES = re.compile(
    r"\b(?:i (?:think|guess|suppose|believe|would say|mean)(?: that)?|you know|kind of|sort of|"
    r"maybe|perhaps|probably|possibly|basically|literally|in my opinion|i(?:'m| am) not sure,? but|"
    r"if i remember correctly|something like that|or something|or so|let me think|well|okay)"
    r"(?=\W|$)",
    re.IGNORECASE,
)
LEFT_OUT = HESITATIONS | ARTICLES | TITLES
WINDOW_WORDS = 150  # with room to spare within the model's 256 pieces


@dataclass(frozen=True, slots=True)
class PlainWord:
    """A word and where it begins in its source."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the model makes of `text`, which is plain words joined by spaces.

    `vector` is the mean, shape (dimensions,). Of each piece: `pieces` (count, dimensions) unit
    vectors in context, `ids` its number in the vocabulary (common ones come first), `owners` the
    word it belongs to.
    """

    text: str
    vector: Vector
    pieces: Vector
    ids: Numbers
    owners: Numbers

    @property
    def common(self) -> Mask:
        """Which pieces belong to words that carry little meaning."""
        words = self.text.split(" ")
        return np.array([words[owner] in STOPWORDS for owner in self.owners], dtype=bool)


def plain_words(text: str) -> list[PlainWord]:
    """The words that are compared, each with its place in the source.

    Names, hesitations, hedges, articles and what is said twice in a row are left out.
    """
    names = name_spans(text)
    hedges = [match.span() for match in HEDGES.finditer(text)]
    found: list[PlainWord] = []
    for word, start in token_spans(text):
        if word in LEFT_OUT or _within(start, names) or _within(start, hedges):
            continue
        same = SAME.get(word, word)
        if not (found and found[-1].text == same):
            found.append(PlainWord(same, start))
    return found


def _within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def plain(text: str) -> str:
    """The text as the model is given it."""
    return " ".join(word.text for word in plain_words(text))


@dataclass(frozen=True, slots=True)
class AnswerPieces:
    """All pieces of an answer, window after window, with the sentence each belongs to."""

    vector: Vector
    pieces: Vector
    ids: Numbers
    sentence: Numbers
    common: Mask

    def __len__(self) -> int:
        return len(self.ids)

    def sentence_vector(self, index: int) -> Vector | None:
        """The mean of a sentence's pieces as a unit vector; None when it has none."""
        mine = self.pieces[self.sentence == index]
        return unit(mine.mean(axis=0)) if len(mine) else None


def unit(vector: Vector) -> Vector:
    """The vector at length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def windows_of(kept: Sequence[Sentence]) -> list[tuple[str, list[int]]]:
    """The answer's plain words in stretches the model can read, and each word's sentence."""
    words = [
        (word.text, index)
        for index, sentence in enumerate(kept)
        for word in plain_words(sentence.text)
    ]
    return [
        (" ".join(word for word, _ in part), [index for _, index in part])
        for part in (words[at : at + WINDOW_WORDS] for at in range(0, len(words), WINDOW_WORDS))
    ]


def join_windows(
    windows: Sequence[tuple[str, list[int]]], encoded: Mapping[str, Encoded]
) -> AnswerPieces | None:
    """The windows as one answer; None when there is nothing to compare."""
    parts = [(encoded[text], np.array(owners, dtype=np.int32)) for text, owners in windows]
    parts = [(part, owners) for part, owners in parts if len(part.ids)]
    if not parts:
        return None
    pieces = np.concatenate([part.pieces for part, _ in parts])
    return AnswerPieces(
        vector=unit(pieces.mean(axis=0)),
        pieces=pieces,
        ids=np.concatenate([part.ids for part, _ in parts]),
        sentence=np.concatenate([owners[part.owners] for part, owners in parts]),
        common=np.concatenate([part.common for part, _ in parts]),
    )
