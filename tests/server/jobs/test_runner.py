"""The job runner over the real queue, its clock moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview.errors import Conflict, NotFound, Unavailable
from interview.ports.storage import Job, JobRequest, Storage
from server.jobs import runner as runner_module
from server.jobs.kind import MAX_ATTEMPTS, Progress, TryLater
from server.jobs.runner import BACKOFF_S, LEASE_S, JobRunner
from storage.opening import open_storage

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KIND = "report"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Work:
    """A handler that does what it is told, and remembers."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, int]] = []
        self.called = asyncio.Event()
        self.do: Callable[[Job], Awaitable[None]] | None = None

    async def __call__(self, job: Job, progress: Progress) -> None:
        self.ran.append((job.key, job.attempts))
        self.called.set()
        if self.do is not None:
            await self.do(job)

    def fail_with(self, error: Exception) -> None:
        async def fail(job: Job) -> None:
            raise error

        self.do = fail


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite:///{tmp_path / 'viva.db'}")
    yield opened
    await opened.close()


def runner(storage: Storage, work: Work, clock: Clock, *, owner: str = "a") -> JobRunner:
    return JobRunner(storage, {KIND: work}, owner=owner, clock=clock, workers=1)


async def ask(storage: Storage, key: str = "s1", *, at: datetime = START) -> None:
    payload = {"session_id": key}
    await storage.jobs.enqueue(JobRequest(kind=KIND, key=key, payload=payload, run_at=at))


async def test_due_jobs_run_once_in_the_order_of_their_time(
    storage: Storage, work: Work, clock: Clock
) -> None:
    await ask(storage, "later", at=START + timedelta(seconds=5))
    await ask(storage, "second", at=START - timedelta(seconds=1))
    await ask(storage, "first", at=START - timedelta(seconds=2))
    jobs = runner(storage, work, clock)
    assert await jobs.run_due() == 2
    assert [key for key, _ in work.ran] == ["first", "second"]
    clock.forward(5)
    assert await jobs.run_due() == 1
    assert await jobs.run_due() == 0


async def test_a_failing_job_is_tried_again_with_growing_pauses_and_then_given_up(
    storage: Storage, work: Work, clock: Clock
) -> None:
    work.fail_with(Unavailable("llm", "down"))
    await ask(storage)
    jobs = runner(storage, work, clock)
    for attempt in range(1, MAX_ATTEMPTS):
        assert await jobs.run_due() == 1
        pause_s = BACKOFF_S * 2**attempt
        clock.forward(pause_s - 0.01)
        assert await jobs.run_due() == 0, f"attempt {attempt + 1} came before its pause was over"
        clock.forward(0.01)
    assert await jobs.run_due() == 1
    clock.forward(24 * 3600)
    assert await jobs.run_due() == 0, "a job that failed for good came back"
    assert [attempt for _, attempt in work.ran] == [1, 2, 3, 4, 5]
    assert await storage.jobs.counts() == {"open": 0, "failed": 1}


async def test_a_job_that_works_at_last_is_done(storage: Storage, work: Work, clock: Clock) -> None:
    work.fail_with(Conflict("s1", 1, 2))
    await ask(storage)
    jobs = runner(storage, work, clock)
    await jobs.run_due()
    work.do = None
    clock.forward(3600)
    assert await jobs.run_due() == 1
    assert (await storage.jobs.counts())["failed"] == 0
    clock.forward(24 * 3600)
    assert await jobs.run_due() == 0


async def test_try_later_is_a_schedule_and_no_attempt(
    storage: Storage, work: Work, clock: Clock
) -> None:
    async def later(job: Job) -> None:
        raise TryLater(clock() + timedelta(seconds=0.5))

    work.do = later
    await ask(storage)
    jobs = runner(storage, work, clock)
    for _ in range(3 * MAX_ATTEMPTS):
        assert await jobs.run_due() == 1
        assert await jobs.run_due() == 0
        clock.forward(0.5)
    assert {attempt for _, attempt in work.ran} == {1}


async def test_work_for_a_session_that_is_gone_is_done(
    storage: Storage, work: Work, clock: Clock
) -> None:
    work.fail_with(NotFound("Session", "s1"))
    await ask(storage)
    jobs = runner(storage, work, clock)
    await jobs.run_due()
    clock.forward(24 * 3600)
    assert await jobs.run_due() == 0
    assert (await storage.jobs.counts())["failed"] == 0


async def test_a_crash_is_a_failed_attempt_and_the_next_job_runs(
    storage: Storage, work: Work, clock: Clock
) -> None:
    async def crash(job: Job) -> None:
        if job.key == "bad":
            raise ZeroDivisionError("a bug")

    work.do = crash
    await ask(storage, "bad", at=START - timedelta(seconds=1))
    await ask(storage, "good")
    jobs = runner(storage, work, clock)
    assert await jobs.run_due() == 2
    assert [key for key, _ in work.ran] == ["bad", "good"]
    clock.forward(BACKOFF_S * 2)
    assert await jobs.run_due() == 1
    assert work.ran[-1] == ("bad", 2)


async def test_two_runners_never_hold_the_same_job(
    storage: Storage, work: Work, clock: Clock
) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def wait(job: Job) -> None:
        entered.set()
        await leave.wait()

    work.do = wait
    await ask(storage)
    first = asyncio.create_task(runner(storage, work, clock, owner="a").run_due())
    await entered.wait()
    assert await runner(storage, work, clock, owner="b").run_due() == 0
    leave.set()
    assert await first == 1
    assert len(work.ran) == 1


async def test_the_job_of_a_process_that_died_is_taken_up_after_its_lease(
    storage: Storage, work: Work, clock: Clock
) -> None:
    await ask(storage)
    assert await storage.jobs.lease([KIND], "dead", clock(), LEASE_S) is not None
    jobs = runner(storage, work, clock)
    clock.forward(LEASE_S - 1)
    assert await jobs.run_due() == 0
    clock.forward(2)
    assert await jobs.run_due() == 1
    assert work.ran == [("s1", 2)]


# --- the workers -----------------------------------------------------------------------------


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that wake only when they are notified."""
    monkeypatch.setattr(runner_module, "POLL_S", 3600.0)


async def idle(jobs: JobRunner) -> None:
    """Wait until the worker has looked and waits for news."""
    task = jobs._tasks[0]
    while not jobs._wake._waiters and not task.done():  # noqa: ASYNC110 - no event tells it
        await asyncio.sleep(0)


async def test_a_notified_worker_looks_at_once(
    storage: Storage, work: Work, clock: Clock, unhurried: None
) -> None:
    jobs = runner(storage, work, clock)
    jobs.start()
    await idle(jobs)
    await ask(storage)
    jobs.notify()
    async with asyncio.timeout(20):
        await work.called.wait()
    await jobs.stop()


async def test_news_that_comes_while_a_worker_looks_is_not_lost(
    storage: Storage, work: Work, clock: Clock, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = runner(storage, work, clock)
    lease = jobs._lease
    looked = False

    async def look() -> Job | None:
        nonlocal looked
        found = await lease()
        if not looked:
            looked = True
            await ask(storage)
            jobs.notify()
        return found

    monkeypatch.setattr(jobs, "_lease", look)
    jobs.start()
    async with asyncio.timeout(20):
        await work.called.wait()
    await jobs.stop()


async def test_a_stop_in_the_same_turn_as_news_ends_the_worker(
    storage: Storage, work: Work, clock: Clock, unhurried: None
) -> None:
    """The wait for news must not swallow the cancellation that comes with its end."""
    for _ in range(5):
        jobs = runner(storage, work, clock)
        jobs.start()
        await idle(jobs)
        jobs.notify()
        async with asyncio.timeout(20):
            await jobs.stop()
        assert all(task.cancelled() for task in jobs._tasks)


async def test_a_worker_outlives_crashes_and_a_store_that_refuses(
    storage: Storage, work: Work, clock: Clock, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = runner(storage, work, clock)
    lease = jobs._lease
    faults: list[Exception] = [Unavailable("storage", "the disk is full"), RuntimeError("a bug")]

    async def refuse() -> Job | None:
        if faults:
            raise faults.pop(0)
        return await lease()

    monkeypatch.setattr(jobs, "_lease", refuse)
    jobs.start()
    for _ in range(2):
        await idle(jobs)
        jobs.notify()
        await asyncio.sleep(0)
    work.fail_with(ZeroDivisionError("another bug"))
    for key in ("s1", "s2"):
        await idle(jobs)
        await ask(storage, key)
        work.called.clear()
        jobs.notify()
        async with asyncio.timeout(20):
            await work.called.wait()
    assert [key for key, _ in work.ran] == ["s1", "s2"]
    assert not jobs._tasks[0].done()
    await jobs.stop()


async def test_a_stopped_job_is_free_again_after_its_lease(
    storage: Storage, work: Work, clock: Clock, unhurried: None
) -> None:
    async def forever(job: Job) -> None:
        await asyncio.Event().wait()

    work.do = forever
    await ask(storage)
    jobs = runner(storage, work, clock)
    jobs.start()
    async with asyncio.timeout(20):
        await work.called.wait()
        await jobs.stop()
    work.do = None
    clock.forward(LEASE_S + 1)
    assert await runner(storage, work, clock, owner="b").run_due() == 1
