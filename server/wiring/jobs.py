"""The job runner of a process, with a handler for every kind of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from interview.events import StoredEvent
from interview.ports.storage import ReportRecord, Storage
from interview.state import State
from interview.threads import Threads
from server.jobs.kind import Build, Tools, handlers
from server.jobs.runner import JobRunner
from server.platform.recordings import Recordings
from server.platform.reports.build import build_report
from server.platform.reports.model import EngineUse
from server.platform.scoring import as_shown, scoring_of

_threads = Threads("reports", 1, gives_way=True)
Uses = Callable[[Sequence[StoredEvent]], list[EngineUse]]


def report_builder(
    storage: Storage, recordings: Recordings, uses: Uses, clock: Callable[[], datetime]
) -> Build:
    """How a report is made; `uses` says which engines the interview had."""

    async def build(state: State, revision: int) -> ReportRecord:
        earlier = await storage.reports.get(state.session_id)
        log_of_session = await storage.events.read(state.session_id)
        recording = await recordings.report(state)
        choice = await scoring_of(storage.documents, state.organisation_id)
        return await _threads.run(
            build_report,
            as_shown(state, choice),
            log=log_of_session,
            recording=recording,
            now=clock(),
            revision=revision,
            created_at=earlier.created_at if earlier is not None else None,
            engines=uses(log_of_session),
        )

    return build


def build_jobs(tools: Tools, *, owner: str, workers: int) -> JobRunner:
    """The runner, not yet started; with 0 workers it leaves the queue to other processes."""
    bound = handlers(tools)
    return JobRunner(tools.storage, bound, owner=owner, clock=tools.clock, workers=workers)
