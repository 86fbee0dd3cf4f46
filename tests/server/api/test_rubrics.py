"""Rubrics over HTTP: a draft to look at, points that count once a person approved them."""

from __future__ import annotations

from tests.server.doors import BASE, Edge

IDEAL = "An index avoids reading the whole table. It makes every write slower."


async def test_a_draft_is_made_and_counts_when_sent_back_as_approved(edge: Edge) -> None:
    headers = await edge.staff()
    answer = await edge.client.post(
        f"{BASE}/rubric/draft",
        json={"text": "What is an index?", "ideal_answer": IDEAL},
        headers=headers,
    )
    assert answer.status == 200
    points = (await answer.json())["points"]
    assert [point["text"] for point in points] == IDEAL.replace(". ", ".\n").split("\n")
    assert not any(point["approved_by"] for point in points)
    items = [
        {
            "text": "What is an index?",
            "points": [
                {"text": points[0]["text"], "weight": 2, "approved": True},
                {"text": points[1]["text"], "drafted_by": "rules"},
            ],
        }
    ]
    created = await edge.create(questions=..., question_items=items)
    state = await edge.services.live.state(str(created["session_id"]))
    stored = state.plan.questions[0].points
    assert [(point.weight, bool(point.approved_by)) for point in stored] == [(2, True), (1, False)]
    assert stored[0].approved_by not in ("", "staff")  # the one who sent it, by name


async def test_nothing_to_draft_from_is_said(edge: Edge) -> None:
    headers = await edge.staff()
    answer = await edge.client.post(
        f"{BASE}/rubric/draft", json={"text": "What is an index?"}, headers=headers
    )
    assert (answer.status, (await answer.json())["field"]) == (400, "ideal_answer")
