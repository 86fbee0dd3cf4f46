"""Where news is sent, and the log of what was sent."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from interview.news import News
from interview.nouns import Noun, UtcTime
from interview.ports.documents import Kind

MAX_URL_CHARS = 2_000
MAX_ENDPOINTS = 20
PING = "ping"
KINDS = (*News, PING)


class Endpoint(Noun):
    """An address of another program, and which news it wants.

    `sealed`: the signing secrets in force, encrypted, the newest first. `old_until`: how long
    earlier ones still sign. `failing_since`: since when nothing has arrived.
    """

    url: str
    description: str = ""
    kinds: tuple[News, ...]
    active: bool = True
    sealed: tuple[str, ...]
    old_until: UtcTime | None = None
    created_at: UtcTime
    created_by: str
    failing_since: UtcTime | None = None
    stopped: str = ""


class DeliveryState(StrEnum):
    """What has become of a message."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Attempt(Noun):
    """One try: `status` null when no answer came, then `error` says why."""

    at: UtcTime
    took_ms: int
    status: int | None = None
    error: str = ""


class Delivery(Noun):
    """One message to one endpoint; `body` is what is signed and sent, the same at every try."""

    endpoint_id: str
    message_id: str
    kind: str
    session_id: str | None = None
    created_at: UtcTime
    state: DeliveryState = DeliveryState.PENDING
    body: str
    attempts: tuple[Attempt, ...] = ()
    tries_left: int = 0
    next_at: UtcTime | None = None
    replayed: int = 0


ENDPOINTS = Kind("webhooks", Endpoint, unique=(("url",),), fields=("created_at", "url"))
DELIVERIES = Kind(
    "webhook_deliveries",
    Delivery,
    fields=("created_at", "endpoint_id", "session_id", "state"),
)

WORDS: dict[str, str] = {
    News.SESSION_FINISHED: "An interview has ended, whatever the reason",
    News.REPORT_READY: "A report was written, or written anew",
    News.VIOLATION: "A signal was recorded",
    News.APPEAL: "A candidate has explained a signal",
    News.DECISION: "Somebody has decided",
    News.REQUEST: "A candidate asks for something",
}
"""The kinds of news, for people."""


class Message(Noun):
    """What a body holds: the type, when it happened, and ids."""

    type: str
    timestamp: UtcTime
    data: dict[str, object] = Field(default_factory=dict)
