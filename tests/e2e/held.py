"""Interviews that were held: made through the doors for other programs, without a browser."""

from __future__ import annotations

from typing import Any

from tests.e2e.server_process import ServerProcess

V1 = "/api/v1/interviewer/interviews"
QUESTIONS = (
    "How did you fix a production outage?",
    "When would you choose one database over another?",
)
KEYWORDS = {
    QUESTIONS[0]: ["connection pool", "alert", "limit"],
    QUESTIONS[1]: ["relations", "consistent", "full text search"],
}


async def interview(server: ServerProcess, title: str = "Backend engineer") -> dict[str, Any]:
    """A designed interview with two questions."""
    questions = [{"text": text, "keywords": KEYWORDS[text]} for text in QUESTIONS]
    body = {"title": title, "questions": questions}
    made: dict[str, Any] = await server.api("POST", V1, json=body)
    return made


async def held(
    server: ServerProcess, interview_id: int, name: str, answers: tuple[str, ...]
) -> str:
    """One candidate's sitting of it, typed and over; the session's id."""
    mail = f"{name.split()[0].lower()}@example.com"
    wanted = {"people": [{"name": name, "email": mail}]}
    made = await server.api("POST", f"{V1}/{interview_id}/invitations", json=wanted)
    token = made["items"][0]["invitation"]
    door = "/api/interview/session"
    start = {"interview_token": token["token_value"]}
    session_id: str = (await server.api("POST", f"{door}/start", json=start))["session_id"]
    for question, words in zip(QUESTIONS, answers, strict=False):
        asked = {"session_id": session_id, "question_data": {"text": question}}
        question_id = (await server.api("POST", "/api/interview/question/add", json=asked))[
            "question_id"
        ]
        said = {
            "session_id": session_id,
            "question_id": question_id,
            "answer_data": {"text": words},
        }
        await server.api("POST", "/api/interview/answer/add", json=said)
    await server.api("POST", f"{door}/end", json={"session_id": session_id})
    return session_id
