"""What a full answer names: the points of the rubric, or what the ideal answer says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

from agents.evaluation.passages import sentences
from interview.nouns import Question

MAX_POINTS = 40
BRIEF_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Point:
    """One expected point: `wordings` begin with its text, any of them will do."""

    text: str
    weight: float = 1.0
    wordings: tuple[str, ...] = ()


def expected_points(question: Question) -> list[Point]:
    """The approved points of the rubric; without any, the keywords and the ideal answer."""
    approved = [point for point in question.points if point.approved_by]
    if approved:
        return [
            Point(point.text, point.weight, (point.text, *point.wordings)) for point in approved
        ][:MAX_POINTS]
    ideal = [sentence.text for sentence in sentences(question.ideal_answer or "")]
    texts = dict.fromkeys([*(word.strip() for word in question.keywords), *ideal])
    return [Point(text, 1.0, (text,)) for text in texts][:MAX_POINTS]


def brief(point: str) -> str:
    """A point as it is named within a sentence: at most 80 characters, cut between words."""
    return shorten(point, BRIEF_CHARACTERS, placeholder=" …").rstrip(".")
