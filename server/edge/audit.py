"""Who did what to which session: every action of staff and services leaves an entry."""

from __future__ import annotations

from aiohttp import web

from interview.ports.storage import AuditEntry
from server.edge.logs import REQUEST_ID
from server.edge.routes import principal_of
from server.services import services_of


async def audit(
    request: web.Request, action: str, target: str, *, actor: str | None = None, **details: object
) -> None:
    """Store an entry. It is kept apart from the logs, so the actor may be named."""
    services = services_of(request)
    entry = AuditEntry(
        at=services.clock(),
        actor=actor or principal_of(request).actor,
        action=action,
        target=target,
        request_id=request.get(REQUEST_ID),
        details=dict(details),
    )
    await services.storage.audit.add(entry)
