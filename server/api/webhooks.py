"""Webhooks of the organisation: `/api/v1/webhooks`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field, StrictBool, StrictStr

from interview.accounts import OWNERS
from interview.news import News
from interview.ports.documents import Order, Stored
from server.edge.audit import audit
from server.edge.etags import must_be_seen, seen_revision, tagged
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
from server.platform.services import CoreServices, core_of
from server.platform.webhooks.book import ROTATION, WebhookBook
from server.platform.webhooks.model import (
    MAX_URL_CHARS,
    WORDS,
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
)
from server.platform.webhooks.reach import checked_url
from server.platform.webhooks.sending import Sender
from server.platform.webhooks.signing import new_secret
from server.text import Line

BASE = "/api/v1/webhooks"
EXAMPLE = "https://tracking.example.com/hooks/vivavoce"


class WebhookBody(Payload):
    """Where to send, and which news. It takes the place of what was there."""

    url: Annotated[StrictStr, Field(min_length=1, max_length=MAX_URL_CHARS, examples=[EXAMPLE])]
    kinds: tuple[News, ...] = Field(
        default=tuple(News), min_length=1, max_length=20, examples=[["session.finished"]]
    )
    description: Annotated[Line, Field(max_length=200)] = ""
    active: StrictBool = True


class WebhookView(Reply):
    """A webhook. `stopped`: why it no longer sends, where that was not a person's wish.

    `old_secret_until`: until when the secret before the last rotation signs, too.
    """

    id: str
    revision: int
    url: str
    description: str
    kinds: tuple[News, ...]
    active: bool
    stopped: str
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime
    created_by: str


class MadeWebhook(Reply):
    """`secret` verifies signatures; it is shown here and never again."""

    webhook: WebhookView
    secret: str


class KindView(Reply):
    """A kind of news and when it is sent."""

    kind: str
    sent_when: str


class Kinds(Reply):
    """All kinds."""

    kinds: list[KindView]


class AttemptView(Reply):
    """One try to deliver; `status` null when no answer came."""

    at: datetime
    took_ms: int
    status: int | None
    error: str


class DeliveryView(Reply):
    """A message as it was or will be sent; `message_id` is its `webhook-id` header."""

    id: str
    message_id: str
    kind: str
    session_id: str | None
    created_at: datetime
    state: DeliveryState
    next_at: datetime | None
    replayed: int
    attempts: list[AttemptView]
    body: dict[str, Any]


async def kinds(request: web.Request) -> web.Response:
    """What can be sent."""
    return reply(Kinds(kinds=[KindView(kind=k, sent_when=w) for k, w in WORDS.items()]))


async def list_webhooks(request: web.Request) -> web.Response:
    """The organisation's webhooks, newest first."""
    query = read_query(request, PageQuery)
    found = await _book(request).endpoints.page(
        order=Order("created_at", descending=True), limit=query.limit, offset=query.offset
    )
    return reply(Paged[WebhookView].of(query, [_view(w) for w in found.items], found.total))


async def create(request: web.Request) -> web.Response:
    """Add a webhook; the secret is in this answer only."""
    services, body = core_of(request), await read_body(request, WebhookBody)
    sender, secret = _sender(services), new_secret()
    made = await _book(request).add(
        new_id(request),
        Endpoint(
            url=checked_url(body.url, private=sender.private),
            description=body.description,
            kinds=_distinct(body.kinds),
            active=body.active,
            sealed=(sender.box.seal(secret),),
            created_at=services.clock(),
            created_by=principal_of(request).actor,
        ),
    )
    await audit(request, "webhook_created", made.document_id)
    answer = reply(MadeWebhook(webhook=_view(made), secret=secret), status=201)
    return tagged(answer, made.revision)


async def read(request: web.Request) -> web.Response:
    """One webhook."""
    return _shown(await _book(request).endpoint(request.match_info["webhook_id"]))


async def replace(request: web.Request) -> web.Response:
    """Change a webhook; with `If-Match` only if nobody else has."""
    services, webhook_id = core_of(request), request.match_info["webhook_id"]
    body, book = await read_body(request, WebhookBody), _book(request)
    must_be_seen(request, (await book.endpoint(webhook_id)).revision)
    changed = await book.change(
        webhook_id,
        seen_revision(request),
        url=checked_url(body.url, private=_sender(services).private),
        description=body.description,
        kinds=_distinct(body.kinds),
        active=body.active,
        **({"stopped": "", "failing_since": None} if body.active else {}),
    )
    await audit(request, "webhook_changed", webhook_id)
    return _shown(changed)


async def remove(request: web.Request) -> web.Response:
    """Remove a webhook with its log."""
    webhook_id = request.match_info["webhook_id"]
    await _book(request).remove(webhook_id)
    await audit(request, "webhook_removed", webhook_id)
    return web.Response(status=204)


async def rotate(request: web.Request) -> web.Response:
    """Make a new secret; for a day messages are signed with both."""
    services, webhook_id = core_of(request), request.match_info["webhook_id"]
    book, secret = _book(request), new_secret()
    known = (await book.endpoint(webhook_id)).document
    changed = await book.change(
        webhook_id,
        None,
        sealed=(_sender(services).box.seal(secret), *known.sealed[:1]),
        old_until=services.clock() + ROTATION,
    )
    await audit(request, "webhook_secret_rotated", webhook_id)
    return reply(MadeWebhook(webhook=_view(changed), secret=secret))


async def ping(request: web.Request) -> web.Response:
    """Send a message that says nothing, to see whether it arrives."""
    webhook_id = request.match_info["webhook_id"]
    queued = await _book(request).ping(webhook_id)
    await audit(request, "webhook_pinged", webhook_id)
    return reply(_delivery(queued), status=202)


async def deliveries(request: web.Request) -> web.Response:
    """What was sent there, newest first."""
    query, webhook_id = read_query(request, PageQuery), request.match_info["webhook_id"]
    found = await _book(request).log(webhook_id, limit=query.limit, offset=query.offset)
    return reply(Paged[DeliveryView].of(query, [_delivery(d) for d in found.items], found.total))


async def replay(request: web.Request) -> web.Response:
    """Send a message once more, under the same id."""
    delivery_id = request.match_info["delivery_id"]
    queued = await _book(request).replay(delivery_id)
    await audit(request, "webhook_replayed", delivery_id)
    return reply(_delivery(queued), status=202)


def _book(request: web.Request) -> WebhookBook:
    services = core_of(request)
    return WebhookBook(services.storage, organisation_of(request), services.clock)


def _sender(services: CoreServices) -> Sender:
    assert services.webhooks is not None
    return services.webhooks


def _distinct(kinds: tuple[News, ...]) -> tuple[News, ...]:
    return tuple(dict.fromkeys(kinds))


def _shown(stored: Stored[Endpoint]) -> web.Response:
    return tagged(reply(_view(stored)), stored.revision)


def _view(stored: Stored[Endpoint]) -> WebhookView:
    webhook = stored.document
    return WebhookView(
        id=stored.document_id,
        revision=stored.revision,
        url=webhook.url,
        description=webhook.description,
        kinds=webhook.kinds,
        active=webhook.active,
        stopped=webhook.stopped,
        failing_since=webhook.failing_since,
        old_secret_until=webhook.old_until,
        created_at=webhook.created_at,
        created_by=webhook.created_by,
    )


def _delivery(stored: Stored[Delivery]) -> DeliveryView:
    sent = stored.document
    return DeliveryView(
        id=stored.document_id,
        message_id=sent.message_id,
        kind=sent.kind,
        session_id=sent.session_id,
        created_at=sent.created_at,
        state=sent.state,
        next_at=sent.next_at,
        replayed=sent.replayed,
        attempts=[_attempt(attempt) for attempt in sent.attempts],
        body=json.loads(sent.body),
    )


def _attempt(attempt: Attempt) -> AttemptView:
    return AttemptView(**attempt.model_dump())


ROUTES = [
    Route(
        method="GET",
        path=f"{BASE}/kinds",
        handler=kinds,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="What webhooks can be told",
        response=Kinds,
    ),
    Route(
        method="GET",
        path=BASE,
        handler=list_webhooks,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="List webhooks",
        query=PageQuery,
        response=Paged[WebhookView],
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=BASE,
        handler=create,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Add a webhook",
        description=(
            "Messages are signed as the Standard Webhooks specification says (`webhook-id`, "
            "`webhook-timestamp`, `webhook-signature`). What does not arrive is sent again ten "
            "times within four days."
        ),
        request=WebhookBody,
        response=MadeWebhook,
        status=201,
        statuses=(400,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/{{webhook_id}}",
        handler=read,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="One webhook",
        response=WebhookView,
        statuses=(404,),
    ),
    Route(
        method="PUT",
        path=f"{BASE}/{{webhook_id}}",
        handler=replace,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Change a webhook",
        request=WebhookBody,
        response=WebhookView,
        replaces=True,
        statuses=(400, 404, 409),
    ),
    Route(
        method="DELETE",
        path=f"{BASE}/{{webhook_id}}",
        handler=remove,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Remove a webhook",
        status=204,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=f"{BASE}/{{webhook_id}}/rotate",
        handler=rotate,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Make a new signing secret",
        response=MadeWebhook,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=f"{BASE}/{{webhook_id}}/ping",
        handler=ping,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Send a test message",
        response=DeliveryView,
        status=202,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/{{webhook_id}}/deliveries",
        handler=deliveries,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="What was sent",
        query=PageQuery,
        response=Paged[DeliveryView],
        statuses=(404, 422),
    ),
    Route(
        method="POST",
        path=f"{BASE}/deliveries/{{delivery_id}}/replay",
        handler=replay,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Send a message once more",
        response=DeliveryView,
        status=202,
        statuses=(404,),
    ),
]
