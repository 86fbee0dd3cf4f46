"""Who looks after a session, and the lists that are narrowed by it."""

from __future__ import annotations

import csv
import io
from typing import Any

from interview.accounts import AccountState, Role
from interview.nouns import DEFAULT_ORGANISATION
from server.edge.auth.accounts import changed
from tests.server.doors import BASE, Edge

LISTS = (f"{BASE}/sessions", "/api/v1/interviewer/compare/candidates")


async def give(edge: Edge, session_id: str, to: str | None, headers: dict[str, str]) -> Any:
    path = f"{BASE}/session/{session_id}/assignee"
    answer = await edge.client.post(path, json={"assignee": to}, headers=headers)
    return answer.status, await answer.json()


async def test_a_session_is_given_to_a_colleague_and_found_by_it(edge: Edge) -> None:
    ann, ben = await edge.person(Role.OWNER), await edge.person(Role.REVIEWER)
    first, second = [(await edge.create(name=name))["session_id"] for name in ("Ada", "Bob")]
    name = ben.stored.document.username
    assert (await give(edge, first, name.upper(), ann.headers))[1]["assignee"] == f"staff:{name}"
    for path in LISTS:
        for query, who in (("assignee=me", ben), (f"assignee={name}", ann)):
            body = await (await edge.client.get(f"{path}?{query}", headers=who.headers)).json()
            found = body.get("sessions", body.get("items"))
            assert [one["session_id"] for one in found] == [first], (path, query)
        body = await (await edge.client.get(f"{path}?assignee=me", headers=ann.headers)).json()
        assert body["total"] == 0
    line = await edge.get(f"{BASE}/sessions?assignee={name}")
    assert line["sessions"][0]["assignee"] == f"staff:{name}"
    text = await (
        await edge.client.get("/api/v1/interviewer/candidates.csv", headers=ann.headers)
    ).text()
    rows = {row["session_id"]: row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}
    assert (rows[first]["assignee"], rows[second]["assignee"]) == (name, "")
    assert (await give(edge, first, None, ben.headers))[1]["assignee"] is None
    judged = await edge.get(f"{BASE}/session/{first}/judged")
    assert judged["judged"]["assignee"] is None


async def test_only_who_works_here_can_be_given_a_session(edge: Edge) -> None:
    ann = await edge.person(Role.OWNER)
    session_id = (await edge.create())["session_id"]
    gone, program = await edge.person(Role.REVIEWER), await edge.person(Role.UPLOADER)
    await changed(edge.services.storage.documents, gone.user_id, state=AccountState.SUSPENDED)
    stranger = await edge.person(Role.OWNER, organisation_id="elsewhere")
    for one in (gone, program, stranger):
        status, body = await give(edge, session_id, one.stored.document.username, ann.headers)
        assert (status, body["field"]) == (400, "assignee")
    team = await (await edge.client.get("/api/v1/interviewer/team", headers=ann.headers)).json()
    named = {one["username"] for one in team["people"]}
    assert ann.stored.document.username in named
    assert not named & {one.stored.document.username for one in (gone, program, stranger)}


async def test_an_interview_narrows_the_lists_to_its_candidates(edge: Edge) -> None:
    interviews = "/api/v1/interviewer/interviews"
    ann = await edge.person(Role.OWNER)
    assert ann.organisation_id == DEFAULT_ORGANISATION
    body = {"title": "Cook", "questions": [{"text": "Why?", "responding_time": 60}]}
    made = await (await edge.client.post(interviews, json=body, headers=ann.headers)).json()
    token = {"candidate_name": "Ada", "candidate_email": "ada@example.com"}
    path = f"{interviews}/{made['id']}/tokens"
    invited = await (await edge.client.post(path, json=token, headers=ann.headers)).json()
    begun = await edge.client.post(
        "/api/v1/candidates/interviews/start-session", json={"token": invited["token_value"]}
    )
    assert begun.status in (200, 201), await begun.text()
    await edge.create(name="Somebody else")
    for path in LISTS:
        body = await edge.get(f"{path}?interview_id={made['id']}")
        found = body.get("sessions", body.get("items"))
        assert len(found) == body["total"] == 1, path
    listed = (await edge.get(f"{BASE}/sessions?interview_id={made['id']}"))["sessions"][0]
    assert (listed["interview_id"], listed["user_details"]["name"]) == (made["id"], "Ada")
    wrong = await edge.client.get(f"{BASE}/sessions?interview_id=cook", headers=edge.service)
    assert wrong.status == 422
