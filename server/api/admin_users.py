"""Accounts of every organisation, for administrators: `/api/v1/admin/users` and their sign-in."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool, model_validator

from interview.accounts import (
    ACCOUNTS,
    ADMINISTRATORS,
    FOREVER,
    ORGANISATIONS,
    PENDING,
    Account,
    AccountState,
    Role,
    SubscriptionStatus,
)
from interview.errors import Forbidden, NotFound
from interview.ports.documents import Between, DocumentsOf, Everywhere, Order, Stored, Value, Where
from server.api import auth
from server.api.colleagues import Roles
from server.api.registration import Password, Username
from server.edge.audit import audit
from server.edge.auth import accounts
from server.edge.errors import Unprocessable
from server.edge.paging import MAX_OFFSET, Paged, PageQuery
from server.edge.routes import (
    PUBLIC,
    STAFF,
    Payload,
    Reply,
    Route,
    read_body,
    read_query,
    reply,
    staff_of,
)
from server.platform.accounts import pending, people, subscription
from server.platform.accounts.company import company_name
from server.platform.services import CoreServices, core_of
from server.text import Email, Line, Name

BASE = "/api/v1/admin/users"
Settable = Literal["active", "trial", "past_due", "inactive", "canceled"]
Beginning = Annotated[Line, Field(min_length=1, max_length=254)]


class UsersQuery(PageQuery):
    """A page of users. `search`: how an e-mail address begins; `company`: how its name begins."""

    limit: int = Field(default=100, ge=1, le=1_000)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)
    status: AccountState | None = None
    subscription_status: SubscriptionStatus | None = None
    search: Beginning | None = None
    company: Beginning | None = None
    organisation_id: Annotated[Line, Field(max_length=64)] | None = None
    created_after: AwareDatetime | None = None
    created_before: AwareDatetime | None = None
    sort: Literal["created_at", "username", "email", "name", "state"] = "created_at"
    order: Literal["asc", "desc"] = "desc"


class AdminUser(Reply):
    """An account as administrators see it."""

    id: str
    username: str
    email: str
    name: str
    company: str
    organisation_id: str
    roles: list[Role]
    is_active: bool
    status: AccountState
    subscription_status: SubscriptionStatus
    subscription_plan: str | None
    subscription_end_date: AwareDatetime | None
    created_at: AwareDatetime


class NewUser(Payload):
    """Without `organisation_id` a new organisation `company` is made, with this user as owner."""

    username: Username
    email: Email
    name: Annotated[Line, Field(max_length=120)] = ""
    password: Password | None = None
    company: Annotated[Name, Field(max_length=120)] | None = None
    organisation_id: Annotated[Line, Field(min_length=1, max_length=64)] | None = None
    roles: Roles = (Role.OWNER,)

    @model_validator(mode="after")
    def _one_company(self) -> Self:
        if (self.company is None) == (self.organisation_id is None):
            raise ValueError("give either company or organisation_id")
        return self


class MadeUser(Reply):
    """`one_time_password` is there when none was given: it is shown once and must be changed."""

    user: AdminUser
    one_time_password: str | None


class UserChange(Payload):
    """What is left out stays; the user name never changes. `company` renames the organisation.

    The subscription is of the whole organisation: what you have agreed with it. An end that is set
    without a status makes it active until then; `null` is no end. Where it does not run (inactive,
    canceled, or ended) its people may only sign in, and its keys open nothing.
    """

    email: Email | None = None
    name: Annotated[Line, Field(max_length=120)] | None = None
    company: Annotated[Name, Field(max_length=120)] | None = None
    roles: Roles | None = None
    is_active: StrictBool | None = None
    subscription_plan: Annotated[Line, Field(max_length=60)] | None = None
    subscription_status: Settable | None = None
    subscription_end_date: Annotated[AwareDatetime, Field(lt=FOREVER)] | None = None


class PendingView(Reply):
    """An account that waits: `kind` says for what."""

    id: str
    username: str
    email: str
    company: str
    kind: Literal["registration", "invitation"]
    created_at: AwareDatetime
    expires_at: AwareDatetime
    expired: bool


async def log_in(request: web.Request) -> web.Response:
    """Sign in as an administrator; others are refused even with the right password."""
    return await auth.signed_in(request, Role.ADMINISTRATOR)


async def list_users(request: web.Request) -> web.Response:
    """A page of users of all organisations."""
    services, query = core_of(request), read_query(request, UsersQuery)
    scope = await _scope(services, query)
    if scope is None:
        return reply(Paged[AdminUser].of(query, [], 0))
    equals: dict[str, Value] = {} if query.status is None else {"state": query.status}
    within = {"created_at": Between(query.created_after, query.created_before)}
    if query.subscription_status is not None:
        wanted, ends = subscription.stored_as(query.subscription_status, services.clock())
        if any(equals.get(name, value) != value for name, value in wanted.items()):
            return reply(Paged[AdminUser].of(query, [], 0))
        equals, within = equals | wanted, within | {"subscription_ends_at": ends}
    where = Where(
        equals=equals,
        within=within,
        begins={"email": query.search} if query.search else {},
    )
    order = Order(query.sort, query.order == "desc")
    page = await scope.page(where, order, limit=query.limit, offset=query.offset)
    named: dict[str, str] = {}
    items = [await _view(services, found, named) for found in page.items]
    return reply(Paged[AdminUser].of(query, items, page.total))


async def list_pending(request: web.Request) -> web.Response:
    """A page of accounts that wait, the newest first."""
    services, query = core_of(request), read_query(request, PageQuery)
    page = await services.storage.documents.everywhere(PENDING).page(
        order=Order("created_at", True), limit=query.limit, offset=query.offset
    )
    now = services.clock()
    items = [
        PendingView(
            id=found.document_id,
            username=found.document.username,
            email=found.document.email,
            company=found.document.organisation_name,
            kind="invitation" if found.document.invited_by else "registration",
            created_at=found.document.created_at,
            expires_at=found.document.expires_at,
            expired=found.document.expires_at <= now,
        )
        for found in page.items
    ]
    return reply(Paged[PendingView].of(query, items, page.total))


async def activate(request: web.Request) -> web.Response:
    """Make the account of who registered, whether the address was confirmed or not."""
    services, user_id = core_of(request), request.match_info["user_id"]
    found = await services.storage.documents.everywhere(PENDING).get(user_id)
    if found is None:
        raise NotFound("Pending account", user_id)
    made = await pending.activate(services, found)
    await audit(request, "account_activated", user_id, of=made.organisation_id)
    return reply(await _view(services, made, {}))


async def drop(request: web.Request) -> web.Response:
    """Refuse a pending account; its link opens nothing any more."""
    services, user_id = core_of(request), request.match_info["user_id"]
    found = await services.storage.documents.everywhere(PENDING).get(user_id)
    if found is None:
        raise NotFound("Pending account", user_id)
    await services.storage.documents.of(PENDING, found.organisation_id).delete(user_id)
    await services.outbox.forget(found.organisation_id, user_id)
    await audit(request, "pending_account_refused", user_id)
    return web.Response(status=204)


async def one_user(request: web.Request) -> web.Response:
    """One user."""
    services = core_of(request)
    return reply(await _view(services, await _user(request), {}))


async def create(request: web.Request) -> web.Response:
    """Make an account at once."""
    services, body = core_of(request), await read_body(request, NewUser)
    made, password = await people.create(
        services,
        organisation_id=body.organisation_id,
        company=body.company or "",
        username=body.username,
        email=body.email,
        name=body.name,
        roles=body.roles,
        password=body.password,
    )
    await audit(request, "account_created", made.document_id, roles=list(body.roles))
    view = await _view(services, made, {})
    return reply(MadeUser(user=view, one_time_password=password), status=201)


async def change(request: web.Request) -> web.Response:
    """Change a user; suspended stays suspended until somebody sets `is_active` again."""
    services, found = core_of(request), await _user(request)
    body = await read_body(request, UserChange)
    update = body.model_dump(exclude_none=True, include={"email", "name", "roles"})
    if body.is_active is not None:
        update["state"] = AccountState.ACTIVE if body.is_active else AccountState.SUSPENDED
    changed = await people.change(services, staff_of(request), found, **update)
    if agreed := _agreed(body):
        await subscription.subscribe(services, found.organisation_id, **agreed)
        changed = await _user(request)
    if body.company is not None:
        await people.rename(services, found.organisation_id, body.company)
    fields = sorted(body.model_dump(exclude_unset=True))
    await audit(request, "account_changed", found.document_id, fields=fields)
    return reply(await _view(services, changed, {}))


def _agreed(body: UserChange) -> dict[str, object]:
    """What changes of the organisation's subscription."""
    agreed: dict[str, object] = {}
    if body.subscription_plan is not None:
        agreed["subscription_plan"] = body.subscription_plan
    if body.subscription_status is not None:
        agreed["subscription_status"] = SubscriptionStatus(body.subscription_status)
    if "subscription_end_date" in body.model_fields_set:
        agreed["subscription_ends_at"] = body.subscription_end_date or FOREVER
        if body.subscription_end_date is not None:
            agreed.setdefault("subscription_status", SubscriptionStatus.ACTIVE)
    return agreed


async def remove(request: web.Request) -> web.Response:
    """Delete an account; not one's own."""
    services, found = core_of(request), await _user(request)
    if found.document_id == staff_of(request).user_id:
        raise Forbidden("Nobody deletes the own account.")
    await people.remove(services, staff_of(request), found)
    await audit(request, "account_removed", found.document_id)
    return web.Response(status=204)


async def _user(request: web.Request) -> Stored[Account]:
    user_id = request.match_info["user_id"]
    found = await accounts.by_id(core_of(request).storage.documents, user_id)
    if found is None:
        raise NotFound("User", user_id)
    return found


async def _scope(
    services: CoreServices, query: UsersQuery
) -> Everywhere[Account] | DocumentsOf[Account] | None:
    """Whose accounts are asked for; None when no company has that name."""
    documents, own = services.storage.documents, query.organisation_id
    if query.company is not None:
        found = await documents.everywhere(ORGANISATIONS).page(
            Where(begins={"name": query.company}), Order("name"), limit=2
        )
        if not found.items:
            return None
        if found.total > 1:
            raise Unprocessable("company", "several begin so; name one by organisation_id")
        own = found.items[0].organisation_id
    return documents.everywhere(ACCOUNTS) if own is None else documents.of(ACCOUNTS, own)


async def _view(services: CoreServices, found: Stored[Account], named: dict[str, str]) -> AdminUser:
    """`named` remembers the names of organisations within a list."""
    own, account = found.organisation_id, found.document
    if own not in named:
        named[own] = await company_name(services.storage.documents, own, "")
    return AdminUser(
        id=found.document_id,
        username=account.username,
        email=account.email,
        name=account.name,
        company=named[own],
        organisation_id=own,
        roles=list(account.roles),
        is_active=account.active,
        status=account.state,
        created_at=account.created_at,
        **subscription.subscription_view(account, services.clock()),
    )


def _route(method: str, path: str, handler: object, summary: str, **fields: object) -> Route:
    return Route(
        method=method,
        path=path,
        handler=handler,  # type: ignore[arg-type]
        allow=STAFF,
        roles=ADMINISTRATORS,
        summary=summary,
        **fields,  # type: ignore[arg-type]
    )


WAITING, ONE = f"{BASE}/pending", f"{BASE}/{{user_id}}"
ROUTES = [
    Route(
        method="POST",
        path="/api/v1/admin/auth/login",
        handler=log_in,
        allow=PUBLIC,
        summary="Sign in as an administrator",
        request=auth.LoginForm,
        response=auth.LoginReply,
        statuses=(400, 401, 403, 429),
        consumes=("application/x-www-form-urlencoded", "application/json"),
    ),
    _route(
        *("POST", "/api/v1/admin/auth/change-password", auth.change_password),
        "Change the own password",
        request=auth.PasswordChange,
        response=auth.LoginReply,
        statuses=(400, 429),
    ),
    _route(
        *("GET", WAITING, list_pending, "List accounts that wait"),
        query=PageQuery,
        response=Paged[PendingView],
        statuses=(422,),
    ),
    _route(
        *("POST", f"{WAITING}/{{user_id}}/activate", activate, "Activate an account"),
        response=AdminUser,
        statuses=(400, 404, 409),
    ),
    _route(
        *("DELETE", f"{WAITING}/{{user_id}}", drop, "Refuse a pending account"),
        status=204,
        statuses=(404,),
    ),
    _route(
        *("GET", BASE, list_users, "List users"),
        query=UsersQuery,
        response=Paged[AdminUser],
        statuses=(422,),
    ),
    _route(
        *("POST", BASE, create, "Create a user"),
        request=NewUser,
        response=MadeUser,
        status=201,
        statuses=(400,),
    ),
    _route(*("GET", ONE, one_user, "One user"), response=AdminUser, statuses=(404,)),
    _route(
        *("PUT", ONE, change, "Change a user"),
        request=UserChange,
        response=AdminUser,
        statuses=(400, 404),
    ),
    _route(*("DELETE", ONE, remove, "Delete a user"), status=204, statuses=(400, 404)),
]
