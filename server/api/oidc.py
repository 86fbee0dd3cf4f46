"""Signing in through another party: `/api/v1/auth/oidc/*`, for browsers."""

from __future__ import annotations

import uuid

from aiohttp import web

from interview.errors import VivaError
from server.api.auth import keep_signed_in
from server.edge.audit import audit
from server.edge.auth import login as signing
from server.edge.auth import oidc
from server.edge.routes import PUBLIC, Route
from server.platform.services import core_of

COOKIE = "viva_oidc"
PATH = "/api/v1/auth/oidc"


async def start(request: web.Request) -> web.Response:
    """To the other party, and back to the callback."""
    services = core_of(request)
    begun = await oidc.begin(services)
    response = web.Response(status=302, headers={"Location": begun.address})
    response.set_cookie(
        COOKIE,
        begun.state,
        path=PATH,
        max_age=oidc.BEGUN_S,
        httponly=True,
        samesite="Lax",  # the other party's redirect brings it along
        secure=services.settings.resolved_public_url.startswith("https://"),
    )
    return response


async def callback(request: web.Request) -> web.Response:
    """Back from the other party: into the desk, or to the sign-in page with the reason."""
    services, query = core_of(request), request.query
    state, code = query.get("state", "")[:256], query.get("code", "")[:4_096]
    try:
        oidc.must_be_set_up(services)
        found = await oidc.complete(
            services, state=state, kept=request.cookies.get(COOKIE, ""), code=code
        )
    except VivaError as error:
        await audit(request, "login_failed", "account", actor="anyone", code=error.code)
        where = f"/staff/login?why={error.code}"  # the page has the words: no link brings its own
        response = web.Response(status=302, headers={"Location": where})
        response.del_cookie(COOKIE, path=PATH)
        return response
    granted = signing.grant(services, found, uuid.uuid4().hex)
    actor, own = f"staff:{found.document.username}", found.organisation_id
    await audit(request, "login", "account", actor=actor, of=own, through="oidc")
    response = web.Response(status=302, headers={"Location": "/staff"})
    keep_signed_in(services, response, granted)
    response.del_cookie(COOKIE, path=PATH)
    return response


ROUTES = [
    Route(
        method="GET",
        path=f"{PATH}/start",
        handler=start,
        allow=PUBLIC,
        summary="Sign in through another party",
        kind="page",
        produces="text/html",
        status=302,
        statuses=(409, 429, 503),
        rate="auth",
    ),
    Route(
        method="GET",
        path=f"{PATH}/callback",
        handler=callback,
        allow=PUBLIC,
        summary="Back from the other party",
        kind="page",
        produces="text/html",
        status=302,
        statuses=(429, 503),
        rate="auth",
    ),
]
