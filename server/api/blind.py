"""Blind mode at the edge: what is answered to a person is veiled before it goes, whatever answers.

A new address is veiled from its first day: an answer in JSON says in its own fields which sessions
it is about, or its path does. What no veil can be put over (pictures, recordings) is refused.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import hdrs, web

from interview.errors import Forbidden
from interview.ports.storage import SessionSummary
from server.edge.auth.guard import TABLE
from server.edge.auth.principals import Staff
from server.edge.routes import PRINCIPAL, Route
from server.platform.deciding.blind import OPEN, WHY, Reader, reader_of, sessions_in
from server.platform.services import core_of

TEXTS = ("application/json", "text/plain")
PICTURES = ("video/", "image/")


@web.middleware
async def veil(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer a person as a reader of blind interviews."""
    reader = await _reader(request)
    if reader is None or not reader.blind:
        plain: web.StreamResponse = await handler(request)
        return plain
    own, route = await _own(request), _route(request)
    if own is not None and reader.unknown(own) and route.produces.startswith(PICTURES):
        raise Forbidden(WHY)
    response: web.StreamResponse = await handler(request)
    if isinstance(response, web.Response) and response.content_type in TEXTS:
        await _veiled(request, response, reader)
    return response


def person_reading(request: web.Request) -> Staff | None:
    """The person who asks; None for services, candidates and whoever shows a signed address."""
    principal = request.get(PRINCIPAL)
    return principal if isinstance(principal, Staff) else None


async def reader_asking(request: web.Request) -> Reader:
    """Who asks, as a reader; who is no person is not blind."""
    return await _reader(request) or Reader("", False)


async def _reader(request: web.Request) -> Reader | None:
    person = person_reading(request)
    if person is None:
        return None
    documents = core_of(request).storage.documents
    return await reader_of(documents, person.organisation_id, person.actor)


def _route(request: web.Request) -> Route:
    resource = request.match_info.route.resource
    method = hdrs.METH_GET if request.method == hdrs.METH_HEAD else request.method
    return request.app[TABLE][method, resource.canonical if resource else ""]


async def _own(request: web.Request) -> SessionSummary | None:
    """The session that the path names; the guard has seen that it is the organisation's."""
    session_id = request.match_info.get("session_id")
    return await core_of(request).storage.sessions.get(session_id) if session_id else None


async def _veiled(request: web.Request, response: web.Response, reader: Reader) -> None:
    own = await _own(request)  # anew: this request may have been the scorecard
    text = response.text or ""
    value = json.loads(text) if response.content_type == "application/json" and text else text
    sessions = core_of(request).storage.sessions
    person = person_reading(request)
    assert person is not None
    about = await sessions_in(value, sessions, person.organisation_id)
    if own is not None:
        about = [own, *(one for one in about if one.session_id != own.session_id)]
    if any(_route(request).path.startswith(path) for path in OPEN):
        shown = reader.unlinked(value)
    else:
        shown = reader.veiled(value, *about, whole=own is not None)
    response.text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
