"""Who did what to which session: every action of staff and services leaves an entry."""

from __future__ import annotations

from aiohttp import web

from interview.ports.storage import AuditEntry
from server.edge.gate import gate_of
from server.edge.logs import REQUEST_ID
from server.edge.routes import principal_of


async def audit(
    request: web.Request, action: str, target: str, *, actor: str | None = None, **details: object
) -> None:
    """Store an entry. It is kept apart from the logs, so the actor may be named."""
    gate = gate_of(request)
    entry = AuditEntry(
        at=gate.clock(),
        actor=actor or principal_of(request).actor,
        action=action,
        target=target,
        request_id=request.get(REQUEST_ID),
        details=dict(details),
    )
    await gate.storage.audit.add(entry)
