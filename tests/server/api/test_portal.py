"""The candidate's way in: tokens, attempts, recorded answers, and what they become."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import io
import re
import wave
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import FormData

from interview.accounts import Role
from interview.nouns import CONSENT_TEXT_VERSION, Status
from interview.ports.storage import Job
from server.jobs.kind import Tools
from server.jobs.kinds.hear_take import HearTakePayload, hear_take
from server.jobs.kinds.remind import RemindPayload, remind
from server.platform import purge
from server.platform.interviews.mailing import InvitationLetters
from server.platform.mail.letters import Letter
from server.platform.mail.outbox import MAILS
from tests.server.api.test_candidate import OneWordASecond
from tests.server.api.test_interviews import ask, made
from tests.server.doors import Edge, bearer, running

DOOR = "/api/v1/candidates/interviews"


def sound(seconds: float = 3.0, level: int = 3_000) -> bytes:
    """A file that can be decoded."""
    samples = np.sin(np.arange(int(16_000 * seconds)) / 20) * level
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(16_000)
        writer.writeframes(samples.astype(np.int16).tobytes())
    return file.getvalue()


async def say(
    edge: Edge,
    path: str,
    body: Any,
    status: int = 200,
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> Any:
    """What a candidate is answered, who has signed in nowhere."""
    answer = await edge.client.request(method, path, json=body, headers=headers or {})
    assert answer.status == status, (answer.status, await answer.text())
    return await answer.json()


async def token_of(edge: Edge, interview: dict[str, Any], **fields: Any) -> dict[str, Any]:
    path = f"/{interview['id']}/tokens"
    body: dict[str, Any] = await ask(edge, "POST", path, {"candidate_name": "Ada"} | fields, 201)
    return body


async def upload(
    edge: Edge, content: bytes, status: int = 201, headers: dict[str, str] | None = None, **f: Any
) -> Any:
    form = FormData()
    for name, value in f.items():
        form.add_field(name, str(value))
    if content is not ...:  # type: ignore[comparison-overlap]
        form.add_field("audio_file", content, filename="recording.webm", content_type="audio/webm")
    answer = await edge.client.post(f"{DOOR}/recordings", data=form, headers=headers or {})
    assert answer.status == status, (answer.status, await answer.text())
    return await answer.json()


async def test_a_token_is_made_as_the_seed_says_and_listed_and_deleted(edge: Edge) -> None:
    interview = await made(edge)
    sent = {"interview_id": interview["id"], "candidate_name": "John Doe"}
    token = await token_of(edge, interview, **sent)
    assert (token["is_used"], token["max_attempts"], token["current_attempts"]) == (False, 1, 0)
    assert len(token["token_value"]) == 32 and token["token_value"].isalnum()
    assert token["link"].endswith(f"/invitation#{token['token_value']}")
    values = {(await token_of(edge, interview))["token_value"] for _ in range(20)}
    assert len(values) == 20
    listed = await ask(edge, "GET", f"/{interview['id']}/tokens?search=john")
    assert [item["id"] for item in listed["items"]] == [token["id"]]
    other = await made(edge, title="Other")
    await ask(edge, "GET", f"/{other['id']}/tokens/{token['id']}", status=404)
    wrong = await ask(edge, "POST", f"/{other['id']}/tokens", sent, 400)
    assert wrong["field"] == "interview_id"
    await ask(edge, "DELETE", f"/{interview['id']}/tokens/{token['id']}", status=204)
    await say(edge, f"{DOOR}/access", {"token": token["token_value"]}, 404)


async def test_looking_changes_nothing(edge: Edge) -> None:
    interview = await made(edge)
    token = await token_of(edge, interview, max_attempts=2)
    await ask(edge, "PUT", "/../settings/theme", {"primary_color": "#aa0000"})
    for _ in range(3):
        body = await say(edge, f"{DOOR}/access", {"token": token["token_value"]})
    assert [(q["id"], q["text"], q["order"]) for q in body["interview"]["questions"]] == [
        (q["id"], q["text"], q["order"]) for q in interview["questions"]
    ]
    assert body["theme"]["primary_color"] == "#aa0000"
    assert body["token_info"]["attempts_remaining"] == 2 and body["token_info"]["startable"]
    after = await ask(edge, "GET", f"/{interview['id']}/tokens/{token['id']}")
    assert after == token
    assert (await edge.services.storage.sessions.page())[1] == 0
    await ask(edge, "PUT", f"/{interview['id']}", {"questions_ahead": False})
    body = await say(edge, f"{DOOR}/access", {"token": token["token_value"]})
    assert {q["text"] for q in body["interview"]["questions"]} == {None}


async def test_the_link_says_which_company_asks(edge: Edge) -> None:
    owner = await edge.person(Role.OWNER, organisation_id="analytical-engines")
    interviews = "/api/v1/interviewer/interviews"
    body = {"title": "Backend", "questions": [{"text": "Why?"}]}
    answer = await edge.client.post(interviews, json=body, headers=owner.headers)
    tokens = f"{interviews}/{(await answer.json())['id']}/tokens"
    answer = await edge.client.post(tokens, json={}, headers=owner.headers)
    link = {"token": (await answer.json())["token_value"]}
    shown = await say(edge, f"{DOOR}/access", link)
    assert shown["company"] == "Analytical-Engines" != edge.services.settings.company


async def test_what_opens_nothing_says_why(edge: Edge) -> None:
    interview = await made(edge)
    token = (await token_of(edge, interview))["token_value"]
    for value, status in (("x" * 32, 404), ("../../etc", 400), ("", 400), ("y" * 99, 400)):
        for path in ("access", "start-session"):
            await say(edge, f"{DOOR}/{path}", {"token": value}, status)
    edge.clock.forward(72 * 3_600 + 1)
    for path in ("access", "start-session"):
        expired = await say(edge, f"{DOOR}/{path}", {"token": token}, 410)
        assert re.search(r"expired on \d\d \w+ \d{4}, \d\d:\d\d \(UTC\)", expired["detail"])
    gone = await token_of(edge, interview)
    await ask(edge, "DELETE", f"/{interview['id']}", status=204)
    await say(edge, f"{DOOR}/access", {"token": gone["token_value"]}, 404)


async def test_attempts_are_counted_once_each_however_many_start_at_once(edge: Edge) -> None:
    interview = await made(edge)
    token = await token_of(edge, interview, max_attempts=3)

    async def start(key: str | None = None) -> int:
        headers = {"Idempotency-Key": key} if key else {}
        answer = await edge.client.post(
            f"{DOOR}/start-session", json={"token": token["token_value"]}, headers=headers
        )
        return answer.status

    statuses = Counter(await asyncio.gather(*(start("same") for _ in range(4))))
    assert statuses == {201: 4}
    assert Counter(await asyncio.gather(*(start() for _ in range(9)))) == {201: 2, 403: 7}
    after = await ask(edge, "GET", f"/{interview['id']}/tokens/{token['id']}")
    assert (after["current_attempts"], after["is_used"]) == (3, True)
    assert (await edge.services.storage.sessions.page())[1] == 3
    assert await start("same") == 201  # the page was loaded again


async def test_a_session_keeps_the_version_that_it_began_with(edge: Edge) -> None:
    interview = await made(edge)
    token = await token_of(edge, interview, max_attempts=2)
    body = {"token": token["token_value"], "name": "Nobody"}
    first = await say(edge, f"{DOOR}/start-session", body, 201)
    await ask(edge, "PUT", f"/{interview['id']}/questions/1", {"text": "Changed?"})
    second = await say(edge, f"{DOOR}/start-session", body, 201)
    texts = []
    for started in (first, second):
        state = await edge.services.live.state(started["session_id"])
        texts.append((state.plan.interview_version, state.plan.questions[0].text))
        assert state.candidate.name == "Ada"
    assert texts == [(1, interview["questions"][0]["text"]), (2, "Changed?")]
    versions = await ask(edge, "GET", f"/{interview['id']}/versions")
    began = {v["version"]: v["sessions"] for v in versions["items"]}
    assert (began, versions["version"], versions["sessions"]) == ({1: 1}, 2, 1)
    (listed,) = (await ask(edge, "GET", ""))["items"]
    assert (listed["invitations"], listed["sessions"]) == (1, 2)
    page = await edge.client.get(
        "/api/candidate/session", headers=bearer(second["candidate_token"])
    )
    assert page.status == 200


async def test_a_link_opens_when_it_is_said_to_and_can_be_withdrawn_and_renewed(
    edge: Edge,
) -> None:
    interview = await made(edge)
    opens = edge.clock().isoformat().replace("+00:00", "Z")
    late = {"opens_at": opens, "expires_in_hours": 1}
    edge.clock.forward(-60)
    token = await token_of(edge, interview, **late)
    seen = await say(edge, f"{DOOR}/access", {"token": token["token_value"]})
    assert re.fullmatch(
        r"This interview is not open yet: it opens on \d\d \w+ \d{4}, \d\d:\d\d \(UTC\)\.",
        seen["token_info"]["why_not"],
    )
    await say(edge, f"{DOOR}/start-session", {"token": token["token_value"]}, 403)
    edge.clock.forward(120)
    path = f"/{interview['id']}/tokens/{token['id']}"
    assert (await ask(edge, "POST", f"{path}/revoke", {}))["standing"] == "revoked"
    await say(edge, f"{DOOR}/start-session", {"token": token["token_value"]}, 410)
    fresh = await ask(edge, "POST", f"{path}/resend", {"expires_in_hours": 5})
    assert fresh["token_value"] != token["token_value"] and fresh["standing"] == "waiting"
    await say(edge, f"{DOOR}/access", {"token": token["token_value"]}, 404)
    await say(edge, f"{DOOR}/start-session", {"token": fresh["token_value"]}, 201)


async def started(edge: Edge, **fields: Any) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A recorded interview that the candidate has begun: interview, session, token."""
    interview = await made(edge, mode="recorded", **fields)
    token = (await token_of(edge, interview))["token_value"]
    body = {"token": token, "consent_text_version": CONSENT_TEXT_VERSION}
    session = await say(edge, f"{DOOR}/start-session", body, 201)
    return interview, session, token


async def test_recorded_answers_are_sent_in_and_heard_once(edge: Edge) -> None:
    _, session, token = await started(edge)
    session_id = session["session_id"]
    body = {"token": token}
    nothing = await say(edge, f"{DOOR}/complete-session", body, 400, method="PATCH")
    assert nothing["code"] == "no_recordings"
    first = await upload(edge, sound(), token=token, session_id=session_id, question_id=1)
    assert (first["question_id"], first["session_id"], first["transcript"]) == (1, session_id, None)
    assert str(edge.data_dir) not in str(first) and first["takes_left"] == 1
    same = await upload(edge, sound(), token=token, question_id=1)
    assert same["id"] == first["id"]
    own = bearer(session["candidate_token"])
    again = await upload(edge, sound(2.0), question_id=1, session_id=session_id, headers=own)
    assert again["id"] != first["id"] and again["takes_left"] == 0
    await upload(edge, sound(4.0), 403, token=token, question_id=1)
    done = await say(edge, f"{DOOR}/complete-session", body, method="PATCH")
    assert (done["status"], done["recordings"]) == ("completed", 1)
    once_more = await say(edge, f"{DOOR}/complete-session", body, method="PATCH")
    assert once_more == done
    await upload(edge, sound(5.0), 409, token=token, question_id=2)
    jobs = await leased(edge, "hear_take")
    assert [job.key for job in jobs] == [f"{session_id}/{again['id']}"]
    tools = tools_of(edge)
    for _ in range(2):
        asked = HearTakePayload.model_validate(jobs[0].payload)
        await hear_take(tools, asked, lambda _: None)
    state = await edge.services.live.state(session_id)
    assert [len(answer.utterances) for answer in state.answers] == [1]
    assert state.answers[0].content == "word0 word1"
    assert [job.key for job in await leased(edge, "evaluate")] == [f"{session_id}/{again['id']}"]


async def leased(edge: Edge, kind: str) -> list[Job]:
    found = []
    queue, now = edge.services.storage.jobs, edge.clock()
    while (job := await queue.lease([kind], "test", now, 60)) is not None:
        found.append(job)
    return found


def tools_of(edge: Edge) -> Tools:
    services = edge.services

    async def build(*_: Any) -> Any:
        raise AssertionError

    return Tools(
        sessions=services.live,
        storage=services.storage,
        blobs=services.blobs,
        clock=services.clock,
        evaluator=None,
        build_report=build,
        references=None,  # type: ignore[arg-type]
        webhooks=None,  # type: ignore[arg-type]
        recogniser=OneWordASecond(),
    )


async def test_what_is_no_recording_of_this_session_is_refused(edge: Edge) -> None:
    _, session, token = await started(edge)
    good = {"token": token, "question_id": 1}
    for content, fields, status, field in (
        (sound(), {"token": token}, 400, "question_id"),
        (..., good, 400, "audio_file"),
        (b"", good, 400, "audio_file"),
        (b"<html>", good, 400, "audio_file"),
        (sound(), good | {"content_type": "text/html"}, 400, "audio_file"),
        (sound(), {"question_id": 1}, 400, "token"),
        (sound(), good | {"question_id": 99}, 404, None),
        (sound(), good | {"question_id": "1; DROP"}, 404, None),
        (sound(), good | {"session_id": "another"}, 404, None),
        (sound(), good | {"token": "z" * 32}, 404, None),
    ):
        refused = await upload(edge, content, status, **fields)  # type: ignore[arg-type]
        assert refused.get("field") == field
    other = (await started(edge, title="Other"))[1]
    foreign = bearer(other["candidate_token"])
    await upload(edge, sound(), 404, foreign, question_id=1, session_id=session["session_id"])
    state = await edge.services.live.state(session["session_id"])
    assert state.takes == ()


async def test_without_consent_nothing_is_recorded(edge: Edge) -> None:
    interview = await made(edge, mode="recorded")
    token = (await token_of(edge, interview))["token_value"]
    session = await say(edge, f"{DOOR}/start-session", {"token": token}, 201)
    refused = await upload(edge, sound(), 403, token=token, question_id=1)
    assert "consent_text_version" in refused["detail"]
    wrong = {"token": (await token_of(edge, interview))["token_value"]}
    wrong["consent_text_version"] = "1999-01"
    await say(edge, f"{DOOR}/start-session", wrong, 400)
    assert not await edge.services.blobs.keys(f"recordings/{session['session_id']}")


async def assert_staff_see_it_recorded(edge: Edge, session_id: str) -> None:
    base = "/api/parallel_interview"
    live = await edge.client.get(
        f"{base}/sessions?standing=live,disconnected", headers=edge.service
    )
    one = await edge.client.get(f"{base}/session/{session_id}", headers=edge.service)
    for seen in ((await live.json())["sessions"][0], (await one.json())["session"]):
        assert (seen["session_id"], seen["standing"]) == (session_id, "live")
        assert (seen["mode"], seen["questions_recorded"], seen["questions_answered"]) == (
            "recorded",
            1,
            0,
        )


async def test_pieces_make_an_answer_when_all_of_them_are_here(edge: Edge) -> None:
    _, session, _ = await started(edge)
    own, content = bearer(session["candidate_token"]), sound(2.0)
    pieces = [content[:20_000], content[20_000:]]
    take = {"question_id": 2, "part_id": "take-2-a", "duration_s": 2.0}
    await say(edge, "/api/candidate/takes", take, 400, headers=own)
    for number, piece in enumerate(pieces):
        headers = {
            "Content-Type": "audio/webm",
            "X-Chunk-Sha256": hashlib.sha256(piece).hexdigest(),
            "X-Part-Start-S": "1",
            "X-Chunk-Duration-S": "1",
        }
        answer = await edge.client.put(
            f"/api/candidate/recording/take-2-a/{number}", data=piece, headers=own | headers
        )
        assert answer.status == 200, await answer.text()
    whole = {"chunks": 2, "duration_s": 2.0}
    await say(edge, "/api/candidate/recording/take-2-a/complete", whole, headers=own)
    for _ in range(2):
        kept = await say(edge, "/api/candidate/takes", take, 201, headers=own)
    assert (kept["question_id"], kept["takes_left"]) == (2, 1)
    page = await edge.client.get("/api/candidate/sitting", headers=own)
    shown = await page.json()
    assert [(q["id"], q["recorded"]) for q in shown["questions"]] == [(1, False), (2, True)]
    await assert_staff_see_it_recorded(edge, session["session_id"])
    done = await say(edge, "/api/candidate/send-in", {}, headers=own)
    assert done["recordings"] == 1
    (job,) = await leased(edge, "hear_take")
    await hear_take(tools_of(edge), HearTakePayload.model_validate(job.payload), lambda _: None)
    state = await edge.services.live.state(session["session_id"])
    assert [(a.question_number, a.content) for a in state.answers] == [(2, "word0 word1")]
    assert state.answers[0].utterances[0].start_s >= 1


async def test_a_recording_that_cannot_be_read_says_so(edge: Edge) -> None:
    _, session, token = await started(edge)
    await upload(edge, b"OggS" + b"\0" * 400, token=token, question_id=1)
    await say(edge, f"{DOOR}/complete-session", {"token": token}, method="PATCH")
    (job,) = await leased(edge, "hear_take")
    await hear_take(tools_of(edge), HearTakePayload.model_validate(job.payload), lambda _: None)
    (answer,) = (await edge.services.live.state(session["session_id"])).answers
    assert (answer.content, answer.heard_note) == ("", "The recording cannot be read.")


async def test_erasing_a_session_takes_the_person_out_of_the_token(edge: Edge) -> None:
    interview, session, _ = await started(edge)
    assert await purge.erase(edge.services, session["session_id"])
    (token,) = (await ask(edge, "GET", f"/{interview['id']}/tokens"))["items"]
    assert (token["candidate_name"], token["candidate_email"]) == ("", "")
    assert await edge.services.blobs.keys(f"recordings/{session['session_id']}") == []


async def test_a_live_interview_begins_with_the_same_token(edge: Edge) -> None:
    interview = await made(edge)
    token = (await token_of(edge, interview))["token_value"]
    body = await say(edge, f"{DOOR}/start-session", {"token": token}, 201)
    assert f"/interview/{body['session_id']}#t=" in body["candidate_url"]
    state = await edge.services.live.state(body["session_id"])
    assert (state.status, state.plan.mode) == (Status.INITIALIZED, "live")
    assert state.organisation_id == "default" and state.created_by.startswith("token:")


PEOPLE = """Name;E-Mail;Phone
Ada Lovelace;ada@example.com;+44 1
;grace.hopper@example.com;
Alan Turing;not an address;
Ada again;ADA@example.com;
"""


async def test_a_list_is_read_line_by_line_before_anybody_is_invited(edge: Edge) -> None:
    interview = await made(edge)
    path = f"/{interview['id']}/invitations"
    shown = await ask(edge, "POST", f"{path}/preview", {"text": PEOPLE})
    assert (shown["ready"], shown["wrong"], shown["known"]) == (2, 2, 0)
    assert [(line["number"], line["problem"]) for line in shown["lines"]] == [
        (2, ""),
        (3, ""),
        (4, "it is not an e-mail address"),
        (5, "it has the same address as line 2"),
    ]
    people = [line["person"] for line in shown["lines"] if line["person"]]
    assert people[1]["name"] == "Grace Hopper"
    sent = {
        "people": people,
        "deadline": "2099-07-01T18:00",
        "time_zone": "Europe/Berlin",
        "remind_hours_before": [24, 2],
    }
    invited = await ask(edge, "POST", path, sent, 201)
    assert (invited["invited"], invited["again"], invited["mailed"]) == (2, 0, False)
    first = invited["items"][0]["invitation"]
    assert first["expires_at"] == "2099-07-01T16:00:00Z"
    assert first["reminders"] == ["2099-06-30T16:00:00Z", "2099-07-01T14:00:00Z"]
    again = await ask(edge, "POST", path, sent | {"deadline": None}, 201)
    assert (again["invited"], again["again"]) == (0, 2)
    assert again["items"][0]["invitation"] == first
    shown = await ask(edge, "POST", f"{path}/preview", {"text": PEOPLE})
    assert (shown["ready"], shown["known"]) == (0, 2)
    at_once = sent | {"people": [{"name": "New", "email": "new@example.com"}]}
    answers = await asyncio.gather(*(ask(edge, "POST", path, at_once, 201) for _ in range(5)))
    assert len({a["items"][0]["invitation"]["id"] for a in answers}) == 1
    assert sum(a["invited"] for a in answers) == 1


async def test_a_deadline_that_is_none_is_refused(edge: Edge) -> None:
    interview = await made(edge)
    path = f"/{interview['id']}/invitations"
    people = [{"name": "Ada", "email": "ada@example.com"}]
    for change, field in (
        ({"deadline": "2001-01-01T10:00"}, "deadline"),
        ({"deadline": "2099-03-29T02:30", "time_zone": "Europe/Berlin"}, "deadline"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"opens_at": "2100-01-01T00:00:00Z"}, "opens_at"),
        ({"people": [{"name": "Ada", "email": "x"}]}, "people.0.email"),
    ):
        refused = await ask(edge, "POST", path, {"people": people} | change, 400)
        assert refused["field"] == field
    assert (await ask(edge, "GET", f"/{interview['id']}/tokens"))["total"] == 0


async def test_reminders_come_one_after_the_other_for_those_who_have_not_begun(
    edge: Edge,
) -> None:
    interview = await made(edge)
    people = [{"name": n, "email": f"{n}@example.com"} for n in ("ada", "bob")]
    sent = {"people": people, "remind_hours_before": [2, 1]}
    invited = await ask(edge, "POST", f"/{interview['id']}/invitations", sent, 201)
    ada, bob = (item["invitation"] for item in invited["items"])
    assert await leased(edge, "remind") == []
    await say(edge, f"{DOOR}/start-session", {"token": bob["token_value"]}, 201)
    of_bob = f"/{interview['id']}/tokens/{bob['id']}"
    assert (await ask(edge, "GET", of_bob))["session_standing"] == "waiting"
    without_mail = await ask(edge, "POST", f"{of_bob}/remind", {}, 409)
    assert without_mail["detail"].endswith("Copy the link and send it yourself.")
    edge.clock.forward(70 * 3_600 + 60)
    jobs = await leased(edge, "remind")
    assert len(jobs) == 2
    for job in jobs:
        for _ in range(2):
            await remind(tools_of(edge), RemindPayload.model_validate(job.payload), lambda _: None)
        await edge.services.storage.jobs.complete(job, edge.clock())
    path = f"/{interview['id']}/tokens"
    after = {t["id"]: t for t in (await ask(edge, "GET", path))["items"]}
    assert after[ada["id"]]["reminded"] == 1 and after[ada["id"]]["reminder_due_at"]
    assert after[bob["id"]]["reminded"] == 0
    edge.clock.forward(3_600)
    assert [job.key for job in await leased(edge, "remind")] == [str(ada["id"])]


async def test_a_reminder_is_written_once_with_the_link_and_the_deadline(tmp_path: Path) -> None:
    mail = {"smtp_url": "smtp://127.0.0.1:1?tls=none", "mail_from": "desk@example.com"}
    async with running(tmp_path, **mail) as edge:
        interview = await made(edge)
        person = {"name": "Ada", "email": "ada@example.com"}
        sent = {
            "people": [person],
            "deadline": "2099-07-01T18:00",
            "time_zone": "Europe/Berlin",
            "remind_hours_before": [1],
        }
        path = f"/{interview['id']}/invitations"
        invited = await ask(edge, "POST", path, sent, 201)
        assert invited["mailed"] and invited["note"] == "One letter is on its way."
        token_id = invited["items"][0]["invitation"]["id"]
        by_hand = f"/{interview['id']}/tokens/{token_id}/remind"
        for key in ("a", "a", "b"):
            shown = await ask(edge, "POST", by_hand, {}, 200, {"Idempotency-Key": key})
            assert shown["reminded_at"] and shown["reminded"] == 0
        written = (await edge.services.storage.documents.everywhere(MAILS).page()).items
        assert [one.document.letter for one in written].count(Letter.REMINDER) == 2
        services = edge.services
        tools = dataclasses.replace(
            tools_of(edge),
            invitations=InvitationLetters(
                services.outbox, services.storage.documents, services.settings
            ),
        )
        until = datetime(2099, 7, 1, 15, 30, tzinfo=UTC)
        edge.clock.forward((until - edge.clock()).total_seconds())
        (job,) = await leased(edge, "remind")
        for _ in range(2):
            await remind(tools, RemindPayload.model_validate(job.payload), lambda _: None)
        mails = (await services.storage.documents.everywhere(MAILS).page()).items
        texts = {one.document.letter: one.document.text for one in mails}
        assert len(mails) == 4 and set(texts) == {Letter.INVITATION, Letter.REMINDER}
        for text in texts.values():
            assert invited["items"][0]["invitation"]["link"] in text
            assert "Wednesday, 1 July 2099, 18:00 (Europe/Berlin)" in text
        token = (await ask(edge, "GET", f"/{interview['id']}/tokens"))["items"][0]
        assert (token["reminded"], token["reminder_due_at"]) == (1, None)
