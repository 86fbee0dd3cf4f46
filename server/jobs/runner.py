"""Works off the durable queue: evaluations and reports. Any number of these may run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from interview.errors import NotFound, VivaError
from interview.ports.storage import Job, Storage

LEASE_S = 120.0
POLL_S = 1.0
MAX_ATTEMPTS = 5
BACKOFF_S = 2.0

log = structlog.get_logger(__name__)

Handler = Callable[[Job], Awaitable[None]]


class TryLater(Exception):  # noqa: N818 - not a failure, a schedule
    """A handler asks to be called again at `run_at`; it does not count as a failed attempt."""

    def __init__(self, run_at: datetime) -> None:
        super().__init__(run_at.isoformat())
        self.run_at = run_at


class JobRunner:
    """Leases due jobs and hands them to their handlers, `workers` at a time.

    A failing job is tried again with growing pauses, at most 5 times, then marked failed.
    """

    def __init__(
        self,
        storage: Storage,
        handlers: dict[str, Handler],
        *,
        owner: str,
        clock: Callable[[], datetime],
        workers: int = 2,
    ) -> None:
        self._storage = storage
        self._handlers = handlers
        self._owner = owner
        self._clock = clock
        self._workers = workers
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work."""
        self._tasks = [
            asyncio.create_task(self._work(), name=f"jobs-{number}")
            for number in range(self._workers)
        ]

    def notify(self) -> None:
        """New work may be there."""
        self._wake.set()

    async def stop(self) -> None:
        """End; a job under way is taken up again after its lease."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run_due(self) -> int:
        """Work off everything that is due now; returns how many jobs ran."""
        done = 0
        while (job := await self._lease()) is not None:
            await self._run(job)
            done += 1
        return done

    async def _work(self) -> None:
        while True:
            self._wake.clear()  # before looking: what is queued while we look wakes us again
            try:
                await self.run_due()
            except VivaError as error:
                log.warning("job_queue_unavailable", code=error.code)
            except Exception:  # task root: a worker that ended would leave all later jobs undone
                log.exception("job_worker_crashed")
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _lease(self) -> Job | None:
        kinds = tuple(self._handlers)
        return await self._storage.jobs.lease(kinds, self._owner, self._clock(), LEASE_S)

    async def _run(self, job: Job) -> None:
        try:
            await self._handlers[job.kind](job)
        except TryLater as later:
            await self._storage.jobs.retry(job.job_id, later.run_at, "")
            return
        except NotFound:
            log.info("job_without_session", kind=job.kind)
        except VivaError as error:
            await self._failed(job, error.code)
            return
        except Exception as error:  # task root: one bad job must not end the worker
            log.exception("job_crashed", kind=job.kind)
            await self._failed(job, type(error).__name__)
            return
        await self._storage.jobs.complete(job.job_id)

    async def _failed(self, job: Job, error: str) -> None:
        if job.attempts >= MAX_ATTEMPTS:
            log.error("job_failed", kind=job.kind, error=error, attempts=job.attempts)
            await self._storage.jobs.fail(job.job_id, error)
            return
        pause = timedelta(seconds=BACKOFF_S * 2**job.attempts)
        await self._storage.jobs.retry(job.job_id, self._clock() + pause, error)
