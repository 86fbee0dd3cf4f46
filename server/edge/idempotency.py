"""`Idempotency-Key`: a POST that is sent again with the same key is carried out once.

It works at every closed POST route with a JSON body. The answer of the first request is kept,
sealed, for a day and given again (`Idempotency-Replayed: true`); failures are not kept: nothing
was done, so the same key may try again. `new_id` binds what is made to the key, so that even a
process that dies between making and answering leaves nothing to be made twice.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import web
from cryptography.fernet import Fernet, InvalidToken

from interview.errors import InvalidInput
from server.edge.bodies import keep_body
from server.edge.errors import StillRunning
from server.edge.gate import Gate, gate_of
from server.edge.routes import PUBLIC, Route, principal_of

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = timedelta(hours=24)
RUNNING = timedelta(minutes=2)
WAIT_S, WAIT_STEP_S = 5.0, 0.05
MAX_KEPT_BYTES = 256 * 1024
BOUND: web.RequestKey[str] = web.RequestKey("bound_id", str)


@dataclass(frozen=True, slots=True)
class Claim:
    """One key of one principal, with what was sent under it."""

    place: str
    digest: str


def takes_key(route: Route) -> bool:
    """Whether the header means anything there."""
    json_body = route.kind == "json" and route.consumes == ("application/json",)
    return route.method == "POST" and json_body and route.allow != PUBLIC and route.replayable


def new_id(request: web.Request) -> str:
    """A UUID for what this request makes: the same whenever the same key is sent again."""
    return request.get(BOUND) or str(uuid.uuid4())


def is_bound(request: web.Request) -> bool:
    """Whether `new_id` may name something that an earlier try has made."""
    return BOUND in request


async def once(request: web.Request, route: Route, handler: Any) -> web.StreamResponse:
    """Carry the request out, or answer as the first one with its key was answered.

    Raises:
        InvalidInput: The key is malformed, or came with another request before.
        StillRunning: The first one is under way, and not answered within 5 s.
    """
    if HEADER not in request.headers or not takes_key(route):
        answered: web.StreamResponse = await handler(request)
        return answered
    gate = gate_of(request)
    claim = await _claim(gate, request, route)
    request[BOUND] = _bound_id(gate, claim)
    done, running = f"{claim.place}:done", f"{claim.place}:running"
    if (kept := await _kept(gate, claim, done)) is not None:
        return kept
    await _begin(gate, claim, running)
    try:
        if (kept := await _kept(gate, claim, done)) is not None:  # it ended in between
            return kept
        response: web.StreamResponse = await handler(request)
        await _keep(gate, request, claim, done, response)
        return response
    finally:
        await gate.storage.once.take(running, gate.clock())


async def _begin(gate: Gate, claim: Claim, running: str) -> None:
    """Be the one who carries it out; whoever is so already is waited for, for a while."""
    mark = {"digest": claim.digest}
    until = asyncio.get_running_loop().time() + WAIT_S
    while not await gate.storage.once.put(running, mark, gate.clock() + RUNNING):
        _same(claim, await gate.storage.once.get(running, gate.clock()) or mark)
        if asyncio.get_running_loop().time() >= until:
            raise StillRunning
        await asyncio.sleep(WAIT_STEP_S)


async def _claim(gate: Gate, request: web.Request, route: Route) -> Claim:
    key = request.headers[HEADER]
    if not KEY.fullmatch(key):
        raise InvalidInput(HEADER, "must have 1 to 200 printable ASCII characters")
    body = await keep_body(request, route.max_body_bytes)
    principal = principal_of(request)
    organisation = getattr(principal, "organisation_id", "")
    owner = hashlib.sha256(f"{organisation}\n{principal.actor}\n{key}".encode()).hexdigest()
    sent = f"{request.method} {request.rel_url}\n".encode() + _canonical(body)
    return Claim(f"idempotency:{owner}", hashlib.sha256(sent).hexdigest())


def _canonical(body: bytes) -> bytes:
    """The body whatever the order of its fields."""
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return body


def _bound_id(gate: Gate, claim: Claim) -> str:
    made = hmac.new(gate.keys.signing.encode(), claim.place.encode(), hashlib.sha256).digest()
    return str(uuid.UUID(bytes=made[:16], version=4))


async def _kept(gate: Gate, claim: Claim, done: str) -> web.Response | None:
    found = await gate.storage.once.get(done, gate.clock())
    if found is None:
        return None
    _same(claim, found)
    try:
        body = _seal(gate).decrypt(str(found["body"]).encode())
    except InvalidToken:  # the installation has another key by now
        return None
    return web.Response(
        body=body,
        status=int(found["status"]),
        content_type="application/json",
        headers={REPLAYED: "true"},
    )


async def _keep(
    gate: Gate, request: web.Request, claim: Claim, done: str, response: web.StreamResponse
) -> None:
    """Keep a good answer; with a session in it, it goes when the session is erased."""
    body = response.body if isinstance(response, web.Response) else None
    good = HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
    if not good or not isinstance(body, bytes) or len(body) > MAX_KEPT_BYTES:
        return
    value = {
        "digest": claim.digest,
        "status": response.status,
        "body": _seal(gate).encrypt(body).decode(),
    }
    session_id = request.match_info.get("session_id") or _session_in(body)
    if session_id is not None:
        value["session_id"] = session_id
    await gate.storage.once.put(done, value, gate.clock() + KEPT)


def _session_in(body: bytes) -> str | None:
    found = json.loads(body)
    named = found.get("session_id") if isinstance(found, dict) else None
    return named if isinstance(named, str) else None


def _same(claim: Claim, kept: dict[str, Any]) -> None:
    if kept["digest"] != claim.digest:
        raise InvalidInput(HEADER, "was used with another request before")


def _seal(gate: Gate) -> Fernet:
    key = hashlib.sha256(f"idempotency\n{gate.keys.signing}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
