"""Sessions as other programs' agents hold them: tokens, their states, and their recordings."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

from interview.commands import ReportedConsent, TakeOver
from interview.errors import Forbidden, Gone, NotFound, Unauthenticated, Unavailable
from interview.nouns import Environment, Status
from interview.ports.documents import Stored
from interview.ports.storage import SessionSummary
from interview.records import State
from server.edge.auth import tokens
from server.platform.interviews.tokens import InterviewToken, admitted
from server.platform.interviews.tokens import begin as begin_attempt
from server.platform.services import CoreServices, Services

INTERVIEW_TOKEN = re.compile(r"[A-Za-z0-9]{32}")
LINK_LIFE = timedelta(days=7)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


async def session_of(
    services: CoreServices, organisation_id: str, session_id: str
) -> SessionSummary:
    """A session of the caller's organisation. Raises NotFound, also for those of others."""
    found = await services.storage.sessions.get(session_id)
    if found is None or found.organisation_id != organisation_id:
        raise NotFound("Session", session_id)
    return found


async def session_of_token(
    services: CoreServices, organisation_id: str, token: str
) -> tuple[SessionSummary, bool]:
    """Whose link it is, and whether the link has expired. An id of a session is taken as well.

    Raises:
        NotFound: It is no token of ours, or of another organisation's session.
    """
    session_id, expired = token, False
    if token.count(".") == 2:
        try:
            claims = tokens.read(services.keys.jwt, token, now=LONG_AGO)
        except Unauthenticated:
            raise NotFound("Interview token", "given") from None
        if claims.kind != "candidate":
            raise NotFound("Interview token", "given")
        session_id, expired = claims.subject, claims.expires_at <= services.clock()
    try:
        found = await session_of(services, organisation_id, session_id)
    except NotFound:
        raise NotFound("Interview token", "given") from None
    return found, expired


async def token_of(
    services: CoreServices, organisation_id: str, token: str
) -> Stored[InterviewToken] | None:
    """The interview's token with this value; None when it cannot be one.

    Raises:
        NotFound: There is none of this organisation.
    """
    if not INTERVIEW_TOKEN.fullmatch(token):
        return None
    try:
        found = await admitted(services, token)
    except NotFound:
        raise NotFound("Interview token", "given") from None
    if found.organisation_id != organisation_id:
        raise NotFound("Interview token", "given")
    return found


async def session_for(
    services: Services, organisation_id: str, token: str, *, session_id: str, by: str
) -> tuple[SessionSummary, bool]:
    """The session that a token opens, and whether its link has expired.

    An interview's token uses an attempt up and makes the session `session_id`, unless this agent
    holds the one that it made before.

    Raises:
        NotFound: It opens nothing here.
        Gone: It has expired, was withdrawn, or every attempt was used.
        Forbidden: The only attempt is completed.
    """
    stored = await token_of(services, organisation_id, token)
    if stored is None:
        return await session_of_token(services, organisation_id, token)
    made = stored.document.session_ids
    if made:
        state = await services.live.state(made[-1])
        if not state.status.final and state.elsewhere is not None and state.elsewhere.by == by:
            return await session_of(services, organisation_id, made[-1]), False
        if state.status is Status.COMPLETED and not stored.document.attempts_remaining:
            raise Forbidden("This interview is completed.")
    if made and not stored.document.attempts_remaining:
        raise Gone("Every attempt of this interview token has been used.")
    await begin_attempt(services, token, session_id)
    return await session_of(services, organisation_id, session_id), False


def link_status(state: State, now: datetime, *, expired: bool) -> str:
    """`not_started`, `link_clicked`, `in_progress`, `completed`, `expired` or `abandoned`."""
    if state.status.final:
        return "completed" if state.status is Status.COMPLETED else "abandoned"
    if state.status is Status.IN_PROGRESS:
        return "in_progress"
    if expired or now >= expires_at(state):
        return "expired"
    return "link_clicked" if state.link_opened_at is not None else "not_started"


def expires_at(state: State) -> datetime:
    """Until when a session may be begun by its link."""
    return state.created_at + LINK_LIFE


async def begin(
    services: Services,
    summary: SessionSummary,
    by: str,
    *,
    expired: bool,
    avatar: str,
    environment: Environment,
    consent: ReportedConsent | None,
) -> State:
    """Hand the session to an agent. The same agent again goes on where it was.

    Raises:
        Forbidden: It is completed.
        Gone: The link has expired, or was used: its candidate is or was interviewed.
    """
    state = await services.live.state(summary.session_id)
    status = link_status(state, services.clock(), expired=expired)
    if status == "completed":
        raise Forbidden("This interview is completed.")
    own = state.elsewhere is not None and state.elsewhere.by == by
    if status == "in_progress" and not own:
        raise Gone("This interview token has been used.")
    if status in ("expired", "abandoned"):
        raise Gone("This interview token has expired.")
    command = TakeOver(by=by, avatar=avatar, environment=environment, consent=consent)
    return await services.live.command(summary.session_id, command)


async def open_recording(services: Services, session_id: str, wishes: dict[str, object]) -> bool:
    """Whether pieces of a recording are taken from now on: the store has kept what is wished."""
    if not services.recording or not (wishes.get("audio") or wishes.get("video")):
        return False
    try:
        content = json.dumps(wishes | {"opened_at": services.clock().isoformat()}).encode()
        await services.blobs.put(_opened(session_id), content)
    except Unavailable:
        return False
    return True


async def recording_wishes(services: CoreServices, session_id: str) -> dict[str, object] | None:
    """What was wished when the recording was opened; None when it never was."""
    try:
        found = json.loads(await services.blobs.get(_opened(session_id)))
    except NotFound:
        return None
    return found if isinstance(found, dict) else None


def _opened(session_id: str) -> str:
    return f"recordings/{session_id}/opened.json"
