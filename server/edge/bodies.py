"""The only place where bodies are read: by a limit in bytes and one in time."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError

from interview.errors import InvalidInput, TooLarge
from server.edge.errors import TooSlow, UnsupportedType

MAX_JSON_BYTES = 1024 * 1024
BODY_WAIT_S = 20.0
UPLOAD_WAIT_S = 120.0
MAX_FIELDS = 16
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# aiohttp's reader raises what its parser happens to meet.
UNREADABLE = (
    ValueError,
    RuntimeError,
    AssertionError,
    LookupError,
    web.HTTPException,
    HttpProcessingError,
)
ROOM_FOR_BOUNDARIES = 16 * 1024


KEPT: web.RequestKey[bytes] = web.RequestKey("kept_body", bytes)


async def keep_body(request: web.Request, limit: int = MAX_JSON_BYTES) -> bytes:
    """The whole body, kept for whoever reads it after. Raises as `read_bytes`."""
    body = await read_bytes(request, limit)
    request[KEPT] = body
    return body


async def read_bytes(
    request: web.Request, limit: int = MAX_JSON_BYTES, *, wait_s: float | None = None
) -> bytes:
    """The whole body.

    Raises:
        TooLarge: More than `limit` bytes are announced, or come.
        TooSlow: It was not here after `wait_s`.
        InvalidInput: It broke off, or its chunks are malformed.
    """
    wait_s = BODY_WAIT_S if wait_s is None else wait_s
    too_large = TooLarge(f"The body has more than {limit} bytes.")
    if (request.content_length or 0) > limit:
        raise too_large
    kept: bytes | None = request.get(KEPT)
    if kept is not None:
        if len(kept) > limit:
            raise too_large
        return kept
    content = bytearray()
    try:
        async with asyncio.timeout(wait_s):
            async for data in request.content.iter_any():
                content += data
                if len(content) > limit:
                    raise too_large
    except TimeoutError:
        raise TooSlow(wait_s) from None
    except web.RequestPayloadError:
        raise InvalidInput("body", "its parts cannot be put together") from None
    return bytes(content)


async def read_form(
    request: web.Request, limit: int, *, wait_s: float | None = None
) -> dict[str, bytes]:
    """The fields of a form of either kind; the first of a name counts.

    Raises:
        TooLarge, TooSlow: As `read_bytes`.
        UnsupportedType: The body is no form.
        InvalidInput: It cannot be read as one, has more than 16 fields, or one that is encoded.
    """
    if request.content_type not in (FORM, MULTIPART):
        raise UnsupportedType(request.content_type)
    content = await read_bytes(request, limit + ROOM_FOR_BOUNDARIES, wait_s=wait_s)
    try:
        if request.content_type == MULTIPART:
            return await _parts(request, content)
        pairs = parse_qsl(content, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except UNREADABLE:
        raise InvalidInput("body", f"is no form with at most {MAX_FIELDS} fields") from None
    fields: dict[str, bytes] = {}
    for name, value in pairs:
        fields.setdefault(name.decode("utf-8", "replace"), value)
    return fields


async def _parts(request: web.Request, content: bytes) -> dict[str, bytes]:
    """The parts of a body that is in memory. Raises ValueError and what aiohttp raises."""
    # Above its limit a reader asks a connection to pause, and there is none here.
    limit = max(2**16, len(content))
    stream = StreamReader(BaseProtocol(asyncio.get_running_loop()), limit)
    stream.feed_data(content)
    stream.feed_eof()
    fields: dict[str, bytes] = {}
    seen = 0
    async for part in MultipartReader(request.headers, stream):
        seen += 1
        if not isinstance(part, BodyPartReader) or seen > MAX_FIELDS:
            raise ValueError("nested, or too many")
        if {"Content-Encoding", "Content-Transfer-Encoding"} & set(part.headers):
            raise ValueError("encoded")  # a small part may be large when it is decoded
        fields.setdefault(part.name or "", bytes(await part.read()))
    return fields
