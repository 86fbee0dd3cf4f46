"""Relevance to the question, and coverage of what a full answer names.

Pure. The rules compare meaning and words; they cannot check facts, and their reasons say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from agents.evaluation.passages import Sentence, content_words
from agents.evaluation.reading import Reading, curve, expected_points, insufficient
from interview.nouns import Score

MIN_RELEVANCE_WORDS = 4
LISTING_WORDS = 5

# Cosines of MiniLM measured on answers that fit and answers that do not: unrelated sentences lie
# below 0.12, sentences of a fitting answer between 0.2 and 0.8 (docs/topics/evaluation.md).
RELEVANCE_CURVE = ((0.02, 0), (0.1, 2), (0.18, 5), (0.3, 6.8), (0.45, 8.2), (0.6, 9.2), (0.75, 10))
COVERAGE_CURVE = ((0.25, 0.0), (0.35, 0.3), (0.5, 0.75), (0.6, 1.0))
COVERED = 0.6


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """How far one expected point is covered, 0-1, and by which sentence best."""

    point: str
    share: float
    sentence: Sentence | None


def relevance(reading: Reading) -> Score:
    """How near the answer is to the question; the best matching sentences are the evidence."""
    if reading.word_count < MIN_RELEVANCE_WORDS:
        return insufficient(f"{reading.word_count} words.")
    question = reading.question.text
    ranked = sorted(
        (
            (reading.closeness.of(question, sentence.text), sentence)
            for sentence in reading.sentences
            if not repeats_question(question, sentence.text)
        ),
        key=lambda pair: -pair[0],
    )
    if not ranked:
        return reading.score(0, "The answer only repeats the question.", *reading.sentences[:1])
    best = [value for value, _ in ranked[:2]]
    nearness = max(sum(best) / len(best), reading.closeness.of(question, reading.text))
    value = curve(nearness, RELEVANCE_CURVE)
    points = coverage(reading)
    if points:
        value = max(value, 10 * sum(point.share for point in points) / len(points))
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


def repeats_question(question: str, sentence: str) -> bool:
    """Whether a sentence says nothing but the question's own words."""
    said = set(content_words(sentence))
    return bool(said) and len(said - set(content_words(question))) <= len(said) // 5


def coverage(reading: Reading) -> list[PointCoverage]:
    """Each expected point with its best sentence."""
    return [_cover(point, reading) for point in expected_points(reading.question)]


def _cover(point: str, reading: Reading) -> PointCoverage:
    best, chosen = 0.0, None
    for sentence in reading.sentences:
        share = _share(point, sentence, reading)
        if share > best:
            best, chosen = share, sentence
    return PointCoverage(point, best, chosen)


def _share(point: str, sentence: Sentence, reading: Reading) -> float:
    """1 for the very words in a real sentence, half for a bare list of terms, else by meaning."""
    if repeats_question(reading.question.text, sentence.text):
        return 0.0
    wanted = set(content_words(point)) or {point.casefold()}
    said = set(content_words(sentence.text)) | {sentence.text.casefold()}
    if wanted <= said or point.casefold() in sentence.text.casefold():
        return 0.5 if _is_listing(sentence, reading) else 1.0
    if len(sentence.words) < LISTING_WORDS:
        return 0.0
    return curve(reading.closeness.of(point, sentence.text), COVERAGE_CURVE)


def _is_listing(sentence: Sentence, reading: Reading) -> bool:
    """Whether the sentence hardly holds more than expected terms."""
    terms = {word for point in reading.question.keywords for word in content_words(point)}
    said = content_words(sentence.text)
    if len(reading.question.keywords) < 2 or len(said) < 3:
        return False
    return sum(word in terms for word in said) > 0.7 * len(said)


def technical_accuracy(reading: Reading) -> Score:
    """Coverage of the expected points; null when the question has none stored.

    Words alone (no vectors) can find a point but not its absence: a low share is then null.
    """
    points = coverage(reading)
    if not points:
        return insufficient("the question has no expected keywords or ideal answer to compare to.")
    found = [point for point in points if point.share >= COVERED]
    missing = [point.point.rstrip(".") for point in points if point.share < COVERED]
    mean = sum(point.share for point in points) / len(points)
    if not reading.closeness.by_meaning and mean < 0.5:
        return insufficient(
            "few of the expected words occur, and words alone cannot tell "
            "whether the same was meant."
        )
    ranked = sorted((p for p in points if p.sentence), key=lambda point: -point.share)
    evidence = [p.sentence for p in ranked[:3] if p.sentence] or list(reading.sentences[:1])
    reason = f"Covers {len(found)} of {len(points)} expected points"
    if missing:
        reason += "; not found: " + "; ".join(point[:80] for point in missing[:4])
    how = "by meaning" if reading.closeness.by_meaning else "by words"
    return reading.score(10 * mean, f"{reason}. Compared {how}, not fact-checked.", *evidence)
