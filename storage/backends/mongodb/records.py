"""Reports, recordings' index and the audit log."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime

from interview.errors import IntegrityError, NotFound
from interview.nouns import DEFAULT_ORGANISATION
from interview.ports.storage import (
    AuditEntry,
    RecordingChunk,
    RecordingPart,
    RecordingUsage,
    ReportRecord,
)
from storage.backends.mongodb.collection import DOWN, Collection, Document
from storage.records import micros, moment

Exists = Callable[[str], Awaitable[bool]]


class MongoReports:
    """`ReportStore`. A report that was under way while its session was erased is taken back."""

    def __init__(self, reports: Collection, exists: Exists) -> None:
        self._reports = reports
        self._exists = exists

    async def put(self, report: ReportRecord) -> None:
        """Store or replace the session's report, unless a later revision is there already.

        Raises:
            NotFound: The session is gone.
        """
        where = {"_id": report.session_id}
        await _of_session(self._exists, report.session_id)
        stored = {
            "revision": report.revision,
            "created_at": micros(report.created_at),
            "record": report.model_dump_json(),
            "organisation_id": report.organisation_id,
        }
        older = {**where, "revision": {"$lte": report.revision}}
        if not await self._reports.update(older, {"$set": stored}, upsert=True):
            await self._reports.update(older, {"$set": stored})  # another inserted it just now
        if not await self._exists(report.session_id):
            await self._reports.delete(where)
            raise NotFound("Session", report.session_id)

    async def get(self, session_id: str) -> ReportRecord | None:
        """The report of a session, or None."""
        found = await self._reports.one({"_id": session_id})
        return None if found is None else ReportRecord.model_validate_json(found["record"])

    async def page(
        self, *, organisation_id: str = DEFAULT_ORGANISATION, limit: int, offset: int
    ) -> tuple[list[ReportRecord], int]:
        """A page of an organisation's, newest first, and their total."""
        where: Document = {"organisation_id": organisation_id}
        order = [("created_at", DOWN), ("_id", DOWN)]
        found = await self._reports.all(where, order, skip=offset, limit=limit)
        records = [ReportRecord.model_validate_json(item["record"]) for item in found]
        return records, await self._reports.count(where)


class MongoRecordings:
    """`RecordingIndex`."""

    def __init__(self, chunks: Collection, parts: Collection, exists: Exists) -> None:
        self._chunks = chunks
        self._parts = parts
        self._exists = exists

    async def add(self, chunk: RecordingChunk) -> bool:
        """Remember a stored chunk; False when it was known. Raises IntegrityError, NotFound."""
        await _of_session(self._exists, chunk.session_id)
        name = json.dumps([chunk.session_id, chunk.part_id, chunk.number])
        new = await self._chunks.insert(
            {
                "_id": name,
                "session_id": chunk.session_id,
                "sha256": chunk.sha256,
                "size_bytes": chunk.size_bytes,
                "chunk": chunk.model_dump_json(),
            }
        )
        if not await self._exists(chunk.session_id):
            await self._chunks.delete({"_id": name})
            raise NotFound("Session", chunk.session_id)
        if new:
            return True
        known = await self._chunks.one({"_id": name})
        if known is not None and known["sha256"] != chunk.sha256:
            raise IntegrityError(
                "This piece of the recording is there with another content.",
                part_id=chunk.part_id,
                number=chunk.number,
            )
        return False

    async def chunks(self, session_id: str) -> list[RecordingChunk]:
        """All chunks of a session by part and number; parts in the order of their start."""
        stored = await self._chunks.all({"session_id": session_id})
        found = [RecordingChunk.model_validate_json(item["chunk"]) for item in stored]
        starts: dict[str, float] = {}
        for chunk in found:
            starts[chunk.part_id] = min(chunk.start_s, starts.get(chunk.part_id, chunk.start_s))
        return sorted(found, key=lambda c: (starts[c.part_id], c.part_id, c.number))

    async def usage(self, session_id: str) -> RecordingUsage:
        """How much the session has uploaded."""
        where = {"session_id": session_id}
        sizes = await self._chunks.sums(where, field="size_bytes")
        return RecordingUsage(
            chunks=await self._chunks.count(where), size_bytes=int(sum(sizes.values()))
        )

    async def complete(self, part: RecordingPart) -> None:
        """Remember that the browser has sent all of a part. Raises NotFound."""
        await _of_session(self._exists, part.session_id)
        where = {"_id": json.dumps([part.session_id, part.part_id])}
        stored = {"session_id": part.session_id, "part": part.model_dump_json()}
        if not await self._parts.update(where, {"$set": stored}, upsert=True):
            await self._parts.update(where, {"$set": stored})
        if not await self._exists(part.session_id):
            await self._parts.delete(where)
            raise NotFound("Session", part.session_id)

    async def parts(self, session_id: str) -> list[RecordingPart]:
        """The parts that were declared complete."""
        found = await self._parts.all({"session_id": session_id})
        parts = [RecordingPart.model_validate_json(item["part"]) for item in found]
        return sorted(parts, key=lambda part: part.part_id)

    async def forget(self, session_id: str) -> None:
        """Forget all chunks and parts of a session."""
        await self._chunks.delete_all({"session_id": session_id})
        await self._parts.delete_all({"session_id": session_id})


class MongoAudit:
    """`AuditLog`."""

    def __init__(self, audit: Collection) -> None:
        self._audit = audit

    async def add(self, entry: AuditEntry) -> None:
        """Remember who did what."""
        await self._audit.insert(
            {
                "at": micros(entry.at),
                "actor": entry.actor,
                "action": entry.action,
                "target": entry.target,
                "request_id": entry.request_id,
                "details": json.dumps(entry.details),
                "organisation_id": entry.organisation_id,
            }
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
        asked = {"organisation_id": organisation_id, "actor": actor}
        asked |= {"action": action, "target": target}
        where: Document = {name: value for name, value in asked.items() if value is not None}
        between = {"$gte": since, "$lt": until}
        times = {sign: micros(at) for sign, at in between.items() if at is not None}
        if times:
            where["at"] = times
        order = [("at", DOWN), ("_id", DOWN)]
        found = await self._audit.all(where, order, skip=offset, limit=limit)
        return [_entry(item) for item in found], await self._audit.count(where)


def _entry(item: Document) -> AuditEntry:
    return AuditEntry(
        at=moment(item["at"]),
        actor=item["actor"],
        action=item["action"],
        target=item["target"],
        request_id=item["request_id"],
        organisation_id=item["organisation_id"],
        details=json.loads(item["details"]),
    )


async def _of_session(exists: Exists, session_id: str) -> None:
    if not await exists(session_id):
        raise NotFound("Session", session_id)
