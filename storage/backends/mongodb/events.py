"""The event log: one document for each appended batch, with the summary and jobs that follow.

A batch's `_id` names the sequence it stands on, so of two writers one is refused. A batch is only
stored upon one that ends there, and none is ever removed, so a log has no gaps and no branches.
Erasure puts a seal upon the last batch and empties the others: whoever writes late finds every
place taken.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import structlog

from interview.errors import Conflict, InvalidInput, Unavailable
from interview.events import Event, StoredEvent
from interview.ports.storage import JobRequest, SessionSummary
from storage.backends.mongodb.collection import DOWN, UP, Collection, Document
from storage.backends.mongodb.directory import summary_document
from storage.backends.mongodb.followup import FollowUp
from storage.backends.mongodb.jobs import MongoJobs, job_document
from storage.records import EVENT_SCHEMA, decode_event, encode_event

HEADS_KNOWN = 4_096
SEALED_SEQ = -1  # a seal ends nowhere: nothing can be stored upon it

log = structlog.get_logger(__name__)


class MongoEvents:
    """`EventStore`."""

    def __init__(
        self, batches: Collection, sessions: Collection, jobs: MongoJobs, follow_up: FollowUp
    ) -> None:
        self._batches = batches
        self._sessions = sessions
        self._jobs = jobs
        self._follow_up = follow_up
        self._heads: OrderedDict[str, int] = OrderedDict()

    async def append(
        self,
        session_id: str,
        expected_seq: int,
        events: Sequence[Event],
        summary: SessionSummary,
        jobs: Sequence[JobRequest] = (),
    ) -> int:
        """Store events, the summary and the jobs that follow, all or nothing; the new last seq."""
        if summary.session_id != session_id:
            raise InvalidInput("summary", "it is of another session")
        if not events:
            return await self._replace_summary(session_id, expected_seq, summary, jobs)
        batch: Document = {
            "_id": f"{session_id}/{expected_seq}",
            "session_id": session_id,
            "after": expected_seq,
            "last_seq": expected_seq + len(events),
            "schema": EVENT_SCHEMA,
            "events": [encode_event(event) for event in events],
            "summary": summary_document(summary),
            "jobs": [job_document(request) for request in jobs],
            "pending": True,
        }
        if expected_seq and self._heads.get(session_id) != expected_seq:
            if not await self._ends_at(session_id, expected_seq):
                raise await self._conflict(session_id, expected_seq)
        if not await self._batches.insert(batch):
            raise await self._conflict(session_id, expected_seq)
        self._remember(session_id, batch["last_seq"])
        try:
            await self._follow_up.carry_out(batch)
        except Unavailable as error:  # it is stored; what follows is left to the sweep
            log.warning("batch_not_followed_up", session=session_id, why=error.why)
        return int(batch["last_seq"])

    async def read(
        self, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        """Events after `after_seq` in order; empty when there are none."""
        batches = await self._batches.all(
            {"session_id": session_id, "last_seq": {"$gt": after_seq}},
            [("last_seq", UP)],
            limit=0 if limit is None else limit,
        )
        stored = [
            StoredEvent(
                session_id=session_id, seq=seq, event=decode_event(batch["schema"], encoded)
            )
            for batch in batches
            for seq, encoded in enumerate(batch["events"], start=batch["after"] + 1)
            if seq > after_seq
        ]
        return stored[:limit]

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The last seq of each of these sessions that exists."""
        if not session_ids:
            return {}
        found = await self._sessions.all(
            {"_id": {"$in": list(session_ids)}, "erased": None}, fields=("last_seq",)
        )
        return {item["_id"]: int(item["last_seq"]) for item in found}

    async def seal(self, session_id: str) -> bool:
        """End the log for ever and erase what it holds; False when there is none (any more)."""
        self._heads.pop(session_id, None)
        while True:
            last = await self._batches.one({"session_id": session_id}, [("after", DOWN)])
            if last is None or last.get("sealed"):
                return False
            seal: Document = {
                "_id": f"{session_id}/{last['last_seq']}",
                "session_id": session_id,
                "after": last["last_seq"],
                "last_seq": SEALED_SEQ,
                "sealed": True,
                "pending": True,
            }
            if await self._batches.insert(seal):
                await self._follow_up.carry_out(seal)
                return True

    async def _replace_summary(
        self,
        session_id: str,
        expected_seq: int,
        summary: SessionSummary,
        jobs: Sequence[JobRequest],
    ) -> int:
        where = {"_id": session_id, "last_seq": expected_seq}
        change = {"$set": summary_document(summary)}
        if not await self._sessions.update(where, change):
            await self._follow_up.repair(session_id)
            if not await self._sessions.update(where, change):
                raise await self._conflict(session_id, expected_seq)
        for request in jobs:
            await self._jobs.put(job_document(request))
        return expected_seq

    async def _ends_at(self, session_id: str, seq: int) -> bool:
        return await self._batches.one({"session_id": session_id, "last_seq": seq}) is not None

    async def _conflict(self, session_id: str, expected_seq: int) -> Conflict:
        last = await self._batches.one({"session_id": session_id}, [("last_seq", DOWN)])
        return Conflict(session_id, expected_seq, 0 if last is None else int(last["last_seq"]))

    def _remember(self, session_id: str, seq: int) -> None:
        self._heads[session_id] = seq
        self._heads.move_to_end(session_id)
        if len(self._heads) > HEADS_KNOWN:
            self._heads.popitem(last=False)
