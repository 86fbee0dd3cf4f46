"""Tell others what happened in a session: queue a message for each webhook that wants it."""

from __future__ import annotations

from datetime import datetime

from interview.effects import TELL
from interview.news import News
from interview.telling import content_of
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools
from server.platform.webhooks.book import WebhookBook


class TellPayload(SessionPayload):
    """`subject`: which of its kind; see `interview/news.py`."""

    what: News
    subject: str
    at: datetime


async def tell(tools: Tools, asked: TellPayload, progress: Progress) -> None:
    """Harmless when it was done: a message has one id for ever."""
    del progress
    state = await tools.sessions.state(asked.session_id)
    data = content_of(asked.what, asked.subject, state)
    if data is None:
        return
    book = WebhookBook(tools.storage, state.organisation_id, tools.clock)
    await book.announce(asked.what, asked.subject, asked.at, data)


KIND = JobKind(TELL, TellPayload, tell)
