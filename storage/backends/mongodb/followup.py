"""What a stored batch asks for: its jobs, the session's place in lists, or its erasure.

The batch is the truth and is written first. Everything here may be done twice and by any process;
a batch is `pending` until it has been done. Who inserted it does it at once; what a process that
died left is found by the sweep of any other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from interview.errors import VivaError
from storage.backends.mongodb.collection import DOWN, Collection, Document
from storage.backends.mongodb.jobs import MongoJobs
from storage.records import micros

SWEEP_S = 1.0
SETTLED_S = 3.0  # a batch that is pending for so long was left by somebody
ERASED_AGAIN = timedelta(seconds=60)  # above every time limit of a write that was under way
TOMBSTONE_SEQ = 2**62

log = structlog.get_logger(__name__)


class FollowUp:
    """Carries out what batches ask for, and sweeps for what others left."""

    def __init__(
        self,
        batches: Collection,
        sessions: Collection,
        jobs: MongoJobs,
        left_behind: Callable[[str], Any],
        clock: Callable[[], datetime],
    ) -> None:
        self._batches = batches
        self._sessions = sessions
        self._jobs = jobs
        self._left_behind = left_behind
        self._clock = clock
        self._done: list[str] = []
        self._seen: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to sweep."""
        self._task = asyncio.create_task(self._keep(), name="mongodb-sweep")

    async def aclose(self) -> None:
        """Cease; what is done is noted, if the database can be reached."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._note_done()
        except VivaError as error:
            log.info("sweep_not_noted", code=error.code)  # the next process does it again

    async def carry_out(self, batch: Document) -> None:
        """Do what the batch asks for."""
        if batch.get("sealed"):
            await self._erase(batch)
            return
        for job in batch["jobs"]:
            await self._jobs.put(job)
        await self.project(batch)
        if batch["jobs"]:  # noted at once, or they would be asked for twice
            await self._batches.update({"_id": batch["_id"]}, {"$unset": {"pending": ""}})
        else:
            self._done.append(batch["_id"])

    async def project(self, batch: Document) -> None:
        """Bring the session's summary up to the batch, unless it is there or beyond."""
        session_id, last_seq = batch["session_id"], batch["last_seq"]
        await self._sessions.update(
            {"_id": session_id, "last_seq": {"$lt": last_seq}},
            {"$set": {**batch["summary"], "last_seq": last_seq}},
            upsert=True,
        )

    async def repair(self, session_id: str) -> Document | None:
        """The session as its last batch tells it, projected anew; None when there is none."""
        last = await self._batches.one({"session_id": session_id}, [("after", DOWN)])
        if last is None or last.get("sealed"):
            return None
        await self.project(last)
        return await self._sessions.one({"_id": session_id, "erased": None})

    async def sweep(self) -> int:
        """Carry out what is pending for 3 s without having been done; how much that was."""
        await self._note_done()
        now = time.monotonic()
        found = await self._batches.all({"pending": True}, limit=1_000)
        self._seen = {item["_id"]: self._seen.get(item["_id"], now) for item in found}
        left = [item for item in found if now - self._seen[item["_id"]] >= SETTLED_S]
        for batch in sorted(left, key=lambda item: (item["session_id"], item["after"])):
            await self.carry_out(batch)
        return len(left)

    async def _note_done(self) -> None:
        ids, self._done = self._done, []
        if not ids:
            return
        try:
            await self._batches.update_all({"_id": {"$in": ids}}, {"$unset": {"pending": ""}})
        except VivaError:
            self._done = ids + self._done
            raise

    async def _erase(self, seal: Document) -> None:
        """Leave nothing but numbers and a tombstone that a late write runs into.

        A write that was under way in a process that died right after it could still have come
        behind the first pass, so there is a second one a minute later.
        """
        session_id = seal["session_id"]
        now = micros(self._clock())
        if seal.get("erased_at") is not None:
            if now - seal["erased_at"] < ERASED_AGAIN // timedelta(microseconds=1):
                return
        tombstone = {"last_seq": TOMBSTONE_SEQ, "erased": True}
        if not await self._sessions.replace({"_id": session_id}, tombstone):
            await self._sessions.replace({"_id": session_id}, tombstone)
        await self._batches.update_all(
            {"session_id": session_id, "sealed": None},
            {"$set": {"events": [], "jobs": [], "summary": None}, "$unset": {"pending": ""}},
        )
        await self._left_behind(session_id)
        done: dict[str, Any] = {"$set": {"erased_at": now}}
        if seal.get("erased_at") is not None:
            done["$unset"] = {"pending": ""}
        await self._batches.update({"_id": seal["_id"]}, done)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                await self.sweep()
            except VivaError as error:
                log.warning("sweep_failed", code=error.code)
            except Exception:  # task root: what died processes left would never be done
                log.exception("sweep_crashed")
