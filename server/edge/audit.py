"""Who did what to which session: every action of staff and services leaves an entry."""

from __future__ import annotations

from aiohttp import web

from interview.ports.storage import AuditEntry
from server.edge.gate import gate_of
from server.edge.logs import REQUEST_ID
from server.edge.routes import principal_of


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
