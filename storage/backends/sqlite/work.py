"""What processes share: one-use values, heartbeats, and the queue of jobs."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from interview.ports.storage import Job, JobRecord, JobRequest
from storage.backends.sqlite.reader import Readers
from storage.backends.sqlite.writer import Writer
from storage.records import micros, moment, session_of

PURGE_EVERY = 256  # expired values are swept once in so many puts


class SqliteOnce:
    """`OnceStore`."""

    def __init__(self, writer: Writer, readers: Readers, clock: Callable[[], datetime]) -> None:
        self._writer = writer
        self._readers = readers
        self._clock = clock
        self._puts = 0

    async def put(self, key: str, value: Mapping[str, Any], expires_at: datetime) -> bool:
        """Store if absent; False when the key exists and has not expired."""
        now = micros(self._clock())
        values = (key, session_of(value), json.dumps(dict(value)), micros(expires_at))
        self._puts += 1
        sweep = self._puts % PURGE_EVERY == 0

        def write(db: sqlite3.Connection) -> bool:
            if sweep:
                db.execute("DELETE FROM once WHERE expires_at <= ?", (now,))
            stored = db.execute(
                "INSERT INTO once (key, session_id, value, expires_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET session_id = excluded.session_id,"
                " value = excluded.value, expires_at = excluded.expires_at"
                " WHERE once.expires_at <= ?",
                (*values, now),
            )
            return stored.rowcount > 0

        return await self._writer.run(write)

    async def get(self, key: str, now: datetime) -> dict[str, Any] | None:
        """The value, if it is there and has not expired."""
        row = await self._readers.one(
            "SELECT value FROM once WHERE key = ? AND expires_at > ?", (key, micros(now))
        )
        return None if row is None else dict(json.loads(row[0]))

    async def take(self, key: str, now: datetime) -> dict[str, Any] | None:
        """Atomically remove and return; of two takers exactly one gets it."""

        def write(db: sqlite3.Connection) -> dict[str, Any] | None:
            row = db.execute(
                "DELETE FROM once WHERE key = ? RETURNING value, expires_at", (key,)
            ).fetchone()
            if row is None or row[1] <= micros(now):
                return None
            return dict(json.loads(row[0]))

        return await self._writer.run(write)


class SqliteHeartbeats:
    """`HeartbeatStore`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def beat(self, owner: str, at: datetime) -> None:
        """This process was alive then."""
        await self._writer.run(
            lambda db: db.execute(
                "INSERT INTO beats (owner, at) VALUES (?, ?)"
                " ON CONFLICT (owner) DO UPDATE SET at = excluded.at",
                (owner, micros(at)),
            ),
            routine=True,
        )

    async def beats(self) -> dict[str, datetime]:
        """The last beat of every process that is not forgotten."""
        rows = await self._readers.all("SELECT owner, at FROM beats")
        return {owner: moment(at) for owner, at in rows}

    async def forget(self, owner: str) -> None:
        """That process is no more."""
        await self._writer.run(
            lambda db: db.execute("DELETE FROM beats WHERE owner = ?", (owner,)), routine=True
        )


JobRow = tuple[str, str, str, str | None, str, int]


def job_row(request: JobRequest) -> JobRow:
    """What a request puts into the table: a fresh id, kind, key, session, payload, time."""
    return (
        uuid.uuid4().hex,
        request.kind,
        request.key,
        session_of(request.payload),
        json.dumps(request.payload),
        micros(request.run_at),
    )


def put_job(db: sqlite3.Connection, row: JobRow) -> str:
    """Insert the job, or let the open one of its kind and key do it; its id.

    One that waits takes the newer payload and the earlier time. One that is being worked on has
    perhaps read too early: it is run `again` when it is done.
    """
    found = db.execute(
        "INSERT INTO jobs (job_id, kind, key, session_id, payload, state, run_at)"
        " VALUES (?, ?, ?, ?, ?, 'open', ?)"
        " ON CONFLICT (kind, key) WHERE state = 'open' DO UPDATE SET"
        " payload = excluded.payload,"
        " again = (jobs.token IS NOT NULL),"
        " run_at = CASE WHEN jobs.token IS NULL THEN min(jobs.run_at, excluded.run_at)"
        " ELSE excluded.run_at END"
        " RETURNING job_id",
        row,
    ).fetchone()
    return str(found[0])


HELD = "job_id = ? AND token = ? AND state = 'open'"
FREED = "owner = NULL, token = NULL, leased_until = NULL, progress = NULL"


class SqliteJobs:
    """`JobQueue`. An open job is due, waiting or leased; every end is fenced by the lease."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def enqueue(self, request: JobRequest) -> str:
        """The id of the open job with this kind and key."""
        row = job_row(request)
        return await self._writer.run(lambda db: put_job(db, row))

    async def lease(
        self, kinds: Sequence[str], owner: str, now: datetime, lease_s: float
    ) -> Job | None:
        """The oldest due job that is free or whose lease ran out; counts an attempt."""
        if not kinds or not await self._any_due(kinds, now):
            return None  # an idle worker's polls must not flush the disk
        token, until = uuid.uuid4().hex, micros(now + timedelta(seconds=lease_s))

        def write(db: sqlite3.Connection) -> Job | None:
            row = db.execute(
                "UPDATE jobs SET owner = ?, token = ?, leased_until = ?, attempts = attempts + 1,"
                " again = 0"
                f" WHERE number = (SELECT number {_due(kinds)} ORDER BY run_at, number LIMIT 1)"
                " RETURNING job_id, kind, key, attempts, payload",
                (owner, token, until, *kinds, micros(now), micros(now)),
            ).fetchone()
            if row is None:
                return None
            job_id, kind, key, attempts, payload = row
            return Job(
                job_id=job_id,
                kind=kind,
                key=key,
                attempts=attempts,
                token=token,
                payload=json.loads(payload),
            )

        return await self._writer.run(write)

    async def renew(self, job: Job, until: datetime, progress: float | None = None) -> bool:
        """Keep the lease; False when it is lost or the job was cancelled."""
        return await self._held(
            job,
            f"UPDATE jobs SET leased_until = ?, progress = coalesce(?, progress) WHERE {HELD}",
            (micros(until), progress),
            routine=True,
        )

    async def complete(
        self, job: Job, now: datetime, result: Mapping[str, Any] | None = None
    ) -> bool:
        """Done: forgotten, kept with its result, or run again when it was asked for meanwhile."""
        kept = None if result is None else json.dumps(dict(result))

        def write(db: sqlite3.Connection) -> bool:
            held = (job.job_id, job.token)
            row = db.execute(f"SELECT again FROM jobs WHERE {HELD}", held).fetchone()
            if row is None:
                return False
            if row[0]:
                db.execute(f"UPDATE jobs SET {FREED}, again = 0, attempts = 0 WHERE {HELD}", held)
            elif kept is None:
                db.execute(f"DELETE FROM jobs WHERE {HELD}", held)
            else:
                db.execute(
                    f"UPDATE jobs SET {FREED}, state = 'done', result = ?, ended_at = ?"
                    f" WHERE {HELD}",
                    (kept, micros(now), *held),
                )
            return True

        return await self._writer.run(write)

    async def retry(self, job: Job, run_at: datetime, error: str) -> bool:
        """Free the job until `run_at`; without an error it was put off, which is no attempt."""
        return await self._held(
            job,
            f"UPDATE jobs SET run_at = ?, error = ?, attempts = attempts - ?, {FREED} WHERE {HELD}",
            (micros(run_at), error or None, 0 if error else 1),
        )

    async def fail(self, job: Job, error: str) -> bool:
        """Give the job up; it stays for people to see, and the same work may be queued anew."""
        return await self._held(
            job, f"UPDATE jobs SET state = 'failed', error = ?, {FREED} WHERE {HELD}", (error,)
        )

    async def cancel(self, job_id: str) -> bool:
        """Nobody wants it any more."""

        def write(db: sqlite3.Connection) -> bool:
            ended = db.execute(
                f"UPDATE jobs SET state = 'cancelled', {FREED} WHERE job_id = ? AND state = 'open'",
                (job_id,),
            )
            return ended.rowcount > 0

        return await self._writer.run(write)

    async def release(self, owner: str) -> None:
        """Take the leases of a process that is no more."""
        await self._writer.run(
            lambda db: db.execute(
                f"UPDATE jobs SET {FREED} WHERE owner = ? AND state = 'open'", (owner,)
            )
        )

    async def get(self, job_id: str) -> JobRecord | None:
        """The job as people see it."""
        row = await self._readers.one(
            "SELECT job_id, kind, key, state, attempts, run_at, token IS NOT NULL, progress,"
            " error, result FROM jobs WHERE job_id = ?",
            (job_id,),
        )
        if row is None:
            return None
        return JobRecord(
            job_id=row[0],
            kind=row[1],
            key=row[2],
            state=row[3],
            attempts=row[4],
            run_at=moment(row[5]),
            running=bool(row[6]),
            progress=row[7],
            error=row[8],
            result=None if row[9] is None else json.loads(row[9]),
        )

    async def forget_done(self, before: datetime) -> int:
        """Remove finished jobs that ended before that time; how many."""

        def write(db: sqlite3.Connection) -> int:
            return db.execute("DELETE FROM jobs WHERE ended_at < ?", (micros(before),)).rowcount

        return await self._writer.run(write)

    async def counts(self) -> dict[str, int]:
        """Jobs that are `open` (waiting or running) and `failed`."""
        rows = await self._readers.all(
            "SELECT state, count(*) FROM jobs WHERE state IN ('open', 'failed') GROUP BY state"
        )
        return {"open": 0, "failed": 0} | {state: count for state, count in rows}

    async def _held(
        self, job: Job, statement: str, values: tuple[object, ...], *, routine: bool = False
    ) -> bool:
        """Run an update of the leased job; False when somebody else has it by now."""
        parameters = (*values, job.job_id, job.token)
        return await self._writer.run(
            lambda db: db.execute(statement, parameters).rowcount > 0, routine=routine
        )

    async def _any_due(self, kinds: Sequence[str], now: datetime) -> bool:
        parameters = (*kinds, micros(now), micros(now))
        return await self._readers.one(f"SELECT 1 {_due(kinds)} LIMIT 1", parameters) is not None


def _due(kinds: Sequence[str]) -> str:
    marks = ", ".join("?" for _ in kinds)
    return (
        f"FROM jobs WHERE state = 'open' AND kind IN ({marks}) AND run_at <= ?"
        " AND (leased_until IS NULL OR leased_until <= ?)"
    )
