"""What candidates may see of their own and ask for; the tasks that come of it for staff."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool, StrictInt

from interview.accounts import MAKERS
from interview.commands import WaiveCamera
from interview.effects import tell_job
from interview.errors import InvalidInput, NotFound
from interview.news import News
from interview.nouns import AnswerOutcome
from interview.ports.documents import Stored
from interview.state import State
from server.edge.audit import audit
from server.edge.auth.principals import Allow, Candidate
from server.edge.paging import Counted
from server.edge.routes import (
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
from server.platform.requests import (
    MAX_REPLY_CHARS,
    MAX_REQUEST_CHARS,
    MAX_STARS,
    CandidateRequest,
    RequestKind,
    Requests,
    RequestState,
    Settled,
)
from server.platform.services import Services, core_of, services_of
from server.text import Paragraphs

CANDIDATE_ONLY = frozenset({Allow.CANDIDATE})
MOST = 100
Words = Annotated[Paragraphs, Field(max_length=MAX_REQUEST_CHARS)]


class OwnRequest(Reply):
    """A request as the candidate reads it; `reply` is what staff answered."""

    request_id: str
    kind: RequestKind
    text: str
    asked_at: AwareDatetime
    state: RequestState
    reply: str
    settled_at: AwareDatetime | None


class OwnAnswer(Reply):
    """What the candidate said or wrote to one question, as it is stored."""

    question_number: int
    question: str
    follow_up: bool
    outcome: AnswerOutcome
    content: str
    code: str | None


class OwnRating(Reply):
    """What the candidate thought of the interview."""

    stars: int
    comment: str


class OwnReply(Reply):
    """What is the candidate's own. No scores: those are asked for with a request."""

    answers: list[OwnAnswer]
    requests: list[OwnRequest]
    rating: OwnRating | None


class RequestBody(Payload):
    """Accommodations and corrections need words; the others may have some."""

    kind: RequestKind
    text: Words = ""


class RatingBody(Payload):
    """1 (poor) to 5 (very good) stars."""

    stars: StrictInt = Field(ge=1, le=MAX_STARS)
    comment: Words = ""


class RequestTask(OwnRequest):
    """A request as staff see it. `camera_required`: it can be settled by `allow_without_camera`."""

    session_id: str
    name: str
    title: str
    over: bool
    camera_required: bool
    settled_by: str | None


class RequestPage(Counted):
    """The oldest open ones first; settled ones latest first. `open`: how many wait in all."""

    requests: list[RequestTask]
    open: int


class RequestQuery(Payload):
    """Which of them."""

    state: RequestState | None = None
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0)


class SettleBody(Payload):
    """`reply` is read by the candidate. `allow_without_camera`: for accommodations only."""

    outcome: Literal["done", "declined"]
    reply: Annotated[Paragraphs, Field(max_length=MAX_REPLY_CHARS)]
    allow_without_camera: StrictBool = False


class RatingsReply(Reply):
    """How candidates found their interviews; all null or empty before there are three."""

    count: int
    average: float | None
    stars: dict[int, int]
    comments: list[str]


async def own(request: web.Request) -> web.Response:
    """The candidate's own answers, requests and rating."""
    state, requests = await _candidate(request)
    return reply(await _own(state, requests))


async def ask(request: web.Request) -> web.Response:
    """Put a request before staff."""
    body = await read_body(request, RequestBody)
    state, requests = await _candidate(request)
    now = core_of(request).clock()
    asked = await requests.ask(state.session_id, body.kind, body.text, now)
    news = tell_job(state.session_id, News.REQUEST, asked.document_id, now)
    await core_of(request).storage.jobs.enqueue(news)
    await audit(request, "request_made", state.session_id, kind=body.kind)
    return reply(await _own(state, requests))


async def rate(request: web.Request) -> web.Response:
    """Say how the interview was, once it is over."""
    body = await read_body(request, RatingBody)
    state, requests = await _candidate(request)
    if not state.status.final:
        raise InvalidInput("stars", "the interview is not over yet")
    await requests.rate(state.session_id, body.stars, body.comment, core_of(request).clock())
    return reply(await _own(state, requests))


async def tasks(request: web.Request) -> web.Response:
    """What candidates ask for."""
    query = read_query(request, RequestQuery)
    services = services_of(request)
    requests = _staff(request)
    found, total = await requests.page(query.state, limit=query.limit, offset=query.offset)
    return reply(
        RequestPage(
            requests=[await _task(services, one) for one in found],
            total=total,
            open=await requests.open_count(),
            limit=query.limit,
            offset=query.offset,
        )
    )


async def settle(request: web.Request) -> web.Response:
    """Answer a request."""
    body = await read_body(request, SettleBody)
    services, requests = services_of(request), _staff(request)
    request_id, by = request.match_info["request_id"], principal_of(request).actor
    asked = (await requests.get(request_id)).document
    if body.allow_without_camera:
        if asked.kind is not RequestKind.ACCOMMODATION or body.outcome != "done":
            raise InvalidInput("allow_without_camera", "only when an accommodation is granted")
        if asked.state is RequestState.OPEN:
            await services.live.command(asked.session_id, WaiveCamera(by=by))
    outcome: Settled = RequestState.DONE if body.outcome == "done" else RequestState.DECLINED
    settled = await requests.settle(request_id, outcome, body.reply, by, services.clock())
    await audit(request, "request_settled", asked.session_id, kind=asked.kind, outcome=body.outcome)
    return reply(await _task(services, settled))


async def ratings(request: web.Request) -> web.Response:
    """How candidates found their interviews, without names."""
    stars, comments = await _staff(request).ratings()
    count = sum(stars.values())
    average = sum(n * each for n, each in stars.items()) / count if count else None
    return reply(
        RatingsReply(
            count=count,
            average=None if average is None else round(average, 2),
            stars=stars,
            comments=comments,
        )
    )


async def _candidate(request: web.Request) -> tuple[State, Requests]:
    services, principal = services_of(request), principal_of(request)
    assert isinstance(principal, Candidate)
    state = await services.live.state(principal.session_id)
    return state, Requests(services.storage, state.organisation_id)


def _staff(request: web.Request) -> Requests:
    return Requests(core_of(request).storage, organisation_of(request))


async def _own(state: State, requests: Requests) -> OwnReply:
    rating = await requests.rating(state.session_id)
    return OwnReply(
        answers=[
            OwnAnswer(
                question_number=answer.question_number,
                question=answer.question,
                follow_up=answer.follow_up,
                outcome=answer.outcome,
                content=answer.content,
                code=answer.code,
            )
            for answer in state.answers
        ],
        requests=[
            OwnRequest(**_fields(one)) for one in await requests.of_session(state.session_id)
        ],
        rating=None if rating is None else OwnRating(stars=rating.stars, comment=rating.comment),
    )


async def _task(services: Services, one: Stored[CandidateRequest]) -> RequestTask:
    session_id = one.document.session_id
    try:
        state = await services.live.state(session_id)
    except NotFound:  # erased at this moment; its requests go with it
        name, title, over, needed = "", "", True, False
    else:
        name, title = state.candidate.name, state.plan.title
        over, needed = state.status.final, state.camera_required
    return RequestTask(
        **_fields(one),
        session_id=session_id,
        name=name,
        title=title,
        over=over,
        camera_required=needed,
        settled_by=one.document.settled_by,
    )


def _fields(one: Stored[CandidateRequest]) -> dict[str, object]:
    shown = one.document.model_dump(
        include={"kind", "text", "asked_at", "state", "reply", "settled_at"}
    )
    return {"request_id": one.document_id, **shown}


ROUTES = [
    Route(
        method="GET",
        path="/api/candidate/own",
        handler=own,
        allow=CANDIDATE_ONLY,
        summary="The candidate's own answers and requests",
        response=OwnReply,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path="/api/candidate/requests",
        handler=ask,
        allow=CANDIDATE_ONLY,
        summary="Ask the company for something",
        request=RequestBody,
        response=OwnReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path="/api/candidate/rating",
        handler=rate,
        allow=CANDIDATE_ONLY,
        summary="Rate the interview",
        request=RatingBody,
        response=OwnReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path="/api/requests",
        handler=tasks,
        allow=STAFF_OR_SERVICE,
        summary="What candidates ask for",
        query=RequestQuery,
        response=RequestPage,
        statuses=(422,),
    ),
    Route(
        method="POST",
        path="/api/requests/{request_id}/settle",
        handler=settle,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Answer a candidate's request",
        request=SettleBody,
        response=RequestTask,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path="/api/ratings",
        handler=ratings,
        allow=STAFF_OR_SERVICE,
        summary="How candidates found their interviews",
        response=RatingsReply,
    ),
]
