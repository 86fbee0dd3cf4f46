"""The queue of jobs. Every change is of one document and says which lease makes it."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from interview.errors import Unavailable
from interview.ports.storage import Job, JobRecord, JobRequest
from storage.backends.mongodb.collection import UP, Collection, Document
from storage.backends.mongodb.faults import COMPONENT
from storage.records import micros, moment, session_of

FREE: Document = {"owner": None, "token": None, "leased_until": 0, "progress": None}
ATTEMPTS = 20


def job_document(request: JobRequest) -> Document:
    """What a request stores; `slot` is there while the job is open, and is unique."""
    return {
        "kind": request.kind,
        "key": request.key,
        "slot": f"{request.kind}\n{request.key}",
        "session_id": session_of(request.payload),
        "payload": json.dumps(request.payload),
        "run_at": micros(request.run_at),
    }


class MongoJobs:
    """`JobQueue`."""

    def __init__(self, jobs: Collection) -> None:
        self._jobs = jobs
        self._leasing = asyncio.Lock()  # workers of one process would only take turns anyway

    async def enqueue(self, request: JobRequest) -> str:
        """The id of the open job with this kind and key."""
        return await self.put(job_document(request))

    async def put(self, asked: Document) -> str:
        """Insert the job, or let the open one of its slot do it; its id."""
        slot, newer = asked["slot"], {"payload": asked["payload"]}
        for _ in range(ATTEMPTS):
            waiting = await self._jobs.changed(
                {"slot": slot, "token": None},
                {"$set": newer, "$min": {"run_at": asked["run_at"]}},
            )
            if waiting is not None:
                return str(waiting["_id"])
            running = await self._jobs.changed(
                {"slot": slot, "token": {"$ne": None}},
                {"$set": {**newer, "run_at": asked["run_at"], "again": True}},
            )
            if running is not None:
                return str(running["_id"])
            job_id = uuid.uuid4().hex
            rest = {"state": "open", "attempts": 0, "again": False, "error": None, "result": None}
            queued = {"queued": time.time_ns() // 1_000, "ended_at": None}
            if await self._jobs.insert({"_id": job_id, **asked, **rest, **queued, **FREE}):
                return job_id
        raise Unavailable(COMPONENT, "too many ask for the same job")

    async def lease(
        self, kinds: Sequence[str], owner: str, now: datetime, lease_s: float
    ) -> Job | None:
        """The oldest due job that is free or whose lease ran out; counts an attempt."""
        if not kinds:
            return None
        at, until = micros(now), micros(now + timedelta(seconds=lease_s))
        token = uuid.uuid4().hex
        async with self._leasing:
            found = await self._jobs.changed(
                {
                    "state": "open",
                    "kind": {"$in": list(kinds)},
                    "run_at": {"$lte": at},
                    "leased_until": {"$lte": at},
                },
                {
                    "$set": {"owner": owner, "token": token, "leased_until": until, "again": False},
                    "$inc": {"attempts": 1},
                },
                [("run_at", UP), ("queued", UP)],
            )
        if found is None:
            return None
        return Job(
            job_id=found["_id"],
            kind=found["kind"],
            key=found["key"],
            attempts=found["attempts"],
            token=token,
            payload=json.loads(found["payload"]),
        )

    async def renew(self, job: Job, until: datetime, progress: float | None = None) -> bool:
        """Keep the lease; False when it is lost or the job was cancelled."""
        kept: Document = {"leased_until": micros(until)}
        if progress is not None:
            kept["progress"] = progress
        return await self._held(job, {"$set": kept})

    async def complete(
        self, job: Job, now: datetime, result: Mapping[str, Any] | None = None
    ) -> bool:
        """Done: forgotten, kept with its result, or run again when it was asked for meanwhile."""
        kept = None if result is None else json.dumps(dict(result))
        for _ in range(ATTEMPTS):
            if kept is None:
                ended = await self._jobs.delete({**_held_by(job), "again": False})
            else:
                done = {"state": "done", "result": kept, "ended_at": micros(now), **FREE}
                ended = await self._jobs.update(
                    {**_held_by(job), "again": False}, {"$set": done, "$unset": {"slot": ""}}
                )
            if ended:
                return True
            anew = {**FREE, "again": False, "attempts": 0}
            if await self._jobs.update({**_held_by(job), "again": True}, {"$set": anew}):
                return True
            if await self._jobs.one(_held_by(job)) is None:
                return False
        raise Unavailable(COMPONENT, "too many ask for the same job")

    async def retry(self, job: Job, run_at: datetime, error: str) -> bool:
        """Free the job until `run_at`; without an error it was put off, which is no attempt."""
        freed = {"run_at": micros(run_at), "error": error or None, **FREE}
        change = {"$set": freed, "$inc": {"attempts": 0 if error else -1}}
        return await self._held(job, change)

    async def fail(self, job: Job, error: str) -> bool:
        """Give the job up; it stays for people to see, and the same work may be queued anew."""
        failed = {"state": "failed", "error": error, **FREE}
        return await self._held(job, {"$set": failed, "$unset": {"slot": ""}})

    async def cancel(self, job_id: str) -> bool:
        """Nobody wants it any more."""
        return await self._jobs.update(
            {"_id": job_id, "state": "open"},
            {"$set": {"state": "cancelled", **FREE}, "$unset": {"slot": ""}},
        )

    async def release(self, owner: str) -> None:
        """Take the leases of a process that is no more."""
        await self._jobs.update_all({"owner": owner, "state": "open"}, {"$set": FREE})

    async def get(self, job_id: str) -> JobRecord | None:
        """The job as people see it."""
        found = await self._jobs.one({"_id": job_id})
        if found is None:
            return None
        result = found["result"]
        return JobRecord(
            job_id=job_id,
            kind=found["kind"],
            key=found["key"],
            state=found["state"],
            attempts=found["attempts"],
            run_at=moment(found["run_at"]),
            running=found["token"] is not None,
            progress=found["progress"],
            error=found["error"],
            result=None if result is None else json.loads(result),
        )

    async def forget_done(self, before: datetime) -> int:
        """Remove finished jobs that ended before that time; how many."""
        return await self._jobs.delete_all({"ended_at": {"$lt": micros(before)}})

    async def counts(self) -> dict[str, int]:
        """Jobs that are `open` (waiting or running) and `failed`."""
        where = {"state": {"$in": ["open", "failed"]}}
        found = await self._jobs.sums(where, "state")
        return {"open": 0, "failed": 0} | {state: int(jobs) for state, jobs in found.items()}

    async def _held(self, job: Job, change: Document) -> bool:
        """Change the leased job; False when somebody else has it by now."""
        return await self._jobs.update(_held_by(job), change)


def _held_by(job: Job) -> Document:
    return {"_id": job.job_id, "token": job.token, "state": "open"}
