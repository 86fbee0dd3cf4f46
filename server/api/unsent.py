"""What a candidate had typed and not sent when the interview ended: kept all the same."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StrictInt

from interview.code_answers import parse
from interview.commands import SubmitAnswer
from interview.errors import IllegalTransition, InvalidInput
from interview.nouns import MAX_ANSWER_CHARS, QuestionKind
from interview.state import State
from server.edge.auth.principals import Allow, Candidate
from server.edge.routes import Payload, Reply, Route, principal_of, read_body, reply
from server.platform.services import services_of
from server.text import AnswerText, CodeText

CANDIDATE_ONLY = frozenset({Allow.CANDIDATE})


class UnsentBody(Payload):
    """What stands in the page for one question."""

    question_number: StrictInt = Field(ge=1)
    content: Annotated[AnswerText, Field(max_length=MAX_ANSWER_CHARS)] = ""
    code: Annotated[CodeText, Field(max_length=MAX_ANSWER_CHARS)] | None = None


class UnsentReply(Reply):
    """`known`: the answer has it, or there is nothing in it. `answer`: it was on its way when its
    question closed, and has joined the answer. `late`: kept for the record, never scored.
    """

    kept: Literal["known", "answer", "late"]


async def unsent(request: web.Request) -> web.Response:
    """Keep it; the same again changes nothing.

    Raises:
        IllegalTransition: The interview is not over: an answer goes through the socket.
        InvalidInput: There is no such question.
    """
    body = await read_body(request, UnsentBody)
    services, principal = services_of(request), principal_of(request)
    assert isinstance(principal, Candidate)
    state = await services.live.state(principal.session_id)
    if not state.status.final:
        raise IllegalTransition("unsent", state.phase or state.status)
    if body.question_number > min(state.question_count, len(state.plan.questions)):
        raise InvalidInput("question_number", "there is no such question")
    if _known(state, body):
        return reply(UnsentReply(kept="known"))
    command = SubmitAnswer(
        answer_id=_id_of(body),
        content=body.content,
        code=body.code,
        question_number=body.question_number,
    )
    state = await services.live.command(state.session_id, command)
    late = any(refused.answer_id == command.answer_id for refused in state.refused)
    return reply(UnsentReply(kept="late" if late else "answer"))


def _known(state: State, body: UnsentBody) -> bool:
    coding = state.plan.questions[body.question_number - 1].kind is QuestionKind.CODING
    typed = parse(body.content, body.code, coding=coding)
    return typed.empty or any(
        answer.question_number == body.question_number
        and (answer.typed, answer.code) == (typed.text, typed.code)
        for answer in state.answers
    )


def _id_of(body: UnsentBody) -> str:
    """The same words have the same id, however often they come."""
    said = f"{body.question_number}\n{body.content}\n{body.code}"
    return f"unsent.{hashlib.sha256(said.encode()).hexdigest()[:24]}"


ROUTES = [
    Route(
        method="POST",
        path="/api/candidate/unsent",
        handler=unsent,
        allow=CANDIDATE_ONLY,
        summary="Keep what was typed and not sent when the interview ended",
        request=UnsentBody,
        response=UnsentReply,
        statuses=(400, 404, 409),
    ),
]
