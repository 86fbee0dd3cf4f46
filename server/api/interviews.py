"""Interviews: what is asked, by which rules, in which version. `/api/v1/interviewer/interviews`."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from interview.accounts import MAKERS
from interview.errors import NotFound
from interview.nouns import MAX_QUESTIONS
from interview.ports.documents import Order, Where
from server.api.interview_bodies import (
    BulkChange,
    DuplicateBody,
    InterviewBody,
    InterviewChange,
    InterviewList,
    InterviewReply,
    Moves,
    QuestionBody,
    QuestionChange,
    QuestionReply,
    QuestionsReply,
    VersionList,
    design_of,
    designed,
    interview_reply,
    item_of,
    question_reply,
    questions_reply,
    redesigned,
    version_item,
    version_reply,
    with_questions,
)
from server.api.whose import matching, number_of, wanted_id
from server.edge.audit import audit
from server.edge.etags import seen_revision, tagged
from server.edge.idempotency import new_id
from server.edge.paging import PageQuery
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform.interviews.design import (
    Design,
    DesignedQuestion,
    Interview,
    reordered,
    with_changed,
    with_question,
    without,
)
from server.platform.interviews.library import Change, Library
from server.platform.interviews.tokens import Tokens, sittings_by
from server.platform.services import core_of
from server.text import Line

BASE = "/api/v1/interviewer/interviews"
ONE = BASE + "/{interview_key}"


class InterviewQuery(PageQuery):
    """A page of interviews. `search`: how the title begins."""

    search: Annotated[Line, Field(max_length=200)] | None = None
    sort: Literal["created_at", "updated_at", "title"] = "created_at"
    order: Literal["asc", "desc"] = "desc"


def library_of(request: web.Request) -> Library:
    """The interviews of whoever asks."""
    return Library(core_of(request), organisation_of(request))


def key_of(request: web.Request) -> str:
    """The interview's number or slug in the address."""
    return request.match_info["interview_key"][:80]


async def list_interviews(request: web.Request) -> web.Response:
    """A page of the organisation's interviews."""
    query = read_query(request, InterviewQuery)
    order = Order(query.sort, query.order == "desc")
    page = await library_of(request).page(
        query.search, order, limit=query.limit, offset=query.offset
    )
    services, mine = core_of(request), organisation_of(request)
    tokens = await Tokens(services, mine).counts()
    sessions = await sittings_by(services, mine, "interview_id")
    items = [
        item_of(one, tokens.get(one.interview_id, 0), sessions.get(one.interview_id, 0))
        for one in (stored.document for stored in page.items)
    ]
    return reply(InterviewList.of(query, items, page.total))


async def create(request: web.Request) -> web.Response:
    """Make an interview."""
    body = await read_body(request, InterviewBody)
    by = principal_of(request).actor
    wanted = wanted_id(request)
    stored = await library_of(request).make(
        body.title, design_of(body, by), by=by, wanted_id=wanted
    )
    await audit(request, "interview_created", stored.document_id)
    return tagged(
        reply(interview_reply(stored.document, stored.revision), status=201), stored.revision
    )


async def read(request: web.Request) -> web.Response:
    """One interview with its questions."""
    stored = await library_of(request).find(key_of(request))
    return tagged(reply(interview_reply(stored.document, stored.revision)), stored.revision)


async def update(request: web.Request) -> web.Response:
    """Change title and rules; the questions stay."""
    body = await read_body(request, InterviewChange)
    return await _revised(request, lambda interview: redesigned(interview, body))


async def update_with_questions(request: web.Request) -> web.Response:
    """Change everything at once. Recorded answers keep the question that was asked."""
    body, by = await read_body(request, BulkChange), principal_of(request).actor
    return await _revised(request, lambda interview: with_questions(interview, body, by))


async def delete(request: web.Request) -> web.Response:
    """Remove an interview; its sessions and their reports stay."""
    revision = seen_revision(request)
    removed = await matching(revision, library_of(request).delete(key_of(request), revision))
    await Tokens(core_of(request), organisation_of(request)).delete_all(removed.interview_id)
    await audit(request, "interview_deleted", str(removed.interview_id))
    return web.Response(status=204)


async def duplicate(request: web.Request) -> web.Response:
    """A copy, with everything but its candidates."""
    body, by, library = (
        await read_body(request, DuplicateBody),
        principal_of(request).actor,
        library_of(request),
    )
    original = (await library.find(key_of(request))).document
    title = body.title or f"{original.title[:190]} (copy)"
    wanted = wanted_id(request)
    stored = await library.make(title, original.design, by=by, wanted_id=wanted)
    await audit(request, "interview_created", stored.document_id)
    return tagged(
        reply(interview_reply(stored.document, stored.revision), status=201), stored.revision
    )


async def list_versions(request: web.Request) -> web.Response:
    """The versions that others took the place of."""
    query = read_query(request, PageQuery)
    page = await library_of(request).versions(
        key_of(request), limit=query.limit, offset=query.offset
    )
    interview = (await library_of(request).find(key_of(request))).document
    where = Where(equals={"interview_id": interview.interview_id})
    began = await sittings_by(core_of(request), organisation_of(request), "version", where)
    items = [
        version_item(stored.document, began.get(stored.document.version, 0))
        for stored in page.items
    ]
    return reply(
        VersionList(
            items=items,
            total=page.total,
            limit=query.limit,
            offset=query.offset,
            version=interview.version,
            sessions=began.get(interview.version, 0),
        )
    )


async def read_version(request: web.Request) -> web.Response:
    """One version as it was in force."""
    library, number = library_of(request), number_of(request, "version", "Version")
    slug = (await library.find(key_of(request))).document.slug
    return reply(version_reply(await library.version(key_of(request), number), slug))


async def list_questions(request: web.Request) -> web.Response:
    """The questions in the order asked."""
    stored = await library_of(request).find(key_of(request))
    return tagged(reply(questions_reply(stored.document.design)), stored.revision)


async def add_question(request: web.Request) -> web.Response:
    """One more question, at its `order`, else at the end."""
    body, by = await read_body(request, QuestionBody), principal_of(request).actor
    mark = new_id(request)

    def added(interview: Interview) -> tuple[str, Design]:
        if _added_as(interview, mark):
            return interview.title, interview.design
        question = designed(body, interview.next_question_id, by)
        question = question.model_copy(update={"added_as": mark})
        place = min(body.order or MAX_QUESTIONS, len(interview.design.questions) + 1)
        return interview.title, with_question(interview.design, question, place)

    interview, revision = await _change(request, added)
    (number,) = _added_as(interview, mark)
    return _question(interview, number, revision, status=201)


async def update_question(request: web.Request) -> web.Response:
    """Change a question; what is left out stays."""
    body, by = await read_body(request, QuestionChange), principal_of(request).actor
    number = _question_id(request)

    def change(interview: Interview) -> tuple[str, Design]:
        question = designed(body, number, by, _known(interview, number))
        design = with_changed(interview.design, question)
        if body.order:
            design = with_question(without(design, number), question, body.order)
        return interview.title, design

    interview, revision = await _change(request, change)
    return _question(interview, number, revision)


async def delete_question(request: web.Request) -> web.Response:
    """Take a question out; answers to it stay."""
    number = _question_id(request)

    def change(interview: Interview) -> tuple[str, Design]:
        _known(interview, number)
        return interview.title, without(interview.design, number)

    await _change(request, change)
    return web.Response(status=204)


async def reorder(request: web.Request) -> web.Response:
    """Another order: every question with its new place, each place once."""
    body = await read_body(request, Moves)
    places = [(move.question_id, move.new_order) for move in body.root]
    interview, revision = await _change(
        request, lambda interview: (interview.title, reordered(interview.design, places))
    )
    return tagged(reply(questions_reply(interview.design)), revision)


def _added_as(interview: Interview, mark: str) -> list[int]:
    return [question.id for question in interview.design.questions if question.added_as == mark]


async def _change(request: web.Request, change: Change) -> tuple[Interview, int]:
    revision, by = seen_revision(request), principal_of(request).actor
    work = library_of(request).revise(key_of(request), change, by=by, revision=revision)
    stored = await matching(revision, work)
    await audit(request, "interview_changed", stored.document_id)
    return stored.document, stored.revision


async def _revised(request: web.Request, change: Change) -> web.Response:
    interview, revision = await _change(request, change)
    return tagged(reply(interview_reply(interview, revision)), revision)


def _question_id(request: web.Request) -> int:
    return number_of(request, "question_id", "Question")


def _known(interview: Interview, number: int) -> DesignedQuestion:
    for question in interview.design.questions:
        if question.id == number:
            return question
    raise NotFound("Question", str(number))


def _question(interview: Interview, number: int, revision: int, status: int = 200) -> web.Response:
    order = [question.id for question in interview.design.questions].index(number) + 1
    shown = question_reply(_known(interview, number), order)
    return tagged(reply(shown, status=status), revision)


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=list_interviews,
        allow=STAFF_OR_SERVICE,
        summary="List interviews",
        query=InterviewQuery,
        response=InterviewList,
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=BASE,
        handler=create,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Make an interview",
        request=InterviewBody,
        response=InterviewReply,
        status=201,
        statuses=(400, 409),
    ),
    Route(
        method="GET",
        path=ONE,
        handler=read,
        allow=STAFF_OR_SERVICE,
        summary="One interview, by number or slug",
        response=InterviewReply,
        statuses=(404,),
    ),
    Route(
        method="PUT",
        path=ONE,
        handler=update,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Change an interview",
        replaces=True,
        request=InterviewChange,
        response=InterviewReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="DELETE",
        path=ONE,
        handler=delete,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Remove an interview",
        status=204,
        statuses=(404, 409),
    ),
    Route(
        method="PUT",
        path=ONE + "/update-with-questions",
        handler=update_with_questions,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Change an interview with all its questions",
        replaces=True,
        request=BulkChange,
        response=InterviewReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path=ONE + "/duplicate",
        handler=duplicate,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Copy an interview",
        request=DuplicateBody,
        response=InterviewReply,
        status=201,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path=ONE + "/versions",
        handler=list_versions,
        allow=STAFF_OR_SERVICE,
        summary="Replaced versions of an interview",
        query=PageQuery,
        response=VersionList,
        statuses=(404, 422),
    ),
    Route(
        method="GET",
        path=ONE + "/versions/{version}",
        handler=read_version,
        allow=STAFF_OR_SERVICE,
        summary="One version of an interview",
        response=InterviewReply,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path=ONE + "/questions",
        handler=list_questions,
        allow=STAFF_OR_SERVICE,
        summary="The questions of an interview",
        response=QuestionsReply,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=ONE + "/questions",
        handler=add_question,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Add a question",
        request=QuestionBody,
        response=QuestionReply,
        status=201,
        statuses=(400, 404, 409),
    ),
    Route(
        method="PUT",
        path=ONE + "/questions/reorder",
        handler=reorder,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Put the questions in another order",
        description="A list of every question with its new place, counted from 1.",
        request=Moves,
        response=QuestionsReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="PUT",
        path=ONE + "/questions/{question_id}",
        handler=update_question,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Change a question",
        request=QuestionChange,
        response=QuestionReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="DELETE",
        path=ONE + "/questions/{question_id}",
        handler=delete_question,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Take a question out",
        status=204,
        statuses=(404, 409),
    ),
]
