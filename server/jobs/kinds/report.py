"""Write the report of a session that has ended."""

from __future__ import annotations

from datetime import timedelta

import structlog

from interview.effects import REPORT, pending_evaluations, tell_job
from interview.news import News
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools, TryLater
from server.platform.deciding.analysis import keep_analysis
from server.platform.deciding.rules import rules_of

PENDING_WAIT_S = 10.0
PENDING_STEP_S = 0.5

log = structlog.get_logger(__name__)


async def write_report(tools: Tools, asked: SessionPayload, progress: Progress) -> None:
    """Unevaluated answers are waited for 10 s after the end, then flagged in the report.

    Raises:
        TryLater: An evaluation is still on its way.
    """
    del progress
    state = await tools.sessions.state(asked.session_id)
    now = tools.clock()
    if pending_evaluations(state) and state.ended_at is not None:
        if now - state.ended_at < timedelta(seconds=PENDING_WAIT_S):
            raise TryLater(now + timedelta(seconds=PENDING_STEP_S))
    earlier = await tools.storage.reports.get(asked.session_id)
    record = await tools.build_report(state, earlier.revision + 1 if earlier is not None else 1)
    await tools.storage.reports.put(record)
    rules = await rules_of(tools.storage.documents, state.organisation_id)
    documents, now = tools.storage.documents, tools.clock()
    await keep_analysis(documents, state, rules, now, record.revision)
    if record.status == "ready":
        told = tell_job(asked.session_id, News.REPORT_READY, str(record.revision), tools.clock())
        await tools.storage.jobs.enqueue(told)
    log.info("report_written", session=asked.session_id, revision=record.revision)


KIND = JobKind(REPORT, SessionPayload, write_report)
