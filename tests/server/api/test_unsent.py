"""What was typed and not sent when the interview ended is kept, once, and said to be late."""

from __future__ import annotations

from typing import Any

from interview.commands import EndSession, StartSession
from tests.server.doors import Edge, bearer

UNSENT = "/api/candidate/unsent"


async def send(edge: Edge, token: str, status: int = 200, **body: Any) -> Any:
    answer = await edge.client.post(UNSENT, json=body, headers=bearer(token))
    assert answer.status == status, await answer.text()
    return await answer.json()


async def test_words_of_an_interview_that_was_ended_are_kept_once(edge: Edge) -> None:
    created = await edge.create()
    session_id, token = created["session_id"], created["candidate_token"]
    live = edge.services.live
    await live.command(session_id, StartSession(by="staff"))
    early = await send(edge, token, 409, question_number=1, content="Half of my answ")
    assert early["code"] == "illegal_transition"
    await live.command(session_id, EndSession(by="staff", reason="ended_by_staff"))
    for _ in range(2):  # the page may not have heard that it arrived
        kept = await send(edge, token, question_number=1, content="Half of my answ", code="x = 1")
        assert kept == {"kept": "late"}
    [refused] = (await live.state(session_id)).refused
    assert (refused.reason, refused.content) == ("late", "Half of my answ\nx = 1")
    assert await send(edge, token, question_number=1, content=" \n") == {"kept": "known"}
    wrong = await send(edge, token, 400, question_number=99, content="x")
    assert wrong["field"] == "question_number"
