"""Coming in: registration, invitations of colleagues, forgotten passwords. All without an account.

Links carry their secret in the fragment; pages send it in a body, so no log sees it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictStr

from interview.accounts import Account, Role
from interview.errors import NotFound
from interview.ports.documents import Stored
from server.edge.audit import audit
from server.edge.auth.passwords import MAX_PASSWORD_CHARS
from server.edge.routes import PUBLIC, Payload, Reply, Route, read_body, reply
from server.platform.accounts import pending, people
from server.platform.services import core_of
from server.text import Email, Name

BASE = "/api/v1/auth"
Password = Annotated[StrictStr, Field(min_length=1, max_length=MAX_PASSWORD_CHARS)]
Username = Annotated[Name, Field(max_length=254, pattern=r"^\S+$")]
Token = Annotated[StrictStr, Field(min_length=1, max_length=128)]


class Registration(Payload):
    """A new company and its first owner. The password has at least 8 characters."""

    username: Username
    password: Password
    email: Email
    company: Annotated[Name, Field(max_length=120)]


class Registered(Reply):
    """A pending account. `activation`: by the mailed link, or by an administrator."""

    username: str
    email: str
    company: str
    expiration_date: AwareDatetime
    activation: Literal["mail", "administrator"]


class EmailBody(Payload):
    """Whose address."""

    email: Email


class TokenBody(Payload):
    """What stands in the link after `#t=`."""

    token: Token


class Acceptance(TokenBody):
    """The colleague's own choices; the user name is the e-mail address unless given."""

    password: Password
    name: Annotated[Name, Field(max_length=120)]
    username: Username | None = None


class NewPassword(TokenBody):
    """`new_password` has at least 8 characters."""

    new_password: Password


class InvitationView(Reply):
    """Who is invited, to what, by whom."""

    email: str
    organisation: str
    invited_by: str
    roles: list[Role]
    expires_at: AwareDatetime


class Entered(Reply):
    """The account is there: sign in."""

    status: Literal["success"] = "success"
    username: str
    company: str = ""


class Said(Reply):
    """It is done, as far as one may know."""

    status: Literal["success"] = "success"
    message: str


async def register(request: web.Request) -> web.Response:
    """Store a pending account; it becomes one when the address is confirmed within 48 hours."""
    services, body = core_of(request), await read_body(request, Registration)
    stored = await pending.register(
        services,
        username=body.username,
        email=body.email,
        password=body.password,
        company=body.company,
    )
    found = stored.document
    await audit(request, "registered", stored.document_id, of=stored.organisation_id)
    return reply(
        Registered(
            username=found.username,
            email=found.email,
            company=found.organisation_name,
            expiration_date=found.expires_at,
            activation="mail" if pending.verified_by_mail(services) else "administrator",
        ),
        status=201,
    )


async def resend(request: web.Request) -> web.Response:
    """Mail the link again; the earlier one is void. The answer says nothing of who registered."""
    body = await read_body(request, EmailBody)
    await pending.resend(core_of(request), body.email)
    return reply(
        Said(message="If somebody registered with this address, a new link is on its way.")
    )


async def verify(request: web.Request) -> web.Response:
    """Confirm the address; the account is there from now on."""
    body = await read_body(request, TokenBody)
    made = await pending.verify(core_of(request), body.token)
    await _came(request, made, "account_verified")
    return reply(Entered(username=made.document.username))


async def invitation(request: web.Request) -> web.Response:
    """What an invitation says, without using it up."""
    found = await pending.look(core_of(request), (await read_body(request, TokenBody)).token)
    if not found.invited_by:
        raise NotFound("Invitation", "behind this link")
    return reply(
        InvitationView(
            email=found.email,
            organisation=found.organisation_name,
            invited_by=found.invited_by,
            roles=list(found.roles),
            expires_at=found.expires_at,
        )
    )


async def accept(request: web.Request) -> web.Response:
    """Choose a password and a name; the account is there from now on."""
    body = await read_body(request, Acceptance)
    made = await pending.accept(
        core_of(request),
        body.token,
        username=body.username,
        name=body.name,
        password=body.password,
    )
    await _came(request, made, "invitation_accepted")
    return reply(Entered(username=made.document.username))


async def forgotten(request: web.Request) -> web.Response:
    """Mail a link for a new password. The answer says nothing of who has an account."""
    body = await read_body(request, EmailBody)
    await people.forgotten(core_of(request), body.email)
    return reply(Said(message="If there is an account with this address, a link is on its way."))


async def reset(request: web.Request) -> web.Response:
    """Choose a new password; every sign-in of before is void."""
    body = await read_body(request, NewPassword)
    changed = await people.reset(core_of(request), body.token, body.new_password)
    await _came(request, changed, "password_reset")
    return reply(Entered(username=changed.document.username))


async def _came(request: web.Request, who: Stored[Account], action: str) -> None:
    actor = f"staff:{who.document.username}"
    await audit(request, action, who.document_id, actor=actor, of=who.organisation_id)


def _public(path: str, handler: object, summary: str, **fields: object) -> Route:
    given: dict[str, object] = {"response": Said, "statuses": (400, 429)}
    return Route(
        method="POST",
        path=path,
        handler=handler,  # type: ignore[arg-type]
        allow=PUBLIC,
        summary=summary,
        rate="auth",
        **(given | fields),  # type: ignore[arg-type]
    )


NEW = {"request": Registration, "response": Registered, "status": 201}
NEW |= {"statuses": (400, 403, 429)}
ROUTES = [
    _public(f"{BASE}/registration/", register, "Register a company", **NEW),
    _public(f"{BASE}/registration", register, "Register a company", **NEW, hidden=True),
    _public(f"{BASE}/registration/resend", resend, "Send the link again", request=EmailBody),
    _public(
        f"{BASE}/registration/verify",
        verify,
        "Confirm the e-mail address",
        request=TokenBody,
        response=Entered,
        statuses=(400, 403, 404, 409, 410, 429),
    ),
    _public(
        f"{BASE}/invitation",
        invitation,
        "Read an invitation",
        request=TokenBody,
        response=InvitationView,
        statuses=(400, 404, 410, 429),
    ),
    _public(
        f"{BASE}/invitation/accept",
        accept,
        "Accept an invitation",
        request=Acceptance,
        response=Entered,
        statuses=(400, 404, 409, 410, 429),
    ),
    _public(
        f"{BASE}/forgotten-password",
        forgotten,
        "Ask for a new password",
        request=EmailBody,
        statuses=(400, 409, 429),
    ),
    _public(
        f"{BASE}/reset-password",
        reset,
        "Choose a new password",
        request=NewPassword,
        response=Entered,
        statuses=(400, 401, 429),
    ),
]
