"""Headers, CORS and the origin rule for everything that a browser might be tricked into."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from interview.errors import Forbidden
from server.edge.gate import GATE
from server.edge.logs import HEADER, PREPARED, REQUEST_ID
from server.settings import Settings

ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, X-API-Key, X-Request-Id"
ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"
EXPOSED_HEADERS = "Content-Disposition, ETag, Idempotency-Replayed, Retry-After, X-Request-Id"
PREFLIGHT_AGE_S = 600
HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(self), fullscreen=(self), geolocation=(), payment=(), usb=()"
    ),
}


def content_policy(settings: Settings, host: str) -> str:
    """The Content-Security-Policy: our own files only, no inline script, no style elements.

    Style attributes are allowed: views set widths and positions through them. `host` is named
    for sockets since old browsers do not take `'self'` for them.
    """
    connect = ["'self'"]
    if HOST.fullmatch(host):
        connect += [f"ws://{host}", f"wss://{host}"]
    if settings.livekit_url:
        parts = urlsplit(settings.livekit_url)
        connect += [f"{scheme}://{parts.netloc}" for scheme in ("ws", "wss", "http", "https")]
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            f"connect-src {' '.join(connect)}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: the headers of every response, streams and errors included."""
    request[PREPARED] = True
    settings = request.app[GATE].settings
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_policy(settings, request.host))
    response.headers.setdefault(HEADER, request.get(REQUEST_ID, ""))
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop(hdrs.SERVER, None)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin in settings.cors_origins:
        _allow_origin(response, str(origin))


def _allow_origin(response: web.StreamResponse, origin: str) -> None:
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers.add("Vary", "Origin")


@web.middleware
async def preflight(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer CORS preflights; origins that are not on the list get no permission."""
    asks = (
        request.method == hdrs.METH_OPTIONS and "Access-Control-Request-Method" in request.headers
    )
    if not asks:
        response: web.StreamResponse = await handler(request)
        return response
    if request.headers.get(hdrs.ORIGIN) not in request.app[GATE].settings.cors_origins:
        return web.Response(status=403)
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": ALLOWED_METHODS,
            "Access-Control-Allow-Headers": ALLOWED_HEADERS,
            "Access-Control-Max-Age": str(PREFLIGHT_AGE_S),
        },
    )


def check_origin(request: web.Request) -> None:
    """Refuse a browser on a foreign page. Programs send no Origin and pass: they hold a secret.

    Raises:
        Forbidden: The Origin is neither ours nor on the allow-list.
    """
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return
    settings = request.app[GATE].settings
    public = urlsplit(settings.resolved_public_url)
    ours = {f"{public.scheme}://{public.netloc}", *settings.cors_origins}
    same_host = urlsplit(origin).netloc == request.host and origin != "null"
    if origin not in ours and not same_host:
        raise Forbidden("This origin is not allowed.")
