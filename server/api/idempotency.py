"""`Idempotency-Key` on create: the same key and body make one session, however often sent."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import timedelta

from aiohttp import web

from interview.commands import CreateSession
from interview.errors import Conflict, InvalidInput, NotFound
from interview.state import State
from server.edge.audit import audit
from server.edge.routes import principal_of
from server.platform.creation import CreateBody, NewSession, approved_in
from server.platform.services import Services, services_of

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = timedelta(hours=24)


async def created_once(request: web.Request, body: CreateBody, draft: NewSession) -> State:
    """The new session, or the one that this key made before.

    The key is bound to an id before the session is stored: a crash in between leaves a key
    whose session a retry makes under the same id.

    Raises:
        InvalidInput: The key is malformed, or came with another body before.
    """
    services = services_of(request)
    session_id = await _session_id(request, services, body)
    command = CreateSession(
        session_id=session_id,
        candidate=draft.candidate,
        plan=approved_in(draft.plan, principal_of(request).actor),
        created_by=principal_of(request).actor,
        job_id=draft.job_id,
    )
    if HEADER in request.headers:
        try:
            return await services.live.state(session_id)
        except NotFound:
            pass  # the first request of this key
    try:
        state = await services.live.create(command)
    except Conflict:  # another request with the same key was faster
        return await services.live.state(session_id)
    await audit(request, "session_created", session_id)
    return state


async def _session_id(request: web.Request, services: Services, body: CreateBody) -> str:
    fresh = str(uuid.uuid4())
    key = request.headers.get(HEADER)
    if key is None:
        return fresh
    if not KEY.fullmatch(key):
        raise InvalidInput(HEADER, "must have 1 to 200 printable ASCII characters")
    owner = principal_of(request).actor
    place = "idempotency:" + hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    now = services.clock()
    claim = {"session_id": fresh, "digest": digest}
    if await services.storage.once.put(place, claim, now + KEPT):
        return fresh
    kept = await services.storage.once.get(place, now)
    if kept is None:  # it expired between the two calls
        await services.storage.once.put(place, claim, now + KEPT)
        return fresh
    if kept["digest"] != digest:
        raise InvalidInput(HEADER, "was used with another request before")
    return str(kept["session_id"])
