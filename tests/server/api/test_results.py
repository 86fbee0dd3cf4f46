"""What became of an interview: sessions, recordings, files in ranges, hearing them again."""

from __future__ import annotations

import dataclasses
from typing import Any

from agents.evaluation.rules import RuleEvaluator
from interview.accounts import Role
from interview.ports.speech import Hypothesis
from server.edge.auth.api_keys import make_key
from tests.server.api.test_candidate import OneWordASecond
from tests.server.api.test_interviews import ask, made
from tests.server.api.test_portal import DOOR, say, sound, started, upload
from tests.server.doors import Edge
from tests.server.work import work_off


async def sent_in(edge: Edge, takes: dict[int, list[bytes]]) -> tuple[dict[str, Any], str]:
    """An interview and a session of it whose recorded answers were sent in, and not heard yet."""
    interview, session, token = await started(edge)
    for number, contents in takes.items():
        for content in contents:
            await upload(edge, content, token=token, question_id=number)
    await say(edge, f"{DOOR}/complete-session", {"token": token}, method="PATCH")
    return interview, session["session_id"]


def states(session: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [
        (one["question_id"], one["transcription_status"], one["analysis_status"])
        for one in session["recordings"]
    ]


async def test_sessions_are_listed_with_their_recordings_of_that_interview_only(
    edge: Edge,
) -> None:
    first, retake, second = sound(3), sound(2), sound(4)
    interview, session_id = await sent_in(edge, {1: [first, retake], 2: [second]})
    other, _ = await sent_in(edge, {1: [sound(5)]})
    path = f"/{interview['id']}/results"
    page = await ask(edge, "GET", path)
    assert (page["total"], page["has_next"]) == (1, False)
    (found,) = page["sessions"]
    assert found["session_id"] == session_id and len(found["token_value"]) == 32
    assert states(found) == [
        (1, "skipped", "skipped"),
        (1, "processing", "pending"),
        (2, "processing", "pending"),
    ]
    assert [one["counts"] for one in found["recordings"]] == [False, True, True]
    assert str(edge.data_dir) not in str(found)
    await work_off(edge, recogniser=OneWordASecond(), evaluator=RuleEvaluator(None))
    heard = await ask(edge, "GET", f"/{interview['slug']}/results/{session_id}")
    assert [state[1] for state in states(heard)] == ["skipped", "completed", "completed"]
    assert [state[2] for state in states(heard)] == ["skipped", "completed", "completed"]
    await ask(edge, "GET", f"/{other['id']}/results/{session_id}", status=404)
    await ask(edge, "GET", "/nowhere/results", status=404)

    taken = heard["recordings"][1]
    detail = await ask(edge, "GET", f"{path}/{session_id}/recordings/{taken['id']}")
    assert detail["transcript"] == "word0 word1" and detail["analysis"]["status"] == "done"
    await ask(edge, "GET", f"{path}/{session_id}/recordings/unknown", status=404)
    bare = f"{path}/{session_id}/recordings/{taken['id']}?include_file_url=false"
    assert (await ask(edge, "GET", bare))["file_url"] is None


async def test_a_file_comes_whole_or_in_ranges_to_its_owner_or_by_its_address(
    edge: Edge,
) -> None:
    content = sound(3)
    interview, session_id = await sent_in(edge, {1: [content]})
    path = f"/{interview['id']}/results/{session_id}"
    (recording,) = (await ask(edge, "GET", path))["recordings"]
    detail = await ask(edge, "GET", f"{path}/recordings/{recording['id']}?expires_in=60")
    address = detail["file_url"].replace(edge.services.settings.resolved_public_url, "")
    whole = await edge.client.get(address)
    assert (whole.status, await whole.read()) == (200, content)
    assert whole.headers["Content-Disposition"].startswith("attachment; filename=")
    part = await edge.client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status, await part.read()) == (206, content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
    beyond = await edge.client.get(address, headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status == 416
    plain = address.split("?")[0]
    assert (await edge.client.get(plain)).status == 401
    shown = await edge.client.get(plain + "?inline=true", headers=edge.service)
    assert shown.headers["Content-Disposition"].startswith("inline")
    _, secret = await make_key(
        edge.services.storage, "other", name="a", scopes=("*",), created_by="test",
        now=edge.clock(), key_id="foreign",
    )  # fmt: skip
    foreign = await edge.client.get(plain, headers={"X-API-Key": secret})
    assert foreign.status == 404
    edge.clock.forward(61)
    assert (await edge.client.get(address)).status == 403


async def test_deleting_a_session_removes_its_files(edge: Edge) -> None:
    interview, session_id = await sent_in(edge, {1: [sound(3)]})
    path = f"/{interview['id']}/results/{session_id}"
    prefix = f"recordings/{session_id}/"
    assert await edge.services.blobs.keys(prefix)
    reviewer = await edge.person(Role.REVIEWER)
    address = f"/api/v1/interviewer/interviews{path}"
    refused = await edge.client.delete(address, headers=reviewer.headers)
    assert refused.status == 403
    await ask(edge, "DELETE", path, status=204)
    assert await edge.services.blobs.keys(prefix) == []
    await ask(edge, "GET", path, status=404)
    assert (await ask(edge, "GET", f"/{interview['id']}/results"))["total"] == 0


async def test_what_failed_is_heard_again_three_times_and_then_on_request(edge: Edge) -> None:
    interview, session_id = await sent_in(edge, {1: [sound(3)]})
    path = f"/{interview['id']}/results/{session_id}"
    deaf = OneWordASecond("the model is away")
    tries = []
    for _ in range(8):
        tries.append(await work_off(edge, recogniser=deaf))
        edge.clock.forward(60)
    (recording,) = (await ask(edge, "GET", path))["recordings"]
    assert recording["transcription_status"] == "failed" and recording["reason"]
    state = await edge.services.live.state(session_id)
    assert state.answers[0].heard_note == "It could not be heard (unavailable)."
    status = await ask(edge, "GET", f"{path}/batch-status")
    assert (status["status"], status["failed_recordings"]) == ("completed_with_errors", 1)

    asked = await ask(edge, "POST", f"{path}/batch-process", {})
    assert (asked["status"], asked["total_recordings"]) == ("processing", 1)
    await work_off(edge, recogniser=OneWordASecond(), evaluator=RuleEvaluator(None))
    status = await ask(edge, "GET", f"{path}/batch-status")
    assert (status["status"], status["processed_recordings"]) == ("completed", 1)
    detail = await ask(edge, "GET", f"{path}/recordings/{recording['id']}")
    assert detail["transcript"] == "word0 word1 word2"
    nothing = await ask(edge, "POST", f"{path}/batch-process", {})
    assert "nothing to do" in nothing["message"] and nothing["status"] == "completed"


class Louder(OneWordASecond):
    """Hears other words."""

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        heard = await super().transcribe(pcm, language=language)
        words = [one.model_copy(update={"text": one.text.upper()}) for one in heard.committed]
        return dataclasses.replace(heard, committed=tuple(words))


async def test_the_four_flags_ask_for_different_work(edge: Edge) -> None:
    interview, session_id = await sent_in(edge, {1: [sound(3)]})
    path = f"/{interview['id']}/results/{session_id}"
    await ask(edge, "POST", f"{path}/batch-process", {"transcribe": "yes"}, 400)
    await work_off(edge, recogniser=OneWordASecond())
    (recording,) = (await ask(edge, "GET", path))["recordings"]
    assert states({"recordings": [recording]}) == [(1, "completed", "failed")]
    off = {"transcribe": False, "analyze": False}

    none = await ask(edge, "POST", f"{path}/batch-process", off)
    assert "nothing to do" in none["message"] and none["failed_recordings"] == 1
    await ask(edge, "POST", f"{path}/batch-process", off | {"analyze": True})
    louder = Louder()
    await work_off(edge, recogniser=louder, evaluator=RuleEvaluator(None))
    assert louder.heard == [], "nothing was heard again"
    detail = f"{path}/recordings/{recording['id']}"
    scored = await ask(edge, "GET", detail)
    assert (scored["analysis_status"], scored["transcript"]) == ("completed", "word0 word1 word2")

    await ask(edge, "POST", f"{path}/batch-process", off | {"force_retranscribe": True})
    await work_off(edge, recogniser=louder, evaluator=RuleEvaluator(None))
    again = await ask(edge, "GET", detail)
    assert again["transcript"] == "WORD0 WORD1 WORD2" and len(louder.heard) == 1

    before = len((await edge.services.live.state(session_id)).rescored)
    forced = await ask(edge, "POST", f"{path}/batch-process", off | {"force_reanalyze": True})
    assert "All scores are made anew." in forced["message"] and forced["status"] == "processing"
    await ask(edge, "POST", f"{path}/batch-process", off | {"force_reanalyze": True}, 409)
    await work_off(edge, recogniser=louder, evaluator=RuleEvaluator(None))
    assert len((await edge.services.live.state(session_id)).rescored) == before + 1
    assert len(louder.heard) == 1
    assert (await ask(edge, "GET", f"{path}/batch-status"))["status"] == "completed"


async def test_before_the_end_nothing_is_processed(edge: Edge) -> None:
    interview = await made(edge, mode="recorded")
    _, session, token = await started(edge)
    del interview
    page = await edge.client.get("/api/v1/interviewer/interviews", headers=edge.service)
    listed = await page.json()
    key = next(one["id"] for one in listed["items"] if one["sessions"])
    await upload(edge, sound(3), token=token, question_id=1)
    path = f"/{key}/results/{session['session_id']}"
    assert states(await ask(edge, "GET", path)) == [(1, "pending", "pending")]
    await ask(edge, "POST", f"{path}/batch-process", {}, 409)
