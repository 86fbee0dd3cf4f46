"""What was sent to whom, and what waits: `/api/v1/outbox`."""

from __future__ import annotations

from aiohttp import web
from pydantic import AwareDatetime

from interview.accounts import MAKERS
from interview.ports.documents import Order, Stored, Where
from server.edge.audit import audit
from server.edge.paging import Paged, PageQuery
from server.edge.routes import STAFF, Reply, Route, organisation_of, read_query, reply
from server.platform.mail.letters import Letter
from server.platform.mail.outbox import MAILS, Mail, MailState
from server.platform.services import core_of

BASE = "/api/v1/outbox"


class OutboxQuery(PageQuery):
    """A page of letters, the newest first."""

    state: MailState | None = None
    letter: Letter | None = None
    about: str | None = None


class MailView(Reply):
    """A letter. `error` says why the last try failed; its words are not shown."""

    mail_id: str
    letter: Letter
    to: str
    about: str
    state: MailState
    attempts: int
    error: str
    created_at: AwareDatetime
    sent_at: AwareDatetime | None


class OutboxReply(Paged[MailView]):
    """`disabled` says why nothing can be sent; empty when it can."""

    disabled: str = ""


async def list_mails(request: web.Request) -> web.Response:
    """A page of the organisation's letters."""
    services, query = core_of(request), read_query(request, OutboxQuery)
    wanted = {"state": query.state, "letter": query.letter, "about": query.about}
    where = Where(equals={name: value for name, value in wanted.items() if value is not None})
    page = await services.storage.documents.of(MAILS, organisation_of(request)).page(
        where, Order("created_at", True), limit=query.limit, offset=query.offset
    )
    return reply(
        OutboxReply(
            items=[_view(found) for found in page.items],
            total=page.total,
            limit=query.limit,
            offset=query.offset,
            disabled=services.outbox.disabled,
        )
    )


async def again(request: web.Request) -> web.Response:
    """Try a letter that waits at once."""
    mail_id = request.match_info["mail_id"]
    found = await core_of(request).outbox.again(organisation_of(request), mail_id)
    await audit(request, "mail_tried_again", mail_id)
    return reply(_view(found))


def _view(found: Stored[Mail]) -> MailView:
    shown = set(MailView.model_fields) - {"mail_id"}
    return MailView(mail_id=found.document_id, **found.document.model_dump(include=shown))


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=list_mails,
        allow=STAFF,
        roles=MAKERS,
        summary="List letters",
        query=OutboxQuery,
        response=OutboxReply,
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=f"{BASE}/{{mail_id}}/again",
        handler=again,
        allow=STAFF,
        roles=MAKERS,
        summary="Try a letter again now",
        response=MailView,
        statuses=(404, 409),
    ),
]
