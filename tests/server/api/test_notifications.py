"""What colleagues are told of: stored with the event's job, exact for each, streamed, mailed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from interview.accounts import AccountState, Role
from interview.commands import (
    AnswerElsewhere,
    AskElsewhere,
    Command,
    EndSession,
    GiveScorecard,
    JoinCandidate,
    TakeOver,
)
from interview.effects import tell_job
from interview.news import News
from interview.nouns import Band
from server.edge.auth.accounts import changed
from server.platform.deciding.blind import code_name
from server.platform.mail.outbox import MAILS
from server.platform.notices.model import CHOICES, NOTICES
from tests.server.doors import BASE as SESSIONS
from tests.server.doors import Edge, Person, bearer, running
from tests.server.platform.mail.postbox import Postbox, listening
from tests.server.work import work_off

BASE = "/api/v1/notifications"
LEAVES: tuple[Command, ...] = (
    JoinCandidate(connection_id="c"),
    EndSession(by="candidate", reason="ended_by_candidate"),
)

TO_THE_END: tuple[Command, ...] = (
    TakeOver(by="service"),
    AskElsewhere(question_id="q", text="Why?"),
    AnswerElsewhere(answer_id="a", question_id="q", content="Because it is so."),
    EndSession(by="service", reason="ended_by_agent"),
)


async def ended(edge: Edge, commands: tuple[Command, ...] = TO_THE_END, **fields: Any) -> str:
    """A session that was held and is over; nobody has been told yet."""
    session_id: str = (await edge.create(**fields))["session_id"]
    for command in commands:
        await edge.registry.command(session_id, command)
    return session_id


async def asked(edge: Edge, who: Person, method: str, path: str, body: Any = None) -> Any:
    answer = await edge.client.request(method, BASE + path, json=body, headers=who.headers)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def told(edge: Edge, who: Person) -> list[tuple[str, str]]:
    page = await asked(edge, who, "GET", "")
    return [(one["kind"], one["name"]) for one in page["items"]]


async def test_an_end_is_told_to_those_whose_role_reads_sessions(edge: Edge) -> None:
    owner, reviewer = await edge.person(Role.OWNER), await edge.person(Role.REVIEWER)
    stranger = await edge.person(Role.OWNER, organisation_id="elsewhere")
    gone = await edge.person(Role.OWNER)
    await changed(edge.services.storage.documents, gone.user_id, state=AccountState.SUSPENDED)
    await ended(edge, name="Ada")
    await ended(edge, LEAVES, name="Bob")
    assert await told(edge, owner) == []
    await work_off(edge)
    assert sorted(await told(edge, owner)) == [("finished", "Ada"), ("left_early", "Bob")]
    assert await told(edge, reviewer) == [("finished", "Ada")]
    assert await told(edge, stranger) == []
    await changed(edge.services.storage.documents, gone.user_id, state=AccountState.ACTIVE)
    await work_off(edge)
    assert await told(edge, gone) == []
    refused = await edge.client.get(BASE, headers=(await edge.person(Role.UPLOADER)).headers)
    assert refused.status == 403


async def test_what_a_candidate_asks_for_is_told_once(edge: Edge) -> None:
    owner, reviewer = await edge.person(Role.OWNER), await edge.person(Role.REVIEWER)
    token = (await edge.create(name="Ada", title="Cook"))["candidate_token"]
    wish = {"kind": "accommodation", "text": "May I type?"}
    for _ in range(2):
        answer = await edge.client.post("/api/candidate/requests", json=wish, headers=bearer(token))
        assert answer.status == 200
        await work_off(edge)
    assert await told(edge, owner) == [("request", "Ada")]
    assert await told(edge, reviewer) == [], "who only reviews answers no requests"
    await asked(edge, reviewer, "PUT", "/settings", {"desk": ["request"]})
    wish = {"kind": "transcript"}
    await edge.client.post("/api/candidate/requests", json=wish, headers=bearer(token))
    await work_off(edge)
    assert await told(edge, reviewer) == [("request", "Ada")]


async def test_what_is_read_is_read_by_one_person_only(edge: Edge) -> None:
    ann, ben = await edge.person(Role.OWNER), await edge.person(Role.OWNER)
    for name in ("Ada", "Bob", "Cid"):
        await ended(edge, name=name)
    await work_off(edge)
    page = await asked(edge, ann, "GET", "?limit=2")
    assert (page["total"], page["unread"], page["has_next"]) == (3, 3, True)
    first = page["items"][0]["id"]
    after = await asked(edge, ann, "POST", "/read", {"ids": [first, "unknown"]})
    assert (after["unread"], after["newest"]["id"] == first) == (2, False)
    stolen = (await asked(edge, ben, "GET", ""))["items"][0]["id"]
    assert (await asked(edge, ann, "POST", "/read", {"ids": [stolen]}))["unread"] == 2
    assert (await asked(edge, ben, "GET", "?unread=true"))["total"] == 3
    assert (await asked(edge, ann, "POST", "/read", {}))["unread"] == 0
    assert (await asked(edge, ann, "GET", "?unread=true"))["items"] == []


async def test_told_twice_it_is_one_notice(edge: Edge) -> None:
    """As when a process dies after the work and before the word of it."""
    ann = await edge.person(Role.OWNER)
    session_id = await ended(edge)
    await work_off(edge)
    state = await edge.services.live.state(session_id)
    assert state.ended_at is not None
    subject = state.ended_at.isoformat()
    again = tell_job(session_id, News.SESSION_FINISHED, subject, edge.clock())
    await edge.services.storage.jobs.enqueue(again)
    assert await work_off(edge) == 1
    assert len(await told(edge, ann)) == 1


async def test_an_erased_session_takes_its_notices_along(edge: Edge) -> None:
    ann = await edge.person(Role.OWNER)
    session_id = await ended(edge)
    await work_off(edge)
    assert len(await told(edge, ann)) == 1
    path = f"{SESSIONS}/session/{session_id}"
    assert (await edge.client.delete(path, headers=edge.service)).status == 200
    assert await told(edge, ann) == []


async def test_a_removed_account_leaves_no_notices_behind(edge: Edge) -> None:
    owner, ben = await edge.person(Role.OWNER), await edge.person(Role.OWNER)
    await asked(edge, ben, "PUT", "/settings", {"scope": "all"})
    await ended(edge)
    await work_off(edge)
    removed = await edge.client.delete(f"/api/v1/colleagues/{ben.user_id}", headers=owner.headers)
    assert removed.status == 204, await removed.text()
    documents = edge.services.storage.documents
    left = (await documents.everywhere(NOTICES).page()).items
    assert {one.document.user_id for one in left}.isdisjoint({ben.user_id})
    assert left and await documents.of(CHOICES, ben.organisation_id).get(ben.user_id) is None


async def test_in_blind_mode_a_notice_has_no_name_until_the_scorecard(edge: Edge) -> None:
    ann = await edge.person(Role.OWNER)
    rules = await edge.get("/api/interview/rules")
    blind = rules | {"blind": True}
    put = await edge.client.put("/api/interview/rules", json=blind, headers=edge.service)
    assert put.status == 200
    session_id = await ended(edge, name="Ada")
    await work_off(edge)
    assert await told(edge, ann) == [("finished", code_name(session_id))]
    by = f"staff:{ann.stored.document.username}"
    await edge.registry.command(session_id, GiveScorecard(by=by, overall=Band.SOME))
    assert await told(edge, ann) == [("finished", "Ada")]


async def test_a_person_chooses_what_and_of_which_sessions(edge: Edge) -> None:
    ann, ben = await edge.person(Role.OWNER), await edge.person(Role.OWNER)
    before = await asked(edge, ann, "GET", "/settings")
    assert (before["chosen"], before["mail"], len(before["desk"])) == (False, [], 5)
    assert "VIVA_SMTP_URL" in before["mail_disabled"]
    chosen = await asked(edge, ann, "PUT", "/settings", {"desk": ["left_early"]})
    assert (chosen["chosen"], chosen["desk"], chosen["scope"]) == (True, ["left_early"], "all")
    await asked(edge, ben, "PUT", "/settings", {"scope": "mine"})
    session_id = await ended(edge, name="Ada")
    name = ben.stored.document.username
    given = await edge.client.post(
        f"{SESSIONS}/session/{session_id}/assignee", json={"assignee": name}, headers=edge.service
    )
    assert given.status == 200
    await ended(edge, name="Bob")
    await work_off(edge)
    assert await told(edge, ann) == []
    assert await told(edge, ben) == [("finished", "Ada")]
    wrong = await edge.client.put(
        BASE + "/settings", json={"desk": ["gossip"]}, headers=ann.headers
    )
    assert (wrong.status, (await wrong.json())["field"]) == (400, "desk.0")


async def events(answer: ClientResponse) -> AsyncIterator[dict[str, Any]]:
    async for line in answer.content:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


async def test_the_stream_tells_what_another_process_stored(edge: Edge) -> None:
    """The stream asks the store: who wrote it does not matter."""
    ann = await edge.person(Role.OWNER)
    answer = await edge.client.get(BASE + "/stream", headers=ann.headers)
    assert answer.headers["Content-Type"] == "text/event-stream"
    stream = events(answer)
    async with asyncio.timeout(30):
        assert (await anext(stream))["unread"] == 0
        await ended(edge, name="Ada")
        await work_off(edge)
        now = await anext(stream)
        assert (now["unread"], now["newest"]["name"]) == (1, "Ada")
        await asked(edge, ann, "POST", "/read", {"ids": [now["newest"]["id"]]})
        assert (await anext(stream))["unread"] == 0
        documents = edge.services.storage.documents
        await changed(documents, ann.user_id, state=AccountState.SUSPENDED)
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
    answer.close()


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    with listening() as found:
        yield found


async def test_by_mail_comes_what_was_chosen_once(
    tmp_path: Path, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    smtp = {"smtp_url": f"smtp://127.0.0.1:{port}?tls=none", "mail_from": "jobs@x.example"}
    async with running(tmp_path, **smtp) as edge:
        ann, ben = await edge.person(Role.OWNER), await edge.person(Role.OWNER)
        await asked(edge, ann, "PUT", "/settings", {"mail": ["finished"], "desk": []})
        session_id = await ended(edge, name="Ada", title="Cook")
        await ended(edge, LEAVES, name="Bob")
        await work_off(edge)
        await work_off(edge)
        letter = await box.letter(1)
        assert letter["To"] == ann.stored.document.email
        assert letter["Subject"] == "Ada has finished the interview: Cook"
        body = letter.get_body(("plain",))
        assert body is not None and f"/staff/sessions/{session_id}" in body.get_content()
        assert len(box.letters) == 1 and await told(edge, ann) == []
        assert len(await told(edge, ben)) == 2
        mails = (await edge.services.storage.documents.of(MAILS, "default").page()).items
        assert [one.document.about for one in mails] == [session_id]
