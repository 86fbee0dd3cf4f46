"""Blind mode, over every route that shows a candidate: no name, no address, no picture too early.

The routes come from the route table: one that is added is tried from its first day.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from interview.accounts import Role
from interview.commands import GiveScorecard
from interview.nouns import Band, Status
from interview.ports.storage import ReportRecord, SessionSummary
from server.app import all_routes
from server.edge.auth.principals import Allow
from server.edge.routes import Route
from server.platform.deciding.blind import OPEN, Reader, code_name
from tests.server.api.test_deciding import held
from tests.server.doors import Edge, Person

NAME = "Zenobia Quillfeather"
PLANTED = ("Zenobia", "Quillfeather", "20@example.com", "+49 555 0199")
ROUTES = [
    route
    for route in all_routes()
    if route.method == "GET"
    and Allow.STAFF in route.allow
    and route.kind in ("json", "file")
    and not any(route.path.startswith(path) for path in OPEN)
]
ABOUT_ONE = [route for route in ROUTES if "{session_id}" in route.path]
# What else an address needs, so that it finds the session.
QUERIES = {
    "/api/v1/interviewer/compare": "?session_ids={session_id}",
    "/report/download": "?session_id={session_id}",
    "/api/v1/outbox": "?about={session_id}",
}


async def pdf_of_words(record: ReportRecord) -> bytes:
    """A report as a file: all of its words, so that they can be searched."""
    return json.dumps([record.name, record.body]).encode()


async def sat(edge: Edge) -> str:
    """A session whose candidate says their own name, with what colleagues found."""
    edge.services.render_pdf = pdf_of_words
    session_id = await held(
        edge, NAME, {"Who are you?": f"I am {NAME}; Zenobia to friends."}, phone=PLANTED[3]
    )
    rules = await edge.get("/api/interview/rules")
    answer = await edge.client.put(
        "/api/interview/rules", json=rules | {"blind": True}, headers=edge.service
    )
    assert answer.status == 200
    return session_id


async def told(edge: Edge, route: Route, session_id: str, who: Person) -> tuple[int, str, str]:
    """Status, headers and words of the route's answer to somebody."""
    path = route.canonical.replace("{session_id}", session_id)
    path = path.replace("{violation_id}", "v").replace("{recording_id}", "session")
    path += QUERIES.get(route.path, "").format(session_id=session_id)
    if "{" in path:
        return 0, "", ""
    answer = await edge.client.get(path, headers=who.headers)
    return answer.status, str(answer.headers), (await answer.read()).decode("utf-8", "replace")


async def leaks(edge: Edge, session_id: str, who: Person) -> dict[str, list[str]]:
    """By route, what it says that was planted."""
    found: dict[str, list[str]] = {}
    for route in ROUTES:
        _, headers, words = await told(edge, route, session_id, who)
        said = [one for one in PLANTED if one in words or one in headers]
        if said:
            found[route.path] = said
    return found


@pytest.mark.parametrize("role", [Role.OWNER, Role.INTERVIEWER, Role.REVIEWER])
async def test_no_route_names_a_candidate_before_the_scorecard(edge: Edge, role: Role) -> None:
    session_id = await sat(edge)
    who = await edge.person(role)
    assert await leaks(edge, session_id, who) == {}
    card = GiveScorecard(by=f"staff:{who.stored.document.username}", overall=Band.SOME)
    await edge.registry.command(session_id, card)
    named = await leaks(edge, session_id, who)
    assert {
        "/api/parallel_interview/sessions",
        "/api/parallel_interview/session/{session_id}",
        "/api/reports",
        "/api/reports/{session_id}",
        "/api/reports/{session_id}/pdf",
        "/report/download",
        "/api/v1/interviewer/compare",
    } <= named.keys()
    assert ("/api/v1/interviewer/candidates.csv" in named) == (role is not Role.REVIEWER)


async def test_pictures_and_recordings_wait_for_the_scorecard(edge: Edge) -> None:
    session_id = await sat(edge)
    reviewer = await edge.person(Role.REVIEWER)
    pictures = [one for one in ABOUT_ONE if one.produces.startswith(("video/", "image/"))]
    assert len(pictures) >= 4
    for route in pictures:
        status, _, words = await told(edge, route, session_id, reviewer)
        assert (status, "own scorecard" in words) == (403, True), route.path
    shown = await edge.client.get(f"/api/reports/{session_id}", headers=reviewer.headers)
    report = (await shown.json())["report"]
    assert report["candidate_name"] == code_name(session_id)
    assert report["answers"][0]["content"] == "I am [name]; [name] to friends."
    assert (report["recording"]["url"], report["recording"]["available"]) == (None, False)
    assert (report["judged"]["notes"], report["judged"]["decision"]) == ([], None)


async def test_nobody_is_found_or_ordered_by_a_hidden_name(edge: Edge) -> None:
    await sat(edge)
    who = await edge.person(Role.OWNER)
    for query, field in (("search=Zenobia", "search"), ("sort=name", "sort")):
        path = f"/api/parallel_interview/sessions?{query}"
        answer = await edge.client.get(path, headers=who.headers)
        body: dict[str, Any] = await answer.json()
        assert (answer.status, body["field"]) == (400, field)


async def test_a_shared_report_names_nobody_unless_who_knows_them_says_so(edge: Edge) -> None:
    session_id = await sat(edge)
    who = await edge.person(Role.OWNER)
    shares = f"/api/v1/interviewer/reports/{session_id}/shares"
    refused = await edge.client.post(shares, json={"with_contact": True}, headers=who.headers)
    assert refused.status == 400
    made = await edge.client.post(shares, json={}, headers=who.headers)
    assert made.status == 201
    link = (await made.json())["url"].rpartition("/shared/")[2]
    read = await edge.client.get(f"/shared/{link}")
    words = (await read.text()) + str(read.headers)
    assert not [one for one in PLANTED if one in words]


async def test_who_invites_sees_names_without_their_sessions(edge: Edge) -> None:
    who = await edge.person(Role.OWNER)
    interviews = "/api/v1/interviewer/interviews"
    body = {"title": "Nurses", "questions": [{"text": "Why?"}]}
    made = await (await edge.client.post(interviews, json=body, headers=who.headers)).json()
    people = {"people": [{"name": NAME, "email": PLANTED[2]}]}
    path = f"{interviews}/{made['id']}"
    sent = await edge.client.post(f"{path}/invitations", json=people, headers=who.headers)
    token = (await sent.json())["items"][0]["invitation"]["token_value"]
    door = "/api/interview/session/start"
    begun = await edge.client.post(door, json={"interview_token": token}, headers=edge.service)
    assert begun.status in (200, 201)

    async def listed() -> dict[str, Any]:
        answer = await edge.client.get(f"{path}/tokens", headers=who.headers)
        one: dict[str, Any] = (await answer.json())["items"][0]
        return one

    assert len((await listed())["session_ids"]) == 1
    await sat(edge)
    blind = await listed()
    assert (blind["candidate_name"], blind["session_ids"]) == (NAME, [])


async def test_a_live_view_has_no_name_and_no_picture(edge: Edge) -> None:
    session_id = await sat(edge)
    about = await edge.services.storage.sessions.get(session_id)
    assert about is not None
    blind = Reader("staff:eve", True)
    welcome = {"type": "welcome", "snapshot": {"candidate_name": NAME, "answer": f"I, {NAME}"}}
    signal = {"type": "proctoring_violation", "still_url": "/api/recordings/x?sig=1", "code": "c"}
    shown = blind.frame(json.dumps(welcome), about)
    assert shown is not None
    known = {"candidate_name": code_name(session_id), "answer": "I, [name]"}
    assert json.loads(shown)["snapshot"] == known
    noted = blind.frame(json.dumps(signal), about)
    assert noted is not None and json.loads(noted)["still_url"] is None
    assert blind.frame(json.dumps({"type": "picture", "image": "…"}), about) is None


def test_two_people_of_one_list_are_veiled_apart() -> None:
    ada, bob = (
        SessionSummary(
            session_id=name,
            status=Status.COMPLETED,
            name=name,
            email=f"{name}@example.com",
            phone="",
            title="Nurses",
            created_at=datetime(2026, 12, 1, tzinfo=UTC),
            created_by="service",
            total_questions=1,
            max_questions=1,
            reviewers=reviewers,
        )
        for name, reviewers in (("Ada", ()), ("Bob", ("staff:eve",)))
    )
    rows = [
        {"session_id": one.session_id, "said": "Ada and Bob", "notes": ["n"]} for one in (ada, bob)
    ]
    shown = Reader("staff:eve", True).veiled(rows, ada, bob)
    assert [(row["said"], row["notes"]) for row in shown] == [
        ("[name] and Bob", []),
        ("Ada and Bob", ["n"]),
    ]
    assert Reader("service", False).veiled(rows, ada, bob) is rows
