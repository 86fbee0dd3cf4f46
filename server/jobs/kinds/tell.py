"""Tell others what happened in a session: programs by webhooks, colleagues, the candidate."""

from __future__ import annotations

from datetime import datetime

from interview.effects import TELL
from interview.news import News
from interview.records import State
from interview.telling import content_of
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools
from server.platform.notices.book import NoticeBook
from server.platform.webhooks.book import WebhookBook


class TellPayload(SessionPayload):
    """`subject`: which of its kind; see `interview/news.py`."""

    what: News
    subject: str
    at: datetime


async def tell(tools: Tools, asked: TellPayload, progress: Progress) -> None:
    """Harmless when it was done: messages, notices and letters have one id for ever."""
    del progress
    state = await tools.sessions.state(asked.session_id)
    data = content_of(asked.what, asked.subject, state)
    if data is None:
        return
    hooks = WebhookBook(tools.storage, state.organisation_id, tools.clock)
    await hooks.announce(asked.what, asked.subject, asked.at, data)
    await _people(tools, asked, state)


async def _people(tools: Tools, asked: TellPayload, state: State) -> None:
    notices = NoticeBook(tools.storage, state.organisation_id, tools.clock)
    by_mail = await notices.tell(asked.what, asked.subject, state)
    if tools.letters is None:
        return
    for account, kind, name in by_mail:
        await tools.letters.notice(account, kind, name, state)
    if asked.what is News.SESSION_FINISHED:
        await tools.letters.thank(state)
    if asked.what is News.REPORT_READY:
        await tools.letters.report_ready(state)


KIND = JobKind(TELL, TellPayload, tell)
