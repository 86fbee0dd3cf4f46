"""One-use values and heartbeats: small things that processes share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from storage.backends.mongodb.collection import Collection
from storage.records import micros, moment, session_of

PURGE_EVERY = 256  # expired values are swept once in so many puts


class MongoOnce:
    """`OnceStore`."""

    def __init__(self, once: Collection, clock: Callable[[], datetime]) -> None:
        self._once = once
        self._clock = clock
        self._puts = 0

    async def put(self, key: str, value: Mapping[str, Any], expires_at: datetime) -> bool:
        """Store if absent; False when the key exists and has not expired."""
        now = micros(self._clock())
        self._puts += 1
        if self._puts % PURGE_EVERY == 0:
            await self._once.delete_all({"expires_at": {"$lte": now}})
        stored = {
            "_id": key,
            "session_id": session_of(value),
            "value": json.dumps(dict(value)),
            "expires_at": micros(expires_at),
        }
        if await self._once.insert(stored):
            return True
        expired = await self._once.delete({"_id": key, "expires_at": {"$lte": now}})
        return expired and await self._once.insert(stored)

    async def get(self, key: str, now: datetime) -> dict[str, Any] | None:
        """The value, if it is there and has not expired."""
        found = await self._once.one({"_id": key, "expires_at": {"$gt": micros(now)}})
        return None if found is None else dict(json.loads(found["value"]))

    async def take(self, key: str, now: datetime) -> dict[str, Any] | None:
        """Atomically remove and return; of two takers exactly one gets it."""
        found = await self._once.one({"_id": key})
        if found is None:
            return None
        same = {"_id": key, "value": found["value"], "expires_at": found["expires_at"]}
        if not await self._once.delete(same) or found["expires_at"] <= micros(now):
            return None
        return dict(json.loads(found["value"]))


class MongoHeartbeats:
    """`HeartbeatStore`."""

    def __init__(self, beats: Collection) -> None:
        self._beats = beats

    async def beat(self, owner: str, at: datetime) -> None:
        """This process was alive then."""
        await self._beats.update({"_id": owner}, {"$set": {"at": micros(at)}}, upsert=True)

    async def beats(self) -> dict[str, datetime]:
        """The last beat of every process that is not forgotten."""
        return {item["_id"]: moment(item["at"]) for item in await self._beats.all({})}

    async def forget(self, owner: str) -> None:
        """That process is no more."""
        await self._beats.delete({"_id": owner})
