"""Event logs, session summaries and reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aiosqlite

from interview.errors import Conflict
from interview.events import EVENT, Event, StoredEvent
from interview.nouns import Status
from interview.ports import ReportRecord, SessionSummary
from storage.backends.sqlite.database import Database
from storage.backends.sqlite.schema import EVENT_VERSION

OF_ONE_SESSION = ("events", "sessions", "reports", "leases", "chunks", "once", "jobs")


class SqliteEvents:
    """The append-only logs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self, session_id: str, expected_seq: int, events: Sequence[Event], summary: SessionSummary
    ) -> int:
        """See `interview.ports.EventStore`."""
        bodies = [EVENT.dump_json(event).decode() for event in events]

        async def work(db: aiosqlite.Connection) -> int:
            last = "SELECT max(seq) FROM events WHERE session_id = ?"
            async with db.execute(last, (session_id,)) as cursor:
                row = await cursor.fetchone()
            actual = int(row[0]) if row is not None and row[0] is not None else 0
            if actual != expected_seq:
                raise Conflict(session_id, expected_seq, actual)
            await db.executemany(
                "INSERT INTO events VALUES (?, ?, ?, ?)",
                [
                    (session_id, expected_seq + number, EVENT_VERSION, body)
                    for number, body in enumerate(bodies, start=1)
                ],
            )
            await _put_summary(db, summary)
            return expected_seq + len(bodies)

        seq: int = await self._database.write(work)
        return seq

    async def read(
        self, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        """Events after `after_seq`, in order."""
        rows = await self._database.rows(
            "SELECT seq, body FROM events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (session_id, after_seq, -1 if limit is None else limit),
        )
        return [
            StoredEvent(session_id=session_id, seq=seq, event=EVENT.validate_json(body))
            for seq, body in rows
        ]


async def _put_summary(db: aiosqlite.Connection, summary: SessionSummary) -> None:
    values = (
        summary.session_id,
        summary.status.value,
        summary.created_at.isoformat(),
        summary.name,
        summary.email,
        summary.job_id,
        summary.model_dump_json(),
    )
    await db.execute("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


class SqliteSessions:
    """Lists and searches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, session_id: str) -> SessionSummary | None:
        """One summary."""
        row = await self._database.row(
            "SELECT body FROM sessions WHERE session_id = ?", (session_id,)
        )
        return SessionSummary.model_validate_json(row[0]) if row is not None else None

    async def page(
        self,
        *,
        status: Status | None = None,
        search: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[SessionSummary], int]:
        """A page, newest first, and the total of the filter."""
        clauses, values = ["1"], list[Any]()
        if status is not None:
            clauses.append("status = ?")
            values.append(status.value)
        if search:
            clauses.append("(name LIKE ? ESCAPE '\\' OR email LIKE ? ESCAPE '\\')")
            values += [_like(search)] * 2
        where = " AND ".join(clauses)
        rows = await self._database.rows(
            f"SELECT body FROM sessions WHERE {where} "  # noqa: S608 - fixed clauses only
            "ORDER BY created_at DESC, session_id DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        count = await self._database.rows(f"SELECT count(*) FROM sessions WHERE {where}", values)
        return [SessionSummary.model_validate_json(row[0]) for row in rows], int(count[0][0])

    async def counts(self) -> dict[Status, int]:
        """How many sessions stand where; every status is there."""
        rows = await self._database.rows("SELECT status, count(*) FROM sessions GROUP BY status")
        found = {Status(status): int(count) for status, count in rows}
        return {status: found.get(status, 0) for status in Status}

    async def in_status(self, status: Status) -> list[str]:
        """All ids in a status, oldest first."""
        rows = await self._database.rows(
            "SELECT session_id FROM sessions WHERE status = ? ORDER BY created_at", (status.value,)
        )
        return [str(row[0]) for row in rows]

    async def delete(self, session_id: str) -> bool:
        """Remove all that is stored of the session, its audit trail's copies of it excepted."""

        async def work(db: aiosqlite.Connection) -> bool:
            known = 0
            for table in OF_ONE_SESSION:
                cursor = await db.execute(
                    f"DELETE FROM {table} WHERE session_id = ?", (session_id,)
                )
                known += cursor.rowcount if table in ("events", "sessions") else 0
            return known > 0

        deleted: bool = await self._database.write(work)
        return deleted


class SqliteReports:
    """Reports by session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, report: ReportRecord) -> None:
        """Store or replace; an older revision never replaces a newer one."""

        async def work(db: aiosqlite.Connection) -> None:
            known = "SELECT body FROM reports WHERE session_id = ?"
            async with db.execute(known, (report.session_id,)) as cursor:
                row = await cursor.fetchone()
            if row is not None:
                if ReportRecord.model_validate_json(row[0]).revision > report.revision:
                    return
            values = (
                report.session_id,
                report.updated_at.isoformat(),
                report.created_at.isoformat(),
                report.model_dump_json(),
            )
            await db.execute("INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?)", values)

        await self._database.write(work)

    async def get(self, session_id: str) -> ReportRecord | None:
        """One report."""
        row = await self._database.row(
            "SELECT body FROM reports WHERE session_id = ?", (session_id,)
        )
        return ReportRecord.model_validate_json(row[0]) if row is not None else None

    async def page(self, *, limit: int, offset: int) -> tuple[list[ReportRecord], int]:
        """A page, newest first, and the total."""
        rows = await self._database.rows(
            "SELECT body FROM reports ORDER BY created_at DESC, session_id DESC LIMIT ? OFFSET ?",
            (limit, offset),
        )
        count = await self._database.rows("SELECT count(*) FROM reports")
        return [ReportRecord.model_validate_json(row[0]) for row in rows], int(count[0][0])
