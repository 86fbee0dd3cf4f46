"""The interface's own description: `/openapi.json` and `/docs`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import web

from server.edge.openapi import document
from server.edge.pages import documentation
from server.edge.routes import PUBLIC, ROUTE_LIST, Handler, Kind, Route
from server.platform.services import core_of
from server.version import ROOT

STYLE = ROOT / "server" / "edge" / "docs.css"
HOUR = {"Cache-Control": "public, max-age=3600"}


@dataclass(slots=True)
class Described:
    """The document and its page, made once; the lock lets one request make them."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    made: tuple[str, str] | None = None


DESCRIBED: web.AppKey[Described] = web.AppKey("described", Described)


async def openapi(request: web.Request) -> web.Response:
    """The OpenAPI 3.1 document."""
    text, _ = await _described(request)
    return web.Response(text=text, content_type="application/json")


async def docs(request: web.Request) -> web.Response:
    """The same for people; nothing is loaded from elsewhere."""
    _, page = await _described(request)
    return web.Response(text=page, content_type="text/html", charset="utf-8")


async def style(request: web.Request) -> web.Response:
    """The page's style sheet."""
    text = await asyncio.to_thread(STYLE.read_text, encoding="utf-8")
    return web.Response(text=text, content_type="text/css", headers=HOUR)


async def _described(request: web.Request) -> tuple[str, str]:
    """Both texts. Making them takes some 80 ms: in a thread, once."""
    kept, url = request.app[DESCRIBED], core_of(request).settings.resolved_public_url
    routes = request.app[ROUTE_LIST]
    async with kept.lock:
        if kept.made is None:
            kept.made = await asyncio.to_thread(_describe, routes, url)
        return kept.made


def _describe(routes: list[Route], url: str) -> tuple[str, str]:
    described = document(routes, url)
    return json.dumps(described), documentation(described)


def _public(path: str, handler: Handler, summary: str, kind: Kind = "page") -> Route:
    return Route(method="GET", path=path, handler=handler, allow=PUBLIC, summary=summary, kind=kind)


ROUTES = [
    _public("/openapi.json", openapi, "This description", "file"),
    _public("/docs", docs, "Documentation"),
    _public("/docs/docs.css", style, "Its style sheet"),
]
