"""Recording chunks and the audit trail."""

from __future__ import annotations

import aiosqlite

from interview.errors import IntegrityError
from interview.ports import AuditEntry, RecordingChunk
from storage.backends.sqlite.database import Database


class SqliteRecordings:
    """Which chunks were acknowledged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, chunk: RecordingChunk) -> bool:
        """Note a chunk; False when it is there already, IntegrityError when it differs."""

        async def work(db: aiosqlite.Connection) -> bool:
            place = (chunk.session_id, chunk.part_id, chunk.number)
            async with db.execute(
                "SELECT sha256 FROM chunks WHERE session_id = ? AND part_id = ? AND number = ?",
                place,
            ) as cursor:
                row = await cursor.fetchone()
            if row is not None:
                if row[0] != chunk.sha256:
                    raise IntegrityError("this chunk is stored with another checksum")
                return False
            await db.execute(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
                (*place, chunk.sha256, chunk.model_dump_json()),
            )
            return True

        added: bool = await self._database.write(work)
        return added

    async def chunks(self, session_id: str) -> list[RecordingChunk]:
        """All chunks, part by part in the order of their start."""
        rows = await self._database.rows(
            "SELECT body FROM chunks WHERE session_id = ? ORDER BY part_id, number", (session_id,)
        )
        found = [RecordingChunk.model_validate_json(row[0]) for row in rows]
        return sorted(found, key=lambda chunk: (chunk.start_s, chunk.part_id, chunk.number))


class SqliteAudit:
    """Who did what, oldest never rewritten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Append."""
        await self._database.execute(
            "INSERT INTO audit (target, body) VALUES (?, ?)",
            (entry.target, entry.model_dump_json()),
        )

    async def recent(self, *, target: str | None = None, limit: int = 100) -> list[AuditEntry]:
        """The newest entries first."""
        where, values = ("WHERE target = ?", [target]) if target is not None else ("", [])
        rows = await self._database.rows(
            f"SELECT body FROM audit {where} ORDER BY id DESC LIMIT ?", (*values, limit)
        )
        return [AuditEntry.model_validate_json(row[0]) for row in rows]
