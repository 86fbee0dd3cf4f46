"""What colleagues are told of: `/api/v1/notifications`, listed, streamed, read, chosen."""

from __future__ import annotations

import asyncio
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool, StrictStr

from interview.accounts import TEAM
from interview.errors import NotFound
from interview.ports.documents import Stored
from server.api.whose import matching
from server.edge import sse
from server.edge.audit import audit
from server.edge.auth import accounts
from server.edge.etags import seen_revision, tagged
from server.edge.paging import Paged, PageQuery
from server.edge.routes import (
    STAFF,
    Payload,
    Reply,
    Route,
    organisation_of,
    read_body,
    read_query,
    reply,
    staff_of,
)
from server.platform.deciding.blind import reader_of
from server.platform.notices.book import KEPT, NoticeBook
from server.platform.notices.model import Choice, Notice, NoticeKind, Scope
from server.platform.services import core_of, services_of

BASE = "/api/v1/notifications"
ASKED_EVERY_S = 2.0
QUIET_S = 20.0
STREAM_S = 600.0
"""A stream ends after ten minutes: whoever is still signed in opens the next."""
Kinds = Annotated[tuple[NoticeKind, ...], Field(max_length=len(NoticeKind))]


class NoticesQuery(PageQuery):
    """Which of one's own notices."""

    unread: bool = False


class NoticeView(Reply):
    """Something that happened. `name` and `title` are empty while the session is being erased.

    `blind`: the name is a code until one's own scorecard is given.
    """

    id: str
    kind: NoticeKind
    session_id: str
    name: str
    title: str
    blind: bool
    at: AwareDatetime
    read: bool


class NoticePage(Paged[NoticeView]):
    """One's own, newest first; `unread` counts all that one has not read."""

    unread: int = 0


class ReadBody(Payload):
    """Which are read; null: all of this moment."""

    ids: Annotated[
        tuple[Annotated[StrictStr, Field(max_length=64)], ...] | None, Field(max_length=KEPT)
    ] = None


class UnreadReply(Reply):
    """How many one has not read, and the newest of them."""

    unread: int
    newest: NoticeView | None = None


class ChoiceBody(Payload):
    """What is to be otherwise; what is left out stays."""

    desk: Kinds = ()
    mail: Kinds = ()
    scope: Scope = Scope.ALL


class ChoiceReply(Reply):
    """What one is told of, where. `mail_disabled` says why nothing is mailed; empty when it is."""

    desk: list[NoticeKind]
    mail: list[NoticeKind]
    scope: Scope
    mail_disabled: str
    chosen: StrictBool


def _book(request: web.Request) -> NoticeBook:
    services = core_of(request)
    return NoticeBook(services.storage, organisation_of(request), services.clock)


async def list_notices(request: web.Request) -> web.Response:
    """A page of one's own."""
    query, user_id = read_query(request, NoticesQuery), staff_of(request).user_id
    book = _book(request)
    page = await book.page(user_id, unread=query.unread, limit=query.limit, offset=query.offset)
    unread, _ = await book.unread(user_id)
    items = [await _view(request, found) for found in page.items]
    return reply(
        NoticePage(
            items=items,
            total=page.total,
            limit=query.limit,
            offset=query.offset,
            unread=unread,
        )
    )


async def read(request: web.Request) -> web.Response:
    """Say that some, or all, are read."""
    body, user_id = await read_body(request, ReadBody), staff_of(request).user_id
    await _book(request).read(user_id, body.ids)
    return reply(await _unread(request))


async def stream(request: web.Request) -> web.StreamResponse:
    """How many are unread and the newest, at once and whenever it changes."""
    services = services_of(request)
    response = await sse.begun(request)
    loop = asyncio.get_running_loop()
    began = said = loop.time()
    known: str | None = None
    while not services.closing.is_set() and loop.time() - began < STREAM_S:
        account = await accounts.by_id(services.storage.documents, staff_of(request).user_id)
        if account is None or not account.document.active:
            break
        now = (await _unread(request)).model_dump_json()
        try:
            if now != known:
                await response.write(f"event: unread\ndata: {now}\n\n".encode())
                known, said = now, loop.time()
            elif loop.time() - said > QUIET_S:
                await response.write(b": still here\n\n")
                said = loop.time()
        except ConnectionError:
            break
        await sse.pause(services.closing, ASKED_EVERY_S)
    return response


async def _unread(request: web.Request) -> UnreadReply:
    count, newest = await _book(request).unread(staff_of(request).user_id)
    view = None if newest is None else await _view(request, newest)
    return UnreadReply(unread=count, newest=view)


async def _view(request: web.Request, found: Stored[Notice]) -> NoticeView:
    storage, staff, notice = core_of(request).storage, staff_of(request), found.document
    about = await storage.sessions.get(notice.session_id)
    reader = await reader_of(storage.documents, staff.organisation_id, staff.actor)
    return NoticeView(
        id=found.document_id,
        kind=notice.kind,
        session_id=notice.session_id,
        name="" if about is None else reader.summary(about).name,
        title="" if about is None else about.title,
        blind=about is not None and reader.unknown(about),
        at=notice.created_at,
        read=notice.read,
    )


async def read_choice(request: web.Request) -> web.Response:
    """What one is told of."""
    return _chosen(request, await _choice(request))


async def put_choice(request: web.Request) -> web.Response:
    """Choose it."""
    body, staff = await read_body(request, ChoiceBody), staff_of(request)
    before = await _choice(request)
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    sent |= {name: _ordered(sent[name]) for name in ("desk", "mail") if name in sent}
    after = before.document.model_copy(update=sent)
    revision = seen_revision(request)
    stored = await matching(revision, _book(request).choose(staff.user_id, after, revision))
    await audit(request, "notifications_chosen", "account")
    return _chosen(request, stored)


def _ordered(kinds: tuple[NoticeKind, ...]) -> tuple[NoticeKind, ...]:
    return tuple(kind for kind in NoticeKind if kind in kinds)


async def _choice(request: web.Request) -> Stored[Choice]:
    account = await accounts.by_id(core_of(request).storage.documents, staff_of(request).user_id)
    if account is None:
        raise NotFound("Account", "of this token")
    return await _book(request).choice(account)


def _chosen(request: web.Request, stored: Stored[Choice]) -> web.Response:
    choice = stored.document
    body = ChoiceReply(
        desk=list(choice.desk),
        mail=list(choice.mail),
        scope=choice.scope,
        mail_disabled=core_of(request).outbox.disabled,
        chosen=stored.revision > 0,
    )
    return tagged(reply(body), stored.revision)


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=list_notices,
        allow=STAFF,
        roles=TEAM,
        summary="List one's notices",
        query=NoticesQuery,
        response=NoticePage,
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=BASE + "/read",
        handler=read,
        allow=STAFF,
        roles=TEAM,
        summary="Say that notices are read",
        request=ReadBody,
        response=UnreadReply,
        statuses=(400,),
    ),
    Route(
        method="GET",
        path=BASE + "/stream",
        handler=stream,
        allow=STAFF,
        roles=TEAM,
        summary="One's unread notices, as they come",
        description="Server-sent events named `unread`; each holds what `POST …/read` answers."
        " The stream ends after ten minutes; open it again.",
        kind="stream",
        produces="text/event-stream",
    ),
    Route(
        method="GET",
        path=BASE + "/settings",
        handler=read_choice,
        allow=STAFF,
        roles=TEAM,
        summary="What one is told of",
        response=ChoiceReply,
    ),
    Route(
        method="PUT",
        path=BASE + "/settings",
        handler=put_choice,
        allow=STAFF,
        roles=TEAM,
        summary="Choose what one is told of",
        request=ChoiceBody,
        response=ChoiceReply,
        replaces=True,
        statuses=(400, 409),
    ),
]
