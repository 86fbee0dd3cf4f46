"""Candidates side by side, for people who decide."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field, field_validator

from server.api.blind import reader_asking
from server.edge.audit import audit_viewing
from server.edge.auth.guard import own_session
from server.edge.paging import Paged, PageQuery
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_query,
    reply,
)
from server.platform.belonging import BelongingQuery, belonging_of
from server.platform.deciding import compare as comparing
from server.platform.scoring import as_shown, listed, scoring_of
from server.platform.services import core_of, services_of
from server.platform.session_views import Several
from server.text import Line

BASE = "/api/v1/interviewer/compare"
MOST = 6


class CompareQuery(Payload):
    """One to six sessions, separated by commas."""

    session_ids: str = Field(min_length=1, max_length=MOST * 101, examples=["id-1,id-2"])

    @property
    def listed(self) -> list[str]:
        """The ids, each once, in their order."""
        parts = (part.strip() for part in self.session_ids.split(","))
        return list(dict.fromkeys(part for part in parts if part))

    @field_validator("session_ids")
    @classmethod
    def _few(cls, value: str) -> str:
        count = len({part.strip() for part in value.split(",") if part.strip()})
        if not 1 <= count <= MOST:
            raise ValueError(f"it must name 1 to {MOST} sessions")
        return value


class Comparison(Reply):
    """`candidates` are the columns; each row is a question. `blind`: names come with scorecards."""

    blind: bool
    candidates: tuple[comparing.Column, ...]
    rows: tuple[comparing.Row, ...]


class ChoicesQuery(PageQuery, BelongingQuery):
    """Whom to choose from: the candidates of an interview or a job opening, or all."""

    standing: Several = ()
    search: Annotated[Line, Field(max_length=200)] | None = None


async def compare(request: web.Request) -> web.Response:
    """Answers to the same question beside each other."""
    services, query = services_of(request), read_query(request, CompareQuery)
    for session_id in query.listed:
        await own_session(request, session_id)
    documents, organisation_id = services.storage.documents, organisation_of(request)
    scoring = await scoring_of(documents, organisation_id)
    states = [as_shown(await services.live.state(one), scoring) for one in query.listed]
    blind = (await reader_asking(request)).blind
    for session_id in query.listed:
        await audit_viewing(request, "session_compared", session_id)
    return reply(
        Comparison(
            blind=blind,
            candidates=comparing.columns(states, principal_of(request).actor),
            rows=comparing.rows(states),
        )
    )


async def choices(request: web.Request) -> web.Response:
    """Whom one may compare, newest first; in blind mode found by no name."""
    services, query = core_of(request), read_query(request, ChoicesQuery)
    documents, organisation_id = services.storage.documents, organisation_of(request)
    scoring = await scoring_of(documents, organisation_id)
    found, total = await services.storage.sessions.page(
        standings=query.standing,
        search=(await reader_asking(request)).narrowed(query.search),
        of=belonging_of(request, query),
        organisation_id=organisation_id,
        limit=query.limit,
        offset=query.offset,
    )
    items = [comparing.choice(listed(one, scoring)) for one in found]
    return reply(Paged[comparing.Choice].of(query, items, total))


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=compare,
        allow=STAFF_OR_SERVICE,
        summary="Candidates side by side",
        query=CompareQuery,
        response=Comparison,
        statuses=(404, 422),
    ),
    Route(
        method="GET",
        path=f"{BASE}/candidates",
        handler=choices,
        allow=STAFF_OR_SERVICE,
        summary="Whom to compare",
        query=ChoicesQuery,
        response=Paged[comparing.Choice],
        statuses=(422,),
    ),
]
