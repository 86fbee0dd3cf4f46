"""An answer made ready for the rules: usable sentences, their closeness, their quotes.

Pure but for the vectors, which an `Embedder` made before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.encoded import AnswerPieces, Encoded, join_windows, plain, windows_of
from agents.evaluation.passages import Sentence, content_words, quote_of
from interview.nouns import EvidenceQuote, Question, Score, Word

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near two texts are in meaning, 0-1 on the scale of MiniLM's cosine.

    With vectors it is their cosine. Without (no model, or a language the model was not trained
    on), it is the share of the first text's content words that the second holds, times 0.7.
    """

    vectors: Mapping[str, Vector] = field(default_factory=dict)

    @property
    def by_meaning(self) -> bool:
        """Whether vectors are there."""
        return bool(self.vectors)

    def of(self, first: str, second: str) -> float:
        """Closeness of the two, never below 0."""
        a, b = self.vectors.get(first), self.vectors.get(second)
        if a is not None and b is not None:
            return max(0.0, float(a @ b))
        wanted, given = set(content_words(first)), set(content_words(second))
        return 0.7 * len(wanted & given) / len(wanted) if wanted else 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules see of an answer. `sentences` leaves out what addressed the examiner."""

    question: Question
    source: str
    sentences: tuple[Sentence, ...]
    words: tuple[Word, ...]
    language: str
    closeness: Closeness
    pieces: AnswerPieces | None = None
    encoded: Mapping[str, Encoded] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The usable sentences as one text."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def word_count(self) -> int:
        """Words of the usable sentences."""
        return sum(len(sentence.words) for sentence in self.sentences)

    @property
    def english(self) -> bool:
        """Whether the English word lists apply."""
        return self.language.split("-")[0].lower() == "en"

    def quote(self, sentence: Sentence) -> EvidenceQuote:
        """The sentence as evidence."""
        return quote_of(sentence.text, sentence.start, self.source, self.words)

    def score(self, value: float, reason: str, *evidence: Sentence) -> Score:
        """A score within 0 and 10 with the sentences as its evidence (each once)."""
        quotes = tuple(self.quote(sentence) for sentence in dict.fromkeys(evidence))
        return Score(value=round(min(10.0, max(0.0, value)), 1), reason=reason, evidence=quotes)


def read_answer(
    question: Question,
    source: str,
    kept: tuple[Sentence, ...],
    words: tuple[Word, ...],
    language: str,
    encoded: Mapping[str, Encoded] | None = None,
) -> Reading:
    """The answer ready for the rules; without `encoded` it is compared by words."""
    if not encoded:
        return Reading(question, source, kept, words, language, Closeness())
    pieces = join_windows(windows_of(kept), encoded)
    vectors = {} if pieces is None else _vectors(question, kept, pieces, encoded)
    return Reading(question, source, kept, words, language, Closeness(vectors), pieces, encoded)


def _vectors(
    question: Question,
    kept: tuple[Sentence, ...],
    pieces: AnswerPieces,
    encoded: Mapping[str, Encoded],
) -> dict[str, Vector]:
    """A vector for the question, for the answer and for each of its sentences."""
    found: dict[str, Vector] = {}
    if (asked := encoded.get(plain(question.text))) is not None:
        found[question.text] = asked.vector
    for index, sentence in enumerate(kept):
        vector = pieces.sentence_vector(index)
        if vector is not None:
            found[sentence.text] = vector
    found[" ".join(sentence.text for sentence in kept)] = pieces.vector
    return found


def insufficient(reason: str) -> Score:
    """The legal value "not enough evidence"."""
    return Score(value=None, reason=f"Not enough evidence: {reason}")


def curve(value: float, points: Sequence[tuple[float, float]]) -> float:
    """The straight-line interpolation through `points` (x ascending), flat outside of them."""
    return float(np.interp(value, [x for x, _ in points], [y for _, y in points]))
