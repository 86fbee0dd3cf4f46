"""The candidate's way in by a token: `/api/v1/candidates/interviews/*`.

The token is in the body, never in the address. Looking begins nothing; starting uses an attempt.
Answers that are recorded one by one come in through `sitting`.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictStr

from interview.commands import GiveConsent, StartSession
from interview.errors import InvalidInput
from interview.nouns import CandidateDetails, Status
from interview.taking import counting
from server.api.appearance import ThemeReply, theme_reply
from server.api.portal_views import (
    CompletedReply,
    ShownConsent,
    ShownInterview,
    TokenInfo,
    attempt_of,
    completed,
    is_watched,
    shown_consent,
    shown_interview,
    token_info,
)
from server.edge.auth.candidates import candidate_token, candidate_url
from server.edge.routes import PUBLIC, Payload, Reply, Route, read_body, reply
from server.platform.accounts.company import company_name
from server.platform.interviews.appearance import theme_of
from server.platform.interviews.design import Mode
from server.platform.interviews.takes import send_answers_in
from server.platform.interviews.tokens import (
    Tokens,
    admitted,
    begin,
    interview_of,
    usable,
)
from server.platform.services import core_of, services_of
from server.text import Email, Line

BASE = "/api/v1/candidates/interviews"
KEY = "Idempotency-Key"
MAX_KEY_CHARS = 200
TokenValue = Annotated[StrictStr, Field(min_length=1, max_length=100)]


class AccessBody(Payload):
    """The token of the link."""

    token: TokenValue


class StartBody(AccessBody):
    """Who begins, where the token does not say it, and what they have consented to."""

    name: Annotated[Line, Field(max_length=200)] = ""
    email: Email | None = None
    consent_text_version: Annotated[StrictStr, Field(max_length=100)] | None = None


class SendInBody(AccessBody):
    """Which attempt; by default the last one."""

    session_id: Annotated[StrictStr, Field(max_length=64)] | None = None


class AccessReply(Reply):
    """Everything that is known before it begins."""

    interview: ShownInterview
    theme: ThemeReply
    token_info: TokenInfo
    company: str
    consent: ShownConsent


class BegunReply(Reply):
    """The session. `candidate_token` is its own; `candidate_url` opens the live interview."""

    id: str
    session_id: str
    start_time: AwareDatetime
    mode: Mode
    candidate_token: str
    candidate_url: str
    attempts_remaining: int


async def access(request: web.Request) -> web.Response:
    """What the link is for. Nothing begins and no attempt is used."""
    body, services = await read_body(request, AccessBody), core_of(request)
    stored = await admitted(services, body.token)
    now = services.clock()
    usable(stored.document, now)
    interview = await interview_of(services, stored)
    theme = (await theme_of(services, stored.organisation_id).get()).document
    return reply(
        AccessReply(
            interview=shown_interview(interview),
            theme=theme_reply(request, theme),
            token_info=token_info(stored.document, services),
            company=await company_name(
                services.storage.documents, stored.organisation_id, services.settings.company
            ),
            consent=shown_consent(services, watched=is_watched(interview)),
        )
    )


async def start_session(request: web.Request) -> web.Response:
    """Use an attempt. With `Idempotency-Key`, a repeated request is the same attempt."""
    body, services = await read_body(request, StartBody), services_of(request)
    given = CandidateDetails(name=body.name, email=body.email or "")
    session_id = _session_id(request, body.token)
    state, stored = await begin(services, body.token, session_id, given)
    if body.consent_text_version is not None and state.consent is None:
        consent = GiveConsent(granted=True, text_version=body.consent_text_version)
        state = await services.live.command(session_id, consent)
    elif state.plan.mode == "recorded" and state.status is Status.INITIALIZED:
        state = await services.live.command(session_id, StartSession(by="candidate"))
    token = candidate_token(services, session_id)
    return reply(
        BegunReply(
            id=session_id,
            session_id=session_id,
            start_time=state.started_at or state.created_at,
            mode=Mode(state.plan.mode),
            candidate_token=token,
            candidate_url=candidate_url(services, session_id, token),
            attempts_remaining=stored.document.attempts_remaining,
        ),
        status=201,
    )


async def complete_session(request: web.Request) -> web.Response:
    """Send the answers in. Done before, it answers the same; nothing is processed twice."""
    body, services = await read_body(request, SendInBody), services_of(request)
    stored = await admitted(services, body.token)
    session_id = attempt_of(stored.document, body.session_id)
    state = await services.live.state(session_id)
    answers = counting(state) if state.plan.mode == "recorded" else list(state.answers)
    state = await send_answers_in(services, state, answers)
    if stored.document.completed_at is None:
        ended_at = state.ended_at
        await Tokens(services, stored.organisation_id).change(
            stored.document_id,
            lambda token: token.model_copy(update={"completed_at": ended_at}),
        )
    return reply(completed(state, len(answers)))


def _session_id(request: web.Request, token: str) -> str:
    """New, or the one that this key of this token began."""
    key = request.headers.get(KEY)
    if key is None:
        return str(uuid.uuid4())
    if not 0 < len(key) <= MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
        raise InvalidInput(KEY, "must have 1 to 200 printable ASCII characters")
    mark = hashlib.sha256(f"start-session\n{token}\n{key}".encode()).digest()
    return str(uuid.UUID(bytes=mark[:16], version=4))


ROUTES = [
    Route(
        method="POST",
        path=BASE + "/access",
        handler=access,
        allow=PUBLIC,
        summary="What a link is for",
        request=AccessBody,
        response=AccessReply,
        statuses=(400, 404, 410),
    ),
    Route(
        method="POST",
        path=BASE + "/start-session",
        handler=start_session,
        allow=PUBLIC,
        summary="Begin an interview",
        description="With `Idempotency-Key`, a repeated request is the same attempt.",
        request=StartBody,
        response=BegunReply,
        status=201,
        statuses=(400, 403, 404, 409, 410),
    ),
    Route(
        method="PATCH",
        path=BASE + "/complete-session",
        handler=complete_session,
        allow=PUBLIC,
        summary="Send the answers in",
        request=SendInBody,
        response=CompletedReply,
        statuses=(400, 404, 409),
    ),
]
