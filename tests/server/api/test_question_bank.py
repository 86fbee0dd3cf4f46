"""The question bank: what is in it once, and what interviews take from it."""

from __future__ import annotations

from typing import Any

from server.platform.interviews.bank import starters
from tests.server.api.test_interviews import ask, made
from tests.server.doors import Edge

BANK = "/../question-bank"


async def test_the_questions_to_begin_with_are_added_once(edge: Edge) -> None:
    assert (await ask(edge, "POST", f"{BANK}/starters"))["added"] == len(starters()) > 20
    assert (await ask(edge, "POST", f"{BANK}/starters"))["added"] == 0
    page = await ask(edge, "GET", f"{BANK}?category=software&search=what&sort=text&order=asc")
    assert [item["text"][:14] for item in page["items"]] == ["What does a da", "What happens b"]
    assert sum(page["categories"].values()) == len(starters())


async def test_a_question_is_taken_with_everything_that_belongs_to_it(edge: Edge) -> None:
    sent: dict[str, Any] = {
        "text": "What is an index?",
        "category": "Databases",
        "keywords": ["lookup"],
        "ideal_answer": "It avoids reading the whole table.",
        "points": [{"text": "Avoids the whole table", "approved": True}],
        "responding_time": 77.0,
    }
    kept = await ask(edge, "POST", BANK, sent, 201)
    again = await ask(edge, "POST", BANK, sent | {"text": "what is  AN index?"}, 409)
    assert (again["code"], again["field"]) == ("taken", "text")
    interview = await made(edge)
    path, key = f"/{interview['id']}/questions/from-bank", {"Idempotency-Key": "k"}
    for _ in range(2):
        after = await ask(edge, "POST", path, {"bank_ids": [kept["id"]]}, 201, headers=key)
    assert [q["text"] for q in after["items"]][2:] == [sent["text"]]
    taken = after["items"][2]
    assert (taken["responding_time"], taken["keywords"], taken["points"][0]["approved_by"]) == (
        77,
        ["lookup"],
        "service",
    )
    await ask(edge, "POST", path, {"bank_ids": [1]}, 404)
    changed = await ask(edge, "PUT", f"{BANK}/{kept['id']}", {"text": "Another?"})
    assert (changed["text"], changed["category"], changed["keywords"]) == ("Another?", "", [])
    old = {"If-Match": kept["etag"]}
    await ask(edge, "PUT", f"{BANK}/{kept['id']}", {"text": "Late?"}, 412, headers=old)
    await ask(edge, "DELETE", f"{BANK}/{kept['id']}", status=204)
    await ask(edge, "GET", f"{BANK}/{kept['id']}", status=404)
    questions = (await ask(edge, "GET", f"/{interview['id']}/questions"))["items"]
    assert questions[2] == taken
