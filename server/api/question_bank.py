"""The question bank: `/api/v1/interviewer/question-bank`."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictInt

from interview.accounts import MAKERS
from interview.nouns import MAX_QUESTIONS, QuestionKind, RubricPoint
from interview.ports.documents import Order, Stored
from server.api.interview_bodies import QuestionBody, QuestionsReply, designed, questions_reply
from server.api.interviews import ONE, key_of, library_of
from server.api.whose import matching, number_of, wanted_id
from server.edge.audit import audit
from server.edge.etags import seen_revision, tagged
from server.edge.idempotency import new_id
from server.edge.paging import Paged, PageQuery
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform.interviews.bank import Bank, BankQuestion
from server.platform.interviews.design import Design, Interview, with_question
from server.platform.services import core_of
from server.text import Line

BASE = "/api/v1/interviewer/question-bank"
CategoryName = Annotated[Line, Field(max_length=80)]


class BankBody(QuestionBody):
    """A question to be chosen later; `order` means nothing here."""

    category: CategoryName = ""


class BankReply(Reply):
    """A question of the bank."""

    id: int
    category: str
    text: str
    type: QuestionKind
    preparation_time: float | None
    responding_time: float
    pause_tolerance_s: float | None
    keywords: list[str]
    ideal_answer: str | None
    points: list[RubricPoint]
    created_at: AwareDatetime
    created_by: str


class BankList(Paged[BankReply]):
    """A page of questions, and how many each category has."""

    categories: dict[str, int]


class BankQuery(PageQuery):
    """A page. `search`: how the text begins."""

    search: Annotated[Line, Field(max_length=200)] | None = None
    category: CategoryName | None = None
    sort: Literal["created_at", "text", "category"] = "created_at"
    order: Literal["asc", "desc"] = "desc"


class StartersReply(Reply):
    """How many were added."""

    added: int


class FromBank(Payload):
    """Questions of the bank to be put at the end of an interview, in this order."""

    bank_ids: tuple[Annotated[StrictInt, Field(ge=1)], ...] = Field(
        min_length=1, max_length=MAX_QUESTIONS
    )


def bank_of(request: web.Request) -> Bank:
    """The bank of whoever asks."""
    return Bank(core_of(request), organisation_of(request))


async def list_bank(request: web.Request) -> web.Response:
    """A page of the organisation's questions."""
    query, bank = read_query(request, BankQuery), bank_of(request)
    page = await bank.page(
        query.search,
        query.category,
        Order(query.sort, query.order == "desc"),
        limit=query.limit,
        offset=query.offset,
    )
    return reply(
        BankList(
            items=[_shown(stored) for stored in page.items],
            categories=await bank.categories(),
            total=page.total,
            limit=query.limit,
            offset=query.offset,
        )
    )


async def add_to_bank(request: web.Request) -> web.Response:
    """One more question. One that reads the same as another is refused."""
    body, by = await read_body(request, BankBody), principal_of(request).actor
    wanted = wanted_id(request)
    stored = await bank_of(request).add(
        designed(body, 1, by), body.category, by=by, wanted_id=wanted
    )
    await audit(request, "bank_question_added", stored.document_id)
    return tagged(reply(_shown(stored), status=201), stored.revision)


async def add_starters(request: web.Request) -> web.Response:
    """The questions that come with the product; those that are there already stay as they are."""
    added = await bank_of(request).add_starters(by=principal_of(request).actor)
    await audit(request, "bank_starters_added", "question_bank", added=added)
    return reply(StartersReply(added=added))


async def read_bank(request: web.Request) -> web.Response:
    """One question."""
    stored = await bank_of(request).find(_bank_id(request))
    return tagged(reply(_shown(stored)), stored.revision)


async def replace_bank(request: web.Request) -> web.Response:
    """Another wording; interviews that have the question keep theirs."""
    body, by = await read_body(request, BankBody), principal_of(request).actor
    bank, revision = bank_of(request), seen_revision(request)
    work = bank.replace(_bank_id(request), designed(body, 1, by), body.category, revision)
    stored = await matching(revision, work)
    await audit(request, "bank_question_changed", stored.document_id)
    return tagged(reply(_shown(stored)), stored.revision)


async def delete_bank(request: web.Request) -> web.Response:
    """Remove it; interviews that have the question keep theirs."""
    await bank_of(request).delete(_bank_id(request))
    await audit(request, "bank_question_deleted", _bank_id(request))
    return web.Response(status=204)


async def take_from_bank(request: web.Request) -> web.Response:
    """Put questions of the bank into an interview, with everything that belongs to them."""
    body, by = await read_body(request, FromBank), principal_of(request).actor
    bank = bank_of(request)
    chosen = [(await bank.find(str(bank_id))).document.question for bank_id in body.bank_ids]
    mark = new_id(request)

    def change(interview: Interview) -> tuple[str, Design]:
        design = interview.design
        if any(question.added_as == mark for question in design.questions):
            return interview.title, design
        for number, question in enumerate(chosen, start=interview.next_question_id):
            copied = question.model_copy(update={"id": number, "added_as": mark})
            design = with_question(design, copied)
        return interview.title, design

    revision = seen_revision(request)
    work = library_of(request).revise(key_of(request), change, by=by, revision=revision)
    stored = await matching(revision, work)
    await audit(request, "interview_changed", stored.document_id)
    response = reply(questions_reply(stored.document.design), status=201)
    return tagged(response, stored.revision)


def _bank_id(request: web.Request) -> str:
    return str(number_of(request, "bank_id", "Question"))


def _shown(stored: Stored[BankQuestion]) -> BankReply:
    document = stored.document
    fields = document.question.model_dump(exclude={"id", "kind", "added_as"})
    return BankReply(
        **fields,
        id=document.bank_id,
        type=document.question.kind,
        category=document.category,
        created_at=document.created_at,
        created_by=document.created_by,
    )


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=list_bank,
        allow=STAFF_OR_SERVICE,
        summary="List the question bank",
        query=BankQuery,
        response=BankList,
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=BASE,
        handler=add_to_bank,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Add a question to the bank",
        request=BankBody,
        response=BankReply,
        status=201,
        statuses=(400, 409),
    ),
    Route(
        method="POST",
        path=BASE + "/starters",
        handler=add_starters,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Add the questions to begin with",
        response=StartersReply,
    ),
    Route(
        method="GET",
        path=BASE + "/{bank_id}",
        handler=read_bank,
        allow=STAFF_OR_SERVICE,
        summary="A question of the bank",
        response=BankReply,
        statuses=(404,),
    ),
    Route(
        method="PUT",
        path=BASE + "/{bank_id}",
        handler=replace_bank,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Replace a question of the bank",
        replaces=True,
        request=BankBody,
        response=BankReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="DELETE",
        path=BASE + "/{bank_id}",
        handler=delete_bank,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Remove a question from the bank",
        status=204,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=ONE + "/questions/from-bank",
        handler=take_from_bank,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Put questions of the bank into an interview",
        request=FromBank,
        response=QuestionsReply,
        status=201,
        statuses=(400, 404, 409),
    ),
]
