"""Drafts of rubrics: the points of a question, for a person to approve."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from agents.evaluation.rubrics import draft_points
from interview.accounts import MAKERS
from interview.errors import InvalidInput
from interview.nouns import MAX_QUESTION_CHARS, Question, RubricPoint
from server.edge.routes import STAFF_OR_SERVICE, Payload, Reply, Route, read_body, reply
from server.platform.services import services_of
from server.text import Line, Paragraphs


class DraftBody(Payload):
    """A question with what a full answer says."""

    text: Paragraphs = Field(min_length=1, max_length=MAX_QUESTION_CHARS)
    ideal_answer: Annotated[Paragraphs, Field(max_length=4_000)] | None = None
    keywords: tuple[Annotated[Line, Field(max_length=80)], ...] = Field(default=(), max_length=40)


class DraftReply(Reply):
    """The points as drafted. They count once they are sent back as approved with an interview."""

    status: Literal["success"] = "success"
    points: list[RubricPoint]
    note: str = ""


async def draft(request: web.Request) -> web.Response:
    """Points from the ideal answer: by the language model if there is one, else by rules."""
    body = await read_body(request, DraftBody)
    if not (body.ideal_answer or "").strip() and not body.keywords:
        raise InvalidInput("ideal_answer", "give the ideal answer or keywords to draft from")
    question = Question(
        number=1, text=body.text, ideal_answer=body.ideal_answer, keywords=body.keywords
    )
    points, note = await draft_points(question, services_of(request).llm)
    return reply(DraftReply(points=list(points), note=note))


ROUTES = [
    Route(
        method="POST",
        path="/api/parallel_interview/rubric/draft",
        handler=draft,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Draft the points of a question",
        request=DraftBody,
        response=DraftReply,
        statuses=(400,),
    )
]
