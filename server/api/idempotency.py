"""`Idempotency-Key` on create: the same key and body make one session, however often sent."""

from __future__ import annotations

from aiohttp import web

from interview.commands import CreateSession
from interview.errors import Conflict, NotFound
from interview.state import State
from server.edge.audit import audit
from server.edge.idempotency import is_bound, new_id
from server.edge.routes import organisation_of, principal_of
from server.platform.creation import NewSession, approved_in
from server.platform.services import services_of


async def created_once(request: web.Request, draft: NewSession) -> State:
    """The new session, or the one that this key made before.

    The id follows from the key: a crash before the answer leaves a session that a retry finds.
    """
    services = services_of(request)
    session_id = new_id(request)
    command = CreateSession(
        session_id=session_id,
        candidate=draft.candidate,
        plan=approved_in(draft.plan, principal_of(request).actor),
        organisation_id=organisation_of(request),
        created_by=principal_of(request).actor,
        job_id=draft.job_id,
    )
    if is_bound(request):
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
