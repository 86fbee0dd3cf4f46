"""An answer made ready for the rules: usable sentences, their closeness, their quotes.

Pure but for the vectors, which an `Embedder` made before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.passages import Sentence, content_words, quote_of, sentences
from interview.nouns import EvidenceQuote, Question, Score, Word

Vector = NDArray[np.float32]
MAX_POINTS = 40
CEILING = 9.0  # rules see what is there, not how excellent it is


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
        """A score within 0 and `CEILING` with the sentences as its evidence (each once)."""
        quotes = tuple(self.quote(sentence) for sentence in dict.fromkeys(evidence))
        return Score(value=round(min(CEILING, max(0.0, value)), 1), reason=reason, evidence=quotes)


def expected_points(question: Question) -> list[str]:
    """What a full answer names: the keywords and the sentences of the ideal answer."""
    ideal = [sentence.text for sentence in sentences(question.ideal_answer or "")]
    return list(dict.fromkeys([*(word.strip() for word in question.keywords), *ideal]))[:MAX_POINTS]


def texts_to_embed(question: Question, answer: Sequence[Sentence]) -> list[str]:
    """Every text whose closeness the rules ask for."""
    whole = " ".join(sentence.text for sentence in answer)
    texts = [question.text, whole, *expected_points(question), *(s.text for s in answer)]
    return list(dict.fromkeys(texts))


def insufficient(reason: str) -> Score:
    """The legal value "not enough evidence"."""
    return Score(value=None, reason=f"Not enough evidence: {reason}")


def curve(value: float, points: Sequence[tuple[float, float]]) -> float:
    """The straight-line interpolation through `points` (x ascending), flat outside of them."""
    return float(np.interp(value, [x for x, _ in points], [y for _, y in points]))
