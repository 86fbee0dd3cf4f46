"""The job runner of a process, with a handler for every kind of work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from interview.commands import Command
from interview.events import StoredEvent
from interview.ports.analysis import Evaluator
from interview.ports.storage import ReportRecord, Storage
from interview.state import State
from server.jobs.analysis import Analysis, Build
from server.jobs.names import EVALUATE, FORGET_REFERENCE, REPORT
from server.jobs.retention import Retention
from server.jobs.runner import JobRunner
from server.platform.recordings import Recordings
from server.platform.references import ReferenceVault
from server.platform.reports.build import build_report
from server.platform.reports.model import EngineUse

Uses = Callable[[Sequence[StoredEvent]], list[EngineUse]]


class Sessions(Protocol):
    """What jobs read and command: live sessions, or their logs."""

    async def state(self, session_id: str) -> State: ...
    async def command(self, session_id: str, command: Command) -> State: ...


def report_builder(
    storage: Storage, recordings: Recordings, uses: Uses, clock: Callable[[], datetime]
) -> Build:
    """How a report is made; `uses` says which engines the interview had."""

    async def build(state: State, revision: int) -> ReportRecord:
        earlier = await storage.reports.get(state.session_id)
        log_of_session = await storage.events.read(state.session_id)
        recording = await recordings.report(state)
        return await asyncio.to_thread(
            build_report,
            state,
            log=log_of_session,
            recording=recording,
            now=clock(),
            revision=revision,
            created_at=earlier.created_at if earlier is not None else None,
            engines=uses(log_of_session),
        )

    return build


def build_jobs(
    storage: Storage,
    sessions: Sessions,
    *,
    evaluator: Evaluator | None,
    build: Build,
    references: ReferenceVault,
    clock: Callable[[], datetime],
    owner: str,
    workers: int,
) -> JobRunner:
    """The runner, not yet started; with 0 workers it leaves the queue to other processes."""
    analysis = Analysis(
        storage,
        read=sessions.state,
        command=sessions.command,
        evaluator=evaluator,
        build=build,
        clock=clock,
        notify=lambda: jobs.notify(),
    )
    retention = Retention(references, read=sessions.state, clock=clock)
    handlers: dict[str, Callable[..., Awaitable[None]]] = {
        EVALUATE: analysis.evaluate,
        REPORT: analysis.report,
        FORGET_REFERENCE: retention.forget_reference,
    }
    jobs = JobRunner(storage, handlers, owner=owner, clock=clock, workers=workers)
    return jobs
