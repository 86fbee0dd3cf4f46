"""What handlers ask of a request: which number, made before, seen before."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

from aiohttp import web

from interview.errors import NotFound, Stale
from server.edge.errors import StateChanged
from server.edge.idempotency import is_bound, new_id
from server.platform.interviews.library import IDS, LOWEST_ID

Given = TypeVar("Given")
MAX_DIGITS = 16


def wanted_id(request: web.Request) -> str | None:
    """The number that what this request makes must have, if it carries an Idempotency-Key."""
    return str(LOWEST_ID + UUID(new_id(request)).int % IDS) if is_bound(request) else None


def number_of(request: web.Request, name: str, what: str) -> int:
    """A number in the address. Raises NotFound: it is none."""
    value = request.match_info[name]
    if not (value.isascii() and value.isdecimal()) or len(value) > MAX_DIGITS:
        raise NotFound(what, value[:20])
    return int(value)


async def matching(revision: int | None, work: Awaitable[Given]) -> Given:
    """What the work gives. Raises StateChanged where a revision was named and is no more."""
    try:
        return await work
    except Stale:
        if revision is None:
            raise
        raise StateChanged from None
