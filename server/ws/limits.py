"""How much one client may send. Pure: time is an argument."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """`rate_per_s` tokens a second, at most `burst` at once."""

    rate_per_s: float
    burst: float
    tokens: float = -1.0
    filled_at_s: float = 0.0

    def take(self, now_s: float, amount: float = 1.0) -> bool:
        """Use `amount` tokens; False when there are not enough (nothing is used then)."""
        if self.tokens < 0:
            self.tokens, self.filled_at_s = self.burst, now_s
        self.tokens = min(self.burst, self.tokens + (now_s - self.filled_at_s) * self.rate_per_s)
        self.filled_at_s = now_s
        if self.tokens < amount:
            return False
        self.tokens -= amount
        return True


class FloodGuard:
    """Frames and bytes of one connection; after `strikes` refusals in a row it is put out."""

    def __init__(self, strikes: int = 200) -> None:
        self._frames = TokenBucket(rate_per_s=60, burst=300)
        self._bytes = TokenBucket(rate_per_s=400_000, burst=8_000_000)
        self._strikes_allowed = strikes
        self.strikes = 0

    def admit(self, size_bytes: int, now_s: float) -> bool:
        """Whether a frame of that size may be looked at."""
        ok = self._frames.take(now_s) and self._bytes.take(now_s, size_bytes)
        self.strikes = 0 if ok else self.strikes + 1
        return ok

    @property
    def exhausted(self) -> bool:
        """Whether the client has ignored the limits for too long."""
        return self.strikes > self._strikes_allowed
