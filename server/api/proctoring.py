"""What staff do about proctoring: the timeline, reviews, pauses, overruling, the queue."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StrictBool

from interview.accounts import MAKERS
from interview.commands import (
    ReopenSession,
    ReviewViolation,
    SettlePause,
)
from interview.nouns import Status
from interview.records import State
from interview.signals import ReviewOutcome
from server.api.blind import reader_asking
from server.edge.audit import audit
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
from server.platform.evidence import evidence_url, with_stills
from server.platform.reports.integrity import integrity_of, violations_of
from server.platform.reports.model import IntegrityReport, ProctoringViolation
from server.platform.scoring import listed, scoring_of
from server.platform.services import CoreServices, core_of, services_of
from server.platform.session_views import SessionItem, Several, item_of
from server.text import Line, Name, Paragraphs

BASE = "/api/parallel_interview/session/{session_id}"


class ReviewBody(Payload):
    """What a person makes of a signal."""

    outcome: ReviewOutcome
    note: Paragraphs = Field(default="", max_length=2_000)


class PauseBody(Payload):
    """What a person decides about a paused session."""

    go_on: StrictBool
    note: Paragraphs = Field(default="", max_length=500)


class PauseReply(Reply):
    """The session goes on, or has ended."""

    status: Literal["success"] = "success"
    session_id: str
    session_status: Status


class ReopenBody(Payload):
    """Why staff overrules the end."""

    reason: Name = Field(max_length=500)


class ReopenReply(Reply):
    """The session goes on."""

    status: Literal["success"] = "success"
    session_id: str
    session_status: Status


class ProctoringReply(Reply):
    """All signals of a session, in order, with what people made of them."""

    session_id: str
    integrity: IntegrityReport
    violations: list[ProctoringViolation]
    clips: dict[str, str]


class QueueQuery(Payload):
    """A page of the review queue. `standing`: one or several, separated by commas."""

    status: Status | None = None
    standing: Several = ()
    search: Annotated[Line, Field(max_length=200)] | None = None
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10_000_000)


class QueueReply(Counted):
    """Sessions with signals that wait for a decision, newest first.

    `total` sessions match; `signals` wait in all sessions together.
    """

    sessions: list[SessionItem]
    signals: int
    blind: bool = False


async def timeline(request: web.Request) -> web.Response:
    """The session's signals with their evidence."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    return reply(await proctoring_of(services, state))


async def review(request: web.Request) -> web.Response:
    """Confirm, dismiss or pass on a signal; who and when is kept."""
    services, session_id = services_of(request), request.match_info["session_id"]
    body = await read_body(request, ReviewBody)
    violation_id = request.match_info["violation_id"]
    by = principal_of(request).actor
    state = await services.live.command(
        session_id,
        ReviewViolation(violation_id=violation_id, outcome=body.outcome, by=by, note=body.note),
    )
    await audit(
        request, "violation_reviewed", session_id, violation=violation_id, outcome=body.outcome
    )
    return reply(await proctoring_of(services, state))


async def settle_pause(request: web.Request) -> web.Response:
    """Let a session go on that was paused for its signals, or end it."""
    services, session_id = services_of(request), request.match_info["session_id"]
    body = await read_body(request, PauseBody)
    by = principal_of(request).actor
    command = SettlePause(by=by, go_on=body.go_on, note=body.note)
    state = await services.live.command(session_id, command)
    await audit(request, "pause_settled", session_id, go_on=body.go_on)
    return reply(PauseReply(session_id=session_id, session_status=state.status))


async def reopen(request: web.Request) -> web.Response:
    """Overrule an end by proctoring; the candidate may come back by the same link."""
    services, session_id = services_of(request), request.match_info["session_id"]
    body = await read_body(request, ReopenBody)
    by = principal_of(request).actor
    state = await services.live.command(session_id, ReopenSession(by=by, reason=body.reason))
    await audit(request, "session_reopened", session_id, reason=body.reason)
    return reply(ReopenReply(session_id=session_id, session_status=state.status))


async def queue(request: web.Request) -> web.Response:
    """Sessions that wait for a person's look."""
    query = read_query(request, QueueQuery)
    reader = await reader_asking(request)
    directory = core_of(request).storage.sessions
    found, total = await directory.page(
        unreviewed=True,
        status=query.status,
        standings=query.standing,
        search=reader.narrowed(query.search),
        organisation_id=organisation_of(request),
        limit=query.limit,
        offset=query.offset,
    )
    scoring = await scoring_of(core_of(request).storage.documents, organisation_of(request))
    return reply(
        QueueReply(
            sessions=[item_of(listed(summary, scoring)) for summary in found],
            signals=await directory.violations_unreviewed(organisation_of(request)),
            blind=reader.blind,
            total=total,
            limit=query.limit,
            offset=query.offset,
        )
    )


async def proctoring_of(services: CoreServices, state: State) -> ProctoringReply:
    """The timeline with signed addresses of stills and clips."""
    violations = with_stills(services, state.session_id, violations_of(state))
    recorded = state.status.final and await services.storage.recordings.chunks(state.session_id)
    return ProctoringReply(
        session_id=state.session_id,
        integrity=integrity_of(state),
        violations=violations,
        clips={
            item.violation_id: evidence_url(services, state.session_id, "clips", item.violation_id)
            for item in (violations if recorded else ())
        },
    )


ROUTES = [
    Route(
        method="GET",
        path=BASE + "/proctoring",
        handler=timeline,
        allow=STAFF_OR_SERVICE,
        summary="The signals of a session",
        response=ProctoringReply,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=BASE + "/violations/{violation_id}/review",
        handler=review,
        allow=STAFF_OR_SERVICE,
        summary="Review a signal",
        request=ReviewBody,
        response=ProctoringReply,
        statuses=(400, 404),
    ),
    Route(
        method="POST",
        path=BASE + "/pause",
        handler=settle_pause,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Continue or end a paused session",
        description="A strict session waits here at its third counted signal; 409 when none does.",
        request=PauseBody,
        response=PauseReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path=BASE + "/reopen",
        handler=reopen,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Overrule an end by proctoring",
        request=ReopenBody,
        response=ReopenReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path="/api/reviews",
        handler=queue,
        allow=STAFF_OR_SERVICE,
        summary="Sessions with signals to review",
        query=QueueQuery,
        response=QueueReply,
        statuses=(422,),
    ),
]
