"""Rows 1-11 of the contract over HTTP, on the real storage."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit import api as livekit_api

from interview.commands import EndSession, JoinCandidate
from interview.errors import NotFound
from interview.nouns import Question, QuestionKind, Status
from server.edge.auth.tickets import take_ticket
from server.platform.rooms import open_rooms
from server.platform.services import JobOpening
from tests.server.doors import BASE, Edge, bearer, running


async def test_create_answers_the_contract_and_stores_first(edge: Edge) -> None:
    body = await edge.create(
        phone="+49 1",
        question_types=["text", "coding"],
        max_questions=1,
        text_question_timer=60,
        coding_question_timer=600,
    )
    session_id = body["session_id"]
    assert uuid.UUID(session_id).version == 4
    assert body["status"] == "success"
    assert body["transport"] == "webrtc"
    assert body["livekit_room_name"] == f"interview-{session_id}"
    assert body["livekit_token"] is None and body["livekit_url"] is None
    assert body["user_details"] == {
        "name": "Ada Probe",
        "email": "ada@example.com",
        "phone": "+49 1",
    }
    assert body["interview_config"] == {
        "total_questions": 2,
        "max_questions": 1,
        "text_question_timer": 60,
        "coding_question_timer": 600,
        "question_types": ["text", "coding"],
    }
    stored = await edge.services.storage.sessions.get(session_id)
    assert stored is not None and stored.status is Status.INITIALIZED


async def test_create_fills_in_defaults(edge: Edge) -> None:
    body = await edge.create(questions=["  One?  ", "", "   ", "Two?", "Three?"])
    assert body["interview_config"] == {
        "total_questions": 3,
        "max_questions": 3,
        "text_question_timer": 120,
        "coding_question_timer": 300,
        "question_types": ["text", "text", "text"],
    }
    assert body["user_details"]["phone"] == ""
    state = await edge.services.live.state(body["session_id"])
    assert [q.text for q in state.plan.questions] == ["One?", "Two?", "Three?"]


async def test_voice_and_speaking_rate_belong_to_the_interview(edge: Edge) -> None:
    body = await edge.create(voice="en_US-joe-medium", speaking_rate=0.9)
    state = await edge.services.live.state(body["session_id"])
    assert (state.plan.voice, state.plan.speaking_rate) == ("en_US-joe-medium", 0.9)


@pytest.mark.parametrize(
    ("written", "kept"), [("pt_BR", "pt-BR"), (" en ", "en"), ("EN", "EN"), ("zh_Hant", "zh-Hant")]
)
async def test_a_language_may_be_written_as_systems_write_it(
    edge: Edge, written: str, kept: str
) -> None:
    body = await edge.create(language=written)
    assert (await edge.services.live.state(body["session_id"])).plan.language == kept


@pytest.mark.parametrize(("asked", "kept"), [(0, 1), (-4, 1), (1, 1), (2, 2), (99, 2)])
async def test_max_questions_is_clamped(edge: Edge, asked: int, kept: int) -> None:
    body = await edge.create(max_questions=asked)
    assert body["interview_config"]["max_questions"] == kept


async def test_blank_questions_take_their_types_with_them(edge: Edge) -> None:
    body = await edge.create(questions=["", "Code?"], question_types=["text", "coding"])
    assert body["interview_config"]["question_types"] == ["coding"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ...}, "name"),
        ({"name": "   "}, "name"),
        ({"name": 7}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "\u202e \u3164"}, "name"),
        ({"email": "a@b.c,"}, "email"),
        ({"email": "<a@b.c>"}, "email"),
        ({"questions": ["\u200b", "\u2060"]}, "questions"),
        ({"email": ...}, "email"),
        ({"email": ""}, "email"),
        ({"email": "not an address"}, "email"),
        ({"email": "a@@b.c"}, "email"),
        ({"email": "a@b..c"}, "email"),
        ({"phone": 5}, "phone"),
        ({"questions": ...}, "questions"),
        ({"questions": []}, "questions"),
        ({"questions": ["", "  "]}, "questions"),
        ({"questions": "One?"}, "questions"),
        ({"questions": ["One?", 2]}, "questions.1"),
        ({"questions": ["q"] * 51}, "questions"),
        ({"questions": ["q" * 2001]}, "questions.0"),
        ({"question_types": ["text"]}, "question_types"),
        ({"question_types": ["text", "essay"]}, "question_types.1"),
        ({"max_questions": "two"}, "max_questions"),
        ({"max_questions": True}, "max_questions"),
        ({"text_question_timer": 0}, "text_question_timer"),
        ({"text_question_timer": -5}, "text_question_timer"),
        ({"text_question_timer": 3601}, "text_question_timer"),
        ({"text_question_timer": "60"}, "text_question_timer"),
        ({"coding_question_timer": 0}, "coding_question_timer"),
        ({"coding_question_timer": 3601}, "coding_question_timer"),
        ({"language": "english please"}, "language"),
        ({"voice": "../../etc/passwd"}, "voice"),
        ({"voice": "joe"}, "voice"),
        ({"voice": "en_GB-nobody-medium"}, "voice"),
        ({"voice": "en_US-joe-medium", "language": "de"}, "voice"),
        ({"language": "xx"}, "language"),
        ({"language": "en-"}, "language"),
        ({"language": ""}, "language"),
        ({"language": "e" * 300}, "language"),
        ({"questions": ["\ud83d", "🙂", "???"]}, "questions"),
        ({"speaking_rate": 3}, "speaking_rate"),
        ({"silence_prompt_s": 40, "silence_advance_s": 30}, "silence_prompt_s"),
        ({"question_items": [{"text": "One?"}]}, "question_items"),
    ],
)
async def test_create_names_the_wrong_field_and_stores_nothing(
    edge: Edge, fields: dict[str, Any], field: str
) -> None:
    answer = await edge.post_create(**fields)
    body = await answer.json()
    assert answer.status == 400, body
    assert body["field"].split(".int")[0] == field
    assert field.split(".")[0] in body["detail"]
    assert (await edge.get(f"{BASE}/stats"))["stats"]["total_sessions"] == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null"])
async def test_create_refuses_what_is_no_object(edge: Edge, raw: bytes) -> None:
    answer = await edge.client.post(f"{BASE}/create", data=raw, headers=edge.service)
    assert answer.status == 400
    assert (await answer.json())["code"] == "invalid_input"


async def test_unknown_job_is_not_found(edge: Edge) -> None:
    answer = await edge.post_create(job_id="nowhere")
    assert answer.status == 404
    assert "nowhere" in (await answer.json())["detail"]
    assert (await edge.get(f"{BASE}/sessions"))["total"] == 0


class Openings:
    """A catalogue of two jobs."""

    async def find(self, organisation_id: str, job_id: str) -> JobOpening | None:
        if job_id == "empty":
            return JobOpening(job_id="empty", title="Empty")
        if job_id != "dev":
            return None
        return JobOpening(
            job_id="dev",
            title="Developer",
            questions=(
                Question(number=1, text="Why?", timer_s=90),
                Question(number=2, text="Sort!", kind=QuestionKind.CODING, timer_s=500),
            ),
            text_timer_s=90,
            coding_timer_s=500,
        )


async def test_job_wins_over_questions_and_timers_override_it(edge: Edge) -> None:
    edge.services.job_openings = Openings()
    body = await edge.create(job_id="dev", text_question_timer=45)
    assert body["interview_config"] == {
        "total_questions": 2,
        "max_questions": 2,
        "text_question_timer": 45,
        "coding_question_timer": 500,
        "question_types": ["text", "coding"],
    }
    state = await edge.services.live.state(body["session_id"])
    assert [(q.text, q.timer_s) for q in state.plan.questions] == [("Why?", 45), ("Sort!", 500)]
    listed = (await edge.get(f"{BASE}/sessions"))["sessions"][0]
    assert (listed["job_id"], listed["job_title"]) == ("dev", "Developer")
    assert (await edge.post_create(job_id="empty")).status == 404


async def test_question_items_carry_their_own_rules(edge: Edge) -> None:
    items = [
        {"text": "One?", "preparation_s": 20, "keywords": ["a", " "], "ideal_answer": "Because."},
        {"text": "Two?", "type": "coding", "timer_s": 700},
    ]
    body = await edge.create(
        questions=..., question_items=items, preparation_s=5, title="Backend", follow_ups=True
    )
    plan = (await edge.services.live.state(body["session_id"])).plan
    first, second = plan.questions
    assert (first.preparation_s, first.keywords, first.ideal_answer) == (20, ("a",), "Because.")
    assert (second.preparation_s, second.timer_s, second.kind) == (5, 700, QuestionKind.CODING)
    assert plan.title == "Backend" and plan.follow_ups


async def test_same_idempotency_key_makes_one_session(edge: Edge) -> None:
    key = {"Idempotency-Key": "order-17"}
    answers = await asyncio.gather(*(edge.post_create(headers=key) for _ in range(6)))
    assert {answer.status for answer in answers} == {200}
    assert len({(await answer.json())["session_id"] for answer in answers}) == 1
    assert (await edge.get(f"{BASE}/sessions"))["total"] == 1
    other = await edge.post_create(headers=key, name="Someone Else")
    assert other.status == 400
    assert (await other.json())["field"] == "Idempotency-Key"
    malformed = await edge.post_create(headers={"Idempotency-Key": "x" * 300})
    assert malformed.status == 400
    assert (await edge.get(f"{BASE}/sessions"))["total"] == 1


async def test_list_filters_pages_and_sorts(edge: Edge) -> None:
    ids = [(await edge.create(name=f"Person {n}"))["session_id"] for n in range(5)]
    await edge.post(f"{BASE}/session/{ids[0]}/start")
    first = await edge.get(f"{BASE}/sessions?limit=2")
    assert [s["session_id"] for s in first["sessions"]] == [ids[4], ids[3]]
    assert (first["total"], first["limit"], first["offset"]) == (5, 2, 0)
    rest = await edge.get(f"{BASE}/sessions?limit=200&offset=2")
    assert [s["session_id"] for s in rest["sessions"]] == [ids[2], ids[1], ids[0]]
    started = await edge.get(f"{BASE}/sessions?status=in_progress")
    assert started["total"] == 1
    element = started["sessions"][0]
    assert element["_id"] == element["session_id"] == element["proctoring_session_id"] == ids[0]
    assert element["user_details"]["name"] == "Person 0"
    assert element["status"] == "in_progress"
    assert element["created_at"].endswith("Z")
    assert {"job_id", "job_title", "question_index", "consent_received"} <= element.keys()


async def test_list_says_who_is_there_and_whether_the_link_was_opened(edge: Edge) -> None:
    made = [await edge.create(name=name, title=name) for name in ("Cid", "ada", "Bea")]
    opened = bearer(made[1]["candidate_token"])
    for _ in range(2):
        answer = await edge.client.get("/api/candidate/session", headers=opened)
        assert answer.status == 200
    ids = [one["session_id"] for one in made]
    await edge.registry.command(ids[2], JoinCandidate(connection_id="c1"))
    await edge.post(f"{BASE}/session/{ids[0]}/start")
    by_name = (await edge.get(f"{BASE}/sessions?sort=name&order=asc"))["sessions"]
    assert [s["session_id"] for s in by_name] == [ids[1], ids[2], ids[0]]
    assert [s["standing"] for s in by_name] == ["waiting", "live", "waiting"]
    assert by_name[0]["link_opened_at"] and by_name[2]["link_opened_at"] is None
    here = await edge.get(f"{BASE}/sessions?standing=live,disconnected")
    assert [s["session_id"] for s in here["sessions"]] == [ids[2]] and here["total"] == 1
    assert (await edge.get(f"{BASE}/sessions?search=bea&standing="))["total"] == 1
    details = await edge.get(f"{BASE}/session/{ids[2]}")
    assert details["session"]["standing"] == "live"
    counted = await edge.get(f"{BASE}/stats")
    assert counted["stats"]["active_sessions"] == counted["by_standing"]["live"] == 1
    log = await edge.services.storage.events.read(ids[1])
    assert [item.event.type for item in log] == ["session_created", "link_opened"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("offset=-1", "offset"),
        ("status=sleeping", "status"),
        ("standing=live,asleep", "standing.1"),
        ("sort=email", "sort"),
        ("order=up", "order"),
    ],
)
async def test_list_refuses_values_out_of_range(edge: Edge, query: str, field: str) -> None:
    body = await edge.get(f"{BASE}/sessions?{query}", status=422)
    assert body["field"] == field


async def test_details_hold_every_documented_field(edge: Edge) -> None:
    session_id = (await edge.create(max_questions=1))["session_id"]
    body = await edge.get(f"{BASE}/session/{session_id}")
    expected = {
        "session_id": session_id,
        "is_active": False,
        "current_question_count": 0,
        "max_questions": 1,
        "consent_received": False,
        "reference_face_captured": False,
        "total_questions": 2,
        "current_question_index": 0,
        "average_score": None,
        "proctoring_violations_count": 0,
    }
    assert expected.items() <= body["session"].items()
    assert body["interview_state"] == {
        "dialogue_length": 0,
        "evaluations_count": 0,
        "text_question_timer": 120,
        "coding_question_timer": 300,
        "phase": None,
    }
    assert body["livekit_room"] is None
    assert body["candidate_url"].startswith("http://127.0.0.1:8080/interview/")
    missing = await edge.get(f"{BASE}/session/{uuid.uuid4()}", status=404)
    assert missing["detail"].startswith("Session ") and missing["detail"].endswith("not found")


@pytest.mark.parametrize(
    "bad", ["x", "..%2F..%2Fetc", "%00", "a" * 300, "' OR 1=1 --", "%F0%9F%98%80"]
)
async def test_strange_ids_are_not_found(edge: Edge, bad: str) -> None:
    for method, path in (
        ("GET", f"{BASE}/session/{bad}"),
        ("DELETE", f"{BASE}/session/{bad}"),
        ("POST", f"{BASE}/session/{bad}/start"),
        ("POST", f"{BASE}/session/{bad}/end"),
        ("POST", f"{BASE}/session/{bad}/ticket"),
    ):
        answer = await edge.client.request(method, path, headers=edge.service)
        assert answer.status == 404, (method, path, answer.status)


async def test_start_is_idempotent_and_refused_after_the_end(edge: Edge) -> None:
    session_id = (await edge.create())["session_id"]
    path = f"{BASE}/session/{session_id}"
    first = await edge.post(f"{path}/start")
    assert first["session_status"] == "in_progress" and first["livekit_room_name"] is None
    began = (await edge.get(path))["session"]["started_at"]
    assert (await edge.post(f"{path}/start"))["session_status"] == "in_progress"
    assert (await edge.get(path))["session"]["started_at"] == began
    await edge.post(f"{path}/end")
    refused = await edge.post(f"{path}/start", status=409)
    assert refused["code"] == "illegal_transition"


async def test_end_is_true_to_the_store_and_answers_the_same_twice(edge: Edge) -> None:
    session_id = (await edge.create())["session_id"]
    path = f"{BASE}/session/{session_id}"
    await edge.post(f"{path}/start")
    first = await edge.post(f"{path}/end")
    again = await edge.post(f"{path}/end")
    assert first == again
    assert first["session_status"] == "completed"
    assert first["questions_answered"] == 0
    assert first["average_score"] is None
    assert first["report_available"] is False
    stored = await edge.services.storage.events.read(session_id)
    assert sum(item.event.type == "session_ended" for item in stored) == 1
    assert sum(item.event.type == "report_requested" for item in stored) == 1


async def test_end_of_a_terminated_session_is_refused(edge: Edge) -> None:
    session_id = (await edge.create())["session_id"]
    await edge.post(f"{BASE}/session/{session_id}/start")
    command = EndSession(by="policy", reason="violations", status=Status.TERMINATED)
    await edge.services.live.command(session_id, command)
    before = await edge.services.storage.events.read(session_id)
    await edge.post(f"{BASE}/session/{session_id}/end", status=409)
    assert await edge.services.storage.events.read(session_id) == before


async def test_delete_leaves_nothing_behind(edge: Edge) -> None:
    kept = (await edge.create(name="Keep Me"))["session_id"]
    session_id = (await edge.create(name="Zebulon Quirk", email="zebulon@example.com"))[
        "session_id"
    ]
    path = f"{BASE}/session/{session_id}"
    await edge.post(f"{path}/start")
    blobs = edge.services.blobs
    for key in (f"speech/{session_id}/p1.wav", f"recordings/{session_id}/part/0.webm"):
        await blobs.put(key, b"bytes")
    await blobs.put(f"speech/{kept}/p1.wav", b"bytes")
    answer = await edge.client.delete(path, headers=edge.service)
    assert answer.status == 200
    assert (await answer.json())["session_id"] == session_id
    for method, place in (("GET", path), ("DELETE", path), ("POST", f"{path}/start")):
        gone = await edge.client.request(method, place, headers=edge.service)
        assert gone.status == 404
    assert await edge.services.storage.events.read(session_id) == []
    with pytest.raises(NotFound):
        await edge.services.live.state(session_id)
    left = [str(path) for path in (edge.data_dir / "blobs").rglob("*")]
    assert any(kept in path for path in left)
    assert not [path for path in left if session_id in path]
    assert await blobs.get(f"speech/{kept}/p1.wav") == b"bytes"
    assert (await edge.get(f"{BASE}/sessions"))["total"] == 1


async def test_stats_equal_an_independent_count(edge: Edge) -> None:
    ids = [(await edge.create())["session_id"] for _ in range(4)]
    await edge.post(f"{BASE}/session/{ids[0]}/start")
    await edge.post(f"{BASE}/session/{ids[1]}/start")
    await edge.post(f"{BASE}/session/{ids[1]}/end")
    body = await edge.get(f"{BASE}/stats")
    statuses = [
        summary.status for summary in (await edge.services.storage.sessions.page(limit=200))[0]
    ]
    assert body["stats"] == {
        "total_sessions": len(statuses),
        "active_sessions": 0,
        "completed_sessions": 0,
        "initialized_sessions": statuses.count(Status.INITIALIZED),
        "in_memory_sessions": edge.registry.counters()["in_memory_sessions"],
        "active_livekit_rooms": 0,
    }
    assert statuses.count(Status.IN_PROGRESS) == 1
    assert sum(body["by_status"].values()) == 4
    standings = {name: count for name, count in body["by_standing"].items() if count}
    assert standings == {"waiting": 3, "not_taken": 1}
    assert body["livekit"] == "not configured"


async def test_observer_ticket_works_once(edge: Edge) -> None:
    session_id = (await edge.create())["session_id"]
    staff = await edge.staff()
    answer = await edge.client.post(f"{BASE}/session/{session_id}/ticket", headers=staff)
    body = await answer.json()
    assert (body["role"], body["session_id"], body["expires_in_s"]) == ("observer", session_id, 30)
    grant = await take_ticket(edge.services, body["ticket"])
    assert (grant.session_id, grant.role) == (session_id, "observer")
    assert grant.principal == "staff:admin@example.com"


async def test_details_are_the_same_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as first:
        session_id = (await first.create(max_questions=1, title="Backend"))["session_id"]
        await first.post(f"{BASE}/session/{session_id}/start")
        before = await first.get(f"{BASE}/session/{session_id}")
    async with running(tmp_path) as second:
        after = await second.get(f"{BASE}/session/{session_id}")
    assert before["session"] == after["session"]
    assert before["interview_state"] == after["interview_state"]
    assert after["session"]["is_active"] is True


async def test_markup_in_names_and_questions_stays_data(edge: Edge) -> None:
    evil = "<script>alert(1)</script>"
    created = await edge.create(name=evil, title=evil, questions=[evil])
    for path in (f"{BASE}/sessions", f"{BASE}/session/{created['session_id']}"):
        answer = await edge.client.get(path, headers=edge.service)
        assert answer.content_type == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert evil in await answer.text()  # unchanged: the page puts it in as text
    page = await edge.client.get(f"/interview/{created['session_id']}")
    assert "alert(1)" not in await page.text()


async def test_service_key_is_taken_as_a_bearer_token_too(edge: Edge) -> None:
    headers = bearer(edge.services.keys.service)
    assert (await edge.client.get(f"{BASE}/stats", headers=headers)).status == 200


async def test_actions_leave_an_audit_trail(edge: Edge) -> None:
    session_id = (await edge.create())["session_id"]
    staff = await edge.staff()
    for action in ("start", "ticket", "end"):
        answer = await edge.client.post(f"{BASE}/session/{session_id}/{action}", headers=staff)
        assert answer.status == 200
    entries = await edge.services.storage.audit.recent(target=session_id)
    trail = {(entry.action, entry.actor) for entry in entries}
    assert trail == {
        ("session_created", "service"),
        ("session_started", "staff:admin@example.com"),
        ("session_observed", "staff:admin@example.com"),
        ("session_ended", "staff:admin@example.com"),
    }
    assert all(entry.request_id for entry in entries)


# --- LiveKit ----------------------------------------------------------------------------------

LIVEKIT = {"livekit_api_key": "devkey", "livekit_api_secret": "s" * 40}


async def test_livekit_down_says_so_and_the_session_exists(tmp_path: Path) -> None:
    async with running(tmp_path, livekit_url="ws://127.0.0.1:9", **LIVEKIT) as edge:
        edge.services.rooms = open_rooms(edge.services.settings)
        body = await edge.create()
        assert body["transport"] == "webrtc" and body["warning"]
        assert body["livekit_token"] is None and body["livekit_url"] is None
        stats = await edge.get(f"{BASE}/stats")
        assert stats["stats"]["active_livekit_rooms"] is None
        assert "livekit" in stats["livekit"]
        details = await edge.get(f"{BASE}/session/{body['session_id']}")
        assert details["livekit_room"] is None and details["livekit_unavailable"]
        await edge.post(f"{BASE}/session/{body['session_id']}/start")
        ended = await edge.post(f"{BASE}/session/{body['session_id']}/end")
        assert ended["session_status"] == "completed"


async def _twirp(request: web.Request) -> web.Response:
    """As much of LiveKit's RoomService as is called: one interview room is open."""
    room = livekit_api.Room(name="interview-x", num_participants=2, creation_time=5, sid="RM_1")
    if request.path.endswith("/ListRooms"):
        asked = livekit_api.ListRoomsRequest.FromString(await request.read())
        rooms = [room] if not asked.names or "interview-x" in asked.names else []
        content = livekit_api.ListRoomsResponse(rooms=rooms).SerializeToString()
        return web.Response(body=content, content_type="application/protobuf")
    body = {"code": "not_found", "msg": "requested room does not exist"}
    return web.json_response(body, status=404)


async def test_livekit_token_opens_that_room_only_for_an_hour(tmp_path: Path) -> None:
    app = web.Application()
    app.router.add_post("/twirp/livekit.RoomService/{method}", _twirp)
    async with TestServer(app) as livekit:
        url = f"ws://{livekit.host}:{livekit.port}"
        async with running(tmp_path, livekit_url=url, **LIVEKIT) as edge:
            edge.services.rooms = open_rooms(edge.services.settings)
            body = await edge.create()
            session_id = body["session_id"]
            assert body["transport"] == "livekit" and body["warning"] is None
            assert body["livekit_url"] == url
            claims = jwt.decode(body["livekit_token"], "s" * 40, algorithms=["HS256"])
            assert claims["sub"] == f"candidate-{session_id}"
            assert claims["video"]["room"] == f"interview-{session_id}"
            assert claims["video"]["roomJoin"] is True
            assert "roomAdmin" not in claims["video"] and "roomList" not in claims["video"]
            assert claims["exp"] - claims["nbf"] == 3600
            assert (await edge.get(f"{BASE}/stats"))["stats"]["active_livekit_rooms"] == 1
            await edge.post(f"{BASE}/session/{session_id}/start")
            await edge.post(f"{BASE}/session/{session_id}/end")


async def test_candidate_token_of_the_reply_opens_its_session(edge: Edge) -> None:
    body = await edge.create()
    assert body["candidate_url"].endswith(
        f"/interview/{body['session_id']}#t={body['candidate_token']}"
    )
    answer = await edge.client.get(
        "/api/candidate/session", headers=bearer(body["candidate_token"])
    )
    assert (await answer.json())["session_id"] == body["session_id"]


async def test_what_is_typed_is_cleaned_before_it_is_stored(edge: Edge) -> None:
    answer = await edge.client.post(
        f"{BASE}/create",
        data=rb'{"name": "Jose\u0301 \u202eN.\u200b", "email": " a@EXAMPLE.com\u200b",'
        rb' "questions": ["Explain\u0000 a \ud83dqueue.\r\nThen\u00a0more."],'
        rb' "title": " A\u2028B "}',
        headers=edge.service | {"Content-Type": "application/json"},
    )
    created = await answer.json()
    assert answer.status == 200, created
    assert created["user_details"]["name"] == "Jos\u00e9 N."
    assert created["user_details"]["email"] == "a@example.com"
    state = await edge.registry.state(created["session_id"])
    assert state.plan.questions[0].text == "Explain a \ufffdqueue.\nThen more."
    assert state.plan.title == "A B"


async def test_no_library_speaks_to_a_caller(edge: Edge) -> None:
    for sent in (
        b"{",
        b"[]",
        b'{"name": 1}',
        b'{"question_items": [{"text": "Q", "keywords": 3}]}',
    ):
        answer = await edge.client.post(f"{BASE}/create", data=sent, headers=edge.service)
        body = await answer.json()
        assert answer.status == 400
        assert not any(word in body["detail"] for word in ("Input", "valid", "JSON:", "Error"))


async def test_options_say_beforehand_what_would_be_refused_in_a_recruiters_words(
    edge: Edge,
) -> None:
    body = await edge.get(f"{BASE}/options")
    languages = {one["code"]: one for one in body["languages"]}
    assert languages["de"]["name"] == "German"
    assert [one["name"] for one in body["voices"]] == ["en_US-joe-medium"]
    refused = await edge.post_create(language="de", voice="en_US-joe-medium")
    assert (await refused.json())["field"] == "voice"
    made = body["dynamic_questions"]
    assert made["available"] is False
    assert made["reason"] == "This server has no language model to write questions with."
    refused = await edge.post_create(dynamic_questions=True, job_text="Nurse", questions=...)
    detail = (await refused.json())["detail"]
    assert refused.status == 400 and "VIVA_" not in detail and "no language model" in detail
