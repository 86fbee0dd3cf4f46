"""`ETag` and `If-Match`: whoever replaces something says which state of it they have seen."""

from __future__ import annotations

import re

from aiohttp import hdrs, web

from interview.errors import InvalidInput
from server.edge.errors import StateChanged

TAG = re.compile(r'(?:W/)?"r(\d{1,12})"')


def tagged(response: web.Response, revision: int) -> web.Response:
    """The response with the state of the resource that it shows."""
    response.headers[hdrs.ETAG] = f'"r{revision}"'
    return response


def seen_revision(request: web.Request) -> int | None:
    """The revision that the caller has seen; None when any will do.

    Raises:
        InvalidInput: `If-Match` is none of our tags.
    """
    given = request.headers.get(hdrs.IF_MATCH, "*").strip()
    if given == "*":
        return None
    found = TAG.fullmatch(given)
    if found is None:
        raise InvalidInput(hdrs.IF_MATCH, 'must be an ETag as it was sent, such as "r3"')
    return int(found.group(1))


def must_be_seen(request: web.Request, revision: int) -> None:
    """Refuse whoever has seen another state of the resource.

    Raises:
        StateChanged: Somebody has changed it since.
        InvalidInput: `If-Match` is none of our tags.
    """
    seen = seen_revision(request)
    if seen is not None and seen != revision:
        raise StateChanged
