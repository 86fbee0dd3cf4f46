"""`Changes` over Redis: news and volatile frames between processes within milliseconds.

Redis carries, it keeps nothing: when it is away, the heads are still asked for in the store.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from interview.ports.changes import Audience
from interview.ports.storage import EventStore
from server.live.changes import POLL_S, PolledChanges

CHANNEL = "vivavoce:changes"
MAX_WAITING = 1_000  # beyond it the oldest news is dropped: the store is asked anyway
AGAIN_S = 1.0
TIMEOUT_S = 5.0

log = structlog.get_logger(__name__)


class RedisChanges(PolledChanges):
    """Tells and hears over one channel; polling goes on beside it as a net."""

    def __init__(self, events: EventStore, url: str, *, poll_s: float = POLL_S) -> None:
        super().__init__(events, poll_s=poll_s)
        self._redis: Redis = Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_S, socket_timeout=None
        )
        self._origin = uuid.uuid4().hex[:12]
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._links: list[asyncio.Task[None]] = []

    def appended(self, session_id: str, seq: int) -> None:
        """Everybody hears, here at once."""
        super().appended(session_id, seq)
        self._tell({"session": session_id, "seq": seq})

    def show(self, session_id: str, audience: Audience, frame: str) -> None:
        """A volatile frame for those who follow elsewhere."""
        self._tell({"session": session_id, "audience": audience, "frame": frame})

    def _tell(self, news: dict[str, Any]) -> None:
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(json.dumps({"origin": self._origin, **news}))

    async def start(self) -> None:
        """Begin to tell, to hear and to ask."""
        await super().start()
        self._links = [
            asyncio.create_task(self._ever(self._publish), name="changes-tell"),
            asyncio.create_task(self._ever(self._subscribe), name="changes-hear"),
        ]

    async def aclose(self) -> None:
        """Leave the channel."""
        for task in self._links:
            task.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)
        await super().aclose()
        await self._redis.aclose()

    async def _ever(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except (RedisError, OSError) as error:
                log.warning("redis_unavailable", error=type(error).__name__)
            await asyncio.sleep(AGAIN_S)

    async def _publish(self) -> None:
        while True:
            await self._redis.publish(CHANNEL, await self._waiting.get())

    async def _subscribe(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            async for message in channel.listen():
                if message["type"] == "message":
                    self._hear(message["data"])

    def _hear(self, data: bytes) -> None:
        try:
            news = json.loads(data)
            origin, session_id = news["origin"], news["session"]
        except (ValueError, KeyError, TypeError):
            log.warning("redis_message_unreadable")
            return
        if origin == self._origin:
            return
        for moved, shown in list(self._following.get(session_id, ())):
            if "seq" in news:
                moved(int(news["seq"]))
            elif "frame" in news:
                shown(news["audience"], news["frame"])
