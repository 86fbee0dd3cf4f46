"""How often something happened: one count for each key and window."""

from __future__ import annotations

from datetime import datetime

from storage.allowance import Window, sweep_before
from storage.backends.mongodb.collection import Collection

SWEEP_EVERY = 512
TRIES = 5


class MongoAllowances:
    """`Allowances`."""

    def __init__(self, counts: Collection) -> None:
        self._counts = counts
        self._takes = 0

    async def take(self, key: str, limit: int, window_s: int, now: datetime) -> float:
        """Count one if there is room and answer 0; else the seconds to wait."""
        self._takes += 1
        if self._takes % SWEEP_EVERY == 0:
            await self._counts.delete_all({"ends_at": {"$lt": sweep_before(now)}})
        window = Window.at(now, window_s)
        previous = await self._count(f"{key}:{window.number - 1}")
        own, room = f"{key}:{window.number}", window.room(previous, limit)
        current = 0
        for _ in range(TRIES):
            if room > 0 and await self._counts.update(
                {"_id": own, "count": {"$lt": room}},
                {"$inc": {"count": 1}, "$setOnInsert": {"ends_at": window.forgotten_at()}},
                upsert=True,
            ):
                return 0.0
            current = await self._count(own)
            if current >= room:
                break  # else another caller made the count in the same moment: once more
        return max(window.wait_s(previous, current, limit), 0.001)

    async def _count(self, name: str) -> int:
        found = await self._counts.one({"_id": name})
        return 0 if found is None else int(found["count"])
