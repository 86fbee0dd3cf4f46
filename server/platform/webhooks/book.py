"""Endpoints and deliveries of an organisation: making, changing, writing down what happened."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from interview.errors import InvalidInput, NotFound, Stale, Taken
from interview.news import News
from interview.ports.documents import DocumentsOf, Order, Page, Stored, Where
from interview.ports.storage import JobRequest, Storage
from server.platform.webhooks.model import (
    DELIVERIES,
    ENDPOINTS,
    MAX_ENDPOINTS,
    PING,
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    Message,
)
from server.platform.webhooks.sending import STOP, TRIES, next_try, succeeded

DELIVER = "deliver"
ROTATION = timedelta(hours=24)
FAILING_FOR = timedelta(days=5)
PAGE = 200


class WebhookBook:
    """The webhooks of one organisation."""

    def __init__(
        self, storage: Storage, organisation_id: str, clock: Callable[[], datetime]
    ) -> None:
        self._storage = storage
        self._organisation_id = organisation_id
        self._clock = clock
        self.endpoints: DocumentsOf[Endpoint] = storage.documents.of(ENDPOINTS, organisation_id)
        self.deliveries: DocumentsOf[Delivery] = storage.documents.of(DELIVERIES, organisation_id)

    async def add(self, endpoint_id: str, endpoint: Endpoint) -> Stored[Endpoint]:
        """Raises InvalidInput: there are 20, or the address is there already."""
        if (await self.endpoints.page(limit=1)).total >= MAX_ENDPOINTS:
            raise InvalidInput("url", f"an organisation has at most {MAX_ENDPOINTS} webhooks")
        try:
            return await self.endpoints.insert(endpoint_id, endpoint)
        except Taken:
            known = await self.endpoints.get(endpoint_id)
            if known is not None:  # an earlier try of the same request
                return await self.endpoints.replace(endpoint_id, known.revision, endpoint)
            raise InvalidInput("url", "is a webhook of yours already") from None

    async def endpoint(self, endpoint_id: str) -> Stored[Endpoint]:
        """Raises NotFound."""
        found = await self.endpoints.get(endpoint_id)
        if found is None:
            raise NotFound("Webhook", endpoint_id)
        return found

    async def change(
        self, endpoint_id: str, revision: int | None, **update: Any
    ) -> Stored[Endpoint]:
        """Replace fields, at that revision if one is given.

        Raises:
            NotFound, Stale: There is none, or it has changed.
            InvalidInput: The address is another webhook's.
        """
        while True:
            found = await self.endpoint(endpoint_id)
            if revision is not None and found.revision != revision:
                raise Stale(ENDPOINTS.name, endpoint_id, revision, found.revision)
            changed = found.document.model_copy(update=update)
            try:
                return await self.endpoints.replace(endpoint_id, found.revision, changed)
            except Taken:
                raise InvalidInput("url", "is a webhook of yours already") from None
            except Stale:
                if revision is not None:
                    raise

    async def remove(self, endpoint_id: str) -> None:
        """With its log. Raises NotFound."""
        await self.endpoint(endpoint_id)
        await self.endpoints.delete(endpoint_id)
        await self._forget({"endpoint_id": endpoint_id})

    async def forget_session(self, session_id: str) -> None:
        """Remove what was told of a session that is being erased."""
        await self._forget({"session_id": session_id})

    async def _forget(self, equals: dict[str, str]) -> None:
        while items := (await self.deliveries.page(Where(equals=equals), limit=PAGE)).items:
            for item in items:
                await self.deliveries.delete(item.document_id)

    async def announce(self, what: News, subject: str, at: datetime, data: dict[str, Any]) -> int:
        """Queue a message for everyone who wants it; told twice, it is queued once. How many."""
        queued = 0
        page = await self.endpoints.page(limit=MAX_ENDPOINTS)
        message = Message(type=what, timestamp=at, data=data)
        for item in page.items:
            if item.document.active and what in item.document.kinds:
                session_id = str(data["session_id"])
                told = f"{item.document_id}\n{session_id}\n{what}\n{subject}"
                queued += await self._queue(item.document_id, told, message, session_id)
        return queued

    async def ping(self, endpoint_id: str) -> Stored[Delivery]:
        """Queue a message that says nothing. Raises NotFound."""
        await self.endpoint(endpoint_id)
        told = f"{endpoint_id}\n{uuid.uuid4()}"
        message = Message(type=PING, timestamp=self._clock(), data={"webhook_id": endpoint_id})
        await self._queue(endpoint_id, told, message, None)
        return await self.delivery(_id_of(told))

    async def _queue(
        self, endpoint_id: str, told: str, message: Message, session_id: str | None
    ) -> int:
        delivery_id, now = _id_of(told), self._clock()
        delivery = Delivery(
            endpoint_id=endpoint_id,
            message_id=f"msg_{delivery_id}",
            kind=message.type,
            session_id=session_id,
            created_at=now,
            body=message.model_dump_json(),
            tries_left=TRIES,
            next_at=now,
        )
        try:
            await self.deliveries.insert(delivery_id, delivery)
        except Taken:
            known = await self.deliveries.get(delivery_id)
            if known is None or known.document.attempts:
                return 0  # its job was made, or it was erased
        await self._ask(delivery_id, now)
        return 1

    async def delivery(self, delivery_id: str) -> Stored[Delivery]:
        """Raises NotFound."""
        found = await self.deliveries.get(delivery_id)
        if found is None:
            raise NotFound("Delivery", delivery_id)
        return found

    async def log(self, endpoint_id: str, *, limit: int, offset: int) -> Page[Delivery]:
        """What was sent there, newest first. Raises NotFound."""
        await self.endpoint(endpoint_id)
        return await self.deliveries.page(
            Where(equals={"endpoint_id": endpoint_id}),
            Order("created_at", descending=True),
            limit=limit,
            offset=offset,
        )

    async def replay(self, delivery_id: str) -> Stored[Delivery]:
        """Send the same message once more, with all tries. Raises NotFound."""
        now = self._clock()
        while True:
            found = await self.delivery(delivery_id)
            again = found.document.model_copy(
                update={
                    "state": DeliveryState.PENDING,
                    "tries_left": TRIES,
                    "next_at": now,
                    "replayed": found.document.replayed + 1,
                }
            )
            try:
                stored = await self.deliveries.replace(delivery_id, found.revision, again)
            except Stale:
                continue
            await self._ask(delivery_id, now)
            return stored

    async def tried(self, delivery_id: str, attempt: Attempt) -> datetime | None:
        """Write an attempt down; when the next one is due, None when there is none."""
        while True:
            found = await self.delivery(delivery_id)
            known, left = found.document, max(0, found.document.tries_left - 1)
            good = succeeded(attempt)
            due = None if good or attempt.status == STOP else next_try(left, self._clock())
            state = DeliveryState.DELIVERED if good else DeliveryState.FAILED
            changed = known.model_copy(
                update={
                    "attempts": (*known.attempts, attempt),
                    "tries_left": left if due else 0,
                    "next_at": due,
                    "state": DeliveryState.PENDING if due else state,
                }
            )
            try:
                await self.deliveries.replace(delivery_id, found.revision, changed)
            except Stale:
                continue
            await self._heard(known.endpoint_id, attempt)
            return due

    async def give_up(self, delivery_id: str) -> None:
        """Its webhook was stopped before it could be sent; a replay sends it."""
        while True:
            found = await self.delivery(delivery_id)
            ended = {"state": DeliveryState.FAILED, "tries_left": 0, "next_at": None}
            try:
                await self.deliveries.replace(
                    delivery_id, found.revision, found.document.model_copy(update=ended)
                )
            except Stale:
                continue
            return

    async def _heard(self, endpoint_id: str, attempt: Attempt) -> None:
        """What an attempt says of the endpoint: gone, failing for days, or well."""
        found = await self.endpoints.get(endpoint_id)
        if found is None:
            return
        since = found.document.failing_since
        if succeeded(attempt):
            if since is not None:
                await self.change(endpoint_id, None, failing_since=None)
        elif attempt.status == STOP:
            await self.change(endpoint_id, None, active=False, stopped="It answered 410: gone.")
        elif since is None:
            await self.change(endpoint_id, None, failing_since=attempt.at)
        elif attempt.at - since > FAILING_FOR:
            words = "Nothing has arrived for five days."
            await self.change(endpoint_id, None, active=False, stopped=words)

    async def _ask(self, delivery_id: str, at: datetime) -> None:
        payload = {"organisation_id": self._organisation_id, "delivery_id": delivery_id}
        await self._storage.jobs.enqueue(
            JobRequest(kind=DELIVER, key=delivery_id, payload=payload, run_at=at)
        )


def _id_of(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()[:24]
