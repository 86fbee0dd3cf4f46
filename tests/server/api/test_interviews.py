"""Interviews over HTTP: made, read, changed as versions, never another organisation's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from interview.ports.documents import Order
from server.platform.interviews.library import Library
from tests.server.doors import Edge

BASE = "/api/v1/interviewer/interviews"
SEED: dict[str, Any] = {
    "title": "Software Developer Interview",
    "questions": [
        {
            "text": "Tell me about your experience with Python",
            "preparation_time": 30.0,
            "responding_time": 90.0,
            "order": 1,
        },
        {
            "text": "Describe a challenging project you worked on",
            "preparation_time": 45.0,
            "responding_time": 120.0,
            "order": 2,
        },
    ],
}


async def ask(
    edge: Edge,
    method: str,
    path: str = "",
    body: Any = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Any:
    """What the service is answered; the ETag beside it as `etag`."""
    answer = await edge.client.request(
        method, BASE + path, json=body, headers=edge.service | (headers or {})
    )
    assert answer.status == status, (answer.status, await answer.text())
    if answer.status == 204:
        return None
    found = await answer.json()
    if isinstance(found, dict) and "ETag" in answer.headers:
        found["etag"] = answer.headers["ETag"]
    return found


async def made(edge: Edge, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = await ask(edge, "POST", body=SEED | fields, status=201)
    return body


async def test_the_seeds_example_makes_an_interview(edge: Edge) -> None:
    body = await made(edge)
    assert body["slug"] == "software-developer-interview" and body["version"] == 1
    assert [
        (q["text"], q["preparation_time"], q["responding_time"], q["order"])
        for q in body["questions"]
    ] == [
        ("Tell me about your experience with Python", 30, 90, 1),
        ("Describe a challenging project you worked on", 45, 120, 2),
    ]
    for key in (str(body["id"]), body["slug"], body["slug"].upper()):
        assert await ask(edge, "GET", f"/{key}") == body
    assert (await ask(edge, "GET", "/unknown", status=404))["code"] == "not_found"
    listed = await ask(edge, "GET")
    assert [item["id"] for item in listed["items"]] == [body["id"]]
    assert (listed["total"], listed["has_next"], listed["has_prev"]) == (1, False, False)


async def test_what_is_left_out_has_defaults_and_orders_are_renumbered(edge: Edge) -> None:
    questions = [
        {"text": "Third?", "order": 9},
        {"text": "First?", "order": 2},
        {"text": "Second?", "order": 4, "preparation_time": None},
    ]
    body = await made(edge, questions=questions)
    assert [(q["text"], q["order"], q["preparation_time"]) for q in body["questions"]] == [
        ("First?", 1, 30),
        ("Second?", 2, None),
        ("Third?", 3, 30),
    ]
    assert {q["responding_time"] for q in body["questions"]} == {60}
    assert sorted(q["id"] for q in body["questions"]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": ...}, "title"),
        ({"questions": [{"text": ""}]}, "questions.0.text"),
        ({"questions": [{"text": "A?", "preparation_time": 0}]}, "questions.0.preparation_time"),
        ({"questions": [{"text": "A?", "responding_time": -1}]}, "questions.0.responding_time"),
        ({"questions": [{"text": "A?", "type": "essay"}]}, "questions.0.type"),
        ({"questions": [{"text": "A?"}] * 51}, "questions"),
        ({"mode": "by post"}, "mode"),
        ({"language": "tlh"}, "language"),
        ({"proctoring_kinds": ["wrong_shirt"]}, "proctoring_kinds.0"),
        ({"silence_prompt_s": 20.0, "silence_advance_s": 10.0}, "silence_prompt_s"),
        ({"retakes": 11}, "retakes"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_stored(
    edge: Edge, change: dict[str, Any], field: str
) -> None:
    sent = {k: v for k, v in (SEED | change).items() if v is not ...}
    refused = await ask(edge, "POST", body=sent, status=400)
    assert refused["field"] == field
    assert (await ask(edge, "GET"))["total"] == 0


async def test_the_same_key_makes_one_interview_and_equal_titles_have_their_own_slugs(
    edge: Edge,
) -> None:
    key = {"Idempotency-Key": "once"}
    first = await ask(edge, "POST", body=SEED, status=201, headers=key)
    again = await ask(edge, "POST", body=SEED, status=201, headers=key)
    assert {**again, "etag": first["etag"]} == first
    await ask(edge, "POST", body=SEED | {"title": "Other"}, status=400, headers=key)
    other = await made(edge)
    assert other["slug"] == "software-developer-interview-2"
    assert (await ask(edge, "GET"))["total"] == 2
    await asyncio.gather(*(made(edge, title="At once") for _ in range(5)))
    slugs = {item["slug"] for item in (await ask(edge, "GET"))["items"]}
    assert {"at-once", *(f"at-once-{n}" for n in range(2, 6))} < slugs


async def test_a_change_makes_a_version_and_the_earlier_one_can_be_read(edge: Edge) -> None:
    body = await made(edge, follow_ups=True, job_text="We write Python.")
    after = await ask(edge, "PUT", f"/{body['id']}", {"title": "New", "listening": "patient"})
    assert (after["version"], after["title"], after["slug"]) == (2, "New", body["slug"])
    assert (after["listening"], after["follow_ups"], after["job_text"]) == (
        "patient",
        True,
        "We write Python.",
    )
    assert after["questions"] == body["questions"]
    same = await ask(edge, "PUT", f"/{body['id']}", {"title": "New"})
    assert same["version"] == 2 and same["etag"] == after["etag"]
    versions = await ask(edge, "GET", f"/{body['id']}/versions")
    assert [(v["version"], v["title"]) for v in versions["items"]] == [(1, SEED["title"])]
    first = await ask(edge, "GET", f"/{body['id']}/versions/1")
    assert (first["title"], first["listening"]) == (SEED["title"], "balanced")
    assert (await ask(edge, "GET", f"/{body['id']}/versions/2"))["title"] == "New"
    for number in ("3", "0", "x", "9" * 30):
        await ask(edge, "GET", f"/{body['id']}/versions/{number}", status=404)


async def test_nobody_overwrites_what_another_changed(edge: Edge) -> None:
    body = await made(edge)
    read = {"If-Match": body["etag"]}
    path = f"/{body['id']}"
    await ask(edge, "PUT", path, {"title": "Mine"}, headers=read)
    late = await ask(edge, "PUT", path, {"title": "Yours"}, status=412, headers=read)
    assert late["code"] == "state_changed"
    await ask(edge, "DELETE", path, status=412, headers=read)
    await ask(edge, "PUT", path, {"title": "X"}, status=400, headers={"If-Match": "yesterday"})
    assert (await ask(edge, "GET", path))["title"] == "Mine"
    adding = [ask(edge, "POST", f"{path}/questions", {"text": f"More {n}?"}, 201) for n in range(8)]
    added = await asyncio.gather(*adding)
    assert len({question["id"] for question in added}) == 8
    questions = (await ask(edge, "GET", f"{path}/questions"))["items"]
    assert [q["order"] for q in questions] == list(range(1, 11))


async def test_everything_at_once_keeps_the_numbers_of_questions(edge: Edge) -> None:
    body = await made(edge)
    first, second = (question["id"] for question in body["questions"])
    keywords = {"keywords": ["decorators"], "ideal_answer": "It wraps a function."}
    await ask(edge, "PUT", f"/{body['id']}/questions/{second}", keywords)
    bulk = {
        "title": "Bulk",
        "questions": [{"text": "Fresh?"}, {"id": second, "responding_time": 33.0}],
    }
    after = await ask(edge, "PUT", f"/{body['id']}/update-with-questions", bulk)
    assert [(q["id"], q["text"], q["order"]) for q in after["questions"]] == [
        (3, "Fresh?", 1),
        (second, SEED["questions"][1]["text"], 2),
    ]
    kept = after["questions"][1]
    assert (kept["keywords"], kept["responding_time"], kept["preparation_time"]) == (
        ["decorators"],
        33,
        45,
    )
    for wrong, field in (
        ([{"id": first}], "questions.0.id"),
        ([{"id": second}, {"id": second}], "questions.1.id"),
        ([{"responding_time": 3.0}], "questions.0.text"),
    ):
        path = f"/{body['id']}/update-with-questions"
        refused = await ask(edge, "PUT", path, {"questions": wrong}, status=400)
        assert refused["field"] == field


async def test_questions_have_addresses_of_their_own(edge: Edge) -> None:
    body = await made(edge)
    path = f"/{body['slug']}/questions"
    sent = {
        "text": "What is your experience with React?",
        "type": "coding",
        "order": 1,
        "pause_tolerance_s": 4.0,
        "points": [{"text": "Hooks", "approved": True}],
    }
    key = {"Idempotency-Key": "q1"}
    added = await ask(edge, "POST", path, sent, 201, headers=key)
    assert (await ask(edge, "POST", path, sent, 201, headers=key))["id"] == added["id"]
    assert (added["order"], added["type"], added["points"][0]["approved_by"]) == (
        1,
        "coding",
        "service",
    )
    moves = [{"question_id": n, "new_order": p} for n, p in ((added["id"], 3), (1, 1), (2, 2))]
    after = await ask(edge, "PUT", f"{path}/reorder", moves)
    assert [q["id"] for q in after["items"]] == [1, 2, added["id"]]
    await ask(edge, "PUT", f"{path}/reorder", moves[:2], status=400)
    await ask(edge, "PUT", f"{path}/reorder", moves[:2] + [moves[0] | {"new_order": 2}], status=400)
    moved = await ask(edge, "PUT", f"{path}/{added['id']}", {"order": 2, "text": "And Vue?"})
    assert (moved["order"], moved["text"], moved["pause_tolerance_s"]) == (2, "And Vue?", 4)
    await ask(edge, "DELETE", f"{path}/1", status=204)
    for unknown in ("1", "99", "x"):
        await ask(edge, "DELETE", f"{path}/{unknown}", status=404)
        await ask(edge, "PUT", f"{path}/{unknown}", {"text": "?"}, status=404)
    left = await ask(edge, "GET", path)
    assert [q["id"] for q in left["items"]] == [added["id"], 2]


async def test_a_copy_has_everything_and_its_own_life(edge: Edge) -> None:
    body = await made(edge, mode="recorded", retakes=2)
    copy = await ask(edge, "POST", f"/{body['id']}/duplicate", {}, 201)
    assert copy["id"] != body["id"] and copy["title"] == f"{SEED['title']} (copy)"
    assert (copy["mode"], copy["retakes"], copy["questions"]) == (
        "recorded",
        2,
        body["questions"],
    )
    await ask(edge, "DELETE", f"/{body['id']}", status=204)
    await ask(edge, "DELETE", f"/{body['id']}", status=404)
    await ask(edge, "GET", f"/{body['id']}/versions", status=404)
    assert (await ask(edge, "GET", f"/{copy['id']}"))["questions"] == body["questions"]


async def test_a_list_is_searched_by_how_titles_begin(edge: Edge) -> None:
    for title in ("Alpha one", "alpha Two", "Beta"):
        await made(edge, title=title)
    found = await ask(edge, "GET", "?search=ALPHA&sort=title&order=asc&limit=1")
    assert ([i["title"] for i in found["items"]], found["total"]) == (["Alpha one"], 2)
    assert found["has_next"]
    await ask(edge, "GET", "?limit=0", status=422)


async def test_interviews_of_another_organisation_do_not_exist(edge: Edge) -> None:
    body = await made(edge)
    theirs = Library(edge.services, "another")
    assert (await theirs.page(None, Order("created_at"), limit=10, offset=0)).total == 0
    with pytest.raises(Exception, match="not found"):
        await theirs.find(str(body["id"]))


async def test_a_plan_is_what_the_version_in_force_says(edge: Edge) -> None:
    body = await made(edge, language="de", listening="patient", max_questions=1)
    library = Library(edge.services, "default")
    plan = library.plan((await library.find(str(body["id"]))).document)
    assert (plan.title, plan.language, plan.max_questions) == (SEED["title"], "de", 1)
    assert (plan.interview_id, plan.interview_version) == (body["id"], 1)
    assert [(q.question_id, q.timer_s, q.preparation_s) for q in plan.questions] == [
        (1, 90, 30),
        (2, 120, 45),
    ]
    empty = await made(edge, questions=[])
    with pytest.raises(Exception, match="no questions"):
        library.plan((await library.find(str(empty["id"]))).document)
