"""What staff and services send to create a session, and the plan that it makes."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    field_validator,
)

from agents.evaluation.rubrics import approved
from agents.tts.choices import refusal
from interview.errors import InvalidInput, NotFound
from interview.languages import recognised_as
from interview.nouns import (
    MAX_QUESTION_CHARS,
    MAX_QUESTIONS,
    MAX_RUBRIC_POINTS,
    MAX_TIMER_S,
    CandidateDetails,
    InterviewPlan,
    ListeningProfile,
    Noun,
    ProctoringPlan,
    ProctoringProfile,
    Question,
    QuestionKind,
    RubricPoint,
)
from interview.text import readable
from proctoring import detectors
from server.edge.routes import Payload
from server.platform.dynamic_questions import AskedQuestions, made_questions
from server.platform.services import CoreServices, JobOpening, Services
from server.text import Email, Line, Name, Paragraphs

LANGUAGE = r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$"
APPROVED = "staff"
VOICE = r"^[A-Za-z0-9_.-]{1,80}$"
DEFAULT_TEXT_TIMER_S = 120
DEFAULT_CODING_TIMER_S = 300


def _tag(value: object) -> object:
    """`pt_BR` and ` en ` as `pt-BR` and `en`: so systems and people write them."""
    if not isinstance(value, str):
        return value
    tag = value.strip().replace("_", "-")
    if not re.fullmatch(LANGUAGE, tag):
        raise ValueError("it must be a language's code, such as en or pt-BR")
    return tag


Language = Annotated[StrictStr, BeforeValidator(_tag), Field(pattern=LANGUAGE)]
Timer = Annotated[StrictInt, Field(gt=0, le=MAX_TIMER_S)]
Pause = Annotated[StrictFloat, Field(ge=0, le=MAX_TIMER_S)]


Code = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class PointItem(Payload):
    """One point of the rubric. Only approved ones count; who sends them so approves them."""

    text: Annotated[Paragraphs, Field(min_length=1, max_length=500)]
    weight: Annotated[StrictFloat, Field(gt=0, le=10)] = 1.0
    wordings: tuple[Annotated[Line, Field(min_length=1, max_length=500)], ...] = Field(
        default=(), max_length=8
    )
    wrong: Annotated[Line, Field(max_length=500)] = ""
    drafted_by: Annotated[Line, Field(max_length=200)] = ""
    approved: StrictBool = False


class QuestionItem(Payload):
    """A question with its own rules; what is left out comes from the interview's."""

    text: Paragraphs = Field(max_length=MAX_QUESTION_CHARS)
    type: QuestionKind = QuestionKind.TEXT
    timer_s: Timer | None = None
    preparation_s: Pause | None = None
    pause_tolerance_s: Annotated[StrictFloat, Field(ge=0.5, le=30)] | None = None
    keywords: tuple[Annotated[Line, Field(max_length=80)], ...] = Field(default=(), max_length=40)
    ideal_answer: Annotated[Paragraphs, Field(max_length=4_000)] | None = None
    points: tuple[PointItem, ...] = Field(default=(), max_length=MAX_RUBRIC_POINTS)


class PlanRules(Payload):
    """How an interview is held, whatever it asks: the rules of a plan."""

    max_questions: StrictInt | None = None
    text_question_timer: Timer | None = None
    coding_question_timer: Timer | None = None
    title: Annotated[Line, Field(max_length=200)] | None = None
    language: Language = "en"
    voice: Annotated[StrictStr, Field(pattern=VOICE)] | None = None
    speaking_rate: Annotated[StrictFloat, Field(ge=0.5, le=1.5)] = 1.0
    listening: ListeningProfile = ListeningProfile.BALANCED
    follow_ups: StrictBool = False
    job_text: Annotated[Paragraphs, Field(max_length=20_000)] | None = None
    reconnect_grace_s: Annotated[StrictFloat, Field(ge=0, le=86_400)] | None = None
    silence_prompt_s: Annotated[StrictFloat, Field(gt=0, le=MAX_TIMER_S)] | None = None
    silence_advance_s: Annotated[StrictFloat, Field(gt=0, le=MAX_TIMER_S)] | None = None
    moment_s: Annotated[StrictFloat, Field(gt=0, le=MAX_TIMER_S)] | None = None
    max_moments_per_question: Annotated[StrictInt, Field(ge=0, le=20)] | None = None
    consent_reprompts: Annotated[StrictInt, Field(ge=0, le=10)] | None = None
    proctoring_profile: ProctoringProfile = ProctoringProfile.OBSERVE
    proctoring_kinds: list[Code] | None = Field(default=None, max_length=64)
    proctoring_counted: list[Code] | None = Field(default=None, max_length=64)
    proctoring_identity: StrictBool = True
    proctoring_pause_s: Annotated[StrictInt | StrictFloat, Field(ge=60, le=86_400)] = 600
    camera_required: StrictBool = False

    @field_validator("language")
    @classmethod
    def _recognised(cls, value: str) -> str:
        if recognised_as(value) is None:
            raise ValueError(f"{value!r} is not a language that can be recognised")
        return value


class CreateBody(PlanRules):
    """The contract's fields, then ours. `job_id` wins over `questions`.

    Either `questions` (with `question_types`) or `question_items` may be given. With
    `dynamic_questions` neither is: a language model makes them from `job_text` and `resume_text`
    (which is not stored); `question_source` in the reply says where they came from.
    """

    name: Name = Field(max_length=200)
    email: Email
    phone: Line = Field(default="", max_length=60)
    job_id: Annotated[StrictStr, Field(max_length=100)] | None = None
    questions: list[Paragraphs] | None = Field(default=None, max_length=4 * MAX_QUESTIONS)
    question_types: list[QuestionKind] | None = None
    preparation_s: Pause = 0
    question_items: list[QuestionItem] | None = Field(default=None, max_length=MAX_QUESTIONS)
    resume_text: Annotated[Paragraphs, Field(max_length=20_000)] | None = None
    dynamic_questions: StrictBool = False


class NewSession(Noun):
    """A session that may be created: all of it is checked."""

    candidate: CandidateDetails
    plan: InterviewPlan
    job_id: str | None = None


async def draft_session(services: Services, organisation_id: str, body: CreateBody) -> NewSession:
    """The checked candidate and plan.

    Raises:
        InvalidInput: Something is missing or contradicts itself; the field is named.
        NotFound: The job is unknown or has no questions.
    """
    check_rules(services, body)
    job = await _job(services, organisation_id, (body.job_id or "").strip())
    timers = _timers(body, job)
    plan = make_plan(services, body, await _questions(services, body, job, timers), job, timers)
    details = CandidateDetails(name=body.name, email=body.email, phone=body.phone)
    return NewSession(candidate=details, plan=plan, job_id=job.job_id if job else None)


def make_plan(
    services: CoreServices,
    rules: PlanRules,
    asked: AskedQuestions,
    job: JobOpening | None = None,
    timers: dict[QuestionKind, float] | None = None,
) -> InterviewPlan:
    """The plan, whichever door asks for it: a request, a job, an interview that was designed.

    Raises:
        InvalidInput: The rules contradict each other, or this server cannot keep them.
    """
    check_rules(services, rules)
    timers = timers or _timers(rules, job)
    questions = asked.questions
    limit = len(questions) if rules.max_questions is None else rules.max_questions
    return InterviewPlan(
        title=rules.title or (job.title if job else "Interview"),
        questions=questions,
        max_questions=max(1, min(limit, len(questions))),
        text_timer_s=timers[QuestionKind.TEXT],
        coding_timer_s=timers[QuestionKind.CODING],
        language=rules.language,
        voice=rules.voice,
        speaking_rate=rules.speaking_rate,
        listening=rules.listening,
        follow_ups=rules.follow_ups,
        job_text=rules.job_text or (job.text if job else None),
        question_source=asked.source,
        question_note=asked.note,
        consent_text_version=services.settings.consent_text_version,
        proctoring=_proctoring(rules),
        **_given_rules(rules),
    )


def check_rules(services: CoreServices, rules: PlanRules) -> None:
    """Raises InvalidInput where the rules contradict each other or cannot be kept here."""
    _check_voice(services, rules)
    _proctoring(rules)
    if rules.silence_prompt_s and rules.silence_advance_s:
        if rules.silence_prompt_s >= rules.silence_advance_s:
            raise InvalidInput("silence_prompt_s", "must be below silence_advance_s")


def _check_voice(services: CoreServices, body: PlanRules) -> None:
    """Raises InvalidInput when the session could not be held in the voice that it names."""
    settings = services.settings
    why = body.voice and refusal(
        body.voice,
        body.language,
        engine=settings.tts,
        configured=settings.tts_voice,
        models_dir=settings.resolved_models_dir,
    )
    if why:
        raise InvalidInput("voice", why)


async def _questions(
    services: Services,
    body: CreateBody,
    job: JobOpening | None,
    timers: dict[QuestionKind, float],
) -> AskedQuestions:
    if not body.dynamic_questions:
        if job is not None:
            return AskedQuestions(_job_questions(job, body, timers), "job")
        return AskedQuestions(_own_questions(body, timers), "given")
    if body.questions is not None or body.question_items is not None:
        raise InvalidInput("dynamic_questions", "give either this or questions, not both")
    return await made_questions(services, body, job, timer_s=timers[QuestionKind.TEXT])


def _proctoring(body: PlanRules) -> ProctoringPlan:
    """What is watched; unknown codes are refused, so that a typing error switches nothing off."""
    known = {kind.code for spec in detectors.load_all() for kind in spec.kinds}
    for field in ("proctoring_kinds", "proctoring_counted"):
        for place, code in enumerate(getattr(body, field) or ()):
            if code not in known:
                raise InvalidInput(f"{field}.{place}", f"{code} is not a kind of violation")
    return ProctoringPlan(
        profile=body.proctoring_profile,
        kinds=None if body.proctoring_kinds is None else tuple(body.proctoring_kinds),
        counted=None if body.proctoring_counted is None else tuple(body.proctoring_counted),
        identity=body.proctoring_identity,
        pause_s=body.proctoring_pause_s,
        camera_required=body.camera_required,
    )


def _given_rules(body: PlanRules) -> dict[str, float | int]:
    names = (
        "reconnect_grace_s",
        "silence_prompt_s",
        "silence_advance_s",
        "moment_s",
        "max_moments_per_question",
        "consent_reprompts",
    )
    return {name: value for name in names if (value := getattr(body, name)) is not None}


async def _job(services: Services, organisation_id: str, job_id: str) -> JobOpening | None:
    if not job_id:
        return None
    openings = services.job_openings
    found = await openings.find(organisation_id, job_id) if openings else None
    if found is None:
        raise NotFound("Job", job_id)
    if not found.questions:
        raise NotFound("A question of job", job_id)
    return found


def _timers(body: PlanRules, job: JobOpening | None) -> dict[QuestionKind, float]:
    text = body.text_question_timer or (job.text_timer_s if job else DEFAULT_TEXT_TIMER_S)
    coding = body.coding_question_timer or (job.coding_timer_s if job else DEFAULT_CODING_TIMER_S)
    return {QuestionKind.TEXT: text, QuestionKind.CODING: coding}


def _job_questions(
    job: JobOpening, body: CreateBody, timers: dict[QuestionKind, float]
) -> tuple[Question, ...]:
    """The job's questions; a timer of the request overrides the job's."""
    override = {
        QuestionKind.TEXT: body.text_question_timer,
        QuestionKind.CODING: body.coding_question_timer,
    }
    return tuple(
        question.model_copy(
            update={
                "number": number,
                "timer_s": timers[question.kind] if override[question.kind] else question.timer_s,
            }
        )
        for number, question in enumerate(job.questions, start=1)
    )


def _own_questions(body: CreateBody, timers: dict[QuestionKind, float]) -> tuple[Question, ...]:
    items = [item for item in _items(body) if readable(item.text)]
    if not items:
        raise InvalidInput("questions", "at least one question must not be blank")
    if len(items) > MAX_QUESTIONS:
        raise InvalidInput("questions", f"there may be at most {MAX_QUESTIONS}")
    for place, item in enumerate(items):
        if len(item.text.strip()) > MAX_QUESTION_CHARS:
            raise InvalidInput(
                f"questions.{place}", f"a question has at most {MAX_QUESTION_CHARS} characters"
            )
    return tuple(_question(number, item, body, timers) for number, item in enumerate(items, 1))


def _items(body: CreateBody) -> list[QuestionItem]:
    """The questions as items, blank ones included, each with its type."""
    if body.question_items is not None:
        if body.questions is not None:
            raise InvalidInput("question_items", "give either these or questions, not both")
        return body.question_items
    if body.questions is None:
        raise InvalidInput("questions", "either job_id or questions is required")
    kinds = body.question_types
    if kinds is None:
        kinds = [QuestionKind.TEXT] * len(body.questions)
    if len(kinds) != len(body.questions):
        raise InvalidInput(
            "question_types", f"has {len(kinds)} entries for {len(body.questions)} questions"
        )
    return [
        QuestionItem.model_construct(text=text, type=kind)
        for text, kind in zip(body.questions, kinds, strict=True)
    ]


def _question(
    number: int, item: QuestionItem, body: CreateBody, timers: dict[QuestionKind, float]
) -> Question:
    given = body.preparation_s if item.preparation_s is None else item.preparation_s
    return Question(
        number=number,
        text=item.text.strip(),
        kind=item.type,
        timer_s=item.timer_s or timers[item.type],
        preparation_s=given,
        keywords=tuple(word.strip() for word in item.keywords if word.strip()),
        ideal_answer=item.ideal_answer,
        points=tuple(point_of(point) for point in item.points),
        pause_tolerance_s=item.pause_tolerance_s,
    )


def point_of(item: PointItem) -> RubricPoint:
    """The point; who approved it is filled in by whoever knows (`approved_in`)."""
    fields = item.model_dump(exclude={"approved"})
    return RubricPoint(**fields, approved_by=APPROVED if item.approved else "")


def approved_in(plan: InterviewPlan, by: str) -> InterviewPlan:
    """The plan with the points that were sent as approved approved by this person."""
    questions = tuple(approved(question, by) for question in plan.questions)
    return plan.model_copy(update={"questions": questions})
