"""How far people and software agree."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from server.edge.routes import STAFF_OR_SERVICE, Reply, Route, organisation_of, reply
from server.platform.reports.agreement import Agreement, agreement_of, pairs_of
from server.platform.services import services_of

PAGE = 100
MAX_SESSIONS = 500


class AgreementReply(Reply):
    """By method, over the newest sessions that people rated."""

    status: Literal["success"] = "success"
    sessions: int
    agreement: list[Agreement]


async def agreement(request: web.Request) -> web.Response:
    """Kappa, correlation and number of rated answers, for each method of scoring."""
    services = services_of(request)
    states = []
    for offset in range(0, MAX_SESSIONS, PAGE):
        found, _ = await services.storage.sessions.page(
            organisation_id=organisation_of(request), limit=PAGE, offset=offset
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
        )
    )


ROUTES = [
    Route(
        method="GET",
        path="/api/parallel_interview/agreement",
        handler=agreement,
        allow=STAFF_OR_SERVICE,
        summary="How far people and software agree",
        response=AgreementReply,
    )
]
