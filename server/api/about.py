"""Who interviews here, for every page of the candidate: name, logo, contact, privacy."""

from __future__ import annotations

import asyncio
from html import escape

from aiohttp import hdrs, web

from interview.errors import NotFound
from server.edge.pages import HEAD, LOGO, OWN_PRIVACY, whose
from server.edge.routes import PUBLIC, Reply, Route, reply
from server.platform.services import core_of
from server.settings import LOGO_TYPES, Settings, consent_paragraphs


class About(Reply):
    """Nothing of it is secret; `contact_email` and `logo_url` are null where none is set.

    `sign_in_with`: the party through which staff may sign in.
    """

    company: str
    contact_email: str | None
    privacy_url: str
    logo_url: str | None
    sign_in_with: str | None


async def about(request: web.Request) -> web.Response:
    """Who interviews."""
    settings = core_of(request).settings
    return reply(
        About(
            company=settings.company,
            contact_email=settings.contact_email,
            privacy_url=settings.privacy_url or OWN_PRIVACY,
            logo_url=LOGO if settings.logo_file is not None else None,
            sign_in_with=settings.oidc_name if settings.oidc_issuer is not None else None,
        )
    )


async def privacy(request: web.Request) -> web.Response:
    """What happens with what candidates say, as the consent tells it, and whom to ask."""
    text = privacy_page(core_of(request).settings)
    return web.Response(text=text, content_type="text/html", charset="utf-8")


async def logo(request: web.Request) -> web.Response:
    """The company's picture."""
    path = core_of(request).settings.logo_file
    if path is None:
        raise NotFound("Logo", "")
    content = await asyncio.to_thread(path.read_bytes)
    headers = {
        hdrs.CONTENT_TYPE: LOGO_TYPES[path.suffix.lower()],
        hdrs.CACHE_CONTROL: "public, max-age=3600",
        # An SVG may hold a script: it is a picture here and nothing else.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return web.Response(body=content, headers=headers)


def privacy_page(settings: Settings) -> str:
    """The page as HTML."""
    said = "".join(f"<p>{escape(text)}</p>" for text in consent_paragraphs(settings))
    contact = "Ask the person who invited you."
    if settings.contact_email:
        address = escape(settings.contact_email, quote=True)
        contact = f"Write to <a href='mailto:{address}'>{address}</a>."
    company = escape(settings.company)
    logo = LOGO if settings.logo_file is not None else None
    return (
        HEAD.format(title=f"Privacy: {company}")
        + f"<body class='notice'><main>{whose(settings.company, logo)}"
        + f"<h1>What {company} does with your interview</h1>{said}"
        + f"<h2>Questions, a copy, a correction, deletion</h2><p>{contact}</p>"
        + "</main></body></html>"
    )


ROUTES = [
    Route(
        method="GET",
        path="/api/about",
        handler=about,
        allow=PUBLIC,
        summary="Who interviews here",
        response=About,
    ),
    Route(
        method="GET",
        path=OWN_PRIVACY,
        handler=privacy,
        allow=PUBLIC,
        summary="Privacy",
        kind="page",
        produces="text/html",
    ),
    Route(
        method="GET",
        path=LOGO,
        handler=logo,
        allow=PUBLIC,
        summary="The company's logo",
        kind="file",
        statuses=(404,),
        produces="image/svg+xml",
    ),
]
