"""Who did what to which session: every action of staff and services leaves an entry."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from interview.ports.storage import AuditEntry
from server.edge.gate import gate_of
from server.edge.logs import REQUEST_ID
from server.edge.routes import principal_of

VIEWING = timedelta(minutes=30)


async def audit(
    request: web.Request,
    action: str,
    target: str,
    *,
    actor: str | None = None,
    of: str | None = None,
    **details: object,
) -> None:
    """Store an entry. It is kept apart from the logs, so the actor may be named.

    `of`: the organisation, where who asks belongs to none yet.
    """
    gate, principal = gate_of(request), principal_of(request)
    entry = AuditEntry(
        at=gate.clock(),
        actor=actor or principal.actor,
        action=action,
        target=target,
        organisation_id=of or getattr(principal, "organisation_id", ""),
        request_id=request.get(REQUEST_ID),
        details=dict(details),
    )
    await gate.storage.audit.add(entry)


async def audit_viewing(request: web.Request, action: str, target: str) -> None:
    """Store that somebody looked, once a viewing: a page that asks again and again looks once.

    Looking anew after `VIEWING` is another viewing.
    """
    gate, actor = gate_of(request), principal_of(request).actor
    since = gate.clock() - VIEWING
    _, seen = await gate.storage.audit.page(
        actor=actor, action=action, target=target, since=since, limit=1
    )
    if seen == 0:
        await audit(request, action, target)
