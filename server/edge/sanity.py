"""What no request may have, whatever its address: refused before anything is read or looked up."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from interview.errors import InvalidInput
from server.edge.errors import UnsupportedType

# A name or an address, with a port: what may stand in a Content-Security-Policy.
HOST = re.compile(r"(?:[A-Za-z0-9._~-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


@web.middleware
async def sane(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse encoded bodies and malformed headers.

    Raises:
        UnsupportedType: A Content-Encoding: a few bytes would become any number of them.
        InvalidInput: A header is no text, or Host or Origin cannot be one.
    """
    for name, value in request.headers.items():
        if not _encodable(value):
            raise InvalidInput(name if _encodable(name) else "headers", "is not valid UTF-8")
    coding = request.headers.get(hdrs.CONTENT_ENCODING, "identity").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedType(f"Content-Encoding {coding[:40]}")
    if not HOST.fullmatch(request.headers.get(hdrs.HOST, "localhost")):
        raise InvalidInput(hdrs.HOST, "is no host")
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and not _origin(origin):
        raise InvalidInput(hdrs.ORIGIN, "is no origin")
    answered: web.StreamResponse = await handler(request)
    return answered


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes that were not UTF-8 are kept as lone surrogates
        return False
    return True


def _origin(text: str) -> bool:
    if text == "null":
        return True
    try:
        parts = urlsplit(text)
        return bool(parts.scheme and HOST.fullmatch(parts.netloc))
    except ValueError:
        return False
