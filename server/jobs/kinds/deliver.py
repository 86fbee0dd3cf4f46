"""Deliver one webhook message; when it does not arrive, try again later and later."""

from __future__ import annotations

from server.jobs.kind import JobKind, Payload, Progress, Tools, TryLater
from server.platform.webhooks.book import DELIVER, WebhookBook
from server.platform.webhooks.model import DeliveryState


class DeliverPayload(Payload):
    """Which delivery of which organisation."""

    organisation_id: str
    delivery_id: str


async def deliver(tools: Tools, asked: DeliverPayload, progress: Progress) -> None:
    """A message that is delivered, or whose webhook is gone or stopped, is left alone.

    Raises:
        TryLater: It did not arrive, or its time has not come.
    """
    del progress
    book = WebhookBook(tools.storage, asked.organisation_id, tools.clock)
    delivery = (await book.delivery(asked.delivery_id)).document
    endpoint = (await book.endpoint(delivery.endpoint_id)).document
    if delivery.state is not DeliveryState.PENDING:
        return
    if delivery.next_at is not None and delivery.next_at > tools.clock():
        raise TryLater(delivery.next_at)
    if not endpoint.active:
        await book.give_up(asked.delivery_id)
        return
    attempt = await tools.webhooks.attempt(endpoint, delivery)
    due = await book.tried(asked.delivery_id, attempt)
    if due is not None:
        raise TryLater(due)


KIND = JobKind(DELIVER, DeliverPayload, deliver)
