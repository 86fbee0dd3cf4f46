"""Job openings: made, closed, shared; sessions from them; applying once for each address."""

from __future__ import annotations

from typing import Any

from tests.server.api.test_interviews import ask, made
from tests.server.api.test_portal import say
from tests.server.doors import Edge

JOBS = "/../jobs"
DOOR = "/api/v1/candidates/jobs"
JOB: dict[str, Any] = {
    "title": "Backend developer",
    "description": "We write Python.",
    "questions": [{"text": "Why us?"}, {"text": "Reverse a list.", "type": "coding"}],
    "text_question_timer": 100,
    "coding_question_timer": 200,
}


def share_of(job: dict[str, Any]) -> str:
    share: str = job["share_url"].rpartition("#")[2]
    return share


async def test_an_opening_is_made_changed_listed_and_removed(edge: Edge) -> None:
    key = {"Idempotency-Key": "j"}
    job = await ask(edge, "POST", JOBS, JOB, 201, headers=key)
    assert (await ask(edge, "POST", JOBS, JOB, 201, headers=key))["id"] == job["id"]
    assert [(q["type"], q["responding_time"]) for q in job["questions"]] == [
        ("text", 100),
        ("coding", 200),
    ]
    closed = await ask(edge, "PUT", f"{JOBS}/{job['id']}", {"status": "closed"})
    assert (closed["status"], closed["questions"]) == ("closed", job["questions"])
    stale = {"If-Match": job["etag"]}
    await ask(edge, "PUT", f"{JOBS}/{job['id']}", {"status": "open"}, 412, headers=stale)
    draft = await ask(edge, "POST", JOBS, {"title": "Designer", "status": "draft"}, 201)
    listed = await ask(edge, "GET", f"{JOBS}?status=draft")
    assert [item["id"] for item in listed["items"]] == [draft["id"]]
    for wrong, field in (
        ({"title": ""}, "title"),
        ({"text_question_timer": 0}, "text_question_timer"),
        ({"questions": [{"text": "?", "type": "x"}]}, "questions.0.type"),
        ({"status": "paused"}, "status"),
        ({"interview_id": 7}, "interview_id"),
    ):
        assert (await ask(edge, "POST", JOBS, JOB | wrong, 400))["field"] == field
    await ask(edge, "DELETE", f"{JOBS}/{job['id']}", status=204)
    await ask(edge, "GET", f"{JOBS}/{job['id']}", status=404)


async def test_sessions_are_made_from_an_opening_while_it_is_open(edge: Edge) -> None:
    job = await ask(edge, "POST", JOBS, JOB, 201)
    made_from = await edge.create(job_id=str(job["id"]), questions=["Ignored?"])
    state = await edge.services.live.state(made_from["session_id"])
    assert [(q.text, q.timer_s) for q in state.plan.questions] == [
        ("Why us?", 100),
        ("Reverse a list.", 200),
    ]
    assert (state.plan.title, state.job_id) == ("Backend developer", str(job["id"]))
    other = await edge.create(job_id=str(job["id"]), text_question_timer=55)
    assert (await edge.services.live.state(other["session_id"])).plan.questions[0].timer_s == 55
    for status in ("closed", "draft"):
        await ask(edge, "PUT", f"{JOBS}/{job['id']}", {"status": status})
        refused = await edge.post_create(job_id=str(job["id"]))
        assert (refused.status, (await refused.json())["field"]) == (400, "job_id")


async def test_whoever_has_the_link_applies_once(edge: Edge) -> None:
    interview = await made(edge, mode="recorded")
    job = await ask(edge, "POST", JOBS, JOB | {"interview_id": interview["id"]}, 201)
    share = {"share": share_of(job)}
    seen = await say(edge, f"{DOOR}/view", share)
    assert (seen["title"], seen["mode"]) == ("Backend developer", "recorded")
    ada = share | {"name": "Ada", "email": "ada@example.com"}
    applied = await say(edge, f"{DOOR}/apply", ada, 201)
    state = await edge.services.live.state(applied["session_id"])
    assert (state.plan.interview_id, state.plan.mode, state.job_id) == (
        interview["id"],
        "recorded",
        str(job["id"]),
    )
    again = await say(edge, f"{DOOR}/apply", ada | {"email": "ADA@Example.com"}, 403)
    assert "has applied" in again["detail"] and applied["session_id"] not in str(again)
    wrong = await say(edge, f"{DOOR}/apply", ada | {"email": "nobody"}, 400)
    assert wrong["field"] == "email"
    fresh = await ask(edge, "POST", f"{JOBS}/{job['id']}/share", {})
    await say(edge, f"{DOOR}/view", share, 404)
    share = {"share": share_of(fresh)}
    await ask(edge, "PUT", f"{JOBS}/{job['id']}", {"status": "closed"})
    await say(edge, f"{DOOR}/view", share, 410)
    await say(edge, f"{DOOR}/apply", ada | share | {"email": "b@example.com"}, 410)
    await ask(edge, "PUT", f"{JOBS}/{job['id']}", {"status": "draft"})
    await say(edge, f"{DOOR}/view", share, 404)


async def test_an_opening_without_questions_takes_nobody(edge: Edge) -> None:
    job = await ask(edge, "POST", JOBS, {"title": "Empty"}, 201)
    body = {"share": share_of(job), "name": "Ada", "email": "ada@example.com"}
    refused = await say(edge, f"{DOOR}/apply", body, 400)
    assert refused["field"] == "questions"
    assert (await edge.services.storage.sessions.page())[1] == 0
