"""What people make of a session: scorecards, the decision, notes, tags. Pure.

They are facts about the session and stand in its log, so that whoever erases it erases them too.
Nothing is overwritten: the latest of each stands, all are kept with who and when.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from interview.nouns import Band, Noun, UtcTime

MAX_COMMENT_CHARS = 2_000
MAX_NOTE_CHARS = 4_000
MAX_NOTES = 200
MAX_TAGS = 12
MAX_TAG_CHARS = 40


class DecisionOutcome(StrEnum):
    """What is to happen with the candidate; `undecided` takes a decision back."""

    ADVANCE = "advance"
    HOLD = "hold"
    REJECT = "reject"
    UNDECIDED = "undecided"


class Rating(Noun):
    """How much evidence a person finds in one answer, in the bands of the machine's scores."""

    question_number: int = Field(ge=1)
    band: Band
    comment: str = Field(default="", max_length=MAX_COMMENT_CHARS)


class Scorecard(Noun):
    """One person's view of the whole; `overall` null when they did not give one.

    `cultural_fit`, of 100: for people alone to judge.
    """

    by: str
    at: UtcTime
    ratings: tuple[Rating, ...] = ()
    overall: Band | None = None
    cultural_fit: float | None = Field(default=None, ge=0, le=100)
    comment: str = Field(default="", max_length=MAX_COMMENT_CHARS)


class Decision(Noun):
    """What somebody decided, and why."""

    outcome: DecisionOutcome
    reason: str
    by: str
    at: UtcTime


class ReviewerNote(Noun):
    """Something for colleagues to know; it cannot be changed afterwards."""

    note_id: str
    text: str
    by: str
    at: UtcTime
