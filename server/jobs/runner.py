"""Works off the durable queue. Any number of these may run, in any number of processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from interview.errors import InvalidInput, NotFound, VivaError
from interview.ports.storage import Job, Storage
from server.jobs.kind import MAX_ATTEMPTS, Bound, Handler, Result, TryLater

LEASE_S = 30.0
RENEW_EVERY_S = 8.0
POLL_S = 1.0
BACKOFF_S = 2.0
RESULTS_KEPT = timedelta(days=7)

log = structlog.get_logger(__name__)


class LeaseLost(Exception):  # noqa: N818 - not a failure of ours: somebody else has the job
    """The lease ran out or the job was cancelled while it was worked on."""


class JobRunner:
    """Leases due jobs and hands them to their handlers, `workers` at a time.

    A lease is short and renewed while the handler works, however long that takes; who loses it
    stops, and no longer decides how the job ended. A failing job is tried again with growing
    pauses, at most 5 times unless its kind says otherwise, then marked failed.
    """

    def __init__(
        self,
        storage: Storage,
        handlers: Mapping[str, Handler],
        *,
        owner: str,
        clock: Callable[[], datetime],
        workers: int = 2,
    ) -> None:
        self._jobs = storage.jobs
        self._handlers = handlers
        self._owner = owner
        self._clock = clock
        self._workers = workers
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._swept: datetime | None = None

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
                await self._sweep()
            except VivaError as error:
                log.warning("job_queue_unavailable", code=error.code)
            except Exception:  # task root: a worker that ended would leave all later jobs undone
                log.exception("job_worker_crashed")
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _sweep(self) -> None:
        """Once an hour, forget results that nobody came for."""
        now = self._clock()
        if self._swept is None or now - self._swept > timedelta(hours=1):
            self._swept = now
            await self._jobs.forget_done(now - RESULTS_KEPT)

    async def _lease(self) -> Job | None:
        kinds = tuple(self._handlers)
        return await self._jobs.lease(kinds, self._owner, self._clock(), LEASE_S)

    async def _run(self, job: Job) -> None:
        try:
            result = await self._under_lease(job)
        except TryLater as later:
            await self._jobs.retry(job, later.run_at, "")
        except LeaseLost:
            log.warning("job_lease_lost", kind=job.kind)
        except NotFound:
            log.info("job_without_session", kind=job.kind)
            await self._jobs.complete(job, self._clock())
        except VivaError as error:
            hopeless = isinstance(error, InvalidInput)
            await self._failed(job, error.code, hopeless=hopeless)
        except Exception as error:  # task root: one bad job must not end the worker
            log.exception("job_crashed", kind=job.kind)
            await self._failed(job, type(error).__name__)
        else:
            if not await self._jobs.complete(job, self._clock(), result):
                log.warning("job_done_by_another_too", kind=job.kind)

    async def _under_lease(self, job: Job) -> Result:
        """Run the handler while the lease is kept.

        Raises:
            LeaseLost: It could not be kept; the handler was stopped.
        """
        reached: list[float] = []

        async def handle() -> Result:
            return await self._handlers[job.kind](job, reached.append)

        work = asyncio.create_task(handle(), name=f"job-{job.kind}")
        keeping = asyncio.create_task(self._keep(job, reached, work), name="job-lease")
        try:
            return await work
        except asyncio.CancelledError:
            if keeping.done():
                raise LeaseLost from None
            raise
        finally:
            keeping.cancel()

    async def _keep(self, job: Job, reached: list[float], work: asyncio.Task[Result]) -> None:
        until = self._clock() + timedelta(seconds=LEASE_S)
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            now = self._clock()
            try:
                renewed = now + timedelta(seconds=LEASE_S)
                kept = await self._jobs.renew(job, renewed, reached[-1] if reached else None)
                until = renewed
            except VivaError as error:
                log.warning("job_lease_not_renewed", code=error.code)
                kept = now < until
            if not kept:
                work.cancel()
                return

    async def _given_up(self, handler: Bound[Any], job: Job, error: str) -> None:
        """Let the work say that nothing will come of it; the job fails all the same."""
        try:
            await handler.given_up(job, error)
        except VivaError as refused:
            log.warning("job_end_not_told", kind=job.kind, code=refused.code)

    async def _failed(self, job: Job, error: str, *, hopeless: bool = False) -> None:
        handler = self._handlers[job.kind]
        most = handler.kind.attempts if isinstance(handler, Bound) else MAX_ATTEMPTS
        if hopeless or job.attempts >= most:
            log.error("job_failed", kind=job.kind, error=error, attempts=job.attempts)
            if isinstance(handler, Bound) and not hopeless:
                await self._given_up(handler, job, error)
            await self._jobs.fail(job, error)
            return
        pause = timedelta(seconds=BACKOFF_S * 2**job.attempts)
        log.warning("job_tried_again_later", kind=job.kind, error=error, attempts=job.attempts)
        await self._jobs.retry(job, self._clock() + pause, error)
