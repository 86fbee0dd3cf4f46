"""What processes share: one-use values, who runs which session, and the queue of jobs."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from interview.ports.storage import Job
from storage.backends.sqlite.reader import Readers
from storage.backends.sqlite.writer import Writer
from storage.records import micros, moment

PURGE_EVERY = 256  # expired values are swept once in so many puts


def _session_of(content: Mapping[str, Any]) -> str | None:
    """The session that a value belongs to, so that it goes when the session goes."""
    found = content.get("session_id")
    return found if isinstance(found, str) else None


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
        values = (key, _session_of(value), json.dumps(dict(value)), micros(expires_at))
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


class SqliteLeases:
    """`LeaseStore`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def claim(self, session_id: str, owner: str) -> str | None:
        """Become the owner; returns the previous one."""

        def write(db: sqlite3.Connection) -> str | None:
            row = db.execute(
                "SELECT owner FROM owners WHERE session_id = ?", (session_id,)
            ).fetchone()
            db.execute(
                "INSERT INTO owners (session_id, owner) VALUES (?, ?)"
                " ON CONFLICT (session_id) DO UPDATE SET owner = excluded.owner",
                (session_id, owner),
            )
            return None if row is None else str(row[0])

        return await self._writer.run(write)

    async def beat(self, owner: str, at: datetime) -> None:
        """This process was alive then."""
        await self._writer.run(
            lambda db: db.execute(
                "INSERT INTO beats (owner, at) VALUES (?, ?)"
                " ON CONFLICT (owner) DO UPDATE SET at = excluded.at",
                (owner, micros(at)),
            )
        )

    async def last_beat(self, owner: str) -> datetime | None:
        """When that process was last alive, or None when it never said."""
        row = await self._readers.one("SELECT at FROM beats WHERE owner = ?", (owner,))
        return None if row is None else moment(row[0])


class SqliteJobs:
    """`JobQueue`. An open job is due, waiting or leased; a failed one is kept with its error."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def enqueue(
        self, kind: str, key: str, payload: Mapping[str, Any], run_at: datetime
    ) -> str:
        """The id of the new job, or of the open one with this kind and key."""
        job_id = uuid.uuid4().hex
        values = (
            job_id,
            kind,
            key,
            _session_of(payload),
            json.dumps(dict(payload)),
            micros(run_at),
        )

        def write(db: sqlite3.Connection) -> str:
            db.execute(
                "INSERT INTO jobs (job_id, kind, key, session_id, payload, state, run_at)"
                " VALUES (?, ?, ?, ?, ?, 'open', ?)"
                " ON CONFLICT (kind, key) WHERE state = 'open' DO NOTHING",
                values,
            )
            row = db.execute(
                "SELECT job_id FROM jobs WHERE kind = ? AND key = ? AND state = 'open'",
                (kind, key),
            ).fetchone()
            return str(row[0])

        return await self._writer.run(write)

    async def lease(
        self, kinds: Sequence[str], owner: str, now: datetime, lease_s: float
    ) -> Job | None:
        """The oldest due job that is free or whose lease ran out; counts an attempt."""
        if not kinds or not await self._any_due(kinds, now):
            return None  # an idle worker's polls must not flush the disk
        until = micros(now + timedelta(seconds=lease_s))

        def write(db: sqlite3.Connection) -> Job | None:
            row = db.execute(
                "UPDATE jobs SET owner = ?, leased_until = ?, attempts = attempts + 1"
                f" WHERE number = (SELECT number {_due(kinds)} ORDER BY run_at, number LIMIT 1)"
                " RETURNING job_id, kind, key, attempts, payload",
                (owner, until, *kinds, micros(now), micros(now)),
            ).fetchone()
            if row is None:
                return None
            job_id, kind, key, attempts, payload = row
            return Job(
                job_id=job_id,
                kind=kind,
                key=key,
                attempts=attempts,
                payload=json.loads(payload),
            )

        return await self._writer.run(write)

    async def complete(self, job_id: str) -> None:
        """The job is done and forgotten."""
        await self._writer.run(
            lambda db: db.execute("DELETE FROM jobs WHERE job_id = ? AND state = 'open'", (job_id,))
        )

    async def retry(self, job_id: str, run_at: datetime, error: str) -> None:
        """Free the job until `run_at`; without an error it was put off, which is no attempt."""
        postponed = 1 if not error else 0
        await self._writer.run(
            lambda db: db.execute(
                "UPDATE jobs SET run_at = ?, error = ?, owner = NULL, leased_until = NULL,"
                " attempts = attempts - ? WHERE job_id = ? AND state = 'open'",
                (micros(run_at), error or None, postponed, job_id),
            )
        )

    async def fail(self, job_id: str, error: str) -> None:
        """Give the job up; it stays for people to see, and the same work may be queued anew."""
        await self._writer.run(
            lambda db: db.execute(
                "UPDATE jobs SET state = 'failed', error = ?, owner = NULL, leased_until = NULL"
                " WHERE job_id = ? AND state = 'open'",
                (error, job_id),
            )
        )

    async def counts(self) -> dict[str, int]:
        """Jobs that are `open` (waiting or running) and `failed`."""
        rows = await self._readers.all("SELECT state, count(*) FROM jobs GROUP BY state")
        return {"open": 0, "failed": 0} | {state: count for state, count in rows}

    async def _any_due(self, kinds: Sequence[str], now: datetime) -> bool:
        parameters = (*kinds, micros(now), micros(now))
        return await self._readers.one(f"SELECT 1 {_due(kinds)} LIMIT 1", parameters) is not None


def _due(kinds: Sequence[str]) -> str:
    marks = ", ".join("?" for _ in kinds)
    return (
        f"FROM jobs WHERE state = 'open' AND kind IN ({marks}) AND run_at <= ?"
        " AND (leased_until IS NULL OR leased_until <= ?)"
    )
