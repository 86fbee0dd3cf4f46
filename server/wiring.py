"""The composition root: joins stores, engines, live sessions and jobs for one process."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from interview.ports import ReportRecord, Storage
from interview.state import State
from server.auth.signing import sign_path
from server.bootstrap import Foundation, lay_foundation
from server.jobs.analysis import Analysis
from server.jobs.names import EVALUATE, REPORT
from server.jobs.runner import JobRunner
from server.live.context import LiveContext
from server.live.registry import LiveRegistry
from server.live.speech import SpeechShelf
from server.recordings import Recordings
from server.reports.build import build_report
from server.services import Services, utc_now
from server.settings import Settings

AUDIO_TTL_S = 6 * 3600.0
JOB_WORKERS = 2

log = structlog.get_logger(__name__)


@dataclass
class Process:
    """One running process: its services, what it runs beside the web, and how it ends."""

    services: Services
    registry: LiveRegistry
    jobs: JobRunner
    foundation: Foundation
    closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to beat, recover sessions and work off jobs."""
        await self.registry.start()
        self.jobs.start()

    async def close(self) -> None:
        """End what runs; sockets have been told by then (`registry.shutdown`)."""
        await self.jobs.stop()
        await self.registry.shutdown()
        for close in reversed(self.closers):
            await close()
        await self.services.storage.close()


def _report_builder(
    storage: Storage, recordings: Recordings, clock: Callable[[], datetime]
) -> Callable[[State, int], Awaitable[ReportRecord]]:
    async def build(state: State, revision: int) -> ReportRecord:
        earlier = await storage.reports.get(state.session_id)
        return build_report(
            state,
            log=await storage.events.read(state.session_id),
            recording=await recordings.report(state),
            now=clock(),
            revision=revision,
            created_at=earlier.created_at if earlier is not None else None,
        )

    return build


async def assemble(settings: Settings) -> Process:
    """Everything one process needs, opened but not started.

    Raises:
        SettingsError: A folder or an address is unusable.
        Unavailable: The storage cannot be opened.
    """
    foundation = await lay_foundation(settings, utc_now)
    storage, blobs, keys = foundation.storage, foundation.blobs, foundation.keys

    def audio_url(session_id: str, prompt_id: str) -> str:
        return sign_path(keys, f"/audio/{session_id}/{prompt_id}.wav", AUDIO_TTL_S)

    context = LiveContext(
        storage=storage,
        blobs=blobs,
        clock=utc_now,
        owner=uuid.uuid4().hex,
        speech=SpeechShelf(None, blobs),
        audio_url=audio_url,
        notify_jobs=lambda: jobs.notify(),
    )
    registry = LiveRegistry(context)
    recordings = Recordings(storage, blobs)
    analysis = Analysis(
        storage,
        read=registry.state,
        command=registry.command,
        evaluator=None,
        build=_report_builder(storage, recordings, utc_now),
        clock=utc_now,
    )
    jobs = JobRunner(
        storage,
        {EVALUATE: analysis.evaluate, REPORT: analysis.report},
        owner=context.owner,
        clock=utc_now,
        workers=JOB_WORKERS,
    )
    analysis.notify = jobs.notify
    services = Services(settings=settings, storage=storage, blobs=blobs, keys=keys, live=registry)
    services.recordings = recordings  # one queue of joining for jobs and viewers
    return Process(services, registry, jobs, foundation)
