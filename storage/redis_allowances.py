"""How often something happened, counted in Redis; in the store while Redis is away."""

from __future__ import annotations

from datetime import datetime

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from interview.ports.storage import Allowances
from storage.allowance import Window

PREFIX = "vivavoce:allowance:"
TIMEOUT_S = 1.0
TAKE = """
local previous = tonumber(redis.call('GET', KEYS[1]) or '0')
local current = tonumber(redis.call('GET', KEYS[2]) or '0')
if current < math.floor(tonumber(ARGV[1]) - previous * tonumber(ARGV[2]) + 1e-9) then
  redis.call('INCR', KEYS[2])
  redis.call('EXPIRE', KEYS[2], ARGV[3])
  return {1, previous, current}
end
return {0, previous, current}
"""

log = structlog.get_logger(__name__)


class RedisAllowances:
    """`Allowances` of all processes that have the same Redis."""

    def __init__(self, url: str, otherwise: Allowances) -> None:
        self._redis: Redis = Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S
        )
        self._otherwise = otherwise

    async def take(self, key: str, limit: int, window_s: int, now: datetime) -> float:
        """Count one if there is room and answer 0; else the seconds to wait."""
        window = Window.at(now, window_s)
        names = [f"{PREFIX}{key}:{number}" for number in (window.number - 1, window.number)]
        told = [str(limit), f"{1 - window.over:.9f}", str(2 * window_s)]
        try:
            took, previous, current = await self._redis.eval(TAKE, 2, *names, *told)
        except (RedisError, OSError) as error:
            log.warning("redis_unavailable", error=type(error).__name__)
            return await self._otherwise.take(key, limit, window_s, now)
        if int(took):
            return 0.0
        return max(window.wait_s(int(previous), int(current), limit), 0.001)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
