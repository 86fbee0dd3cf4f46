"""Summaries that an older program made are made anew from their logs.

A summary gets another field, a list another filter: sessions of before would not be found by it
until something happens to them. So each is stored with what it was made by (`records.projection`),
and whoever starts makes the older ones anew, one after the other, beside what else is going on.
Doing it twice, or in two processes at once, is harmless; a session to which something happens
meanwhile has its new summary from that.
"""

from __future__ import annotations

import asyncio

import structlog

from interview.errors import Conflict, IntegrityError, NotFound
from interview.evolve import replay
from interview.ports.storage import EventStore, SessionDirectory, SessionSummary
from interview.summary import summarise

AT_A_TIME = 50
REST_S = 0.02  # between two sessions, so that others are served

log = structlog.get_logger(__name__)


async def reproject(
    sessions: SessionDirectory, events: EventStore, *, rest_s: float = REST_S
) -> int:
    """Make every older summary anew; how many. Raises Unavailable: the store cannot be asked."""
    after, made, unreadable = "", 0, 0
    while found := await sessions.outdated(after, AT_A_TIME):
        for session_id in found:
            try:
                made += await _anew(events, session_id)
            except IntegrityError as error:  # its log cannot be read: its summary stays as it is
                unreadable += 1
                log.warning("summary_not_made_anew", session=session_id, code=error.code)
            await asyncio.sleep(rest_s)
        after = found[-1]
    if made or unreadable:
        log.info("summaries_made_anew", made=made, unreadable=unreadable)
    return made


async def _anew(events: EventStore, session_id: str) -> bool:
    stored = await events.read(session_id)
    if not stored:
        return False

    def summary() -> SessionSummary:
        return summarise(replay(item.event for item in stored))

    try:
        await events.append(session_id, stored[-1].seq, [], await asyncio.to_thread(summary))
    except (Conflict, NotFound):  # something happened to it meanwhile, or it was erased
        return False
    return True
