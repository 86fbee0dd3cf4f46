"""A new company, from registering to erasing a candidate, over one whole process with its jobs.

The letters are read in the outbox, as nobody delivers them here.
"""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from server.app import build_app
from server.platform.mail.outbox import MAILS
from server.settings import Settings
from server.wiring.process import assemble
from tests.server.ws.test_interview_socket import Frame, Sitting, readers_are_quick

__all__ = ["readers_are_quick"]

API = "/api/v1"
INTERVIEWS = f"{API}/interviewer/interviews"
WAIT_S = 30
NEW = {
    "username": "grace",
    "password": "a long password",
    "email": "grace@new.example",
    "company": "New & Co",
}
PEOPLE = "Name,E-mail\nAda Lovelace,ada@example.com\nBob Bush,bob@example.com\nEve,not an address\n"


class Company(Sitting):
    """Somebody at a desk, with whatever she has signed in with."""

    headers: dict[str, str]

    async def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = await self.client.request(method, path, json=body, headers=self.headers)
        assert answer.status == status, (path, answer.status, await answer.text())
        return await answer.json() if answer.content_type == "application/json" else answer

    async def letters(self, to: str) -> list[str]:
        """What the outbox holds for an address, the oldest first."""
        mails = await self.process.services.storage.documents.everywhere(MAILS).page(limit=100)
        return [one.document.text for one in mails.items if one.document.to == to]


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    settings = Settings(
        data_dir=tmp_path / "data",
        stt="none",
        tts="none",
        host="127.0.0.1",
        smtp_url="smtp://127.0.0.1:1?tls=none",
        mail_from="desk@vivavoce.example",
    )
    process = await assemble(settings)
    client = TestClient(TestServer(build_app(process.services)))
    await client.start_server()
    await process.start()
    sitting = Company(process, client)
    sitting.headers = {}
    yield sitting
    await client.close()
    await process.close()


async def come_in(company: Company) -> None:
    """Register, confirm by the letter, sign in."""
    await company.ask("POST", f"{API}/auth/registration/", NEW, 201)
    (letter,) = await company.letters(NEW["email"])
    found = re.search(r"/staff/verify#t=(\S+)", letter)
    assert found is not None
    await company.ask("POST", f"{API}/auth/registration/verify", {"token": found[1]})
    signed_in = await company.ask(
        "POST", f"{API}/auth/login", {"username": "grace", "password": NEW["password"]}
    )
    company.headers = {"Authorization": f"Bearer {signed_in['access_token']}"}


async def design(company: Company) -> str:
    """An interview with one question of the bank; its id."""
    bank = f"{API}/interviewer/question-bank"
    await company.ask("POST", f"{bank}/starters")
    first = (await company.ask("GET", f"{bank}?search=what"))["items"][0]
    made = await company.ask("POST", INTERVIEWS, {"title": "Data engineer", "questions": []}, 201)
    path = f"{INTERVIEWS}/{made['id']}"
    taken = await company.ask(
        "POST", f"{path}/questions/from-bank", {"bank_ids": [first["id"]]}, 201
    )
    assert [question["text"] for question in taken["items"]] == [first["text"]]
    return str(made["id"])


async def invite(company: Company, interview: str) -> dict[str, str]:
    """The people of a list; their secrets, by address. Who has no address is named first."""
    path = f"{INTERVIEWS}/{interview}/invitations"
    shown = await company.ask("POST", f"{path}/preview", {"text": PEOPLE})
    assert (shown["ready"], shown["wrong"]) == (2, 1)
    people = [line["person"] for line in shown["lines"] if line["person"]]
    invited = await company.ask("POST", path, {"people": people, "remind_hours_before": [1]}, 201)
    assert (invited["invited"], invited["mailed"]) == (2, True)
    found = {}
    for person in people:
        (letter,) = await company.letters(person["email"])
        link = re.search(r"/invitation#(\w+)", letter)
        assert link is not None
        found[person["email"]] = link[1]
    return found


async def take_part(company: Company, token: str) -> str:
    """One candidate's live interview, typed; the session's id."""
    door = f"{API}/candidates/interviews"
    seen = await company.ask("POST", f"{door}/access", {"token": token})
    assert seen["interview"]["title"] == "Data engineer"
    begun = await company.ask("POST", f"{door}/start-session", {"token": token}, 201)
    line = await company.join(begun)
    await line.consent()
    await line.question(1)
    await line.send(type="text_response", content="It keeps a sorted copy of a column.")
    await line.until("interview_concluded")
    await line.socket.close()
    return str(begun["session_id"])


async def report_of(company: Company, session_id: str) -> Frame:
    async with asyncio.timeout(WAIT_S):
        while True:
            answer = await company.client.get(f"/api/reports/{session_id}", headers=company.headers)
            if answer.status == 200:
                body: Frame = (await answer.json())["report"]
                return body
            await asyncio.sleep(0.1)


async def test_from_registering_to_erasing(company: Company) -> None:
    await come_in(company)
    interview = await design(company)
    tokens = await invite(company, interview)
    session_id = await take_part(company, tokens["ada@example.com"])
    report = await report_of(company, session_id)
    assert report["candidate_name"] == "Ada Lovelace" and len(report["answers"]) == 1

    session = f"/api/parallel_interview/session/{session_id}"
    card = {"ratings": [{"question_number": 1, "band": "some"}], "overall": "some"}
    await company.ask("POST", f"{session}/scorecard", card)
    await company.ask("POST", f"{session}/decision", {"outcome": "advance", "reason": "Clear."})
    judged = (await company.ask("GET", f"{session}/judged"))["judged"]
    assert (judged["decision"]["outcome"], judged["decision"]["by"]) == ("advance", "staff:grace")
    listed = await company.ask("GET", f"{INTERVIEWS}/{interview}/tokens")
    used = {item["candidate_email"]: item["is_used"] for item in listed["items"]}
    assert used == {"ada@example.com": True, "bob@example.com": False}

    stranger = await company.client.get(session, headers=company.key)
    assert stranger.status == 404, "the first organisation sees nothing of it"

    person = {"email": "ada@example.com"}
    copy = await company.ask("POST", f"{API}/privacy/candidate/export", person)
    names = zipfile.ZipFile(io.BytesIO(await copy.read())).namelist()
    assert f"sessions/{session_id}/report.json" in names
    await company.ask("POST", f"{API}/privacy/candidate/erase", person)
    await company.ask("GET", session, status=404)
    assert await company.letters("ada@example.com") == []
    assert len(await company.letters("bob@example.com")) >= 1, "and nobody else is gone"
