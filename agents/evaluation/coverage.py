"""Which expected points an answer holds, by which words, and what people would make of it.

Pure. With vectors the points are found by meaning and the share is brought to the scale of human
marks; without, they are found by words, which can find a point but not its absence. Nothing here
checks facts: a wrong statement near a point counts, and the reasons say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.evaluation.calibration import HumanScale
from agents.evaluation.encoded import AnswerPieces, Numbers, Vector, plain
from agents.evaluation.listing import LISTED, lists_keywords, lists_terms
from agents.evaluation.matching import TALK, Signs, match, signs
from agents.evaluation.passages import Sentence, content_words
from agents.evaluation.points import Point, brief, expected_points
from agents.evaluation.reading import Reading, insufficient
from interview.nouns import PointFinding, PointStatus, Score

TALK_TEXTS = tuple(plain(text) for text in TALK)
COVERED = 0.5  # share from which a point is called covered
BRIEF_WORDS = 3  # a point of so few words is covered by the words themselves
ALONE = 0.8  # a sentence that holds so much of what the whole answer holds is quoted alone
MIN_BY_WORDS = 0.5
NO_POINTS = "the question has no expected keywords or ideal answer to compare to."


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """How far one expected point is covered, 0-1, and by which sentences best."""

    point: Point
    share: float
    sentences: tuple[Sentence, ...] = ()

    @property
    def covered(self) -> bool:
        """Whether enough of it was found."""
        return self.share >= COVERED


@dataclass(frozen=True, slots=True)
class Covered:
    """The points, the mark of 10 that they come to, and whether terms were only listed."""

    points: tuple[PointCoverage, ...]
    value: float | None
    listed: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """The points that were not found."""
        return tuple(point.point.text for point in self.points if not point.covered)

    @property
    def share(self) -> float:
        """The weighted mean of the points' shares."""
        weight = sum(point.point.weight for point in self.points)
        return sum(p.share * p.point.weight for p in self.points) / weight if weight else 0.0


def cover(reading: Reading, points: Sequence[Point], scale: HumanScale) -> Covered:
    """Each point with its best sentences, and the mark; no mark without points."""
    if not points:
        return Covered((), None)
    if reading.pieces is None:
        by_words = tuple(_by_words(point, reading) for point in points)
        return Covered(by_words, 10 * Covered(by_words, None).share)
    found = _found(reading, points, reading.pieces)
    value = scale.of(_signs(reading, found, reading.pieces))
    listed = lists_terms(reading.text, [point.text for point in points])
    if listed or lists_keywords(reading.text, reading.question.keywords):
        return Covered(found, min(value, LISTED), listed=True)
    return Covered(found, value)


def signs_of(reading: Reading) -> Signs | None:
    """What the map to the human scale is given for an answer; None without vectors."""
    if reading.pieces is None:
        return None
    points = expected_points(reading.question)
    return _signs(reading, _found(reading, points, reading.pieces), reading.pieces)


def _found(
    reading: Reading, points: Sequence[Point], answer: AnswerPieces
) -> tuple[PointCoverage, ...]:
    asked = _asked(reading)
    return tuple(_by_meaning(point, reading, answer, asked) for point in points)


def _signs(reading: Reading, found: tuple[PointCoverage, ...], answer: AnswerPieces) -> Signs:
    every = [reading.encoded[text] for one in found for text in _texts(one.point, reading)]
    return signs(Covered(found, None).share, every, answer, _asked(reading), _talk(reading))


def _talk(reading: Reading) -> Vector:
    return np.concatenate([reading.encoded[text].pieces for text in TALK_TEXTS])


def _asked(reading: Reading) -> Numbers:
    question = reading.encoded.get(plain(reading.question.text))
    return question.ids if question is not None else np.zeros(0, dtype=np.int32)


def _texts(point: Point, reading: Reading) -> list[str]:
    return [text for text in map(plain, point.wordings) if text in reading.encoded]


def _by_meaning(
    point: Point,
    reading: Reading,
    answer: AnswerPieces,
    asked: Numbers,
) -> PointCoverage:
    """The best of the point's wordings."""
    best = _by_words(point, reading) if _brief(point) else PointCoverage(point, 0.0)
    for text in _texts(point, reading):
        found = match(reading.encoded[text], answer, asked)
        if found.share > best.share:
            ranked = sorted(found.by_sentence, key=lambda index: -found.by_sentence[index])
            alone = found.by_sentence[ranked[0]] >= ALONE * found.share
            chosen = sorted(ranked[:1] if alone else ranked[:2])
            best = PointCoverage(
                point, found.share, tuple(reading.sentences[index] for index in chosen)
            )
    return best


def _brief(point: Point) -> bool:
    return len(content_words(point.text)) <= BRIEF_WORDS


def _by_words(point: Point, reading: Reading) -> PointCoverage:
    """1 where a sentence has all words of the point, else the share of its words."""
    best, chosen = 0.0, None
    for sentence in reading.sentences:
        said = set(content_words(sentence.text))
        for wording in point.wordings:
            wanted = set(content_words(wording))
            if not wanted:
                share = float(wording.casefold() in sentence.text.casefold())
            else:
                share = len(wanted & said) / len(wanted)
            if share > best:
                best, chosen = share, sentence
    if reading.pieces is not None and best < 1:
        best = 0.0  # the meaning decides unless the words all stand there
    return PointCoverage(point, best, () if chosen is None or best == 0 else (chosen,))


def coverage_score(reading: Reading, covered: Covered) -> Score:
    """Coverage of the expected points; null when the question has none stored.

    Words alone (no vectors) can find a point but not its absence: a low share is then null.
    """
    if covered.value is None:
        return insufficient(NO_POINTS)
    if reading.pieces is None and covered.share < MIN_BY_WORDS:
        return insufficient(
            "few of the expected words occur, and words alone cannot tell "
            "whether the same was meant."
        )
    ranked = sorted(covered.points, key=lambda point: -point.share)
    evidence = [sentence for point in ranked[:3] for sentence in point.sentences][:4]
    return reading.score(
        covered.value, _reason(reading, covered), *(evidence or reading.sentences[:1])
    )


def _reason(reading: Reading, covered: Covered) -> str:
    found = sum(point.covered for point in covered.points)
    reason = f"Covers {found} of {len(covered.points)} expected points"
    if covered.missing:
        reason += "; not found: " + "; ".join(map(brief, covered.missing[:4]))
    if covered.listed:
        reason += ". It lists words of the expected answer without saying what they have to do"
    how = "by meaning" if reading.pieces is not None else "by words"
    return f"{reason}. Compared {how}, not fact-checked."


def findings(reading: Reading, covered: Covered, method: str) -> tuple[PointFinding, ...]:
    """The points with their quotes, for the report; rules never call a point contradicted."""
    return tuple(
        PointFinding(
            point=point.point.text,
            weight=point.point.weight,
            status=PointStatus.COVERED if point.covered else PointStatus.NOT_FOUND,
            evidence=tuple(map(reading.quote, point.sentences)) if point.covered else (),
            method=method,
        )
        for point in covered.points
    )


def texts_of(points: Sequence[Point]) -> list[str]:
    """All texts of the points as the model is given them."""
    return [plain(text) for point in points for text in point.wordings]
