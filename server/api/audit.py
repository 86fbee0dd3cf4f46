"""Who did what: `/api/v1/audit` for owners, `/api/v1/admin/audit` for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import AwareDatetime, Field

from interview.accounts import ADMINISTRATORS, OWNERS
from server.edge.paging import Paged, PageQuery
from server.edge.routes import STAFF, Reply, Route, organisation_of, read_query, reply
from server.platform.named import names_of
from server.platform.services import core_of
from server.text import Line

Word = Annotated[Line, Field(max_length=300)]


class AuditQuery(PageQuery):
    """Entries, the newest first. `actor`: `staff:<user name>`, `service`, `candidate:<session>`."""

    actor: Word | None = None
    action: Word | None = None
    target: Word | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class AuditView(Reply):
    """One action. `details` of an erased session's entries are empty.

    `name`: what it was about as people call it (a candidate and the interview, a title, a user
    name); empty where that is gone or has none.
    """

    at: AwareDatetime
    actor: str
    action: str
    target: str
    name: str
    request_id: str | None
    organisation_id: str
    details: dict[str, Any]


async def own(request: web.Request) -> web.Response:
    """What was done in one's own organisation."""
    return await _page(request, organisation_of(request))


async def everything(request: web.Request) -> web.Response:
    """What was done in any organisation, or by nobody who is known."""
    return await _page(request, None)


async def _page(request: web.Request, organisation_id: str | None) -> web.Response:
    query = read_query(request, AuditQuery)
    entries, total = await core_of(request).storage.audit.page(
        organisation_id=organisation_id,
        actor=query.actor,
        action=query.action,
        target=query.target,
        since=query.since,
        until=query.until,
        limit=query.limit,
        offset=query.offset,
    )
    names = await names_of(core_of(request).storage, entries)
    items = [
        AuditView(**entry.model_dump(), name=name)
        for entry, name in zip(entries, names, strict=True)
    ]
    return reply(Paged[AuditView].of(query, items, total))


ROUTES = [
    Route(
        method="GET",
        path=path,
        handler=handler,
        allow=STAFF,
        roles=roles,
        summary=summary,
        query=AuditQuery,
        response=Paged[AuditView],
        statuses=(422,),
    )
    for path, handler, roles, summary in (
        ("/api/v1/audit", own, OWNERS, "Who did what in the organisation"),
        ("/api/v1/admin/audit", everything, ADMINISTRATORS, "Who did what on this server"),
    )
]
