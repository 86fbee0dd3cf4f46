"""What administrators read of the server is probed and counted, never assumed."""

from __future__ import annotations

from typing import Any

from interview.accounts import Role
from interview.errors import Unavailable
from server.edge.coalesce import Coalesced
from tests.server.doors import Edge

SYSTEM = "/api/v1/admin/system"
INTERVIEWS = "/api/v1/interviewer/interviews"


async def get(edge: Edge, path: str) -> Any:
    admin = await edge.person(Role.ADMINISTRATOR)
    answer = await edge.client.get(f"{SYSTEM}/{path}", headers=admin.headers)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def test_the_status_is_what_the_probes_find(edge: Edge, monkeypatch: Any) -> None:
    found = await get(edge, "status")
    assert (found["database"], found["storage"]) == ("connected", "available")
    assert found["status"] == "degraded", "this server has no recogniser"
    assert found["processors"] == {
        "transcription": "unavailable",
        "voice": "unavailable",
        "analysis": "unavailable",
    }
    assert found["mail"] == "disabled" and found["uptime"] == "0 hours 0 minutes"

    async def broken() -> None:
        raise Unavailable("storage", "the disk is gone")

    monkeypatch.setattr(edge.services.storage, "check", broken)
    monkeypatch.setattr(Coalesced, "get", lambda self, work: work())  # not what was known just now
    found = await get(edge, "status")
    assert (found["status"], found["database"]) == ("down", "disconnected")
    assert "the disk is gone" in found["parts"]["storage"]["reason"]


async def test_metrics_count_what_was_done(edge: Edge) -> None:
    before = (await get(edge, "metrics"))["api"]["total_requests"]
    await edge.create()
    await edge.client.get("/api/parallel_interview/session/nothing", headers=edge.service)
    await edge.person(Role.OWNER, organisation_id="b", state="suspended")
    found = await get(edge, "metrics")
    api = found["api"]
    assert api["total_requests"] == before + 3, "and the first look itself"
    assert api["error_rate"] == 0 and api["average_response_time_ms"] > 0
    create = [e for e in api["endpoints"] if e["route"] == "/api/parallel_interview/create"]
    assert [(e["method"], e["requests"], e["errors"]) for e in create] == [("POST", 1, 0)]
    assert found["users"] == {
        "organisations": 2,
        "total": 4,
        "active": 3,
        "suspended": 1,
        "pending": 0,
    }
    assert found["processing"]["sessions"]["initialized"] == 1
    assert found["resources"]["memory_bytes"] > 1_000_000


async def test_questions_that_are_too_short_are_raised_once(edge: Edge) -> None:
    """In every organisation; the old values are told, and the old version is kept."""
    ids = []
    for own in ("default", "b"):
        owner = await edge.person(Role.OWNER, organisation_id=own)
        body = {
            "title": "T",
            "questions": [
                {"text": "Short?", "preparation_time": 5, "responding_time": 10},
                {"text": "Long?", "preparation_time": 45, "responding_time": 90},
            ],
        }
        answer = await edge.client.post(INTERVIEWS, json=body, headers=owner.headers)
        assert answer.status == 201, await answer.text()
        ids.append((await answer.json())["id"])
    admin = await edge.person(Role.ADMINISTRATOR)
    url = f"{SYSTEM}/fix-invalid-questions"
    answer = await edge.client.post(url, json={}, headers=admin.headers)
    fixed = await answer.json()
    assert fixed["updated_count"] == 2
    assert sorted(one["interview_id"] for one in fixed["details"]) == sorted(ids)
    for one in fixed["details"]:
        assert one["old_values"] == {"preparation_time": 5, "responding_time": 10}
        assert one["new_values"] == {"preparation_time": 30, "responding_time": 60}
    answer = await edge.client.post(url, json={}, headers=admin.headers)
    assert (await answer.json())["updated_count"] == 0
    answer = await edge.client.get(f"{INTERVIEWS}/{ids[0]}", headers=edge.service)
    times = [
        (q["preparation_time"], q["responding_time"]) for q in (await answer.json())["questions"]
    ]
    assert times == [(30, 60), (45, 90)]
    answer = await edge.client.post(url, json={"min_responding_time": 0}, headers=admin.headers)
    assert (answer.status, (await answer.json())["field"]) == (400, "min_responding_time")
