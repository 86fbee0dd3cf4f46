"""Reports: the list, one, and its PDF."""

from __future__ import annotations

from typing import Any, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field

from interview.errors import NotFound, Unavailable
from interview.ports.storage import ReportRecord
from server.api.blind import reader_asking
from server.edge.audit import audit, audit_viewing
from server.edge.auth.guard import own_session
from server.edge.auth.signing import sign_path
from server.edge.paging import Counted
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    read_query,
    reply,
)
from server.platform.deciding.blind import veiled_report
from server.platform.reports.judged import judged_of
from server.platform.reports.pdf import content_disposition
from server.platform.services import CoreServices, Services, core_of, services_of

MEDIA_TTL_S = 6 * 3_600
MEDIA_PATH = "/api/recordings/{session_id}/media"


class ReportsQuery(Payload):
    """A page of the list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10_000_000)


class ReportQuery(Payload):
    """Which session's report."""

    session_id: str = Field(min_length=1, max_length=64)


class ReportItem(Reply):
    """A line of the list; `overall_score` is 0-100 or null."""

    session_id: str
    status: str
    revision: int
    name: str
    email: str
    overall_score: float | None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class ReportList(Counted):
    """Newest first; `count` is that of this page, `total` that of all."""

    success: Literal[True] = True
    count: int
    reports: list[ReportItem]


class ReportReply(Reply):
    """The report; `report` has the shape of `server/platform/reports/model.py`."""

    success: Literal[True] = True
    status: str
    revision: int
    report: dict[str, Any] | None
    blind: bool = False
    message: str | None = None


async def list_reports(request: web.Request) -> web.Response:
    """A page of reports, newest first."""
    query = read_query(request, ReportsQuery)
    records, total = await core_of(request).storage.reports.page(
        organisation_id=organisation_of(request), limit=query.limit, offset=query.offset
    )
    items = [ReportItem(**record.model_dump(exclude={"body"})) for record in records]
    return reply(
        ReportList(
            count=len(items), total=total, limit=query.limit, offset=query.offset, reports=items
        )
    )


async def one_report(request: web.Request) -> web.Response:
    """The report, or 202 while it is being made."""
    services, session_id = services_of(request), request.match_info["session_id"]
    record = await _record(services, session_id)
    if record is None or not record.body:
        waiting = ReportReply(
            status="pending", revision=0, report=None, message="The report is being made."
        )
        if record is not None and record.status == "failed":
            raise Unavailable("report", "it could not be made; it is tried again")
        return reply(waiting, status=202)
    await audit_viewing(request, "report_read", session_id)
    body = _with_media(services, record) | await _judged(services, session_id)
    return reply(ReportReply(status=record.status, revision=record.revision, report=body))


async def report_pdf(request: web.Request) -> web.Response:
    """The report as a PDF to keep."""
    return await _pdf(request, request.match_info["session_id"])


async def download_report(request: web.Request) -> web.Response:
    """The same PDF at the address that older clients use."""
    session_id = read_query(request, ReportQuery).session_id
    await own_session(request, session_id)
    return await _pdf(request, session_id)


async def _pdf(request: web.Request, session_id: str) -> web.Response:
    services = services_of(request)
    record = await _record(services, session_id)
    if record is None or not record.body:
        pending = ReportReply(
            status="pending", revision=0, report=None, message="The report is being made."
        )
        return reply(pending, status=202)
    if services.render_pdf is None:
        raise Unavailable("pdf", "this server cannot make PDF files")
    body = record.body | await _judged(services, session_id)
    record = await _as_read(request, record.model_copy(update={"body": body}))
    content = await services.render_pdf(record)
    await audit(request, "report_downloaded", session_id)
    return web.Response(
        body=content,
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition(record.name)},
    )


async def _as_read(request: web.Request, record: ReportRecord) -> ReportRecord:
    """The report as who asks may read it: what is made into a file is veiled before."""
    about = await core_of(request).storage.sessions.get(record.session_id)
    reader = await reader_asking(request)
    return record if about is None else veiled_report(reader, record, about)


async def _record(services: Services, session_id: str) -> ReportRecord | None:
    """The stored report; None while an ended session's is still to come.

    Raises:
        NotFound: No such session, or it has not ended: there is nothing to report on.
    """
    record = await services.storage.reports.get(session_id)
    if record is not None:
        return record
    state = await services.live.state(session_id)
    if not state.status.final:
        raise NotFound("Report", session_id)
    return None


async def _judged(services: Services, session_id: str) -> dict[str, Any]:
    """What people made of it up to now: not stored with the report, so never behind."""
    state = await services.live.state(session_id)
    return {"judged": judged_of(state).model_dump(mode="json")}


def _with_media(services: CoreServices, record: ReportRecord) -> dict[str, Any]:
    """The body with a fresh signed address of the recording."""
    recording = record.body.get("recording")
    if not isinstance(recording, dict) or not recording.get("available"):
        return record.body
    path = MEDIA_PATH.format(session_id=record.session_id)
    url = sign_path(services.keys, path, MEDIA_TTL_S, services.clock())
    return record.body | {"recording": recording | {"url": url}}


ROUTES = [
    Route(
        method="GET",
        path="/api/reports",
        handler=list_reports,
        allow=STAFF_OR_SERVICE,
        summary="List reports",
        query=ReportsQuery,
        response=ReportList,
        statuses=(422,),
    ),
    Route(
        method="GET",
        path="/api/reports/{session_id}",
        handler=one_report,
        allow=STAFF_OR_SERVICE,
        summary="One report",
        description='202 with `status` "pending" while it is being made.',
        response=ReportReply,
        statuses=(202, 404, 503),
    ),
    Route(
        method="GET",
        path="/api/reports/{session_id}/pdf",
        handler=report_pdf,
        allow=STAFF_OR_SERVICE,
        summary="One report as PDF",
        kind="file",
        statuses=(202, 404, 503),
        produces="application/pdf",
    ),
    Route(
        method="GET",
        path="/report/download",
        handler=download_report,
        allow=STAFF_OR_SERVICE,
        summary="One report as PDF (old address)",
        kind="file",
        query=ReportQuery,
        statuses=(202, 404, 422, 503),
        produces="application/pdf",
    ),
]
