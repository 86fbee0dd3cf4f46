"""Reports, recordings' index and the audit log."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from interview.errors import IntegrityError, NotFound
from interview.nouns import DEFAULT_ORGANISATION
from interview.ports.storage import (
    AuditEntry,
    RecordingChunk,
    RecordingPart,
    RecordingUsage,
    ReportRecord,
)
from storage.backends.sqlite.faults import foreign_key_broken
from storage.backends.sqlite.reader import Readers
from storage.backends.sqlite.writer import Writer
from storage.records import micros, moment


def _insert_of_session(
    db: sqlite3.Connection, session_id: str, sql: str, values: tuple[object, ...]
) -> None:
    """Write a row that belongs to a session; a deleted session must not come back through it."""
    try:
        db.execute(sql, values)
    except sqlite3.IntegrityError as error:
        if foreign_key_broken(error):
            raise NotFound("Session", session_id) from None
        raise


class SqliteReports:
    """`ReportStore`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def put(self, report: ReportRecord) -> None:
        """Store or replace the session's report, unless a later revision is there already.

        Raises:
            NotFound: The session is gone.
        """
        values = (
            report.session_id,
            report.revision,
            micros(report.created_at),
            report.model_dump_json(),
            report.organisation_id,
        )
        await self._writer.run(
            lambda db: _insert_of_session(
                db,
                report.session_id,
                "INSERT INTO reports (session_id, revision, created_at, record, organisation_id)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (session_id) DO UPDATE SET"
                " revision = excluded.revision, created_at = excluded.created_at,"
                " record = excluded.record WHERE excluded.revision >= reports.revision",
                values,
            )
        )

    async def get(self, session_id: str) -> ReportRecord | None:
        """The report of a session, or None."""
        row = await self._readers.one(
            "SELECT record FROM reports WHERE session_id = ?", (session_id,)
        )
        return None if row is None else ReportRecord.model_validate_json(row[0])

    async def page(
        self, *, organisation_id: str = DEFAULT_ORGANISATION, limit: int, offset: int
    ) -> tuple[list[ReportRecord], int]:
        """A page of an organisation's, newest first, and their total."""
        rows = await self._readers.all(
            "SELECT record FROM reports WHERE organisation_id = ?"
            " ORDER BY created_at DESC, session_id DESC LIMIT ? OFFSET ?",
            (organisation_id, limit, offset),
        )
        total = await self._readers.one(
            "SELECT count(*) FROM reports WHERE organisation_id = ?", (organisation_id,)
        )
        return [ReportRecord.model_validate_json(row[0]) for row in rows], int(
            total[0] if total else 0
        )


class SqliteRecordings:
    """`RecordingIndex`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def add(self, chunk: RecordingChunk) -> bool:
        """Remember a stored chunk; False when it was known. Raises IntegrityError, NotFound."""
        values = (
            chunk.session_id,
            chunk.part_id,
            chunk.number,
            chunk.sha256,
            chunk.model_dump_json(),
        )

        def write(db: sqlite3.Connection) -> bool:
            known = db.execute(
                "SELECT sha256 FROM recording_chunks"
                " WHERE session_id = ? AND part_id = ? AND number = ?",
                values[:3],
            ).fetchone()
            if known is not None:
                if known[0] != chunk.sha256:
                    raise IntegrityError(
                        "This piece of the recording is there with another content.",
                        part_id=chunk.part_id,
                        number=chunk.number,
                    )
                return False
            _insert_of_session(
                db,
                chunk.session_id,
                "INSERT INTO recording_chunks (session_id, part_id, number, sha256, chunk)"
                " VALUES (?, ?, ?, ?, ?)",
                values,
            )
            return True

        return await self._writer.run(write)

    async def chunks(self, session_id: str) -> list[RecordingChunk]:
        """All chunks of a session by part and number; parts in the order of their start."""
        rows = await self._readers.all(
            "SELECT chunk FROM recording_chunks WHERE session_id = ?", (session_id,)
        )
        found = [RecordingChunk.model_validate_json(row[0]) for row in rows]
        starts: dict[str, float] = {}
        for chunk in found:
            starts[chunk.part_id] = min(chunk.start_s, starts.get(chunk.part_id, chunk.start_s))
        return sorted(found, key=lambda c: (starts[c.part_id], c.part_id, c.number))

    async def usage(self, session_id: str) -> RecordingUsage:
        """How much the session has uploaded."""
        row = await self._readers.one(
            "SELECT count(*), coalesce(sum(json_extract(chunk, '$.size_bytes')), 0)"
            " FROM recording_chunks WHERE session_id = ?",
            (session_id,),
        )
        count, size = row or (0, 0)
        return RecordingUsage(chunks=count, size_bytes=size)

    async def complete(self, part: RecordingPart) -> None:
        """Remember that the browser has sent all of a part. Raises NotFound."""
        values = (part.session_id, part.part_id, part.model_dump_json())
        await self._writer.run(
            lambda db: _insert_of_session(
                db,
                part.session_id,
                "INSERT INTO recording_parts (session_id, part_id, part) VALUES (?, ?, ?)"
                " ON CONFLICT (session_id, part_id) DO UPDATE SET part = excluded.part",
                values,
            )
        )

    async def parts(self, session_id: str) -> list[RecordingPart]:
        """The parts that were declared complete."""
        rows = await self._readers.all(
            "SELECT part FROM recording_parts WHERE session_id = ? ORDER BY part_id", (session_id,)
        )
        return [RecordingPart.model_validate_json(row[0]) for row in rows]

    async def forget(self, session_id: str) -> None:
        """Forget all chunks and parts of a session."""

        def write(db: sqlite3.Connection) -> None:
            for table in ("recording_chunks", "recording_parts"):
                db.execute(f"DELETE FROM {table} WHERE session_id = ?", (session_id,))  # noqa: S608

        await self._writer.run(write)


AUDIT = "at, actor, action, target, request_id, details, organisation_id"


class SqliteAudit:
    """`AuditLog`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def add(self, entry: AuditEntry) -> None:
        """Remember who did what."""
        values = (
            micros(entry.at),
            entry.actor,
            entry.action,
            entry.target,
            entry.request_id,
            json.dumps(entry.details),
            entry.organisation_id,
        )
        await self._writer.run(
            lambda db: db.execute(
                f"INSERT INTO audit ({AUDIT}) VALUES (?, ?, ?, ?, ?, ?, ?)", values
            )
        )

    async def recent(self, *, target: str | None = None, limit: int = 100) -> list[AuditEntry]:
        """The last entries, newest first."""
        return (await self.page(target=target, limit=limit))[0]

    async def page(
        self,
        *,
        organisation_id: str | None = None,
        actor: str | None = None,
        action: str | None = None,
        target: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[AuditEntry], int]:
        """A page, newest first, and the total."""
        asked: dict[str, object] = {
            "organisation_id = ?": organisation_id,
            "actor = ?": actor,
            "action = ?": action,
            "target = ?": target,
            "at >= ?": None if since is None else micros(since),
            "at < ?": None if until is None else micros(until),
        }
        given = {clause: value for clause, value in asked.items() if value is not None}
        where = f"WHERE {' AND '.join(given)}" if given else ""
        parameters = tuple(given.values())
        rows = await self._readers.all(
            f"SELECT {AUDIT} FROM audit {where} ORDER BY number DESC LIMIT ? OFFSET ?",
            (*parameters, limit, offset),
        )
        total = await self._readers.one(f"SELECT count(*) FROM audit {where}", parameters)
        return [_entry(row) for row in rows], int(total[0]) if total else 0


def _entry(row: tuple[Any, ...]) -> AuditEntry:
    at, actor, action, target, request_id, details, organisation_id = row
    return AuditEntry(
        at=moment(at),
        actor=actor,
        action=action,
        target=target,
        request_id=request_id,
        organisation_id=organisation_id,
        details=json.loads(details),
    )
