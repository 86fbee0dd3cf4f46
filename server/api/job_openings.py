"""Job openings: `/api/v1/interviewer/jobs`, and applying by a shared link."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictInt, StrictStr

from interview.accounts import MAKERS
from interview.nouns import MAX_QUESTIONS, MAX_TIMER_S, QuestionKind
from interview.ports.documents import Order, Stored
from server.api.appearance import ThemeReply, theme_reply
from server.api.interview_bodies import (
    QuestionBody,
    QuestionReply,
    designed,
    in_order,
    question_reply,
)
from server.api.portal import BegunReply
from server.api.whose import matching, number_of, wanted_id
from server.edge.address import client_address
from server.edge.audit import audit
from server.edge.auth.candidates import candidate_token, candidate_url
from server.edge.etags import seen_revision, tagged
from server.edge.paging import Paged, PageQuery
from server.edge.routes import (
    PUBLIC,
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform.interviews.appearance import theme_of
from server.platform.interviews.design import DesignedQuestion, Mode
from server.platform.interviews.inviting import Person
from server.platform.interviews.openings import (
    CODING_TIMER_S,
    TEXT_TIMER_S,
    Job,
    JobStatus,
    Openings,
    apply,
    job_interview,
    mode_of,
    new_job,
    shared,
)
from server.platform.interviews.tokens import secret
from server.platform.services import core_of, services_of
from server.text import Line, Name, Paragraphs

BASE = "/api/v1/interviewer/jobs"
ONE = BASE + "/{job_id}"
PAGE = "/job"
Timer = Annotated[StrictInt, Field(gt=0, le=MAX_TIMER_S)]


class JobFields(Payload):
    """What belongs to an opening beside its title."""

    description: Annotated[Paragraphs, Field(max_length=20_000)] = ""
    location: Annotated[Line, Field(max_length=200)] = ""
    experience: Annotated[Line, Field(max_length=200)] = ""
    status: JobStatus = JobStatus.OPEN
    interview_id: Annotated[StrictInt, Field(ge=1)] | None = None
    questions: list[QuestionBody] = Field(default_factory=list, max_length=MAX_QUESTIONS)
    text_question_timer: Timer = TEXT_TIMER_S
    coding_question_timer: Timer = CODING_TIMER_S


class JobBody(JobFields):
    """A new opening: with an interview, or with questions of its own."""

    title: Annotated[Name, Field(max_length=200)]


class JobChange(JobFields):
    """What is to be otherwise; what is left out stays."""

    title: Annotated[Name, Field(max_length=200)] | None = None


class JobReply(Reply):
    """An opening. `share_url`: where people apply while it is open."""

    id: int
    job_id: str
    title: str
    description: str
    location: str
    experience: str
    status: JobStatus
    interview_id: int | None
    questions: list[QuestionReply]
    text_question_timer: int
    coding_question_timer: int
    share_url: str
    created_at: AwareDatetime
    updated_at: AwareDatetime
    created_by: str


class JobList(Paged[JobReply]):
    """Openings."""


class JobQuery(PageQuery):
    """A page. `search`: how the title begins."""

    search: Annotated[Line, Field(max_length=200)] | None = None
    status: JobStatus | None = None
    sort: Literal["created_at", "updated_at", "title"] = "created_at"
    order: Literal["asc", "desc"] = "desc"


class ShareBody(Payload):
    """The value of the shared link."""

    share: Annotated[StrictStr, Field(min_length=1, max_length=64)]


class ApplyBody(Person):
    """Who applies."""

    share: Annotated[StrictStr, Field(min_length=1, max_length=64)]


class SharedJob(Reply):
    """An opening as those see it who may apply."""

    title: str
    description: str
    location: str
    experience: str
    mode: Mode
    company: str
    privacy_url: str
    theme: ThemeReply


def openings_of(request: web.Request) -> Openings:
    """The openings of whoever asks."""
    return Openings(core_of(request), organisation_of(request))


async def list_jobs(request: web.Request) -> web.Response:
    """A page of the organisation's openings."""
    query = read_query(request, JobQuery)
    page = await openings_of(request).page(
        query.search,
        query.status,
        Order(query.sort, query.order == "desc"),
        limit=query.limit,
        offset=query.offset,
    )
    items = [_shown(request, stored) for stored in page.items]
    return reply(JobList.of(query, items, page.total))


async def create_job(request: web.Request) -> web.Response:
    """A new opening."""
    body, by = await read_body(request, JobBody), principal_of(request).actor
    job = new_job(wanted_id(request), now=core_of(request).clock(), by=by, title=body.title)
    questions = _questions(body, body.text_question_timer, body.coding_question_timer, by)
    fields = {name: getattr(body, name) for name in JobFields.model_fields}
    stored = await openings_of(request).make(
        job.model_copy(update={**fields, "questions": questions})
    )
    await audit(request, "job_created", stored.document_id)
    return tagged(reply(_shown(request, stored), status=201), stored.revision)


async def read_job(request: web.Request) -> web.Response:
    """One opening."""
    stored = await openings_of(request).find(_job_id(request))
    return tagged(reply(_shown(request, stored)), stored.revision)


async def update_job(request: web.Request) -> web.Response:
    """Change an opening; open or close it."""
    body, by = await read_body(request, JobChange), principal_of(request).actor
    openings, revision = openings_of(request), seen_revision(request)
    before = (await openings.find(_job_id(request))).document
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    if body.title is None:
        sent.pop("title", None)
    if "questions" in sent:
        text_s = sent.get("text_question_timer", before.text_question_timer)
        coding_s = sent.get("coding_question_timer", before.coding_question_timer)
        sent["questions"] = _questions(body, text_s, coding_s, by)
    sent["updated_at"] = core_of(request).clock()
    work = openings.replace(_job_id(request), before.model_copy(update=sent), revision)
    stored = await matching(revision, work)
    await audit(request, "job_changed", stored.document_id)
    return tagged(reply(_shown(request, stored)), stored.revision)


async def delete_job(request: web.Request) -> web.Response:
    """Remove an opening; sessions from it stay."""
    revision = seen_revision(request)
    await matching(revision, openings_of(request).delete(_job_id(request), revision))
    await audit(request, "job_deleted", _job_id(request))
    return web.Response(status=204)


async def share_anew(request: web.Request) -> web.Response:
    """Another link; the one that was shared before opens nothing any more."""
    openings = openings_of(request)
    before = await openings.find(_job_id(request))
    after = before.document.model_copy(update={"share_value": secret()})
    stored = await openings.replace(_job_id(request), after, None)
    await audit(request, "job_shared_anew", stored.document_id)
    return tagged(reply(_shown(request, stored)), stored.revision)


async def view_shared(request: web.Request) -> web.Response:
    """The opening behind a shared link."""
    body, services = await read_body(request, ShareBody), core_of(request)
    stored = await shared(services, body.share)
    theme = (await theme_of(services, stored.organisation_id).get()).document
    job = stored.document
    return reply(
        SharedJob(
            title=job.title,
            description=job.description,
            location=job.location,
            experience=job.experience,
            mode=mode_of(await job_interview(services, stored)),
            company=services.settings.company,
            privacy_url=services.settings.privacy_url or "/privacy",
            theme=theme_reply(request, theme),
        )
    )


async def apply_shared(request: web.Request) -> web.Response:
    """Apply: a session of one's own, once for each address. Limited like signing in."""
    body, services = await read_body(request, ApplyBody), services_of(request)
    await services.login_limiter.hit(client_address(request), "apply")
    state = await apply(services, body.share, body)
    token = candidate_token(services, state.session_id)
    return reply(
        BegunReply(
            id=state.session_id,
            session_id=state.session_id,
            start_time=state.created_at,
            mode=Mode(state.plan.mode),
            candidate_token=token,
            candidate_url=candidate_url(services, state.session_id, token),
            attempts_remaining=0,
        ),
        status=201,
    )


def _questions(
    body: JobFields, text_s: float, coding_s: float, by: str
) -> tuple[DesignedQuestion, ...]:
    """The questions; one without times of its own has the opening's, and none to prepare."""
    found = []
    for number, question in enumerate(in_order(body.questions), 1):
        timer_s = coding_s if question.type is QuestionKind.CODING else text_s
        usual = {"responding_time": timer_s, "preparation_time": None}
        left_out = {k: v for k, v in usual.items() if k not in question.model_fields_set}
        found.append(designed(question, number, by).model_copy(update=left_out))
    return tuple(found)


def _job_id(request: web.Request) -> str:
    return str(number_of(request, "job_id", "Job"))


def _shown(request: web.Request, stored: Stored[Job]) -> JobReply:
    job = stored.document
    url = core_of(request).settings.resolved_public_url
    fields = job.model_dump(exclude={"job_id", "questions", "share_value"})
    return JobReply(
        **fields,
        id=job.job_id,
        job_id=str(job.job_id),
        questions=[question_reply(q, n) for n, q in enumerate(job.questions, 1)],
        share_url=f"{url}{PAGE}#{job.share_value}",
    )


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=list_jobs,
        allow=STAFF_OR_SERVICE,
        summary="List job openings",
        query=JobQuery,
        response=JobList,
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=BASE,
        handler=create_job,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Make a job opening",
        request=JobBody,
        response=JobReply,
        status=201,
        statuses=(400, 409),
    ),
    Route(
        method="GET",
        path=ONE,
        handler=read_job,
        allow=STAFF_OR_SERVICE,
        summary="One job opening",
        response=JobReply,
        statuses=(404,),
    ),
    Route(
        method="PUT",
        path=ONE,
        handler=update_job,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Change a job opening",
        replaces=True,
        request=JobChange,
        response=JobReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="DELETE",
        path=ONE,
        handler=delete_job,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Remove a job opening",
        replaces=True,
        status=204,
        statuses=(404, 409),
    ),
    Route(
        method="POST",
        path=ONE + "/share",
        handler=share_anew,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Another shared link",
        response=JobReply,
        statuses=(404, 409),
    ),
    Route(
        method="POST",
        path="/api/v1/candidates/jobs/view",
        handler=view_shared,
        allow=PUBLIC,
        summary="The job behind a shared link",
        request=ShareBody,
        response=SharedJob,
        statuses=(400, 404, 410),
    ),
    Route(
        method="POST",
        path="/api/v1/candidates/jobs/apply",
        handler=apply_shared,
        allow=PUBLIC,
        summary="Apply for a job",
        request=ApplyBody,
        response=BegunReply,
        status=201,
        statuses=(400, 403, 404, 410, 429),
    ),
]
