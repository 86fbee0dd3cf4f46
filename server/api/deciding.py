"""What helps to decide: links to a report, a list of candidates as CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field, StrictBool, StrictInt

from interview.accounts import MAKERS
from interview.errors import InvalidInput, NotFound, Unavailable
from interview.ports.documents import Stored
from interview.ports.storage import SessionSummary, Sort
from interview.standing import STANDING_WORDS
from server.api.blind import reader_asking
from server.edge.audit import audit
from server.edge.idempotency import new_id
from server.edge.routes import (
    PUBLIC,
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform.belonging import BelongingQuery, belonging_of
from server.platform.deciding import shares
from server.platform.deciding.blind import reader_of, veiled_report
from server.platform.deciding.shares import Share
from server.platform.reports.pdf import content_disposition
from server.platform.scoring import listed, scoring_of
from server.platform.services import core_of, services_of
from server.platform.session_views import Several
from server.text import Line

BASE = "/api/v1/interviewer"
MAX_ROWS = 10_000
PAGE = 200
MAX_TOKEN_CHARS = 64
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
COLUMNS = (
    "session_id name email phone interview state score decision tags assignee answered questions "
    "created started ended report"
).split()


class ShareBody(Payload):
    """For how long, and whether with e-mail and phone."""

    days: Annotated[StrictInt, Field(ge=1, le=90)] = 7
    with_contact: StrictBool = False
    note: Annotated[Line, Field(max_length=200)] = ""


class ShareView(Reply):
    """A link to a report; `opened` counts how often."""

    id: str
    session_id: str
    with_contact: bool
    note: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    last_opened_at: datetime | None


class MadeShare(Reply):
    """`url` is shown here and never again."""

    share: ShareView
    url: str


class Shares(Reply):
    """A report's links, newest first."""

    shares: list[ShareView]


class CsvQuery(BelongingQuery):
    """Which sessions; all of them unless narrowed."""

    standing: Several = ()
    search: Annotated[Line, Field(max_length=200)] | None = None


async def make_share(request: web.Request) -> web.Response:
    """Make a link; whoever has it reads the report without an account."""
    services, session_id = core_of(request), request.match_info["session_id"]
    body, now = await read_body(request, ShareBody), services.clock()
    if await services.storage.reports.get(session_id) is None:
        raise NotFound("Report", session_id)
    about = await services.storage.sessions.get(session_id)
    reader = await reader_asking(request)
    if body.with_contact and about is not None and reader.unknown(about):
        raise InvalidInput("with_contact", "name and contact come with your own scorecard")
    wanted = Share(
        session_id=session_id,
        digest="",
        with_contact=body.with_contact,
        note=body.note,
        created_at=now,
        created_by=principal_of(request).actor,
        expires_at=shares.expiry(now, body.days),
    )
    documents = services.storage.documents
    made, token = await shares.share(documents, organisation_of(request), new_id(request), wanted)
    await audit(request, "report_shared", session_id, contact=body.with_contact, days=body.days)
    url = f"{services.settings.resolved_public_url}/shared/{token}"
    return reply(MadeShare(share=_view(made), url=url), status=201)


async def list_shares(request: web.Request) -> web.Response:
    """The links to a report."""
    documents = core_of(request).storage.documents
    found = await shares.shares_of(
        documents, organisation_of(request), request.match_info["session_id"]
    )
    return reply(Shares(shares=[_view(one) for one in found]))


async def revoke_share(request: web.Request) -> web.Response:
    """Withdraw a link; it shows nothing from this moment on."""
    services, session_id = core_of(request), request.match_info["session_id"]
    revoked = await shares.revoke_share(
        services.storage.documents,
        organisation_of(request),
        session_id,
        request.match_info["share_id"],
        services.clock(),
    )
    await audit(request, "report_share_revoked", session_id)
    return reply(_view(revoked))


def _view(stored: Stored[Share]) -> ShareView:
    known = stored.document.model_dump(exclude={"digest"})
    return ShareView(id=stored.document_id, **known)


async def shared_report(request: web.Request) -> web.Response:
    """A shared report, as a document to read."""
    services, token = services_of(request), request.match_info["token"]
    if len(token) > MAX_TOKEN_CHARS:
        raise NotFound("Shared report", "of this link")
    found = await shares.shared(services.storage.documents, token, services.clock())
    record = await services.storage.reports.get(found.document.session_id)
    if record is None or not record.body:
        raise NotFound("Shared report", "of this link")
    if services.render_pdf is None:
        raise Unavailable("pdf", "this server cannot make PDF files")
    body = shares.without_contact(record.body, with_contact=found.document.with_contact)
    record = record.model_copy(update={"body": body})
    about = await services.storage.sessions.get(record.session_id)
    if about is not None and not found.document.with_contact:
        documents = services.storage.documents
        anybody = await reader_of(documents, about.organisation_id, "")
        record = veiled_report(anybody, record, about)
    content = await services.render_pdf(record)
    await audit(request, "shared_report_read", found.document.session_id, actor="shared link")
    return web.Response(
        body=content,
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition(record.name, inline=True)},
    )


async def candidates_csv(request: web.Request) -> web.Response:
    """The list of candidates for a spreadsheet, newest first."""
    services, query = core_of(request), read_query(request, CsvQuery)
    reader = await reader_asking(request)
    scoring = await scoring_of(services.storage.documents, organisation_of(request))
    base, text = services.settings.resolved_public_url, io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    written = 0
    while written < MAX_ROWS:
        found, _ = await services.storage.sessions.page(
            standings=query.standing,
            search=reader.narrowed(query.search),
            of=belonging_of(request, query),
            organisation_id=organisation_of(request),
            sort=Sort("created_at", True),
            limit=PAGE,
            offset=written,
        )
        lines.writerows(
            [_plain(cell) for cell in _cells(listed(reader.summary(one), scoring), base)]
            for one in found
        )
        written += len(found)
        if len(found) < PAGE:
            break
    await audit(request, "candidates_exported", organisation_of(request), rows=written)
    return web.Response(
        body=text.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="candidates.csv"'},
    )


def _cells(one: SessionSummary, base: str) -> list[object]:
    moments = (one.created_at, one.started_at, one.completed_at)
    return [
        one.session_id,
        one.name,
        one.email,
        one.phone,
        one.title,
        STANDING_WORDS[one.standing],
        one.average_score,
        one.decision.value if one.decision else "",
        "; ".join(one.tags),
        (one.assignee or "").removeprefix("staff:"),
        one.answered,
        one.max_questions,
        *(at.isoformat(timespec="seconds") if at else "" for at in moments),
        f"{base}/staff/reports/{one.session_id}" if one.status.final else "",
    ]


def _plain(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not _number(text) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


ROUTES = [
    Route(
        method="POST",
        path=f"{BASE}/reports/{{session_id}}/shares",
        handler=make_share,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Make a link to a report",
        request=ShareBody,
        response=MadeShare,
        status=201,
        statuses=(400, 404),
    ),
    Route(
        method="GET",
        path=f"{BASE}/reports/{{session_id}}/shares",
        handler=list_shares,
        allow=STAFF_OR_SERVICE,
        summary="The links to a report",
        response=Shares,
        statuses=(404,),
    ),
    Route(
        method="DELETE",
        path=f"{BASE}/reports/{{session_id}}/shares/{{share_id}}",
        handler=revoke_share,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Withdraw a link to a report",
        response=ShareView,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path="/shared/{token}",
        handler=shared_report,
        allow=PUBLIC,
        summary="A shared report",
        kind="file",
        produces="application/pdf",
        rate="general",
        statuses=(404, 410, 503),
    ),
    Route(
        method="GET",
        path=f"{BASE}/candidates.csv",
        handler=candidates_csv,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="The list of candidates as CSV",
        kind="file",
        query=CsvQuery,
        produces="text/csv",
        statuses=(422,),
    ),
]
