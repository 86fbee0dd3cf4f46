"""Scores by software are switched off and on again, over a whole process with its jobs."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.server.ws.test_interview_socket import (
    Frame,
    Sitting,
    readers_are_quick,
    report_of,
    sitting,
)

__all__ = ["readers_are_quick", "sitting"]
IDEAL = "The last item put on it is the first one taken off: push and pop."
WAIT_S = 30


async def scored(sitting: Sitting) -> str:
    """The id of an ended interview whose only answer has a score."""
    question = {"text": "What is a stack?", "ideal_answer": IDEAL}
    created = await sitting.create(questions=None, question_items=[question])
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    await line.send(type="text_response", content="The last item put on it is taken off first.")
    await line.until("interview_concluded")
    await line.socket.close()
    return str(created["session_id"])


async def choose(sitting: Sitting, **body: Any) -> Frame:
    path = "/api/parallel_interview/scoring"
    answer = await sitting.client.post(path, json=body, headers=sitting.key)
    found: Frame = await answer.json()
    return {"http": answer.status, **found}


async def until_report(sitting: Sitting, session_id: str, *, scored: bool) -> Frame:
    async with asyncio.timeout(WAIT_S):
        while True:
            report = await report_of(sitting, session_id)
            if (report["answers"][0]["evaluation"] is not None) is scored:
                return report
            await asyncio.sleep(0.05)


async def listed(sitting: Sitting) -> Frame:
    answer = await sitting.client.get("/api/parallel_interview/sessions", headers=sitting.key)
    (found,) = (await answer.json())["sessions"]
    line: Frame = found
    return line


async def test_scores_that_are_switched_off_are_nowhere_and_come_back(sitting: Sitting) -> None:
    session_id = await scored(sitting)
    before = await until_report(sitting, session_id, scored=True)
    assert before["overall_score"] is not None
    assert (await listed(sitting))["average_score"] is not None

    assert (await choose(sitting, shown=False))["field"] == "reason"
    told = await choose(sitting, shown=False, reason="We do not agree with it.")
    assert (told["http"], told["scoring"]["shown"]) == (200, False)
    hidden = await until_report(sitting, session_id, scored=False)
    assert hidden["overall_score"] is None
    assert not [line for line in hidden["scores"] if line["value"] is not None]
    assert "switched off" in hidden["answers"][0]["evaluation_reason"]
    assert (await listed(sitting))["average_score"] is None

    await choose(sitting, shown=True, reason="Calibrated now.")
    shown = await until_report(sitting, session_id, scored=True)
    assert shown["overall_score"] == before["overall_score"]
