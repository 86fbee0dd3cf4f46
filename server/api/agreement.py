"""How far people and software agree, and whether an organisation shows the software's scores."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StrictBool

from interview.accounts import OWNERS
from interview.ports.storage import JobRequest
from server.edge.audit import audit
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    reply,
)
from server.jobs.kinds.rewrite_reports import REWRITE_REPORTS, RewritePayload
from server.platform.reports.agreement import Agreement, agreement_of, pairs_of
from server.platform.scoring import (
    ScoringChoice,
    choose,
    scoring_of,
)
from server.platform.services import core_of, services_of
from server.text import Paragraphs

PAGE = 100
MAX_SESSIONS = 500


class AgreementReply(Reply):
    """By method, over the newest sessions that people rated, with the choice that follows."""

    status: Literal["success"] = "success"
    sessions: int
    agreement: list[Agreement]
    scoring: ScoringChoice


class ScoringBody(Payload):
    """Whether reports and lists show scores by software, and why."""

    shown: StrictBool
    reason: Annotated[Paragraphs, Field(min_length=1, max_length=500)]


class ScoringReply(Reply):
    """What stands now."""

    status: Literal["success"] = "success"
    scoring: ScoringChoice


async def agreement(request: web.Request) -> web.Response:
    """Kappa, correlation and number of rated answers, for each method of scoring."""
    services = services_of(request)
    organisation_id = organisation_of(request)
    states = []
    for offset in range(0, MAX_SESSIONS, PAGE):
        found, _ = await services.storage.sessions.page(
            organisation_id=organisation_id, limit=PAGE, offset=offset
        )
        rated = [one.session_id for one in found if one.evaluations]
        states += [await services.live.state(session_id) for session_id in rated]
        if len(found) < PAGE:
            break
    pairs = pairs_of(states)
    return reply(
        AgreementReply(
            sessions=len(states),
            agreement=[agreement_of(method, pairs[method]) for method in sorted(pairs)],
            scoring=await scoring_of(services.storage.documents, organisation_id),
        )
    )


async def scoring(request: web.Request) -> web.Response:
    """Show scores by software or not; the reports of ended interviews are written anew."""
    services, organisation_id = core_of(request), organisation_of(request)
    body = await read_body(request, ScoringBody)
    choice = await choose(
        services.storage.documents,
        organisation_id,
        shown=body.shown,
        by=principal_of(request).actor,
        reason=body.reason,
        at=services.clock(),
    )
    asked = RewritePayload(organisation_id=organisation_id)
    await services.storage.jobs.enqueue(
        JobRequest(
            kind=REWRITE_REPORTS,
            key=organisation_id,
            payload=asked.model_dump(),
            run_at=services.clock(),
        )
    )
    await audit(request, "scoring_chosen", organisation_id, shown=body.shown)
    return reply(ScoringReply(scoring=choice))


ROUTES = [
    Route(
        method="GET",
        path="/api/parallel_interview/agreement",
        handler=agreement,
        allow=STAFF_OR_SERVICE,
        summary="How far people and software agree",
        response=AgreementReply,
    ),
    Route(
        method="POST",
        path="/api/parallel_interview/scoring",
        handler=scoring,
        allow=STAFF_OR_SERVICE,
        summary="Show or hide scores by software",
        description="Holds for the whole organisation. What was scored stays stored.",
        request=ScoringBody,
        roles=OWNERS,
        response=ScoringReply,
        statuses=(400,),
    ),
]
