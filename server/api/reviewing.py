"""What people make of a session: scorecard, decision, notes, tags."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StrictStr

from interview.accounts import MAKERS
from interview.commands import (
    AddNote,
    Command,
    Decide,
    GiveScorecard,
    RequestRescoring,
    SetTags,
)
from interview.judging import (
    MAX_COMMENT_CHARS,
    MAX_NOTE_CHARS,
    MAX_TAG_CHARS,
    MAX_TAGS,
    DecisionOutcome,
    Rating,
)
from interview.nouns import MAX_QUESTIONS, Band
from server.edge.audit import audit
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    principal_of,
    read_body,
    reply,
)
from server.platform.reports.judged import judged_of
from server.platform.reports.model import JudgedReport
from server.platform.services import services_of
from server.text import Line, Paragraphs

BASE = "/api/parallel_interview/session/{session_id}"
Comment = Annotated[Paragraphs, Field(max_length=MAX_COMMENT_CHARS)]


class RatingBody(Payload):
    """How much evidence there is in one answer: clear, some, little, none."""

    question_number: int = Field(ge=1, le=MAX_QUESTIONS)
    band: Band
    comment: Comment = ""


class ScorecardBody(Payload):
    """All of one's ratings; it stands in the place of one's earlier scorecard."""

    ratings: tuple[RatingBody, ...] = Field(default=(), max_length=MAX_QUESTIONS)
    overall: Band | None = None
    cultural_fit: Annotated[float, Field(ge=0, le=100)] | None = None
    comment: Comment = ""


class DecisionBody(Payload):
    """`undecided` takes a decision back; all others need a reason."""

    outcome: DecisionOutcome
    reason: Comment = ""


class NoteBody(Payload):
    """Something for colleagues; the same `note_id` twice is one note."""

    text: Paragraphs = Field(max_length=MAX_NOTE_CHARS)
    note_id: Annotated[StrictStr, Field(min_length=1, max_length=64)] | None = None


class TagsBody(Payload):
    """All tags from now on."""

    tags: tuple[Annotated[Line, Field(max_length=MAX_TAG_CHARS)], ...] = Field(max_length=MAX_TAGS)


class RescoreBody(Payload):
    """Why new scores are wanted; it stands in the report."""

    reason: Annotated[Paragraphs, Field(min_length=1, max_length=500)]


class RescoreReply(Reply):
    """`number` counts the requests of this session from 1; the scores come with the report."""

    status: Literal["accepted"] = "accepted"
    session_id: str
    number: int


class JudgedReply(Reply):
    """What stands, and what was said before."""

    status: Literal["success"] = "success"
    session_id: str
    judged: JudgedReport


async def read(request: web.Request) -> web.Response:
    """All of it."""
    session_id = request.match_info["session_id"]
    state = await services_of(request).live.state(session_id)
    return reply(JudgedReply(session_id=session_id, judged=judged_of(state)))


async def scorecard(request: web.Request) -> web.Response:
    """Give or replace one's own scorecard."""
    body = await read_body(request, ScorecardBody)
    ratings = tuple(Rating(**rating.model_dump()) for rating in body.ratings)
    command = GiveScorecard(
        by=principal_of(request).actor,
        ratings=ratings,
        overall=body.overall,
        cultural_fit=body.cultural_fit,
        comment=body.comment,
    )
    return await _done(request, command, "scorecard_given")


async def decision(request: web.Request) -> web.Response:
    """Decide, with a reason."""
    body = await read_body(request, DecisionBody)
    command = Decide(by=principal_of(request).actor, outcome=body.outcome, reason=body.reason)
    return await _done(request, command, "decision_made")


async def note(request: web.Request) -> web.Response:
    """Add a note."""
    body = await read_body(request, NoteBody)
    note_id = body.note_id or uuid.uuid4().hex
    command = AddNote(by=principal_of(request).actor, note_id=note_id, text=body.text)
    return await _done(request, command, "note_added")


async def tags(request: web.Request) -> web.Response:
    """Set the tags."""
    body = await read_body(request, TagsBody)
    command = SetTags(by=principal_of(request).actor, tags=body.tags)
    return await _done(request, command, "tags_set")


async def rescore(request: web.Request) -> web.Response:
    """Score every answer again by what scores today; the old scores stay beside the new ones."""
    session_id = request.match_info["session_id"]
    body = await read_body(request, RescoreBody)
    command = RequestRescoring(by=principal_of(request).actor, reason=body.reason)
    state = await services_of(request).live.command(session_id, command)
    await audit(request, "rescoring_requested", session_id)
    return reply(RescoreReply(session_id=session_id, number=len(state.rescorings)), status=202)


async def _done(request: web.Request, command: Command, action: str) -> web.Response:
    session_id = request.match_info["session_id"]
    state = await services_of(request).live.command(session_id, command)
    await audit(request, action, session_id)
    return reply(JudgedReply(session_id=session_id, judged=judged_of(state)))


ROUTES = [
    Route(
        method="GET",
        path=BASE + "/judged",
        handler=read,
        allow=STAFF_OR_SERVICE,
        summary="What people make of a session",
        response=JudgedReply,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=BASE + "/scorecard",
        handler=scorecard,
        allow=STAFF_OR_SERVICE,
        summary="Give a scorecard",
        request=ScorecardBody,
        response=JudgedReply,
        statuses=(400, 404),
    ),
    Route(
        method="POST",
        path=BASE + "/decision",
        handler=decision,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Decide on a candidate",
        request=DecisionBody,
        response=JudgedReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path=BASE + "/notes",
        handler=note,
        allow=STAFF_OR_SERVICE,
        summary="Add a note",
        request=NoteBody,
        response=JudgedReply,
        statuses=(400, 404),
    ),
    Route(
        method="POST",
        path=BASE + "/tags",
        handler=tags,
        allow=STAFF_OR_SERVICE,
        summary="Set the tags",
        request=TagsBody,
        response=JudgedReply,
        statuses=(400, 404),
    ),
    Route(
        method="POST",
        path=BASE + "/rescore",
        handler=rescore,
        allow=STAFF_OR_SERVICE,
        summary="Score the answers again",
        description="Answers 202: the report shows both results when they are there."
        " 409 before the end, or while first scores are awaited.",
        roles=MAKERS,
        request=RescoreBody,
        response=RescoreReply,
        status=202,
        statuses=(400, 404, 409),
    ),
]
