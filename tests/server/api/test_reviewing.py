"""Scorecard, decision, notes and tags over HTTP; they are in the report and go with the session."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.api.test_reports import record
from tests.server.doors import BASE, Edge


async def post(edge: Edge, session_id: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = await edge.staff()
    answer = await edge.client.post(
        f"{BASE}/session/{session_id}/{what}", json=body, headers=headers
    )
    found: dict[str, Any] = await answer.json()
    return {"http": answer.status, **found}


async def test_judgements_stand_with_their_authors_in_list_and_report(edge: Edge) -> None:
    session_id = str((await edge.create())["session_id"])
    early = await post(edge, session_id, "decision", {"outcome": "advance", "reason": "Strong"})
    assert early["http"] == 409
    await edge.post(f"{BASE}/session/{session_id}/start")
    await edge.post(f"{BASE}/session/{session_id}/end")
    card = {"ratings": [{"question_number": 1, "band": "clear"}], "overall": "some"}
    assert (await post(edge, session_id, "scorecard", card))["http"] == 200
    await post(edge, session_id, "decision", {"outcome": "hold", "reason": "Second talk"})
    for _ in range(2):
        await post(edge, session_id, "notes", {"text": "Ask about Kafka", "note_id": "n1"})
    await post(edge, session_id, "tags", {"tags": ["Remote"]})
    judged = (await edge.get(f"{BASE}/session/{session_id}/judged"))["judged"]
    assert judged["decision"]["outcome"] == "hold"
    assert judged["decision"]["by"] == "staff:admin@example.com"
    assert [card["overall"] for card in judged["scorecards"]] == ["some"]
    assert [note["text"] for note in judged["notes"]] == ["Ask about Kafka"]
    found = (await edge.get(f"{BASE}/sessions?search=remote"))["sessions"]
    assert [(s["decision"], s["tags"]) for s in found] == [("hold", ["Remote"])]
    await edge.services.storage.reports.put(record(session_id))
    report = (await edge.get(f"/api/reports/{session_id}"))["report"]
    assert report["judged"] == judged
    erased = await edge.client.delete(f"{BASE}/session/{session_id}", headers=edge.service)
    assert erased.status == 200
    await edge.get(f"{BASE}/session/{session_id}/judged", status=404)


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("scorecard", {"ratings": [{"question_number": 1, "band": "great"}]}, "ratings.0.band"),
        ("scorecard", {"ratings": [{"question_number": 9, "band": "none"}]}, "ratings"),
        ("scorecard", {}, "ratings"),
        ("notes", {"text": " "}, "text"),
        ("tags", {"tags": ["x" * 41]}, "tags.0"),
        ("decision", {"outcome": "hire", "reason": "x"}, "outcome"),
    ],
)
async def test_what_means_nothing_is_refused_by_name(
    edge: Edge, what: str, body: dict[str, Any], field: str
) -> None:
    session_id = str((await edge.create())["session_id"])
    answer = await post(edge, session_id, what, body)
    assert (answer["http"], answer["field"]) == (400, field)
