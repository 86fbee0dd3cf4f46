"""Theme, settings and profile: `/api/v1/interviewer/settings…` and `/profile`."""

from __future__ import annotations

import re
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import Field, StrictStr, field_validator

from interview.accounts import OWNERS
from interview.errors import NotFound
from server.api.whose import matching
from server.edge.audit import audit
from server.edge.auth import accounts
from server.edge.auth.principals import Staff
from server.edge.etags import seen_revision, tagged
from server.edge.routes import (
    PUBLIC,
    STAFF,
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    reply,
)
from server.platform.accounts.company import company_name
from server.platform.interviews.appearance import (
    LOGOS,
    MAX_LOGO_BYTES,
    TYPES,
    Colour,
    Theme,
    Usual,
    hard_to_read,
    keep_logo,
    logo_key,
    profile_of,
    theme_of,
    time_zone,
    usual_of,
)
from server.platform.services import core_of
from server.text import Line

BASE = "/api/v1/interviewer"
DEFAULT = Theme()
NAME = re.compile(r"[0-9a-f]{32}\.(png|jpeg|webp)")


class ThemeBody(Payload):
    """What is to be otherwise; what is left out stays. `company_logo`: a data URL, or null."""

    primary_color: Colour = DEFAULT.primary_color
    accent_color: Colour = DEFAULT.accent_color
    background_color: Colour = DEFAULT.background_color
    text_color: Colour = DEFAULT.text_color
    company_logo: Annotated[StrictStr, Field(max_length=2 * MAX_LOGO_BYTES)] | None = None


class ThemeReply(Reply):
    """Colours and where the logo is; `warnings` say what could not be read by everybody."""

    primary_color: str
    accent_color: str
    background_color: str
    text_color: str
    company_logo: str | None
    warnings: list[str] = []


class SettingsBody(Usual):
    """What is to be otherwise; what is left out stays."""


class SettingsReply(Usual):
    """What new interviews and invitations begin with."""


class ProfileBody(Payload):
    """What is to be otherwise; what is left out stays."""

    display_name: Annotated[Line, Field(max_length=200)] = ""
    job_title: Annotated[Line, Field(max_length=200)] = ""
    phone: Annotated[Line, Field(max_length=60)] = ""
    time_zone: Annotated[Line, Field(max_length=80)] = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        return time_zone(value).key


class ProfileReply(Reply):
    """The person who is signed in."""

    username: str
    email: str
    display_name: str
    job_title: str
    phone: str
    time_zone: str
    company: str
    role: str


def theme_reply(request: web.Request, theme: Theme) -> ThemeReply:
    """The theme as pages read it; the logo's whole address."""
    return ThemeReply(
        primary_color=theme.primary_color,
        accent_color=theme.accent_color,
        background_color=theme.background_color,
        text_color=theme.text_color,
        company_logo=logo_address(request, theme),
        warnings=hard_to_read(theme),
    )


def logo_address(request: web.Request, theme: Theme) -> str | None:
    """The whole address of the logo, so that it works in a mail too."""
    url = core_of(request).settings.resolved_public_url
    return f"{url}{theme.logo_url}" if theme.logo_url else None


async def read_theme(request: web.Request) -> web.Response:
    """How candidates see the organisation."""
    stored = await theme_of(core_of(request), organisation_of(request)).get()
    return tagged(reply(theme_reply(request, stored.document)), stored.revision)


async def put_theme(request: web.Request) -> web.Response:
    """Change colours and logo."""
    body = await read_body(request, ThemeBody)
    services, organisation_id = core_of(request), organisation_of(request)
    kept = theme_of(services, organisation_id)
    before = await kept.get()
    sent = {n: getattr(body, n) for n in body.model_fields_set if n != "company_logo"}
    if "company_logo" in body.model_fields_set and body.company_logo != logo_address(
        request, before.document
    ):
        sent["logo"] = (
            await keep_logo(services, organisation_id, body.company_logo)
            if body.company_logo
            else None
        )
    return await _theme_put(request, before.document.model_copy(update=sent))


async def delete_logo(request: web.Request) -> web.Response:
    """Show no logo any more."""
    kept = theme_of(core_of(request), organisation_of(request))
    before = await kept.get()
    if before.document.logo is None:
        raise NotFound("Logo", "of this organisation")
    await _theme_put(request, before.document.model_copy(update={"logo": None}))
    return web.Response(status=204)


async def _theme_put(request: web.Request, theme: Theme) -> web.Response:
    services = core_of(request)
    kept = theme_of(services, organisation_of(request))
    before, revision = (await kept.get()).document, seen_revision(request)
    stored = await matching(revision, kept.put(theme, revision))
    if before.logo and before.logo != theme.logo:
        await services.blobs.delete(logo_key(before.logo))
    await audit(request, "theme_changed", "theme")
    return tagged(reply(theme_reply(request, stored.document)), stored.revision)


async def logo(request: web.Request) -> web.Response:
    """An organisation's logo; its name follows from its content."""
    name = request.match_info["name"]
    if not NAME.fullmatch(name):
        raise NotFound("Logo", name[:40])
    content = await core_of(request).blobs.get(logo_key(name))
    headers = {
        hdrs.CONTENT_TYPE: TYPES[name.rpartition(".")[2]],
        hdrs.CACHE_CONTROL: "public, max-age=86400",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return web.Response(body=content, headers=headers)


async def read_settings(request: web.Request) -> web.Response:
    """What new interviews and invitations begin with."""
    stored = await usual_of(core_of(request), organisation_of(request)).get()
    return tagged(reply(SettingsReply(**stored.document.model_dump())), stored.revision)


async def put_settings(request: web.Request) -> web.Response:
    """Change it."""
    body = await read_body(request, SettingsBody)
    kept, revision = (
        usual_of(core_of(request), organisation_of(request)),
        seen_revision(request),
    )
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    after = Usual(**(await kept.get()).document.model_copy(update=sent).model_dump())
    stored = await matching(revision, kept.put(after, revision))
    await audit(request, "settings_changed", "settings")
    return tagged(reply(SettingsReply(**stored.document.model_dump())), stored.revision)


async def read_profile(request: web.Request) -> web.Response:
    """Who is signed in, and what they say of themselves."""
    staff = _staff(request)
    kept = profile_of(core_of(request), organisation_of(request), staff.username)
    stored = await kept.get()
    shown = await _profile(request, stored.document.model_dump(), staff)
    return tagged(reply(shown), stored.revision)


async def put_profile(request: web.Request) -> web.Response:
    """Change it. Name, e-mail and role of the account are changed elsewhere."""
    body, staff = await read_body(request, ProfileBody), _staff(request)
    kept = profile_of(core_of(request), organisation_of(request), staff.username)
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    after, revision = (
        (await kept.get()).document.model_copy(update=sent),
        seen_revision(request),
    )
    stored = await matching(revision, kept.put(after, revision))
    await audit(request, "profile_changed", "account")
    shown = await _profile(request, stored.document.model_dump(), staff)
    return tagged(reply(shown), stored.revision)


async def _profile(request: web.Request, fields: dict[str, str], staff: Staff) -> ProfileReply:
    services = core_of(request)
    documents, company = services.storage.documents, services.settings.company
    account = await accounts.by_id(documents, staff.user_id)
    return ProfileReply(
        **fields,
        email=account.document.email if account is not None else staff.username,
        company=await company_name(documents, staff.organisation_id, company),
        role=staff.role,
    )


def _staff(request: web.Request) -> Staff:
    principal = principal_of(request)
    assert isinstance(principal, Staff)
    return principal


ROUTES = [
    Route(
        method="GET",
        path=BASE + "/settings/theme",
        handler=read_theme,
        allow=STAFF_OR_SERVICE,
        summary="Colours and logo",
        response=ThemeReply,
    ),
    Route(
        method="PUT",
        path=BASE + "/settings/theme",
        handler=put_theme,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Change colours and logo",
        description="A logo is a png, jpeg or webp of at most 512 KiB and 2,000 pixels to a side.",
        request=ThemeBody,
        response=ThemeReply,
        replaces=True,
        statuses=(400, 409),
    ),
    Route(
        method="DELETE",
        path=BASE + "/settings/theme/logo",
        handler=delete_logo,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Remove the logo",
        status=204,
        replaces=True,
        statuses=(404, 409),
    ),
    Route(
        method="GET",
        path=LOGOS + "/{name}",
        handler=logo,
        allow=PUBLIC,
        summary="An organisation's logo",
        kind="file",
        statuses=(404,),
        produces="image/png",
    ),
    Route(
        method="GET",
        path=BASE + "/settings",
        handler=read_settings,
        allow=STAFF_OR_SERVICE,
        summary="What new interviews begin with",
        response=SettingsReply,
    ),
    Route(
        method="PUT",
        path=BASE + "/settings",
        handler=put_settings,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Change what new interviews begin with",
        request=SettingsBody,
        response=SettingsReply,
        replaces=True,
        statuses=(400, 409),
    ),
    Route(
        method="GET",
        path=BASE + "/profile",
        handler=read_profile,
        allow=STAFF,
        summary="The own profile",
        response=ProfileReply,
    ),
    Route(
        method="PUT",
        path=BASE + "/profile",
        handler=put_profile,
        allow=STAFF,
        summary="Change the own profile",
        request=ProfileBody,
        response=ProfileReply,
        replaces=True,
        statuses=(400, 409),
    ),
]
