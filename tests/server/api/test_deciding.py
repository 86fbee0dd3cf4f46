"""Candidates side by side, links to reports, the list as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from interview.commands import (
    AddNote,
    AnswerElsewhere,
    AskElsewhere,
    Decide,
    EndSession,
    GiveScorecard,
    TakeOver,
)
from interview.judging import DecisionOutcome
from interview.nouns import Band
from interview.ports.storage import ReportRecord
from server.edge.auth.api_keys import make_key
from server.platform.deciding.blind import code_name
from tests.server.doors import ADMIN, Edge
from tests.server.work import work_off

BASE = "/api/v1/interviewer"


async def held(edge: Edge, name: str, answers: dict[str, str], **fields: Any) -> str:
    """A session whose questions were answered so."""
    made = await edge.create(name=name, email=f"{len(name)}@example.com", **fields)
    session_id: str = made["session_id"]
    command = edge.registry.command
    await command(session_id, TakeOver(by="service"))
    for number, (question, text) in enumerate(answers.items()):
        await command(session_id, AskElsewhere(question_id=f"q{number}", text=question))
        answer = AnswerElsewhere(answer_id=f"a{number}", question_id=f"q{number}", content=text)
        await command(session_id, answer)
    await command(session_id, EndSession(by="service", reason="ended_by_agent"))
    edge.clock.forward(20)
    await work_off(edge)
    return session_id


async def foreign(edge: Edge) -> dict[str, str]:
    _, secret = await make_key(
        edge.services.storage,
        "other",
        name="a",
        scopes=("*",),
        created_by="test",
        now=edge.clock(),
        key_id="foreign",
    )
    return {"X-API-Key": secret}


async def test_answers_to_the_same_question_stand_in_one_row(edge: Edge) -> None:
    ada = await held(edge, "Ada", {"Why databases?": "They keep.", "And tests?": "They prove."})
    bob = await held(edge, "Bobby", {"why  databases?": "Speed.", "Something else?": "No."})
    found = await edge.get(f"{BASE}/compare?session_ids={ada},{bob}")
    asked = [[question["text"] for question in one["questions"]] for one in found["candidates"]]
    assert asked == [["Why databases?", "And tests?"], ["why  databases?", "Something else?"]]
    assert [column["name"] for column in found["candidates"]] == ["Ada", "Bobby"]
    rows = {
        row["question"]: [(cell["session_id"], cell["content"]) for cell in row["cells"]]
        for row in found["rows"]
    }
    assert rows == {
        "Why databases?": [(ada, "They keep."), (bob, "Speed.")],
        "And tests?": [(ada, "They prove.")],
        "Something else?": [(bob, "No.")],
    }
    assert "could not be evaluated" in found["candidates"][0]["coverage"]
    await edge.get(f"{BASE}/compare?session_ids=,", 422)
    await edge.get(f"{BASE}/compare?session_ids=a,b,c,d,e,f,g", 422)
    await edge.get(f"{BASE}/compare?session_ids={ada},nobody", 404)
    answer = await edge.client.get(f"{BASE}/compare?session_ids={ada}", headers=await foreign(edge))
    assert answer.status == 404


async def test_a_comparison_is_one_entry_of_the_audit_log_for_each_viewing(edge: Edge) -> None:
    ada = await held(edge, "Ada", {"Why databases?": "They keep."})
    staff = await edge.staff()

    async def entries() -> list[str]:
        asked = "/api/v1/audit?action=session_compared"
        found = await (await edge.client.get(asked, headers=staff)).json()
        return [entry["name"] for entry in found["items"]]

    for _ in range(3):
        await edge.client.get(f"{BASE}/compare?session_ids={ada}", headers=staff)
    assert await entries() == ["Ada, Interview"]
    edge.clock.forward(31 * 60)
    staff = await edge.staff()
    await edge.client.get(f"{BASE}/compare?session_ids={ada}", headers=staff)
    assert await entries() == ["Ada, Interview"] * 2


async def test_in_blind_mode_names_come_with_ones_own_scorecard(edge: Edge) -> None:
    ada = await held(edge, "Ada Probe", {"Why?": "I am Ada Probe, and Ada knows. Adamant."})
    colleague = "staff:ben"
    for command in (
        GiveScorecard(by=colleague, overall=Band.LITTLE),
        Decide(by=colleague, outcome=DecisionOutcome.ADVANCE, reason="Ada was strong."),
        AddNote(by=colleague, note_id="n", text="Ada is nice."),
    ):
        await edge.registry.command(ada, command)
    rules = await edge.get("/api/interview/rules")
    put = await edge.client.put(
        "/api/interview/rules", json=rules | {"blind": True}, headers=edge.service
    )
    assert put.status == 200
    staff = await edge.staff()
    path = f"{BASE}/compare?session_ids={ada}"

    async def column() -> dict[str, Any]:
        found = await (await edge.client.get(path, headers=staff)).json()
        one: dict[str, Any] = found["candidates"][0]
        return one

    async def said() -> str:
        found = await (await edge.client.get(path, headers=staff)).json()
        content: str = found["rows"][0]["cells"][0]["content"]
        return content

    before = await column()
    code = code_name(ada)
    assert (before["name"], before["blind"]) == (code, True) and "Ada" not in code
    assert (before["scorecards"], before["decision"], before["notes"]) == ([], None, [])
    assert await said() == "I am [name], and [name] knows. Adamant."
    choices = f"{BASE}/compare/candidates"
    listed = await (await edge.client.get(choices, headers=staff)).json()
    assert [(one["name"], one["decision"]) for one in listed["items"]] == [(code, None)]

    await edge.registry.command(ada, GiveScorecard(by=f"staff:{ADMIN}", overall=Band.CLEAR))
    after = await column()
    assert (after["name"], after["blind"]) == ("Ada Probe", False)
    assert after["own_scorecard"]["overall"] == "clear"
    assert [card["by"] for card in after["scorecards"]] == ["staff:ben"]
    assert after["decision"]["reason"] == "Ada was strong."
    assert [note["text"] for note in after["notes"]] == ["Ada is nice."]
    assert (await said()).startswith("I am Ada Probe")
    listed = await (await edge.client.get(choices, headers=staff)).json()
    assert [(one["name"], one["decision"]) for one in listed["items"]] == [("Ada Probe", "advance")]
    sought = await edge.client.get(f"{choices}?search=nobody", headers=staff)
    assert sought.status == 400, "who searches for a name in blind mode learns nothing"


async def test_a_shared_report_is_read_without_an_account_and_without_contact(edge: Edge) -> None:
    rendered: list[ReportRecord] = []

    async def render(record: ReportRecord) -> bytes:
        rendered.append(record)
        return b"%PDF-1.7 rendered"

    edge.services.render_pdf = render
    ada = await held(edge, "Ada", {"Why?": "Because."})
    path = f"{BASE}/reports/{ada}/shares"
    answer = await edge.client.post(path, json={"days": 3}, headers=edge.service)
    assert answer.status == 201
    made = await answer.json()
    token = made["url"].rpartition("/")[2]
    read = await edge.client.get(f"/shared/{token}")
    assert (read.status, read.content_type) == (200, "application/pdf")
    body = rendered[-1].body
    assert (body["candidate_email"], body["candidate_phone"]) == ("", None)
    assert "judged" not in body and body["candidate_name"] == "Ada"
    full = await edge.client.post(path, json={"with_contact": True}, headers=edge.service)
    contact = (await full.json())["url"].rpartition("/")[2]
    assert (await edge.client.get(f"/shared/{contact}")).status == 200
    assert rendered[-1].body["candidate_email"] == "3@example.com"
    listed = (await edge.get(path))["shares"]
    assert [(one["opened"], one["with_contact"]) for one in listed] == [(1, True), (1, False)]
    files = edge.data_dir.glob("vivavoce.db*")
    assert token.encode() not in b"".join(file.read_bytes() for file in files)

    share = f"{path}/{made['share']['id']}"
    assert (await edge.client.delete(share, headers=await foreign(edge))).status == 404
    assert (await edge.client.delete(share, headers=edge.service)).status == 200
    gone = await edge.client.get(f"/shared/{token}")
    assert (gone.status, "withdrawn" in (await gone.json())["detail"]) == (410, True)
    edge.clock.forward(8 * 86_400)
    assert (await edge.client.get(f"/shared/{contact}")).status == 410
    assert (await edge.client.get("/shared/guess")).status == 404


async def test_an_erased_session_takes_its_links_along(edge: Edge) -> None:
    ada = await held(edge, "Ada", {"Why?": "Because."})
    path = f"{BASE}/reports/{ada}/shares"
    made = await (await edge.client.post(path, json={}, headers=edge.service)).json()
    session = f"/api/parallel_interview/session/{ada}"
    assert (await edge.client.delete(session, headers=edge.service)).status == 200
    token = made["url"].rpartition("/")[2]
    assert (await edge.client.get(f"/shared/{token}")).status == 404


async def test_the_list_as_csv_holds_everybody_and_no_formula(edge: Edge) -> None:
    await held(edge, "Ada", {"Why?": "Because."}, phone="+49 30 1234")
    await edge.create(name='=HYPERLINK("http://evil")', email="b@example.com")
    await edge.create(name="＝1+1", email="c@example.com")
    answer = await edge.client.get(f"{BASE}/candidates.csv", headers=edge.service)
    assert (answer.status, answer.content_type) == (200, "text/csv")
    lines = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert [line["name"] for line in lines] == ["'＝1+1", '\'=HYPERLINK("http://evil")', "Ada"]
    assert (lines[2]["phone"], lines[2]["answered"]) == ("'+49 30 1234", "1")
    assert lines[1]["report"] == "" and "/staff/reports/" in lines[2]["report"]
    waiting = await edge.client.get(f"{BASE}/candidates.csv?standing=waiting", headers=edge.service)
    assert len((await waiting.text()).splitlines()) == 3
    other = await edge.client.get(f"{BASE}/candidates.csv", headers=await foreign(edge))
    assert len((await other.text()).splitlines()) == 1
