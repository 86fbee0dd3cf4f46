"""Ask for a new report of every ended session of an organisation: what it shows has changed."""

from __future__ import annotations

from interview.effects import report_job
from server.jobs.kind import JobKind, Payload, Progress, Tools

REWRITE_REPORTS = "rewrite_reports"
PAGE = 200


class RewritePayload(Payload):
    """Whose reports."""

    organisation_id: str


async def rewrite_reports(tools: Tools, asked: RewritePayload, progress: Progress) -> None:
    """Each is written by a job of its own; asking twice is harmless."""
    seen = 0
    while True:
        found, total = await tools.storage.sessions.page(
            organisation_id=asked.organisation_id, limit=PAGE, offset=seen
        )
        for summary in found:
            if summary.status.final:
                await tools.storage.jobs.enqueue(report_job(summary.session_id, tools.clock()))
        seen += len(found)
        progress(seen / max(total, 1))
        if len(found) < PAGE:
            return


KIND = JobKind(REWRITE_REPORTS, RewritePayload, rewrite_reports)
