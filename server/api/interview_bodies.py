"""Interviews and their questions as clients send them and read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AwareDatetime, Field, RootModel, StrictBool, StrictFloat, StrictInt

from agents.evaluation.rubrics import approved
from interview.errors import InvalidInput
from interview.nouns import (
    MAX_QUESTION_CHARS,
    MAX_QUESTIONS,
    MAX_RUBRIC_POINTS,
    MAX_TIMER_S,
    Question,
    QuestionKind,
    RubricPoint,
)
from server.edge.paging import Paged
from server.edge.routes import Payload, Reply
from server.platform.creation import PlanRules, PointItem, point_of
from server.platform.interviews.design import (
    MAX_RETAKES,
    PREPARATION_S,
    RESPONDING_S,
    Design,
    DesignedQuestion,
    Interview,
    InterviewVersion,
    Mode,
    keep_approvals,
)
from server.text import Line, Name, Paragraphs

Duration = Annotated[StrictFloat, Field(gt=0, le=MAX_TIMER_S)]
QuestionText = Annotated[Paragraphs, Field(min_length=1, max_length=MAX_QUESTION_CHARS)]
Place = Annotated[StrictInt, Field(ge=1, le=MAX_QUESTIONS)]


class QuestionFields(Payload):
    """What belongs to a question beside its words."""

    type: QuestionKind = QuestionKind.TEXT
    preparation_time: Duration | None = PREPARATION_S
    responding_time: Duration = RESPONDING_S
    order: Annotated[StrictInt, Field(ge=0, le=1_000_000)] | None = None
    pause_tolerance_s: Annotated[StrictFloat, Field(ge=0.5, le=30)] | None = None
    keywords: tuple[Annotated[Line, Field(max_length=80)], ...] = Field(default=(), max_length=40)
    ideal_answer: Annotated[Paragraphs, Field(max_length=4_000)] | None = None
    points: tuple[PointItem, ...] = Field(default=(), max_length=MAX_RUBRIC_POINTS)


class QuestionBody(QuestionFields):
    """A question. `preparation_time` null: none; times are seconds. `order` counts from 1."""

    text: QuestionText


class QuestionChange(QuestionFields):
    """What is to be otherwise of a question; what is left out stays."""

    text: QuestionText | None = None


class ListedQuestion(QuestionChange):
    """With an `id` a question that is there already, else a new one."""

    id: Annotated[StrictInt, Field(ge=1)] | None = None


class InterviewBody(PlanRules):
    """A new interview. `mode` recorded: answers are recorded one by one, without a live avatar.

    `questions_ahead`: whether the words of the questions can be read before the interview begins.
    """

    title: Annotated[Name, Field(max_length=200)]
    mode: Mode = Mode.LIVE
    retakes: Annotated[StrictInt, Field(ge=0, le=MAX_RETAKES)] = 1
    questions_ahead: StrictBool = True
    questions: list[QuestionBody] = Field(default_factory=list, max_length=MAX_QUESTIONS)


class InterviewChange(PlanRules):
    """What is to be otherwise; what is left out stays. Questions have addresses of their own."""

    title: Annotated[Name, Field(max_length=200)] | None = None
    mode: Mode = Mode.LIVE
    retakes: Annotated[StrictInt, Field(ge=0, le=MAX_RETAKES)] = 1
    questions_ahead: StrictBool = True


class BulkChange(InterviewChange):
    """The interview with all its questions: those with an `id` are changed, those without are
    new, those that are not named are taken out. Recorded answers stay."""

    questions: list[ListedQuestion] = Field(max_length=MAX_QUESTIONS)


class Move(Payload):
    """A question and its place from now on, counted from 1."""

    question_id: Annotated[StrictInt, Field(ge=1)]
    new_order: Annotated[StrictInt, Field(ge=1, le=MAX_QUESTIONS)]


class Moves(RootModel[Annotated[list[Move], Field(max_length=MAX_QUESTIONS)]]):
    """Every question once."""


class DuplicateBody(Payload):
    """The title of the copy; else that of the original, marked as a copy."""

    title: Annotated[Name, Field(max_length=200)] | None = None


class QuestionReply(Reply):
    """A question as it is stored."""

    id: int
    text: str
    type: QuestionKind
    preparation_time: float | None
    responding_time: float
    order: int
    pause_tolerance_s: float | None
    keywords: list[str]
    ideal_answer: str | None
    points: list[RubricPoint]


class QuestionsReply(Reply):
    """The questions in the order asked."""

    items: list[QuestionReply]
    total: int


class InterviewReply(PlanRules):
    """An interview. `version` counts what has been in force; `revision` is also the ETag."""

    id: int
    slug: str
    title: str
    version: int
    revision: int | None
    mode: Mode
    retakes: int
    questions_ahead: bool
    questions: list[QuestionReply]
    total_questions: int
    created_at: AwareDatetime | None
    updated_at: AwareDatetime
    created_by: str | None
    updated_by: str


class InterviewItem(Reply):
    """One line of the list. `invitations`: its tokens; `sessions`: what began with it."""

    id: int
    slug: str
    title: str
    version: int
    mode: Mode
    language: str
    total_questions: int
    minutes: int
    invitations: int
    sessions: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    created_by: str


class InterviewList(Paged[InterviewItem]):
    """A page of interviews."""


class VersionItem(Reply):
    """A version that another took the place of."""

    version: int
    title: str
    total_questions: int
    made_at: AwareDatetime
    made_by: str
    sessions: int


class VersionList(Paged[VersionItem]):
    """Replaced versions, the latest first; `version` is in force. `sessions` began with each."""

    version: int
    sessions: int


def designed(
    body: QuestionBody | QuestionChange,
    number: int,
    by: str,
    earlier: DesignedQuestion | None = None,
) -> DesignedQuestion:
    """The question as it is kept; of an earlier one stays what the body leaves out."""
    given = {
        "id": number,
        "text": body.text,
        "kind": body.type,
        "preparation_time": body.preparation_time,
        "responding_time": body.responding_time,
        "pause_tolerance_s": body.pause_tolerance_s,
        "keywords": tuple(word for word in body.keywords if word.strip()),
        "ideal_answer": body.ideal_answer,
        "points": _points(body.points, by, earlier),
    }
    if earlier is None:
        return DesignedQuestion.model_validate(given)
    names = {"kind": "type"}
    sent = {k: v for k, v in given.items() if names.get(k, k) in body.model_fields_set}
    if body.text is None:
        sent.pop("text", None)
    return earlier.model_copy(update={**sent, "id": earlier.id})


def _points(
    items: Sequence[PointItem], by: str, earlier: DesignedQuestion | None
) -> tuple[RubricPoint, ...]:
    question = Question(number=1, text="?", points=tuple(point_of(item) for item in items))
    points = approved(question, by).points
    return keep_approvals(points, earlier.points) if earlier is not None else points


def in_order(bodies: Sequence[QuestionBody]) -> list[QuestionBody]:
    """By `order` where it is given, else as they came."""
    places = [(body.order or place, place) for place, body in enumerate(bodies, start=1)]
    return [bodies[place - 1] for _, place in sorted(places)]


def rules_of(body: PlanRules, earlier: PlanRules | None = None) -> PlanRules:
    """The rules alone; of earlier ones stays what the body leaves out."""
    names = set(PlanRules.model_fields) - {"title"}
    if earlier is None:
        return PlanRules(**{name: getattr(body, name) for name in names})
    sent = {name: getattr(body, name) for name in names & body.model_fields_set}
    return earlier.model_copy(update=sent)


def design_of(body: InterviewBody, by: str) -> Design:
    """The design of a new interview."""
    questions = (designed(each, n, by) for n, each in enumerate(in_order(body.questions), 1))
    return Design(
        rules=rules_of(body),
        mode=body.mode,
        retakes=body.retakes,
        questions_ahead=body.questions_ahead,
        questions=tuple(questions),
    )


def redesigned(interview: Interview, body: InterviewChange) -> tuple[str, Design]:
    """Title and design after a change."""
    design = interview.design
    names = {"mode", "retakes", "questions_ahead"} & body.model_fields_set
    sent = {name: getattr(body, name) for name in names}
    after = design.model_copy(update={**sent, "rules": rules_of(body, design.rules)})
    return body.title or interview.title, after


def with_questions(interview: Interview, body: BulkChange, by: str) -> tuple[str, Design]:
    """Title and design after a change of everything.

    Raises:
        InvalidInput: A question is named that is not of this interview, twice, or has no text.
    """
    title, design = redesigned(interview, body)
    known = {question.id: question for question in design.questions}
    fresh, seen, questions = interview.next_question_id, set[int](), []
    for place, item in enumerate(body.questions):
        if item.id is not None and (item.id not in known or item.id in seen):
            raise InvalidInput(f"questions.{place}.id", "it is not another question of this one")
        if item.id is None and item.text is None:
            raise InvalidInput(f"questions.{place}.text", "it is missing")
        earlier = known[item.id] if item.id is not None else None
        questions.append((item, designed(item, item.id or fresh, by, earlier)))
        seen.add(item.id or fresh)
        fresh += item.id is None
    ordered = sorted(
        enumerate(questions, 1), key=lambda pair: (pair[1][0].order or pair[0], pair[0])
    )
    after = tuple(question for _, (_, question) in ordered)
    return title, design.model_copy(update={"questions": after})


def question_reply(question: DesignedQuestion, order: int) -> QuestionReply:
    """A question as clients read it."""
    fields = question.model_dump(exclude={"kind", "added_as"})
    return QuestionReply(**fields, type=question.kind, order=order)


def questions_reply(design: Design) -> QuestionsReply:
    """All questions as clients read them."""
    items = [question_reply(q, n) for n, q in enumerate(design.questions, 1)]
    return QuestionsReply(items=items, total=len(items))


def interview_reply(interview: Interview, revision: int) -> InterviewReply:
    """An interview as clients read it."""
    return InterviewReply(
        **_design_fields(interview.design),
        id=interview.interview_id,
        slug=interview.slug,
        title=interview.title,
        version=interview.version,
        revision=revision,
        created_at=interview.created_at,
        updated_at=interview.updated_at,
        created_by=interview.created_by,
        updated_by=interview.updated_by,
    )


def version_reply(version: InterviewVersion, slug: str) -> InterviewReply:
    """A version as clients read it: like an interview, but nothing to be changed."""
    return InterviewReply(
        **_design_fields(version.design),
        id=version.interview_id,
        slug=slug,
        title=version.title,
        version=version.version,
        revision=None,
        created_at=None,
        updated_at=version.made_at,
        created_by=None,
        updated_by=version.made_by,
    )


def _design_fields(design: Design) -> dict[str, object]:
    questions = questions_reply(design).items
    return {
        **{n: getattr(design.rules, n) for n in PlanRules.model_fields if n != "title"},
        "mode": design.mode,
        "retakes": design.retakes,
        "questions_ahead": design.questions_ahead,
        "questions": questions,
        "total_questions": len(questions),
    }


def item_of(interview: Interview, invitations: int, sessions: int) -> InterviewItem:
    """A line of the list."""
    design = interview.design
    return InterviewItem(
        id=interview.interview_id,
        slug=interview.slug,
        title=interview.title,
        version=interview.version,
        mode=design.mode,
        language=design.rules.language,
        total_questions=len(design.questions),
        minutes=interview.minutes,
        invitations=invitations,
        sessions=sessions,
        created_at=interview.created_at,
        updated_at=interview.updated_at,
        created_by=interview.created_by,
    )


def version_item(version: InterviewVersion, sessions: int) -> VersionItem:
    """A line of the list of versions."""
    return VersionItem(
        version=version.version,
        title=version.title,
        total_questions=len(version.design.questions),
        made_at=version.made_at,
        made_by=version.made_by,
        sessions=sessions,
    )
