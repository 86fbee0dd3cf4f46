"""Connects, makes the indexes, and joins the parts to one `Storage`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from interview.errors import InvalidInput, Unavailable
from storage.backends.mongodb.allowances import MongoAllowances
from storage.backends.mongodb.collection import DOWN, UP, Collection, Document
from storage.backends.mongodb.declared import MongoDocuments
from storage.backends.mongodb.directory import ORDERS, MongoDirectory
from storage.backends.mongodb.events import MongoEvents
from storage.backends.mongodb.faults import COMPONENT, translated
from storage.backends.mongodb.followup import FollowUp
from storage.backends.mongodb.jobs import MongoJobs
from storage.backends.mongodb.moving import MongoContent
from storage.backends.mongodb.records import (
    MongoAudit,
    MongoRecordings,
    MongoReports,
)
from storage.backends.mongodb.shared import MongoHeartbeats, MongoOnce
from storage.backends.mongodb.upgrades import upgrade

SETTING = "MONGODB_URI"
DATABASE = "vivavoce"
# Unless the address says otherwise. A write that is not confirmed by a majority is not stored.
LIMITS_MS = {
    "serverSelectionTimeoutMS": 3_000,
    "connectTimeoutMS": 3_000,
    "socketTimeoutMS": 20_000,
    "wTimeoutMS": 10_000,
}


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class MongoStorage:
    """`Storage` in one database. Any number of processes on any number of machines share it."""

    def __init__(
        self,
        client: AsyncIOMotorClient[Document],
        database: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self.database = client[database]
        part = self._collection
        self._batches, self._sessions = part("batches"), part("sessions")
        self._jobs, self._once = part("jobs"), part("once")
        self._reports, self._audit = part("reports"), part("audit")
        self._chunks, self._parts = part("recording_chunks"), part("recording_parts")
        self._checks = part("checks")
        self.jobs = MongoJobs(self._jobs)
        self.follow_up = FollowUp(self._batches, self._sessions, self.jobs, self._erase_rest, clock)
        self.events = MongoEvents(self._batches, self._sessions, self.jobs, self.follow_up)
        self.sessions = MongoDirectory(self._sessions, self.follow_up.repair, self.events.seal)
        self.reports = MongoReports(self._reports, self._exists)
        self.once = MongoOnce(self._once, clock)
        self._allowances = part("allowances")
        self.allowances = MongoAllowances(self._allowances)
        self.heartbeats = MongoHeartbeats(part("beats"))
        self.recordings = MongoRecordings(self._chunks, self._parts, self._exists)
        self.audit = MongoAudit(self._audit)
        self.documents = MongoDocuments(part)
        self.content = MongoContent(part, self._names)

    async def prepare(self) -> None:
        """Make what is missing of the indexes, and begin to sweep. Raises Unavailable."""
        newest = [("by_created_at", DOWN), ("_id", DOWN)]
        await self._batches.index(("session_id", UP), ("last_seq", UP))
        await self._batches.index(("session_id", UP), ("after", UP))
        await self._batches.index(("pending", UP))
        await self._sessions.index(("organisation_id", UP), *newest)
        for field in ("status", "standing", "unreviewed", "interview_id", "job_id", "assignee"):
            await self._sessions.index(("organisation_id", UP), (field, UP), *newest)
        await self._sessions.index(("status", UP), ("by_created_at", UP))
        for order in ORDERS:
            await self._sessions.index(("organisation_id", UP), *order)
        await self._sessions.index(("projection", UP), ("_id", UP))
        await self._sessions.index(("wake_at", UP))
        await self._sessions.index(("room_owner", UP))
        await self._jobs.index(("slot", UP), unique=True)
        await self._jobs.index(("state", UP), ("run_at", UP), ("queued", UP))
        await self._jobs.index(("ended_at", UP))
        await self._once.index(("expires_at", UP))
        await self._reports.index(("organisation_id", UP), ("created_at", DOWN), ("_id", DOWN))
        await upgrade(self._collection)
        await self._allowances.index(("ends_at", UP))
        await self._audit.index(("target", UP), ("at", DOWN), ("_id", DOWN))
        await self._audit.index(("at", DOWN), ("_id", DOWN))
        for field in ("actor", "action"):
            await self._audit.index((field, UP), ("at", DOWN), ("_id", DOWN))
            await self._audit.index(
                ("organisation_id", UP), (field, UP), ("at", DOWN), ("_id", DOWN)
            )
        await self._audit.index(("organisation_id", UP), ("at", DOWN), ("_id", DOWN))
        for part in (self._jobs, self._once, self._chunks, self._parts):
            await part.index(("session_id", UP))
        self.follow_up.start()

    async def check(self) -> None:
        """Write something and read it back.

        Raises:
            Unavailable: Either fails.
        """
        where = {"_id": "check"}
        await self._checks.update(where, {"$inc": {"count": 1}}, upsert=True)
        if await self._checks.one(where) is None:
            raise Unavailable(COMPONENT, "what was written cannot be read")

    async def overwrite(self) -> None:
        """Nothing to do here: what a database server keeps of deleted content is its operator's."""

    async def close(self) -> None:
        """Close the connections. Repeating it is harmless."""
        await self.follow_up.aclose()
        self._client.close()

    async def drop(self) -> None:
        """Remove the whole database (tests and benchmarks)."""
        with translated():
            await self._client.drop_database(self.database.name)

    def _collection(self, name: str) -> Collection:
        return Collection(self.database, name)

    async def _names(self) -> list[str]:
        with translated():
            return await self.database.list_collection_names()

    async def _exists(self, session_id: str) -> bool:
        return await self.sessions.get(session_id) is not None

    async def _erase_rest(self, session_id: str) -> None:
        """Everything of a session outside its log and its summary."""
        await self._reports.delete_all({"_id": session_id})
        for part in (self._jobs, self._once, self._chunks, self._parts):
            await part.delete_all({"session_id": session_id})
        await self._audit.update_all({"target": session_id}, {"$set": {"details": "{}"}})


async def open_backend(url: str, clock: Callable[[], datetime] = utc_now) -> MongoStorage:
    """Connect to `mongodb://host:port/database` and prepare the database.

    Raises:
        InvalidInput: The address is unusable.
        Unavailable: The database cannot be reached within 3 s, or refuses.
    """
    client, database = _connect(url)
    storage = MongoStorage(client, database, clock)
    try:
        await storage.prepare()
        await storage.check()
    except BaseException:
        await storage.follow_up.aclose()
        client.close()
        raise
    return storage


def _connect(url: str) -> tuple[AsyncIOMotorClient[Document], str]:
    try:
        known = parse_uri(url, warn=False)
        limits: dict[str, Any] = {
            name: value for name, value in LIMITS_MS.items() if name not in known["options"]
        }
        client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url, w="majority", journal=True, tz_aware=True, appname="vivavoce", **limits
        )
    except (PyMongoError, ValueError) as error:
        why = "it must be mongodb://host:port/database"
        raise InvalidInput(SETTING, f"{why} ({type(error).__name__})") from None
    return client, known["database"] or DATABASE
