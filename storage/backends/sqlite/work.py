"""The durable queue of jobs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import aiosqlite

from interview.ports import Job
from storage.backends.sqlite.database import Database


class SqliteJobs:
    """Jobs with leases; one open job for each (kind, key)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(
        self, kind: str, key: str, payload: Mapping[str, Any], run_at: datetime
    ) -> str:
        """Add a job, or name the open one that is there."""
        job_id = uuid.uuid4().hex
        body, session_id = json.dumps(dict(payload)), payload.get("session_id")

        async def work(db: aiosqlite.Connection) -> str:
            await db.execute(
                "INSERT INTO jobs (job_id, kind, key, session_id, state, run_at, payload) "
                "VALUES (?, ?, ?, ?, 'open', ?, ?) ON CONFLICT DO NOTHING",
                (job_id, kind, key, session_id, run_at.timestamp(), body),
            )
            select = "SELECT job_id FROM jobs WHERE kind = ? AND key = ? AND state = 'open'"
            async with db.execute(select, (kind, key)) as cursor:
                row = await cursor.fetchone()
            assert row is not None
            return str(row[0])

        found: str = await self._database.write(work)
        return found

    async def lease(
        self, kinds: Sequence[str], owner: str, now: datetime, lease_s: float
    ) -> Job | None:
        """Take the oldest due job."""
        marks = ",".join("?" * len(kinds))
        moment = now.timestamp()
        due = await self._database.row(
            f"SELECT 1 FROM jobs WHERE state = 'open' AND run_at <= ? AND kind IN ({marks}) "
            "AND (lease_until IS NULL OR lease_until <= ?) LIMIT 1",
            (moment, *kinds, moment),
        )
        if due is None:
            return None

        async def work(db: aiosqlite.Connection) -> tuple[Any, ...] | None:
            async with db.execute(
                "UPDATE jobs SET lease_until = ?, owner = ?, attempts = attempts + 1 "
                "WHERE job_id = (SELECT job_id FROM jobs WHERE state = 'open' AND run_at <= ? "
                f"AND kind IN ({marks}) AND (lease_until IS NULL OR lease_until <= ?) "
                "ORDER BY run_at, rowid LIMIT 1) RETURNING job_id, kind, key, attempts, payload",
                (moment + lease_s, owner, moment, *kinds, moment),
            ) as cursor:
                row = await cursor.fetchone()
            return tuple(row) if row is not None else None

        taken = await self._database.write(work)
        if taken is None:
            return None
        job_id, kind, key, attempts, payload = taken
        return Job(
            job_id=job_id, kind=kind, key=key, attempts=attempts, payload=json.loads(payload)
        )

    async def complete(self, job_id: str) -> None:
        """Done."""
        await self._database.execute("UPDATE jobs SET state = 'done' WHERE job_id = ?", (job_id,))

    async def retry(self, job_id: str, run_at: datetime, error: str) -> None:
        """Give the lease back until `run_at`."""
        await self._database.execute(
            "UPDATE jobs SET lease_until = NULL, run_at = ?, error = ? WHERE job_id = ?",
            (run_at.timestamp(), error[:500], job_id),
        )

    async def fail(self, job_id: str, error: str) -> None:
        """Given up."""
        await self._database.execute(
            "UPDATE jobs SET state = 'failed', error = ? WHERE job_id = ?", (error[:500], job_id)
        )

    async def counts(self) -> dict[str, int]:
        """How many jobs are open, done and failed."""
        rows = await self._database.rows("SELECT state, count(*) FROM jobs GROUP BY state")
        return {str(state): int(count) for state, count in rows}
