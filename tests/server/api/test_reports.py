"""The report over HTTP: pending, ready, as PDF, under its right name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from interview.ports.storage import ReportRecord
from server.platform.reports.pdf import content_disposition
from tests.server.doors import BASE, Edge

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def record(session_id: str, **fields: Any) -> ReportRecord:
    values: dict[str, Any] = {
        "session_id": session_id,
        "status": "ready",
        "revision": 2,
        "created_at": NOW,
        "updated_at": NOW,
        "name": "Ada Probe",
        "email": "ada@example.com",
        "overall_score": 71.5,
        "body": {"session_id": session_id, "report_status": "ready"},
    }
    return ReportRecord(**values | fields)


async def stored(edge: Edge, **fields: Any) -> str:
    """A session with a stored report."""
    session_id = str((await edge.create())["session_id"])
    await edge.services.storage.reports.put(record(session_id, **fields))
    return session_id


async def test_report_is_404_then_202_then_there(edge: Edge) -> None:
    session_id = (await edge.create())["session_id"]
    await edge.get("/api/reports/unknown", status=404)
    await edge.get(f"/api/reports/{session_id}", status=404)
    await edge.post(f"{BASE}/session/{session_id}/start")
    await edge.get(f"/api/reports/{session_id}", status=404)
    await edge.post(f"{BASE}/session/{session_id}/end")
    pending = await edge.get(f"/api/reports/{session_id}", status=202)
    assert pending["status"] == "pending" and pending["report"] is None
    await edge.services.storage.reports.put(record(session_id))
    body = await edge.get(f"/api/reports/{session_id}")
    assert body["success"] is True
    assert (body["status"], body["revision"]) == ("ready", 2)
    assert body["report"]["session_id"] == session_id
    details = await edge.get(f"{BASE}/session/{session_id}")
    assert details["report_status"] == "ready"
    assert (await edge.post(f"{BASE}/session/{session_id}/end"))["report_available"] is True


async def test_recording_gets_a_fresh_signed_address(edge: Edge) -> None:
    recording = {"available": True, "url": None}
    body = {"report_status": "ready", "recording": recording}
    session_id = await stored(edge, body=body)
    shown = (await edge.get(f"/api/reports/{session_id}"))["report"]["recording"]
    assert shown["url"].startswith(f"/api/recordings/{session_id}/media?exp=")
    without = {"report_status": "ready", "recording": {"available": False, "url": None}}
    other = await stored(edge, body=without)
    assert (await edge.get(f"/api/reports/{other}"))["report"]["recording"]["url"] is None


async def test_failed_report_says_so(edge: Edge) -> None:
    session_id = await stored(edge, status="failed", body={})
    body = await edge.get(f"/api/reports/{session_id}", status=503)
    assert body["code"] == "unavailable"


async def test_list_is_paged_newest_first(edge: Edge) -> None:
    ids = []
    for n in range(3):
        when = NOW + timedelta(minutes=n)
        ids.append(await stored(edge, created_at=when, updated_at=when))
    body = await edge.get("/api/reports?limit=2")
    assert (body["success"], body["count"], body["total"]) == (True, 2, 3)
    assert [r["session_id"] for r in body["reports"]] == [ids[2], ids[1]]
    assert "body" not in body["reports"][0]
    assert body["reports"][0]["overall_score"] == 71.5
    rest = await edge.get("/api/reports?limit=2&offset=2")
    assert [r["session_id"] for r in rest["reports"]] == [ids[0]]
    for query in ("limit=0", "limit=201", "offset=-1", "limit=x"):
        await edge.get(f"/api/reports?{query}", status=422)


async def test_pdf_has_the_right_name_at_both_addresses(edge: Edge) -> None:
    async def render(given: ReportRecord) -> bytes:
        return b"%PDF-1.7 " + given.session_id.encode()

    session_id = await stored(edge, name="Zoë O'Neil/張")
    missing = await edge.client.get(f"/api/reports/{session_id}/pdf", headers=edge.service)
    assert missing.status == 503
    edge.services.render_pdf = render
    for path in (f"/api/reports/{session_id}/pdf", f"/report/download?session_id={session_id}"):
        answer = await edge.client.get(path, headers=edge.service)
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        assert await answer.read() == b"%PDF-1.7 " + session_id.encode()
        disposition = answer.headers["Content-Disposition"]
        assert 'filename="interview_report_Zoe_O_Neil.pdf"' in disposition
        assert unquote(disposition.partition("UTF-8''")[2]) == "interview_report_Zoë_O_Neil_張.pdf"
    await edge.get("/report/download", status=422)
    await edge.get("/report/download?session_id=unknown", status=404)


@pytest.mark.parametrize(
    "name", ['a"b', "a\r\nX-Evil: 1", "../../etc/passwd", "a;b", "%00", "\x00", "", "💥"]
)
def test_names_cannot_break_the_header(name: str) -> None:
    header = content_disposition(name)
    assert "\r" not in header and "\n" not in header and "\x00" not in header
    assert header.count('"') == 2
    plain = header.split('"')[1]
    assert "/" not in plain and plain.endswith(".pdf")


async def test_reading_a_report_is_audited(edge: Edge) -> None:
    session_id = await stored(edge)
    await edge.get(f"/api/reports/{session_id}")
    entries = await edge.services.storage.audit.recent(target=session_id)
    assert [entry.action for entry in entries] == ["report_read", "session_created"]
