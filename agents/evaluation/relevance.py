"""Relevance to the question. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from agents.evaluation.coverage import Covered
from agents.evaluation.passages import content_words
from agents.evaluation.reading import Reading, curve, insufficient
from interview.nouns import Score

MIN_RELEVANCE_WORDS = 4

# Cosines of MiniLM measured on answers that fit and answers that do not: unrelated sentences lie
# below 0.12, sentences of a fitting answer between 0.2 and 0.8 (docs/topics/evaluation.md).
RELEVANCE_CURVE = ((0.02, 0), (0.1, 2), (0.18, 5), (0.3, 6.8), (0.45, 8.2), (0.6, 9.2), (0.75, 10))


def relevance(reading: Reading, covered: Covered) -> Score:
    """How near the answer is to the question; the best matching sentences are the evidence."""
    if reading.word_count < MIN_RELEVANCE_WORDS and not covered.points:
        return insufficient(f"{reading.word_count} words.")
    question = reading.question.text
    expected = [wording for point in covered.points for wording in point.point.wordings]
    ranked = sorted(
        (
            (reading.closeness.of(question, sentence.text), sentence)
            for sentence in reading.sentences
            if not repeats_question(question, sentence.text, expected)
        ),
        key=lambda pair: -pair[0],
    )
    if not ranked:
        return reading.score(0, "The answer only repeats the question.", *reading.sentences[:1])
    best = [value for value, _ in ranked[:2]]
    nearness = max(sum(best) / len(best), reading.closeness.of(question, reading.text))
    value = curve(nearness, RELEVANCE_CURVE)
    if covered.value is not None:
        value = max(value, covered.value)  # what was asked for is to the question
    if not reading.closeness.by_meaning and value < 5:
        return insufficient(
            "the answer shares few words with the question, and words alone "
            "cannot tell that it is beside the point."
        )
    how = "by meaning" if reading.closeness.by_meaning else "by shared words"
    return reading.score(
        value,
        f"Closeness to the question {how}: {nearness:.2f} of 1 (best sentences).",
        *(sentence for _, sentence in ranked[:2]),
    )


def repeats_question(question: str, sentence: str, expected: Sequence[str] = ()) -> bool:
    """Whether a sentence says nothing but the question's own words, and nothing expected."""
    asked, said = set(content_words(question)), set(content_words(sentence))
    if said & {word for text in expected for word in content_words(text)} - asked:
        return False
    return bool(said) and len(said - asked) <= len(said) // 5
