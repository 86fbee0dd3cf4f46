"""The web client: three pages and their files, built by `make web` into `web/dist`."""

from __future__ import annotations

from aiohttp import hdrs, web

from interview.errors import NotFound
from interview.threads import Threads
from server.edge import static
from server.edge.pages import missing_client
from server.edge.routes import PUBLIC, Handler, Route
from server.platform.services import services_of

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=3600"
# The pages' own: what evaluates, decodes or predicts never delays them.
_threads = Threads("pages", 2)


async def home(request: web.Request) -> web.Response:
    """Staff begin at their desk; candidates have a link."""
    raise web.HTTPFound("/staff")


async def staff_page(request: web.Request) -> web.StreamResponse:
    """The staff's page; it finds its view in the address."""
    return await _page(request, "staff.html")


async def candidate_page(request: web.Request) -> web.StreamResponse:
    """The candidate's page; the token is in the fragment and never reaches the server.

    A link that was cut opens it too: the page says what is wrong and whom to ask.
    """
    return await _page(request, "candidate.html")


async def portal_page(request: web.Request) -> web.StreamResponse:
    """Where an invitation or a shared job begins; what opens it is in the fragment."""
    return await _page(request, "portal.html")


async def asset(request: web.Request) -> web.StreamResponse:
    """A built file; its name holds a hash of its content."""
    return await _file(request, "assets/" + request.match_info["name"], IMMUTABLE)


async def icon(request: web.Request) -> web.StreamResponse:
    """The icon."""
    return await _file(request, "icon.svg", SHORT)


async def _page(request: web.Request, name: str) -> web.StreamResponse:
    try:
        return await _file(request, name, "no-cache")
    except NotFound:
        text = missing_client()
        return web.Response(text=text, status=503, content_type="text/html", charset="utf-8")


async def _file(request: web.Request, name: str, cache: str) -> web.StreamResponse:
    folder = services_of(request).web_dist
    accepts = request.headers.get(hdrs.ACCEPT_ENCODING, "")
    found = await _threads.run(static.find, folder, name, accepts)
    content = await _threads.run(found.path.read_bytes)
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    headers[hdrs.CONTENT_TYPE] = found.content_type
    if found.content_type.startswith("text/"):
        headers[hdrs.CONTENT_TYPE] += "; charset=utf-8"
    if found.encoding:
        headers[hdrs.CONTENT_ENCODING] = found.encoding
    return web.Response(body=content, headers=headers)


def _public(path: str, handler: Handler, summary: str) -> Route:
    return Route(
        method="GET",
        path=path,
        handler=handler,
        allow=PUBLIC,
        summary=summary,
        kind="page",
        produces="text/html",
    )


ROUTES = [
    _public("/", home, "Home"),
    _public("/staff", staff_page, "Staff"),
    _public("/staff/{view:.*}", staff_page, "Staff"),
    _public("/interview", candidate_page, "Candidate"),
    _public("/interview/{rest:.*}", candidate_page, "Candidate"),
    _public("/invitation", portal_page, "An invitation"),
    _public("/job", portal_page, "A shared job"),
    _public("/assets/{name:.+}", asset, "A file of the client"),
    _public("/icon.svg", icon, "Icon"),
]
