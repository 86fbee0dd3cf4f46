"""The door for other programs' agents, as they use it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from yarl import URL

from agents.evaluation.rules import RuleEvaluator
from interview.events import AnswerOpened, StoredEvent
from interview.nouns import DEFAULT_ORGANISATION
from server.api.interview_data import heard_at
from server.edge.auth.api_keys import make_key
from server.platform.privacy.retention import Retention, set_policy, sweep
from tests.fakes.embedder import WordBagEmbedder
from tests.realtime.webm import live_webm, split
from tests.server.api.test_interviews import made
from tests.server.api.test_portal import token_of
from tests.server.doors import Edge
from tests.server.work import work_off

DOOR = "/api/interview"
ANSWERS = [
    "I have worked with Python for three years and built the billing service with it in a team.",
    "First I reproduce the fault, then I look at the logs, and then I write a test that fails.",
    "We moved the queue to a database table because two workers had sent the same invoice twice.",
    "When a colleague disagrees I ask what they have seen that I have not, and we try both ways.",
    "Next I would like to learn how to measure what a change costs before anybody notices it.",
]


async def key(edge: Edge, *scopes: str, organisation: str = "default") -> dict[str, str]:
    key_id = f"{organisation}-{'-'.join(scopes)}"
    _, secret = await make_key(
        edge.services.storage,
        organisation,
        name="agent",
        scopes=scopes,
        created_by="test",
        now=edge.clock(),
        key_id=key_id,
    )
    return {"X-API-Key": secret}


async def sent(
    edge: Edge, path: str, body: dict[str, Any], headers: dict[str, str], status: int = 200
) -> dict[str, Any]:
    answer = await edge.client.post(DOOR + path, json=body, headers=headers)
    assert answer.status == status, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def held(edge: Edge, agent: dict[str, str], answers: list[str]) -> str:
    """A whole interview as an agent holds it."""
    token = (await edge.create(questions=["Tell me about Python."]))["candidate_token"]
    started = await sent(edge, "/session/start", {"interview_token": token}, agent)
    session_id: str = started["session_id"]
    for number, text in enumerate(answers):
        words = (text + " one two three four five six").split()
        question = {
            "text": f"Question {number}: what about {words[3]} and {words[5]} in your work?",
            "type": "technical",
            "keywords": words[3:9:2],
        }
        asked = await sent(
            edge, "/question/add", {"session_id": session_id, "question_data": question}, agent
        )
        said = {"text": text, "duration": 30, "audio_quality": "good", "confidence": 0.9}
        body = {"session_id": session_id, "question_id": asked["question_id"]}
        await sent(edge, "/answer/add", body | {"answer_data": said}, agent)
    await sent(edge, "/session/end", {"session_id": session_id}, agent)
    return session_id


async def get(edge: Edge, path: str, headers: dict[str, str], status: int = 200) -> Any:
    answer = await edge.client.get(DOOR + path, headers=headers)
    assert answer.status == status, await answer.text()
    return await answer.json()


async def send_piece(edge: Edge, upload: dict[str, Any], number: int, piece: bytes) -> None:
    """As the reply to the start says."""
    address = upload["url"].format(part_id="p1", number=number)
    headers = {
        "Authorization": f"Bearer {upload['token']}",
        "Content-Type": "video/webm",
        "X-Chunk-Sha256": hashlib.sha256(piece).hexdigest(),
        "X-Part-Start-S": "0",
        "X-Chunk-Duration-S": "1.0",
    }
    answer = await edge.client.put(URL(address).path, data=piece, headers=headers)
    assert answer.status == 200, await answer.text()


async def test_an_agent_holds_an_interview_and_reads_its_analysis(edge: Edge) -> None:
    edge.services.evaluator = RuleEvaluator(WordBagEmbedder())
    agent = await key(edge, "conduct:write", "conduct:read")
    session_id = await held(edge, agent, ANSWERS)
    pending = (await get(edge, f"/analysis/{session_id}", agent))["analysis"]
    assert (pending["analysis_status"], pending["overall_score"]) == ("processing", None)
    edge.clock.forward(30)
    await work_off(edge)
    found = (await get(edge, f"/analysis/{session_id}", agent))["analysis"]
    assert found["analysis_status"] == "completed"
    assert found["final_status"] in ("passed", "failed", "needs_review")
    assert found["final_status_by"] == "limits"
    assert len(found["question_analysis"]) == 5
    assert found["cultural_fit_score"] is None and "people" in found["reasons"]["cultural_fit"]
    assert found["weights"]["technical"] == 0.35 and found["made_at"] is not None
    report = await edge.get(f"/api/reports/{session_id}")
    assert [a["content"] for a in report["report"]["answers"]] == ANSWERS

    data = (await get(edge, f"/session/{session_id}", agent))["session_data"]
    assert [a["text"] for a in data["answers"]] == ANSWERS
    assert [a["question_id"] for a in data["answers"]] == [
        q["question_id"] for q in data["questions"]
    ]
    assert data["status"] == "completed" and data["duration_seconds"] is not None
    assert [line["seq"] for line in data["session_logs"]] == list(
        range(1, len(data["session_logs"]) + 1)
    )


async def test_people_stand_above_the_limits(edge: Edge) -> None:
    edge.services.evaluator = RuleEvaluator(WordBagEmbedder())
    agent = await key(edge, "*")
    session_id = await held(edge, agent, ANSWERS)
    edge.clock.forward(30)
    await work_off(edge)
    judged = f"/api/parallel_interview/session/{session_id}"
    await edge.client.post(f"{judged}/scorecard", json={"cultural_fit": 80}, headers=edge.service)
    await edge.client.post(
        f"{judged}/decision", json={"outcome": "advance", "reason": "Clear"}, headers=edge.service
    )
    await sent(edge, f"/reanalyse/{session_id}", {}, agent, 202)
    await work_off(edge)
    found = (await get(edge, f"/analysis/{session_id}", agent))["analysis"]
    assert (found["final_status"], found["final_status_by"]) == ("passed", "people")
    assert found["cultural_fit_score"] == 80
    assert found["weights_used"] == found["weights"]


async def test_an_interview_that_says_nothing_is_invalid_and_has_no_score(edge: Edge) -> None:
    edge.services.evaluator = RuleEvaluator(WordBagEmbedder())
    agent = await key(edge, "*")
    session_id = await held(edge, agent, ["test test test"] * 5)
    edge.clock.forward(30)
    await work_off(edge)
    found = (await get(edge, f"/analysis/{session_id}", agent))["analysis"]
    assert (found["analysis_status"], found["overall_score"]) == ("invalid", None)
    assert (found["final_status"], found["technical_score"]) == (None, None)
    assert any("answers count" in reason for reason in found["invalid_reasons"])


async def test_rules_that_change_later_change_no_analysis(edge: Edge) -> None:
    edge.services.evaluator = RuleEvaluator(WordBagEmbedder())
    agent = await key(edge, "*")
    session_id = await held(edge, agent, ANSWERS)
    edge.clock.forward(30)
    await work_off(edge)
    shown = await edge.client.get(f"{DOOR}/rules", headers=agent)
    rules = await shown.json()
    assert (rules["pass_at"], rules["review_at"]) == (70, 50)
    seen = agent | {"If-Match": shown.headers["ETag"]}
    changed = await edge.client.put(f"{DOOR}/rules", json=rules | {"pass_at": 99}, headers=seen)
    assert changed.status == 200
    late = await edge.client.put(f"{DOOR}/rules", json=rules, headers=seen)
    assert late.status == 412
    assert (await get(edge, f"/analysis/{session_id}", agent))["analysis"]["pass_at"] == 70
    await sent(edge, f"/reanalyse/{session_id}", {}, agent, 202)
    await work_off(edge)
    assert (await get(edge, f"/analysis/{session_id}", agent))["analysis"]["pass_at"] == 99
    wrong = rules | {"weights": {"technical": 1.0}}
    answer = await edge.client.put(f"{DOOR}/rules", json=wrong, headers=agent)
    assert (answer.status, (await answer.json())["field"]) == (400, "weights")


async def test_tokens_open_once_and_say_why_not(edge: Edge) -> None:
    agent, other = await key(edge, "conduct:write", "conduct:read"), await key(edge, "*")
    token = (await edge.create())["candidate_token"]
    start = {"interview_token": token}
    checked = await get(edge, f"/validate-token/{token}", agent)
    assert (checked["status"], checked["can_continue"]) == ("not_started", True)
    first = await sent(edge, "/session/start", start, agent)
    assert first["planned_questions"] == ["One?", "Two?"]
    again = await sent(edge, "/session/start", start, agent)
    assert again["session_id"] == first["session_id"]
    await sent(edge, "/session/start", start, other, 410)
    await sent(edge, "/session/start", {"interview_token": "a.b.c"}, agent, 404)
    await sent(edge, "/session/start", {"interview_token": "nobody"}, agent, 404)
    await sent(edge, "/session/end", {"session_id": first["session_id"]}, agent)
    await sent(edge, "/session/start", start, agent, 403)
    old = (await edge.create())["candidate_token"]
    edge.clock.forward(8 * 86_400)
    await sent(edge, "/session/start", {"interview_token": old}, agent, 410)
    assert (await get(edge, f"/validate-token/{old}", agent))["status"] == "expired"


async def test_an_interviews_token_is_used_up_by_an_agent(edge: Edge) -> None:
    agent, other = await key(edge, "*"), await key(edge, "conduct:write", "conduct:read")
    interviews = "/api/v1/interviewer/interviews"
    body = {"title": "Backend", "questions": [{"text": "Why databases?", "order": 1}]}
    made = await (await edge.client.post(interviews, json=body, headers=agent)).json()
    wanted = {"interview_id": made["id"], "candidate_name": "Ada Probe"}
    answer = await edge.client.post(f"{interviews}/{made['id']}/tokens", json=wanted, headers=agent)
    token = (await answer.json())["token_value"]
    start = {"interview_token": token}
    checked = await get(edge, f"/validate-token/{token}", agent)
    assert (checked["session_id"], checked["status"]) == (None, "not_started")
    first = await sent(edge, "/session/start", start, agent)
    assert first["planned_questions"] == ["Why databases?"]
    again = await sent(edge, "/session/start", start, agent)
    assert again["session_id"] == first["session_id"]
    await sent(edge, "/session/start", start, other, 410)
    foreign = await key(edge, "*", organisation="other")
    await sent(edge, "/session/start", start, foreign, 404)
    await sent(edge, "/session/end", {"session_id": first["session_id"]}, agent)
    assert (await get(edge, f"/validate-token/{token}", agent))["status"] == "completed"
    await sent(edge, "/session/start", start, agent, 403)


async def test_a_sessions_data_say_by_which_token_and_where_it_was_held(edge: Edge) -> None:
    agent = await key(edge, "conduct:write", "conduct:read")
    token = (await token_of(edge, await made(edge)))["token_value"]
    around = {
        "avatar": "Ada",
        "avatar_settings": {"voice": "calm", "size": "half"},
        "browser_info": "Firefox 140 on Linux",
        "network_quality": "good",
    }
    started = await sent(edge, "/session/start", {"interview_token": token} | around, agent)
    data = (await get(edge, f"/session/{started['session_id']}", agent))["session_data"]
    assert data["interview_token"] == token
    assert data["avatar_used"] == "Ada"
    assert {name: data[name] for name in around if name in data} == {
        name: value for name, value in around.items() if name != "avatar"
    }
    too_long = {"interview_token": token, "browser_info": "x" * 501}
    refused = await sent(edge, "/session/start", too_long, agent, 400)
    assert refused["field"] == "browser_info"


async def test_an_interview_held_here_says_when_each_question_was_heard(edge: Edge) -> None:
    agent, created = await key(edge, "conduct:read"), await edge.create()
    await edge.post(f"/api/parallel_interview/session/{created['session_id']}/start")
    data = (await get(edge, f"/session/{created['session_id']}", agent))["session_data"]
    assert data["interview_token"] is None and data["browser_info"] is None
    assert [question["asked_at"] for question in data["questions"]] == [None, None]
    opened = AnswerOpened(at=edge.clock(), question_number=1, allotted_s=60)
    again = opened.model_copy(update={"at": opened.at + timedelta(seconds=5)})
    log = [
        StoredEvent(session_id=created["session_id"], seq=seq, event=event)
        for seq, event in enumerate((opened, again), start=1)
    ]
    assert heard_at(log) == {1: opened.at}


async def test_what_does_not_fit_is_refused(edge: Edge) -> None:
    agent = await key(edge, "*")
    token = (await edge.create())["candidate_token"]
    session_id = (await sent(edge, "/session/start", {"interview_token": token}, agent))[
        "session_id"
    ]
    question = {"session_id": session_id, "question_data": {"text": "One?"}}
    asked = await sent(edge, "/question/add", question, agent)
    answer = {"session_id": session_id, "question_id": asked["question_id"]}
    await sent(edge, "/answer/add", answer | {"answer_data": {"text": "first"}}, agent)
    await sent(edge, "/answer/add", answer | {"answer_data": {"text": "other"}}, agent, 409)
    nowhere = {"session_id": session_id, "question_id": "q", "answer_data": {"text": "a"}}
    await sent(edge, "/answer/add", nowhere, agent, 404)
    wrong = {"session_id": session_id, "question_data": {"text": "Two?", "difficulty": "wild"}}
    assert (await sent(edge, "/question/add", wrong, agent, 400))["field"].endswith("difficulty")
    await sent(edge, "/session/end", {"session_id": session_id}, agent)
    again = await sent(edge, "/session/end", {"session_id": session_id}, agent)
    assert (again["questions"], again["answered"]) == (1, 1)
    await sent(edge, "/question/add", question, agent, 409)


async def test_another_organisation_finds_nothing(edge: Edge) -> None:
    agent, foreign = await key(edge, "*"), await key(edge, "*", organisation="other")
    created = await edge.create()
    session_id = created["session_id"]
    for token in (created["candidate_token"], session_id):
        await sent(edge, "/session/start", {"interview_token": token}, foreign, 404)
    await sent(edge, "/session/start", {"interview_token": session_id}, agent)
    question = {"session_id": session_id, "question_data": {"text": "One?"}}
    await sent(edge, "/question/add", question, foreign, 404)
    await sent(edge, "/session/end", {"session_id": session_id}, foreign, 404)
    for path in ("session", "analysis", "recording", "status", "export"):
        await get(edge, f"/{path}/{session_id}", foreign, 404)


async def test_the_recording_is_what_arrived(edge: Edge) -> None:
    agent = await key(edge, "*")
    token = (await edge.create())["candidate_token"]
    no_consent = await sent(edge, "/session/start", {"interview_token": token}, agent)
    assert (no_consent["recording_started"], no_consent["recording_upload"]) == (False, None)
    await sent(edge, "/session/end", {"session_id": no_consent["session_id"]}, agent)
    token = (await edge.create())["candidate_token"]
    start = {"interview_token": token, "consent": {"text_version": "theirs-1"}}
    started = await sent(edge, "/session/start", start, agent)
    session_id, upload = started["session_id"], started["recording_upload"]
    assert started["recording_started"] is True
    info = (await get(edge, f"/recording/{session_id}", agent))["recording_info"]
    assert (info["recording_status"], info["recording_file"]) == ("not_started", None)
    no_media = {"audio": False, "video": False}
    quiet = start | {"recording_config": no_media}
    assert (await sent(edge, "/session/start", quiet, agent))["recording_started"] is False
    pieces = split(live_webm(2), 2)
    for number, piece in enumerate(pieces):
        await send_piece(edge, upload, number, piece)
    info = (await get(edge, f"/recording/{session_id}", agent))["recording_info"]
    whole = sum(len(piece) for piece in pieces)
    assert (info["recording_status"], info["recording_size"]) == ("recording", whole)
    await sent(edge, "/session/end", {"session_id": session_id}, agent)
    info = (await get(edge, f"/recording/{session_id}", agent))["recording_info"]
    assert info["recording_status"] == "completed"
    assert info["recording_format"] == "webm" and 1 <= info["recording_duration"] <= 3
    assert str(edge.data_dir) not in json.dumps(info)
    assert (await edge.client.get(info["recording_file"])).status == 200

    said = Retention(recordings_days=1)
    await set_policy(edge.services, DEFAULT_ORGANISATION, said)
    edge.clock.forward(2 * 86_400)
    assert await sweep(edge.services, edge.clock()) == 1, "the session without one has none"
    assert await sweep(edge.services, edge.clock()) == 0
    info = (await get(edge, f"/recording/{session_id}", agent))["recording_info"]
    assert (info["recording_status"], info["recording_file"]) == ("completed", None)
    assert "was removed on" in info["statement"] and "kept for 1 day." in info["statement"]
    assert await edge.services.blobs.keys(f"recordings/{session_id}/") == []
    assert await edge.services.storage.recordings.chunks(session_id) == []


async def test_the_conversation_is_exported_as_json_and_as_text(edge: Edge) -> None:
    agent = await key(edge, "*")
    session_id = await held(edge, agent, ANSWERS[:2])
    for ending, kind in (("json", "application/json"), ("text", "text/plain")):
        answer = await edge.client.get(f"{DOOR}/export/{session_id}?format={ending}", headers=agent)
        text = await answer.text()
        assert (answer.status, answer.content_type) == (200, kind)
        name = f'filename="interview_{session_id}.{"txt" if ending == "text" else "json"}"'
        assert name in answer.headers["Content-Disposition"]
        assert all(said in text for said in ANSWERS[:2])
    wrong = await edge.client.get(f"{DOOR}/export/{session_id}?format=pdf", headers=agent)
    assert wrong.status == 422
