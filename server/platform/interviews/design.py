"""An interview as it is designed: its rules and questions, and how they become another version.

Pure. Numbers of questions are given once and never again, so that an answer keeps the question it
belongs to when questions are moved, changed or taken out.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from anyascii import anyascii
from pydantic import Field

from interview.errors import InvalidInput
from interview.nouns import (
    MAX_QUESTION_CHARS,
    MAX_QUESTIONS,
    MAX_RUBRIC_POINTS,
    MAX_TIMER_S,
    Noun,
    Question,
    QuestionKind,
    RubricPoint,
    UtcTime,
)
from interview.ports.documents import Kind
from server.platform.creation import PlanRules

PREPARATION_S = 30.0
RESPONDING_S = 60.0
MAX_SLUG_CHARS = 60
MAX_RETAKES = 10


class Mode(StrEnum):
    """How it is held: talking with the interviewer, or recording one answer after the other."""

    LIVE = "live"
    RECORDED = "recorded"


class DesignedQuestion(Noun):
    """One question of an interview. `preparation_time` and `responding_time` are seconds.

    `added_as`: the request that brought it, so that the same request brings no second one.
    """

    id: int = Field(ge=1)
    added_as: str = ""
    text: str = Field(min_length=1, max_length=MAX_QUESTION_CHARS)
    kind: QuestionKind = QuestionKind.TEXT
    preparation_time: float | None = Field(default=PREPARATION_S, gt=0, le=MAX_TIMER_S)
    responding_time: float = Field(default=RESPONDING_S, gt=0, le=MAX_TIMER_S)
    pause_tolerance_s: float | None = None
    keywords: tuple[str, ...] = ()
    ideal_answer: str | None = None
    points: tuple[RubricPoint, ...] = Field(default=(), max_length=MAX_RUBRIC_POINTS)


class Design(Noun):
    """What a version fixes.

    `retakes`: how often an answer may be recorded again. `questions_ahead`: whether the words of
    the questions are shown before the interview begins.
    """

    rules: PlanRules
    mode: Mode = Mode.LIVE
    retakes: int = Field(default=1, ge=0, le=MAX_RETAKES)
    questions_ahead: bool = True
    questions: tuple[DesignedQuestion, ...] = Field(default=(), max_length=MAX_QUESTIONS)


class Interview(Noun):
    """An interview of an organisation, as it stands now."""

    interview_id: int
    slug: str
    title: str
    version: int = Field(ge=1)
    next_question_id: int = Field(default=1, ge=1)
    design: Design
    created_at: UtcTime
    updated_at: UtcTime
    created_by: str
    updated_by: str

    @property
    def minutes(self) -> int:
        """About how long it takes, rounded up; at least one."""
        questions = self.design.questions
        seconds = sum((one.preparation_time or 0) + one.responding_time for one in questions)
        return max(1, math.ceil(seconds / 60))


class InterviewVersion(Noun):
    """A version that was replaced: what sessions of it go on with."""

    interview_id: int
    version: int
    title: str
    design: Design
    made_at: UtcTime
    made_by: str


INTERVIEWS = Kind(
    "interviews",
    Interview,
    unique=(("slug",),),
    fields=("created_at", "updated_at"),
    texts=("title", "slug"),
)
VERSIONS = Kind("interview_versions", InterviewVersion, fields=("interview_id", "version"))


def slug_of(title: str) -> str:
    """A title as it may stand in an address; never one that reads as a number or is empty."""
    plain = anyascii(unicodedata.normalize("NFKC", title)).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG_CHARS].strip("-")
    return slug if slug and not slug.isdecimal() else f"interview-{slug}".rstrip("-")


def changed(
    interview: Interview, design: Design, title: str, *, now: datetime, by: str
) -> Interview:
    """The interview with another design: another version, unless nothing has changed."""
    if (design, title) == (interview.design, interview.title):
        return interview
    latest = max([question.id for question in design.questions], default=0)
    return interview.model_copy(
        update={
            "title": title,
            "design": design,
            "version": interview.version + 1,
            "next_question_id": max(interview.next_question_id, latest + 1),
            "updated_at": now,
            "updated_by": by,
        }
    )


def archived(interview: Interview) -> InterviewVersion:
    """The version in force, to be kept when another takes its place."""
    return InterviewVersion(
        interview_id=interview.interview_id,
        version=interview.version,
        title=interview.title,
        design=interview.design,
        made_at=interview.updated_at,
        made_by=interview.updated_by,
    )


def with_question(design: Design, question: DesignedQuestion, place: int | None = None) -> Design:
    """The design with one more question, at a place counted from 1, else at the end.

    Raises:
        InvalidInput: There are as many questions as there may be.
    """
    if len(design.questions) >= MAX_QUESTIONS:
        raise InvalidInput("questions", f"there may be at most {MAX_QUESTIONS}")
    others = list(design.questions)
    others.insert(len(others) if place is None else place - 1, question)
    return design.model_copy(update={"questions": tuple(others)})


def with_changed(design: Design, question: DesignedQuestion) -> Design:
    """The design with that question in the place of the one with its number."""
    questions = tuple(question if each.id == question.id else each for each in design.questions)
    return design.model_copy(update={"questions": questions})


def without(design: Design, question_id: int) -> Design:
    """The design without that question."""
    questions = tuple(each for each in design.questions if each.id != question_id)
    return design.model_copy(update={"questions": questions})


def reordered(design: Design, places: Sequence[tuple[int, int]]) -> Design:
    """The design in another order: each question's number with its new place, counted from 1.

    Raises:
        InvalidInput: It is no complete permutation.
    """
    known = {question.id: question for question in design.questions}
    named = [question_id for question_id, _ in places]
    for number, question_id in enumerate(named):
        if question_id not in known:
            raise InvalidInput(f"{number}.question_id", "it is not a question of this interview")
    if len(named) != len(known) or set(named) != set(known):
        raise InvalidInput("body", "every question must be named once")
    if sorted(place for _, place in places) != list(range(1, len(places) + 1)):
        raise InvalidInput("new_order", f"must be each of 1 to {len(places)} once")
    ordered = tuple(known[question_id] for question_id, _ in sorted(places, key=lambda p: p[1]))
    return design.model_copy(update={"questions": ordered})


def planned(design: Design) -> tuple[Question, ...]:
    """The questions as a session asks them."""
    return planned_of(design.questions)


def planned_of(questions: Sequence[DesignedQuestion]) -> tuple[Question, ...]:
    """Designed questions in the order given, as a session asks them."""
    return tuple(
        Question(
            number=number,
            question_id=question.id,
            text=question.text,
            kind=question.kind,
            timer_s=question.responding_time,
            preparation_s=question.preparation_time or 0,
            pause_tolerance_s=question.pause_tolerance_s,
            keywords=question.keywords,
            ideal_answer=question.ideal_answer,
            points=question.points,
        )
        for number, question in enumerate(questions, start=1)
    )


def keep_approvals(
    points: Sequence[RubricPoint], earlier: Sequence[RubricPoint]
) -> tuple[RubricPoint, ...]:
    """A point that stays as it was stays approved by whoever approved it."""
    known = {(point.text, point.wrong): point.approved_by for point in earlier}
    return tuple(
        point.model_copy(update={"approved_by": known[point.text, point.wrong]})
        if point.approved_by and known.get((point.text, point.wrong))
        else point
        for point in points
    )
