"""The people of one's own organisation, for its owners: `/api/v1/colleagues`."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool

from interview.accounts import (
    ACCOUNTS,
    OWNERS,
    PENDING,
    TEAM,
    Account,
    AccountState,
    PendingAccount,
    Role,
)
from interview.errors import Forbidden, NotFound
from interview.ports.documents import Order, Stored, Where
from server.edge.audit import audit
from server.edge.paging import Paged, PageQuery
from server.edge.routes import (
    STAFF,
    Payload,
    Reply,
    Route,
    organisation_of,
    read_body,
    read_query,
    reply,
    staff_of,
)
from server.platform.accounts import pending, people
from server.platform.services import core_of
from server.text import Email, Line, Name

BASE = "/api/v1/colleagues"
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(Role))]


class ColleaguesQuery(PageQuery):
    """A page of people. `search` is the beginning of an e-mail address."""

    search: Annotated[Line, Field(max_length=254)] | None = None
    status: AccountState | None = None
    sort: Literal["created_at", "username", "email", "name", "state"] = "created_at"
    order: Literal["asc", "desc"] = "asc"


class PersonView(Reply):
    """Somebody who may sign in, unless suspended."""

    user_id: str
    username: str
    email: str
    name: str
    roles: list[Role]
    status: AccountState
    created_at: AwareDatetime


class InvitedView(Reply):
    """A colleague who has not accepted yet."""

    invitation_id: str
    email: str
    roles: list[Role]
    invited_by: str
    created_at: AwareDatetime
    expires_at: AwareDatetime


class NewInvitation(Payload):
    """Whom to invite, and what for."""

    email: Email
    roles: Roles = (Role.INTERVIEWER,)


class InvitedReply(Reply):
    """`link` can be handed over by hand; `mailed` says whether it goes by mail as well."""

    invitation: InvitedView
    link: str
    mailed: bool


class Change(Payload):
    """What is left out stays."""

    name: Annotated[Name, Field(max_length=120)] | None = None
    roles: Roles | None = None
    is_active: StrictBool | None = None


class ResetLink(Reply):
    """Opens the page on which the colleague chooses a new password, once, for an hour."""

    link: str


async def list_people(request: web.Request) -> web.Response:
    """A page of the organisation's people."""
    query = read_query(request, ColleaguesQuery)
    where = Where(
        equals={} if query.status is None else {"state": query.status},
        begins={"email": query.search} if query.search else {},
    )
    page = (
        await core_of(request)
        .storage.documents.of(ACCOUNTS, organisation_of(request))
        .page(
            where, Order(query.sort, query.order == "desc"), limit=query.limit, offset=query.offset
        )
    )
    return reply(
        Paged[PersonView].of(query, [person_of(found) for found in page.items], page.total)
    )


async def list_invited(request: web.Request) -> web.Response:
    """A page of invitations that nobody has accepted yet, expired ones included."""
    query = read_query(request, PageQuery)
    mine = core_of(request).storage.documents.of(PENDING, organisation_of(request))
    page = await mine.page(order=Order("created_at"), limit=query.limit, offset=query.offset)
    return reply(Paged[InvitedView].of(query, [_invited(one) for one in page.items], page.total))


async def invite(request: web.Request) -> web.Response:
    """Invite a colleague; invited again, the earlier link is void."""
    services, staff = core_of(request), staff_of(request)
    body = await read_body(request, NewInvitation)
    if Role.ADMINISTRATOR in body.roles and Role.ADMINISTRATOR not in staff.roles:
        raise Forbidden("Only an administrator makes somebody an administrator.")
    stored, link = await pending.invite(
        services, staff.organisation_id, staff.username, email=body.email, roles=body.roles
    )
    await audit(request, "colleague_invited", stored.document_id, roles=list(body.roles))
    mailed = not services.outbox.disabled
    return reply(InvitedReply(invitation=_invited(stored), link=link, mailed=mailed), status=201)


async def revoke(request: web.Request) -> web.Response:
    """Take an invitation back; its link opens nothing any more."""
    services, invitation_id = core_of(request), request.match_info["invitation_id"]
    mine = services.storage.documents.of(PENDING, organisation_of(request))
    if not await mine.delete(invitation_id):
        raise NotFound("Invitation", invitation_id)
    await services.outbox.forget(organisation_of(request), invitation_id)
    await audit(request, "invitation_revoked", invitation_id)
    return web.Response(status=204)


async def change(request: web.Request) -> web.Response:
    """Change a colleague's name or roles, suspend, or let in again."""
    services, user_id = core_of(request), request.match_info["user_id"]
    body = await read_body(request, Change)
    found = await people.colleague(services, organisation_of(request), user_id)
    update = body.model_dump(exclude_none=True)
    if (active := update.pop("is_active", None)) is not None:
        update["state"] = AccountState.ACTIVE if active else AccountState.SUSPENDED
    changed = await people.change(services, staff_of(request), found, **update)
    await audit(request, "colleague_changed", user_id, **body.model_dump(exclude_none=True))
    return reply(person_of(changed))


async def remove(request: web.Request) -> web.Response:
    """Delete a colleague's account."""
    services, user_id = core_of(request), request.match_info["user_id"]
    found = await people.colleague(services, organisation_of(request), user_id)
    await people.remove(services, staff_of(request), found)
    await audit(request, "colleague_removed", user_id)
    return web.Response(status=204)


async def reset_link(request: web.Request) -> web.Response:
    """A link for a colleague who has forgotten the password, to be handed over."""
    services, user_id = core_of(request), request.match_info["user_id"]
    found = await people.colleague(services, organisation_of(request), user_id)
    people.may_touch(staff_of(request), found)
    link = await people.reset_link(services, found)
    await audit(request, "reset_link_made", user_id)
    return reply(ResetLink(link=link), status=201)


def person_of(found: Stored[Account]) -> PersonView:
    """The account as colleagues see it."""
    account = found.document
    return PersonView(
        user_id=found.document_id,
        username=account.username,
        email=account.email,
        name=account.name,
        roles=list(account.roles),
        status=account.state,
        created_at=account.created_at,
    )


def _invited(found: Stored[PendingAccount]) -> InvitedView:
    shown = set(InvitedView.model_fields) - {"invitation_id"}
    return InvitedView(invitation_id=found.document_id, **found.document.model_dump(include=shown))


def _route(method: str, path: str, handler: object, summary: str, **fields: object) -> Route:
    given: dict[str, object] = {"roles": OWNERS}
    return Route(
        method=method,
        path=path,
        handler=handler,  # type: ignore[arg-type]
        allow=STAFF,
        summary=summary,
        **(given | fields),  # type: ignore[arg-type]
    )


ONE, INVITED = f"{BASE}/{{user_id}}", f"{BASE}/invitations"
ROUTES = [
    _route(
        *("GET", BASE, list_people, "List colleagues"),
        roles=TEAM,
        query=ColleaguesQuery,
        response=Paged[PersonView],
        statuses=(422,),
    ),
    _route(
        *("GET", INVITED, list_invited, "List invitations of colleagues"),
        query=PageQuery,
        response=Paged[InvitedView],
        statuses=(422,),
    ),
    _route(
        *("POST", INVITED, invite, "Invite a colleague"),
        request=NewInvitation,
        response=InvitedReply,
        status=201,
        statuses=(400,),
    ),
    _route(
        *("DELETE", f"{INVITED}/{{invitation_id}}", revoke, "Revoke an invitation"),
        status=204,
        statuses=(404,),
    ),
    _route(
        *("PUT", ONE, change, "Change a colleague"),
        request=Change,
        response=PersonView,
        statuses=(400, 404),
    ),
    _route(*("DELETE", ONE, remove, "Remove a colleague"), status=204, statuses=(400, 404)),
    _route(
        *("POST", f"{ONE}/reset-link", reset_link, "Make a link for a new password"),
        response=ResetLink,
        status=201,
        statuses=(404,),
    ),
]
