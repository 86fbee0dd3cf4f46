"""Other programs' door: where a session or a link stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime

from server.api.interview_door import door_route
from server.edge.routes import (
    Reply,
    organisation_of,
    reply,
)
from server.platform import door
from server.platform.interviews.tokens import InterviewToken
from server.platform.services import Services, services_of


class StatusReply(Reply):
    """Where the link stands; `progress` of 100. No session was begun while `session_id` is null."""

    success: Literal[True] = True
    session_id: str | None
    status: str
    progress: int
    started_at: datetime | None
    completed_at: datetime | None
    expires_at: AwareDatetime
    questions_asked: int
    questions_answered: int
    can_continue: bool


async def status(request: web.Request) -> web.Response:
    """Where the session stands, and how far it is."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    return reply(await status_of(services, session_id))


async def validate_token(request: web.Request) -> web.Response:
    """Whose link it is and whether it opens anything; looking uses nothing up."""
    services, token = services_of(request), request.match_info["token"]
    stored = await door.token_of(services, organisation_of(request), token)
    if stored is not None:
        return reply(await _status_of_token(services, stored.document))
    summary, expired = await door.session_of_token(services, organisation_of(request), token)
    return reply(await status_of(services, summary.session_id, expired=expired))


async def status_of(services: Services, session_id: str, *, expired: bool = False) -> StatusReply:
    state = await services.live.state(session_id)
    word = door.link_status(state, services.clock(), expired=expired)
    asked = len({answer.question_number for answer in state.answers})
    done = 100 if state.status.final else round(100 * asked / state.question_count)
    return StatusReply(
        session_id=session_id,
        status=word,
        progress=min(100, done),
        started_at=state.started_at,
        completed_at=state.ended_at,
        expires_at=door.expires_at(state),
        questions_asked=len(state.elsewhere.asked) if state.elsewhere else asked,
        questions_answered=sum(answer.has_words for answer in state.answers),
        can_continue=word in ("not_started", "link_clicked", "in_progress"),
    )


async def _status_of_token(services: Services, token: InterviewToken) -> StatusReply:
    """Of its last attempt; of the token itself while there is none."""
    now = services.clock()
    if token.session_ids:
        known = await status_of(services, token.session_ids[-1])
        return known.model_copy(update={"expires_at": token.expires_at})
    standing = token.standing(now)
    words = {"opened": "link_clicked", "waiting": "not_started"}
    return StatusReply(
        session_id=None,
        status=words.get(standing, "expired"),
        progress=0,
        started_at=None,
        completed_at=None,
        expires_at=token.expires_at,
        questions_asked=0,
        questions_answered=0,
        can_continue=standing in words,
    )


ROUTES = [
    door_route(
        "GET",
        "/status/{session_id}",
        status,
        "Where a session stands",
        response=StatusReply,
        statuses=(404,),
    ),
    door_route(
        "GET",
        "/validate-token/{token}",
        validate_token,
        "Whether a token opens anything",
        response=StatusReply,
        statuses=(404,),
    ),
]
