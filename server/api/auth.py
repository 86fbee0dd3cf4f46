"""Signing in: `/api/v1/auth/*`."""

from __future__ import annotations

from aiohttp import web
from pydantic import AwareDatetime, Field

from interview.accounts import EVERYBODY, Account, Role, SubscriptionStatus
from interview.errors import Forbidden, InvalidInput, Unauthenticated, VivaError
from interview.ports.documents import Stored
from server.edge.address import client_address
from server.edge.audit import audit
from server.edge.auth import accounts
from server.edge.auth import login as signing
from server.edge.auth.guard import principal_of_token
from server.edge.auth.passwords import MAX_PASSWORD_CHARS
from server.edge.auth.principals import Staff
from server.edge.bodies import read_form
from server.edge.routes import PUBLIC, STAFF, Payload, Reply, Route, read_body, reply, staff_of
from server.edge.security import check_origin
from server.platform.accounts.company import company_name
from server.platform.accounts.subscription import subscription_view
from server.platform.services import CoreServices, core_of

COOKIE = "viva_refresh"
COOKIE_PATH = "/api/v1/auth"
MAX_TOKEN_CHARS = 4_096
MAX_FORM_BYTES = 16 * 1024  # read from anybody


class LoginForm(Payload):
    """Sent as a form; JSON is understood too."""

    username: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=MAX_PASSWORD_CHARS)


class RefreshBody(Payload):
    """For programs; browsers send the cookie instead."""

    refresh_token: str | None = Field(default=None, max_length=MAX_TOKEN_CHARS)


class PasswordChange(Payload):
    """`new_password` has at least 8 characters."""

    current_password: str = Field(min_length=1, max_length=MAX_PASSWORD_CHARS)
    new_password: str = Field(min_length=1, max_length=MAX_PASSWORD_CHARS)


class UserView(Reply):
    """The account that is signed in; `role` is the first of `roles`.

    The subscription is what an administrator has noted for the organisation; `null`: nothing.
    """

    id: str
    username: str
    email: str
    name: str
    company: str
    organisation_id: str
    role: Role
    roles: list[Role]
    created_at: AwareDatetime
    must_change_password: bool
    subscription_status: SubscriptionStatus
    subscription_plan: str | None
    subscription_end_date: AwareDatetime | None


class LoginReply(Reply):
    """`refresh_token` is null for browsers: they have it as an HttpOnly cookie."""

    access_token: str
    token_type: str = "bearer"
    expires_in_s: int
    refresh_token: str | None
    user: UserView


class Message(Reply):
    """It is done."""

    status: str = "success"
    message: str


async def log_in(request: web.Request) -> web.Response:
    """Exchange name and password for tokens."""
    return await signed_in(request)


async def signed_in(request: web.Request, needed: Role | None = None) -> web.Response:
    """Sign in; with `needed` only those who have that role. Raises as `login.sign_in`."""
    services = core_of(request)
    form = await _login_form(request)
    await services.login_limiter.hit(client_address(request), form.username)
    try:
        grant = await signing.sign_in(services, form.username, form.password)
        if needed is not None and needed not in grant.stored.document.roles:
            raise Forbidden("Your role does not cover this.")
    except VivaError as error:
        await audit(request, "login_failed", "account", actor="anyone", code=error.code)
        raise
    await audit(
        request,
        "login",
        "account",
        actor=f"staff:{grant.stored.document.username}",
        of=grant.stored.organisation_id,
    )
    return await _granted(request, grant)


async def refresh(request: web.Request) -> web.Response:
    """Exchange a refresh token for a new pair."""
    grant = await signing.renew(core_of(request), await _refresh_token(request))
    return await _granted(request, grant)


async def log_out(request: web.Request) -> web.Response:
    """End the sign-in that the refresh or access token belongs to; its tokens are void at once."""
    services = core_of(request)
    family, username, organisation_id = await _family(request, services)
    await signing.revoke(services, family)
    await audit(request, "logout", "account", actor=f"staff:{username}", of=organisation_id)
    response = reply(Message(message="You have signed out."))
    response.del_cookie(COOKIE, path=COOKIE_PATH)
    return response


async def me(request: web.Request) -> web.Response:
    """The account that is signed in."""
    services = core_of(request)
    found = await accounts.by_id(services.storage.documents, staff_of(request).user_id)
    if found is None:
        raise Unauthenticated("This account is not active.")
    return reply(await _user(services, found))


async def change_password(request: web.Request) -> web.Response:
    """Change the own password; other sign-ins end, this one goes on with new tokens."""
    services, staff = core_of(request), staff_of(request)
    body = await read_body(request, PasswordChange)
    await services.login_limiter.hit(client_address(request), staff.username)
    changed = await signing.change_password(
        services, staff.user_id, body.current_password, body.new_password
    )
    await audit(request, "password_changed", "account")
    return await _granted(request, signing.grant(services, changed, staff.family))


async def _login_form(request: web.Request) -> LoginForm:
    if request.content_type == "application/json":
        return await read_body(request, LoginForm, MAX_FORM_BYTES)
    form = await read_form(request, MAX_FORM_BYTES)
    fields = {
        name: form.get(name, b"").decode("utf-8", "replace") for name in ("username", "password")
    }
    for name, value in fields.items():
        limit = MAX_PASSWORD_CHARS if name == "password" else 254
        if not 0 < len(value) <= limit:
            raise InvalidInput(name, f"is required and has at most {limit} characters")
    return LoginForm.model_validate(fields)


async def _refresh_token(request: web.Request) -> str:
    """From the body, else from the cookie (then only for pages of ours)."""
    body = RefreshBody()
    if request.can_read_body and request.content_type == "application/json":
        body = await read_body(request, RefreshBody, MAX_FORM_BYTES)
    if body.refresh_token:
        return body.refresh_token
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise Unauthenticated("Please sign in.")
    check_origin(request)
    return cookie


async def _family(request: web.Request, services: CoreServices) -> tuple[str, str, str]:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("bearer "):
        principal = await principal_of_token(services, header[7:].strip())
        if not isinstance(principal, Staff):
            raise Unauthenticated("Only staff sign in and out.")
        return principal.family, principal.username, principal.organisation_id
    family, user_id = signing.family_of(services, await _refresh_token(request))
    found = await accounts.by_id(services.storage.documents, user_id)
    if found is None:
        return family, "nobody", ""
    return family, found.document.username, found.organisation_id


async def _granted(request: web.Request, grant: signing.Grant) -> web.Response:
    services = core_of(request)
    browser = "Sec-Fetch-Site" in request.headers
    response = reply(
        LoginReply(
            access_token=grant.access,
            expires_in_s=grant.access_ttl_s,
            refresh_token=None if browser else grant.refresh,
            user=await _user(services, grant.stored),
        )
    )
    keep_signed_in(services, response, grant)
    return response


def keep_signed_in(services: CoreServices, response: web.Response, grant: signing.Grant) -> None:
    """Give the browser the refresh token, where no script can read it."""
    response.set_cookie(
        COOKIE,
        grant.refresh,
        path=COOKIE_PATH,
        max_age=grant.refresh_ttl_s,
        httponly=True,
        samesite="Strict",
        secure=services.settings.resolved_public_url.startswith("https://"),
    )


async def _user(services: CoreServices, stored: Stored[Account]) -> UserView:
    account, own = stored.document, stored.organisation_id
    company = await company_name(services.storage.documents, own, services.settings.company)
    return UserView(
        id=stored.document_id,
        username=account.username,
        email=account.email,
        name=account.name,
        company=company,
        organisation_id=own,
        role=account.role,
        roles=list(account.roles),
        created_at=account.created_at,
        must_change_password=account.must_change_password,
        **subscription_view(account, services.clock()),
    )


ROUTES = [
    Route(
        method="POST",
        path="/api/v1/auth/login",
        handler=log_in,
        allow=PUBLIC,
        summary="Sign in",
        description="At most 10 tries a minute for each address and user.",
        request=LoginForm,
        response=LoginReply,
        statuses=(400, 401, 403, 429),
        consumes=("application/x-www-form-urlencoded", "application/json"),
    ),
    Route(
        method="POST",
        path="/api/v1/auth/refresh",
        handler=refresh,
        allow=PUBLIC,
        summary="Get a new pair of tokens",
        description="Takes the refresh token from the body or the cookie; each works once.",
        request=RefreshBody,
        response=LoginReply,
        statuses=(401, 403),
    ),
    Route(
        method="POST",
        path="/api/v1/auth/logout",
        handler=log_out,
        allow=PUBLIC,
        summary="Sign out",
        description="Takes the refresh token (body or cookie) or the access token (header).",
        request=RefreshBody,
        response=Message,
        statuses=(401, 403),
    ),
    Route(
        method="GET",
        path="/api/v1/auth/me",
        handler=me,
        allow=STAFF,
        roles=EVERYBODY,
        summary="Who is signed in",
        response=UserView,
    ),
    Route(
        method="POST",
        path="/api/v1/auth/change-password",
        handler=change_password,
        allow=STAFF,
        roles=EVERYBODY,
        summary="Change the own password",
        request=PasswordChange,
        response=LoginReply,
        statuses=(400, 429),
    ),
]
