"""One person's data: what there is, a copy of all of it, its end. `/api/v1/privacy/candidate*`.

The address comes in the body, so that no log of addresses holds it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from typing import IO, Literal

from aiohttp import web

from interview.accounts import OWNERS
from server.edge.audit import audit
from server.edge.routes import STAFF, Payload, Reply, Route, organisation_of, read_body, reply
from server.platform.privacy.person import erase_person, export_person, held
from server.platform.services import core_of, services_of
from server.text import Email

BASE = "/api/v1/privacy/candidate"
PIECE = 1024 * 1024


class Whose(Payload):
    """Whose data, by e-mail address."""

    email: Email


class HeldReply(Reply):
    """How much there is of that person in the organisation."""

    status: Literal["success"] = "success"
    sessions: int
    invitations: int
    applications: int
    letters: int


async def look(request: web.Request) -> web.Response:
    """Count what there is; nothing is changed."""
    body = await read_body(request, Whose)
    found = await held(core_of(request), organisation_of(request), body.email)
    return reply(HeldReply(**found.counts))


async def export(request: web.Request) -> web.StreamResponse:
    """A zip file: sessions with their logs, reports, recordings and pictures, and the rest."""
    body = await read_body(request, Whose)
    with await export_person(core_of(request), organisation_of(request), body.email) as file:
        await audit(request, "candidate_exported", _mark(body.email))
        return await _sent(request, file)


async def erase(request: web.Request) -> web.Response:
    """Erase every copy: store, recordings, pictures, letters, invitations. There is no way back."""
    body = await read_body(request, Whose)
    counts = await erase_person(services_of(request), organisation_of(request), body.email)
    await audit(request, "candidate_erased", _mark(body.email), counts=counts)
    return reply(HeldReply(**counts))


async def _sent(request: web.Request, file: IO[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": 'attachment; filename="candidate.zip"',
        }
    )
    response.content_length = (await asyncio.to_thread(os.fstat, file.fileno())).st_size
    await response.prepare(request)
    while piece := await asyncio.to_thread(file.read, PIECE):
        await response.write(piece)
    return response


def _mark(email: str) -> str:
    """Names the person in the audit log to those who know the address, and to nobody else."""
    return "person:" + hashlib.sha256(email.casefold().encode()).hexdigest()[:16]


def _route(path: str, handler: object, summary: str, **fields: object) -> Route:
    return Route(
        method="POST",
        path=path,
        handler=handler,  # type: ignore[arg-type]
        allow=STAFF,
        roles=OWNERS,
        summary=summary,
        request=Whose,
        **fields,  # type: ignore[arg-type]
    )


ROUTES = [
    _route(BASE, look, "What is held of a person", response=HeldReply, statuses=(400,)),
    _route(
        *(f"{BASE}/export", export, "A copy of all that is held of a person"),
        kind="file",
        produces="application/zip",
        statuses=(400, 404, 503),
    ),
    _route(
        *(f"{BASE}/erase", erase, "Erase all that is held of a person"),
        response=HeldReply,
        statuses=(400, 404, 503),
    ),
]
