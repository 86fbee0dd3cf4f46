"""The file's content as plain rows, out and in."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence

from interview.ports.storage import SessionSummary
from storage.backends.sqlite.reader import Readers
from storage.backends.sqlite.sessions import head_row, insert_head
from storage.backends.sqlite.writer import Writer
from storage.moving import Row

ROWS = 500
COLUMNS = {
    "sessions": ("session_id", "last_seq", "summary"),
    "events": ("session_id", "seq", "type", "schema", "body"),
    "reports": ("session_id", "revision", "created_at", "record", "organisation_id"),
    "recording_chunks": ("session_id", "part_id", "number", "sha256", "chunk"),
    "recording_parts": ("session_id", "part_id", "part"),
    "once": ("key", "session_id", "value", "expires_at"),
    "jobs": (
        *("job_id", "kind", "key", "session_id", "payload", "state"),
        *("run_at", "attempts", "error", "result", "ended_at"),
    ),
    "audit": ("at", "actor", "action", "target", "request_id", "details", "organisation_id"),
    "documents": ("kind", "document_id", "organisation_id", "revision", "body"),
}


class SqliteContent:
    """`Movable`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def rows(self, section: str) -> AsyncIterator[Row]:
        """Every row, in the order in which it was stored (events: by session)."""
        columns = COLUMNS[section]
        order = "ORDER BY session_id, seq" if section == "events" else "ORDER BY rowid"
        offset = 0
        while True:
            found = await self._readers.all(
                f"SELECT {', '.join(columns)} FROM {section} {order} LIMIT ? OFFSET ?",
                (ROWS, offset),
            )
            for row in found:
                yield dict(zip(columns, row, strict=True))
            if len(found) < ROWS:
                return
            offset += ROWS

    async def load(self, section: str, rows: Sequence[Row]) -> None:
        """Store rows that are not there yet, in one transaction."""
        columns, extra = COLUMNS[section], ""
        if section == "sessions":
            await self._writer.run(lambda db: _load_sessions(db, rows))
            return
        if section == "documents":  # indexed when their kind is first asked for
            extra = ", fields"
        marks = ", ".join("?" for _ in columns) + (", '{}'" if extra else "")
        statement = f"INSERT INTO {section} ({', '.join(columns)}{extra}) VALUES ({marks})"
        values = [tuple(row[column] for column in columns) for row in rows]
        await self._writer.run(lambda db: db.executemany(statement, values))


def _load_sessions(db: sqlite3.Connection, rows: Sequence[Row]) -> None:
    for row in rows:
        summary = SessionSummary.model_validate_json(row["summary"])
        kept = {"summary": row["summary"], "projection": ""}  # of whichever program made it
        insert_head(db, {**head_row(summary, row["last_seq"]), **kept})
