"""Tokens and invitations of an interview: one or many, with a deadline, never twice the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictInt, StrictStr

from interview.accounts import MAKERS
from interview.errors import IllegalTransition, InvalidInput
from interview.ports.documents import Stored
from interview.standing import Standing
from server.api.interviews import ONE, key_of, library_of
from server.api.whose import number_of, wanted_id
from server.edge.audit import audit
from server.edge.idempotency import new_id
from server.edge.paging import Paged, PageQuery
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
from server.platform.interviews.appearance import Usual, time_zone, usual_of
from server.platform.interviews.design import Interview
from server.platform.interviews.inviting import (
    MAX_INVITED,
    Person,
    ReadLine,
    deadline_of,
    invited,
    read_people,
    schedule_reminders,
)
from server.platform.interviews.library import fresh_id
from server.platform.interviews.mailing import InvitationLetters, invitation_link
from server.platform.interviews.tokens import (
    MAX_ATTEMPTS,
    InterviewToken,
    Tokens,
    new_token,
)
from server.platform.services import core_of
from server.text import Line

Hours = Annotated[StrictInt, Field(ge=1, le=24 * 365)]
Attempts = Annotated[StrictInt, Field(ge=1, le=MAX_ATTEMPTS)]

NOT_MAILED = "E-mail is not set up on this server: copy the links and send them yourself."


class TokenBody(Payload):
    """A token for one candidate. `interview_id` may be named again; it must be the address's."""

    interview_id: StrictInt | None = None
    candidate_name: Annotated[Line, Field(max_length=200)] = ""
    expires_in_hours: Hours = 72
    max_attempts: Attempts = 1
    opens_at: AwareDatetime | None = None


class TokenReply(Reply):
    """A token. `link` opens the interview; whoever has it may sit it.

    `session_standing`: where the latest session begun with it stands; null while there is none, or
    where it was erased.
    """

    id: int
    token_id: int
    interview_id: int
    token_value: str
    link: str
    candidate_name: str
    candidate_email: str
    is_used: bool
    standing: Literal["waiting", "opened", "begun", "completed", "expired", "revoked"]
    opens_at: AwareDatetime | None
    expires_at: AwareDatetime
    time_zone: str
    max_attempts: int
    current_attempts: int
    session_ids: list[str]
    created_at: AwareDatetime
    opened_at: AwareDatetime | None
    completed_at: AwareDatetime | None
    revoked_at: AwareDatetime | None
    reminders: list[AwareDatetime]
    reminded: int
    reminder_due_at: AwareDatetime | None
    reminded_at: AwareDatetime | None
    session_standing: Standing | None = None
    link_sent_at: AwareDatetime | None


class TokenList(Paged[TokenReply]):
    """Tokens, newest first."""


class TokenQuery(PageQuery):
    """A page. `search`: how the candidate's name begins."""

    search: Annotated[Line, Field(max_length=200)] | None = None


class ResendBody(Payload):
    """The token with a new value and a new end: the old link opens nothing any more."""

    expires_in_hours: Hours = 72
    keep_link: bool = False


class PeopleBody(Payload):
    """People as they are pasted, or as a CSV has them: a name and an address in each line."""

    text: Annotated[StrictStr, Field(min_length=1, max_length=500_000)]


class PreviewReply(Reply):
    """Every line, and what is wrong with it. `ready`: how many would be invited."""

    lines: list[ReadLine]
    ready: int
    wrong: int
    known: int


class InviteBody(Payload):
    """Invite people until a deadline: a time of day somewhere, or so many hours from now.

    `deadline`: local time without an offset, such as 2026-12-24T18:00, in `time_zone`.
    """

    people: list[Person] = Field(min_length=1, max_length=MAX_INVITED)
    deadline: datetime | None = None
    time_zone: Annotated[Line, Field(max_length=80)] | None = None
    opens_at: AwareDatetime | None = None
    max_attempts: Attempts = 1
    remind_hours_before: Annotated[
        tuple[Annotated[StrictInt, Field(ge=1, le=24 * 60)], ...] | None, Field(max_length=5)
    ] = None


class InvitedReply(Reply):
    """One invitation; `again`: it was there already, unchanged."""

    again: bool
    invitation: TokenReply


class InvitationsReply(Reply):
    """The invitations in the order of the people."""

    items: list[InvitedReply]
    invited: int
    again: int
    mailed: bool
    note: str


def tokens_of(request: web.Request) -> Tokens:
    """The tokens of whoever asks."""
    return Tokens(core_of(request), organisation_of(request))


def link_of(request: web.Request, token: InterviewToken) -> str:
    """Where the candidate begins; browsers keep what follows `#` to themselves."""
    return invitation_link(core_of(request).settings, token)


def token_reply(request: web.Request, stored: Stored[InterviewToken]) -> TokenReply:
    """A token as staff read it."""
    token, now = stored.document, core_of(request).clock()
    return TokenReply(
        id=token.token_id,
        token_id=token.token_id,
        interview_id=token.interview_id,
        token_value=token.token_value,
        link=link_of(request, token),
        candidate_name=token.candidate_name,
        candidate_email=token.candidate_email,
        is_used=not token.attempts_remaining,
        standing=token.standing(now),
        opens_at=token.opens_at,
        expires_at=token.expires_at,
        time_zone=token.time_zone,
        max_attempts=token.max_attempts,
        current_attempts=token.current_attempts,
        session_ids=list(token.session_ids),
        created_at=token.created_at,
        opened_at=token.opened_at,
        completed_at=token.completed_at,
        revoked_at=token.revoked_at,
        reminders=list(token.reminders),
        reminded=token.reminded,
        reminder_due_at=token.reminder_due_at,
        reminded_at=token.reminded_at,
        link_sent_at=token.link_sent_at,
    )


async def list_tokens(request: web.Request) -> web.Response:
    """The tokens of an interview, invitations among them."""
    query = read_query(request, TokenQuery)
    interview = await _interview(request)
    page = await tokens_of(request).page(
        interview.interview_id, query.search, limit=query.limit, offset=query.offset
    )
    items = [await _with_session(request, stored) for stored in page.items]
    return reply(TokenList.of(query, items, page.total))


async def _with_session(request: web.Request, stored: Stored[InterviewToken]) -> TokenReply:
    shown = token_reply(request, stored)
    if not stored.document.session_ids:
        return shown
    summary = await core_of(request).storage.sessions.get(stored.document.session_ids[-1])
    standing = summary.standing if summary is not None else None
    return shown.model_copy(update={"session_standing": standing})


async def create_token(request: web.Request) -> web.Response:
    """A token for whoever gets its link."""
    body, interview = await read_body(request, TokenBody), await _interview(request)
    if body.interview_id not in (None, interview.interview_id):
        raise InvalidInput("interview_id", "it is not the interview of this address")
    now = core_of(request).clock()
    token = new_token(
        interview,
        now=now,
        by=principal_of(request).actor,
        token_id=wanted_id(request),
        expires_in_hours=body.expires_in_hours,
    ).model_copy(
        update={
            "candidate_name": body.candidate_name,
            "max_attempts": body.max_attempts,
            "opens_at": body.opens_at,
        }
    )
    if body.opens_at is not None and body.opens_at >= token.expires_at:
        raise InvalidInput("opens_at", "it must be before the end of the link")
    stored, _ = await tokens_of(request).make(interview, token)
    await audit(request, "token_created", stored.document_id)
    return reply(token_reply(request, stored), status=201)


async def read_token(request: web.Request) -> web.Response:
    """One token."""
    return reply(await _with_session(request, await _token(request)))


async def delete_token(request: web.Request) -> web.Response:
    """Remove a token: its link opens nothing any more. Sessions begun with it stay."""
    interview, token_id = await _interview(request), _token_id(request)
    await tokens_of(request).delete(interview.interview_id, token_id)
    await audit(request, "token_deleted", token_id)
    return web.Response(status=204)


async def revoke(request: web.Request) -> web.Response:
    """Withdraw it; whoever opens the link is told so."""
    stored, now = await _token(request), core_of(request).clock()
    after = await tokens_of(request).change(
        stored.document_id,
        lambda token: token.model_copy(update={"revoked_at": token.revoked_at or now}),
    )
    await audit(request, "token_revoked", stored.document_id)
    return reply(token_reply(request, after))


def _letters(request: web.Request) -> InvitationLetters:
    services = core_of(request)
    return InvitationLetters(services.outbox, services.storage.documents, services.settings)


async def resend(request: web.Request) -> web.Response:
    """A new link until a new end, in the place of the old one."""
    body, stored = await read_body(request, ResendBody), await _token(request)
    services = core_of(request)
    fresh = new_token(
        await _interview(request),
        now=services.clock(),
        by=principal_of(request).actor,
        token_id=fresh_id(),
        expires_in_hours=body.expires_in_hours,
    )
    changes: dict[str, object] = {
        "expires_at": fresh.expires_at,
        "revoked_at": None,
        "reminders": (),
        "reminder_due_at": None,
        "link_sent_at": None,
    }
    if not body.keep_link:
        changes["token_value"] = fresh.token_value
    after = await tokens_of(request).change(
        stored.document_id, lambda token: token.model_copy(update=changes)
    )
    await _letters(request).invite(organisation_of(request), after.document)
    await audit(request, "token_resent", stored.document_id)
    return reply(token_reply(request, after))


async def remind_now(request: web.Request) -> web.Response:
    """Write a reminder to whoever has not begun. Without mail it is refused with the reason."""
    stored, services = await _token(request), core_of(request)
    services.outbox.must_be_set_up("Copy the link and send it yourself.")
    now, once = services.clock(), new_id(request)

    def counted(token: InterviewToken) -> InterviewToken:
        if not token.candidate_email:
            raise InvalidInput("token", "it has no e-mail address")
        if token.standing(now) not in ("waiting", "opened"):
            raise IllegalTransition("remind", token.standing(now))
        return token.model_copy(
            update={"reminded_by_hand": token.reminded_by_hand + 1, "reminded_at": now}
        )

    counted(stored.document)
    await _letters(request).remind(organisation_of(request), stored.document, once)
    after = await tokens_of(request).change(stored.document_id, counted)
    await audit(request, "candidate_reminded", stored.document_id)
    return reply(token_reply(request, after))


async def preview(request: web.Request) -> web.Response:
    """What would be invited, line by line; nothing is stored or sent."""
    body, interview = await read_body(request, PeopleBody), await _interview(request)
    lines = read_people(body.text)
    tokens, marked = tokens_of(request), []
    for line in lines:
        known = None
        if line.person is not None:
            known = await tokens.invitation(interview.interview_id, invited(line.person.email))
        marked.append(line.model_copy(update={"known": known is not None}))
    good = [line for line in marked if line.person is not None]
    return reply(
        PreviewReply(
            lines=marked,
            ready=sum(not line.known for line in good),
            wrong=len(marked) - len(good),
            known=sum(line.known for line in good),
        )
    )


def _on_their_way(letters: int) -> str:
    return "One letter is on its way." if letters == 1 else f"{letters} letters are on their way."


async def invite(request: web.Request) -> web.Response:
    """Invite people. Who is invited already keeps that invitation."""
    body, interview = await read_body(request, InviteBody), await _interview(request)
    services, organisation_id = core_of(request), organisation_of(request)
    usual = (await usual_of(services, organisation_id).get()).document
    wanted = _wanted(interview, body, usual, services.clock(), principal_of(request).actor)
    tokens, items, mailed = tokens_of(request), list[InvitedReply](), 0
    for person in body.people:
        token = wanted.model_copy(
            update={
                **new_token(interview, now=wanted.created_at, by=wanted.created_by).model_dump(
                    include={"token_id", "token_value"}
                ),
                "candidate_name": person.name,
                "candidate_email": person.email,
                "phone": person.phone,
                "invited": invited(person.email),
            }
        )
        stored, fresh = await tokens.make(interview, token)
        if fresh:
            mailed += await _letters(request).invite(organisation_id, stored.document)
            await schedule_reminders(services, organisation_id, stored.document)
        items.append(InvitedReply(again=not fresh, invitation=token_reply(request, stored)))
    again = sum(item.again for item in items)
    await audit(request, "people_invited", str(interview.interview_id), count=len(items) - again)
    return reply(
        InvitationsReply(
            items=items,
            invited=len(items) - again,
            again=again,
            mailed=not services.outbox.disabled,
            note=NOT_MAILED if services.outbox.disabled else _on_their_way(mailed),
        ),
        status=201,
    )


def _wanted(
    interview: Interview, body: InviteBody, usual: Usual, now: datetime, by: str
) -> InterviewToken:
    """What all invitations of one request have in common. Raises InvalidInput."""
    zone = body.time_zone or usual.time_zone
    try:
        time_zone(zone)
    except ValueError as error:
        raise InvalidInput("time_zone", str(error)) from None
    expires_at = (
        deadline_of(body.deadline, zone, now)
        if body.deadline is not None
        else now + timedelta(hours=usual.expires_in_hours)
    )
    hours = (
        usual.remind_hours_before if body.remind_hours_before is None else body.remind_hours_before
    )
    if body.opens_at is not None and body.opens_at >= expires_at:
        raise InvalidInput("opens_at", "it must be before the deadline")
    times = sorted({expires_at - timedelta(hours=each) for each in hours})
    return new_token(interview, now=now, by=by).model_copy(
        update={
            "expires_at": expires_at,
            "time_zone": zone,
            "opens_at": body.opens_at,
            "max_attempts": body.max_attempts,
            "reminders": tuple(at for at in times if at > now),
        }
    )


async def _interview(request: web.Request) -> Interview:
    return (await library_of(request).find(key_of(request))).document


def _token_id(request: web.Request) -> str:
    return str(number_of(request, "token_id", "Token"))


async def _token(request: web.Request) -> Stored[InterviewToken]:
    interview = await _interview(request)
    return await tokens_of(request).find(interview.interview_id, _token_id(request))


TOKENS_PATH, INVITATIONS = ONE + "/tokens", ONE + "/invitations"
ROUTES = [
    Route(
        method="GET",
        path=TOKENS_PATH,
        handler=list_tokens,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="The tokens of an interview",
        query=TokenQuery,
        response=TokenList,
        statuses=(404, 422),
    ),
    Route(
        method="POST",
        path=TOKENS_PATH,
        handler=create_token,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Make a token",
        request=TokenBody,
        response=TokenReply,
        status=201,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path=TOKENS_PATH + "/{token_id}",
        handler=read_token,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="One token",
        response=TokenReply,
        statuses=(404,),
    ),
    Route(
        method="DELETE",
        path=TOKENS_PATH + "/{token_id}",
        handler=delete_token,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Remove a token",
        status=204,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=TOKENS_PATH + "/{token_id}/revoke",
        handler=revoke,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Withdraw a token",
        response=TokenReply,
        statuses=(404, 409),
    ),
    Route(
        method="POST",
        path=TOKENS_PATH + "/{token_id}/resend",
        handler=resend,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="A new link in the place of the old one",
        request=ResendBody,
        response=TokenReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path=TOKENS_PATH + "/{token_id}/remind",
        handler=remind_now,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Write a reminder now",
        response=TokenReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path=INVITATIONS + "/preview",
        handler=preview,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Read a list of people without inviting them",
        request=PeopleBody,
        response=PreviewReply,
        statuses=(400, 404),
    ),
    Route(
        method="POST",
        path=INVITATIONS,
        handler=invite,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Invite people",
        request=InviteBody,
        response=InvitationsReply,
        status=201,
        statuses=(400, 404, 409),
    ),
]
