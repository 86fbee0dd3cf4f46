"""The database's content as plain rows, out and in."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import groupby
from typing import Any

from interview.ports.storage import RecordingChunk, SessionSummary
from storage.backends.mongodb.collection import UP, Collection, Document
from storage.backends.mongodb.declared import PREFIX
from storage.backends.mongodb.directory import summary_document
from storage.backends.mongodb.jobs import FREE
from storage.moving import Row
from storage.records import decode_event

JOB = ("kind", "key", "session_id", "payload", "state", "run_at", "attempts", "error", "result")
AUDIT = ("at", "actor", "action", "target", "request_id", "details", "organisation_id")


class MongoContent:
    """`Movable`."""

    def __init__(self, collection: Callable[[str], Collection], names: Callable[[], Any]) -> None:
        self._collection = collection
        self._names = names

    async def rows(self, section: str) -> AsyncIterator[Row]:
        """Every row; what was erased is not there."""
        if section == "documents":
            async for row in self._documents():
                yield row
            return
        name = "batches" if section == "events" else section
        where: Document = {"erased": None} if section == "sessions" else {}
        if section == "events":
            where = {"sealed": None, "summary": {"$ne": None}}
        order = [("session_id", UP), ("last_seq", UP)] if section == "events" else [("_id", UP)]
        async for found in self._collection(name).each(where, order):
            for row in OUT[section](found):
                yield row

    async def load(self, section: str, rows: Sequence[Row]) -> None:
        """Store rows that are not there yet."""
        if section == "events":
            for session_id, events in groupby(rows, key=lambda row: str(row["session_id"])):
                await self._load_events(session_id, list(events))
        elif section == "documents":
            for row in rows:
                kept = {name: row[name] for name in ("organisation_id", "revision", "body")}
                collection = self._collection(PREFIX + row["kind"])
                await collection.insert({"_id": row["document_id"], **kept})
        else:
            await self._collection(section).insert_all([IN[section](row) for row in rows])

    async def _documents(self) -> AsyncIterator[Row]:
        for name in sorted(await self._names()):
            if not name.startswith(PREFIX) or name == "document_kinds":
                continue
            async for found in self._collection(name).each({}, [("_id", UP)]):
                yield {
                    "kind": name.removeprefix(PREFIX),
                    "document_id": found["_id"],
                    "organisation_id": found["organisation_id"],
                    "revision": int(found["revision"]),
                    "body": found["body"],
                }

    async def _load_events(self, session_id: str, events: list[Row]) -> None:
        session = await self._collection("sessions").one({"_id": session_id})
        assert session is not None
        summary = {n: v for n, v in session.items() if n not in ("_id", "last_seq")}
        for schema, same in groupby(events, key=lambda row: int(row["schema"])):
            run = list(same)
            after = int(run[0]["seq"]) - 1
            await self._collection("batches").insert(
                {
                    "_id": f"{session_id}/{after}",
                    "session_id": session_id,
                    "after": after,
                    "last_seq": int(run[-1]["seq"]),
                    "schema": schema,
                    "events": [row["body"] for row in run],
                    "summary": summary,
                    "jobs": [],
                }
            )


def _events(batch: Document) -> list[Row]:
    return [
        {
            "session_id": batch["session_id"],
            "seq": seq,
            "type": decode_event(batch["schema"], body).type,
            "schema": int(batch["schema"]),
            "body": body,
        }
        for seq, body in enumerate(batch["events"], start=int(batch["after"]) + 1)
    ]


def _chunk_out(found: Document) -> list[Row]:
    session_id, part_id, number = json.loads(found["_id"])
    key = {"session_id": session_id, "part_id": part_id, "number": number}
    return [{**key, "sha256": found["sha256"], "chunk": found["chunk"]}]


def _part_out(found: Document) -> list[Row]:
    session_id, part_id = json.loads(found["_id"])
    return [{"session_id": session_id, "part_id": part_id, "part": found["part"]}]


def _renamed(key: str, *names: str) -> Callable[[Document], list[Row]]:
    return lambda found: [{key: found["_id"], **{name: found[name] for name in names}}]


def _session_in(row: Row) -> Document:
    document = summary_document(SessionSummary.model_validate_json(row["summary"]))
    kept = {"summary": row["summary"], "last_seq": row["last_seq"], "projection": ""}
    return {"_id": row["session_id"], **document, **kept}


def _chunk_in(row: Row) -> Document:
    chunk = RecordingChunk.model_validate_json(row["chunk"])
    kept = {name: row[name] for name in ("session_id", "sha256", "chunk")}
    name = json.dumps([row["session_id"], row["part_id"], row["number"]])
    return {"_id": name, **kept, "size_bytes": chunk.size_bytes}


def _job_in(row: Row) -> Document:
    kept = {name: row[name] for name in (*JOB, "ended_at")}
    slot = {"slot": f"{row['kind']}\n{row['key']}"} if row["state"] == "open" else {}
    queued = time.time_ns() // 1_000
    return {"_id": row["job_id"], **kept, **slot, "again": False, "queued": queued, **FREE}


OUT: dict[str, Callable[[Document], list[Row]]] = {
    "sessions": _renamed("session_id", "last_seq", "summary"),
    "events": _events,
    "reports": _renamed("session_id", "revision", "created_at", "record", "organisation_id"),
    "recording_chunks": _chunk_out,
    "recording_parts": _part_out,
    "once": _renamed("key", "session_id", "value", "expires_at"),
    "jobs": _renamed("job_id", *JOB, "ended_at"),
    "audit": lambda found: [{name: found[name] for name in AUDIT}],
}
IN: dict[str, Callable[[Row], Document]] = {
    "sessions": _session_in,
    "reports": lambda row: {"_id": row["session_id"], **_without(row, "session_id")},
    "recording_chunks": _chunk_in,
    "recording_parts": lambda row: {
        "_id": json.dumps([row["session_id"], row["part_id"]]),
        **_without(row, "part_id"),
    },
    "once": lambda row: {"_id": row["key"], **_without(row, "key")},
    "jobs": _job_in,
    "audit": dict,
}


def _without(row: Row, key: str) -> Document:
    return {name: value for name, value in row.items() if name != key}
