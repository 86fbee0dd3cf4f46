"""`python -m server worker`: evaluations and reports in a process of their own, without a web.

Any number of these share the store with the web processes: a job belongs to whoever holds its
lease, a session's room to the process that has its candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from interview.events import PromptDelivered, StoredEvent, UtteranceCommitted
from interview.journal import Journal
from interview.ports.storage import Storage
from server.jobs.kind import Tools
from server.jobs.runner import JobRunner
from server.live.processes import own_name
from server.platform.interviews.mailing import InvitationLetters
from server.platform.mail.outbox import Outbox
from server.platform.mail.post import sender
from server.platform.recordings import Recordings
from server.platform.references import ReferenceVault
from server.platform.reports.model import EngineUse
from server.platform.services import utc_now
from server.platform.steady import SteadyClock
from server.platform.webhooks.sending import Sender
from server.secrets import load_keys
from server.settings import Settings
from server.wiring.clock import ClockKeeper
from server.wiring.engines import Engines, build_engines
from server.wiring.jobs import build_jobs, report_builder
from server.wiring.models.cli import build_catalogue
from storage.blobs import open_blobs
from storage.opening import open_storage

WORKERS = 2

log = structlog.get_logger(__name__)


@dataclass
class WorkerProcess:
    """What a worker runs, and how it ends."""

    storage: Storage
    engines: Engines
    jobs: JobRunner
    workers: int
    keeper: ClockKeeper

    async def start(self) -> None:
        """Begin to work off jobs."""
        await self.keeper.start()
        self.jobs.start()
        log.info("worker_started", workers=self.workers)

    async def close(self) -> None:
        """End; a job under way is taken up again after its lease."""
        await self.jobs.stop()
        await self.keeper.aclose()
        await self.engines.close()
        await self.storage.close()


async def assemble_worker(settings: Settings) -> WorkerProcess:
    """A worker, not yet started. It makes no account: that is the web's, which can show it.

    Raises:
        SettingsError: A folder, an address or an engine's name is unusable.
        Unavailable: The storage cannot be opened.
    """
    keys = load_keys(settings)
    clock = SteadyClock(settings.data_dir, wall=utc_now)
    storage = await open_storage(settings.resolved_storage_url)
    blobs = open_blobs(settings.resolved_blobs_url)
    engines = build_engines(settings, build_catalogue(settings))
    recordings = Recordings(storage, blobs)
    workers = settings.job_workers or WORKERS
    tools = Tools(
        sessions=Journal(storage.events, clock),
        storage=storage,
        blobs=blobs,
        clock=clock,
        evaluator=engines.evaluator,
        build_report=report_builder(
            storage, recordings, lambda log: engines_used(engines, log), clock
        ),
        references=ReferenceVault(blobs, keys.signing),
        webhooks=Sender(keys.signing, clock, private=settings.webhooks_private),
        recogniser=engines.recogniser,
        send_mail=sender(settings),
        invitations=InvitationLetters(
            Outbox(storage, settings, clock), storage.documents, settings
        ),
    )
    jobs = build_jobs(tools, owner=own_name(), workers=workers)
    return WorkerProcess(storage, engines, jobs, workers, ClockKeeper(clock, storage))


def engines_used(engines: Engines, log: Sequence[StoredEvent]) -> list[EngineUse]:
    """The engines whose work the log shows: those of this process heard and said nothing."""
    events = [item.event for item in log]
    uses = []
    if any(isinstance(event, UtteranceCommitted) for event in events):
        uses.append(EngineUse(role="recogniser", name=engines.recogniser.name))
    if any(isinstance(event, PromptDelivered) and event.how == "audio" for event in events):
        uses.append(EngineUse(role="voice", name=engines.synthesiser.name))
    return uses
