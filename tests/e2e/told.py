"""What a session's log tells of the candidate's time, read from the store beside a real server.

No frame says when it was sent, and a full machine hands it over late; events have their times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from interview.events import Event
from interview.machine import remaining_s
from interview.state import replay
from storage.opening import open_storage


@dataclass(frozen=True)
class Log:
    """The events that were stored when it was read."""

    events: tuple[Event, ...]

    def left_s(self, at: datetime) -> float:
        """Seconds to answer the open question that are left at `at`, by what is known now."""
        left_s = remaining_s(replay(event for event in self.events if event.at <= at), at)
        assert left_s is not None, "no question is open"
        return left_s

    def since(self, kind: str, at: datetime) -> bool:
        """Whether an event of that kind has happened since."""
        return any(event.type == kind and event.at > at for event in self.events)

    def last(self, kind: str) -> datetime:
        """When an event of that kind happened last."""
        return max(event.at for event in self.events if event.type == kind)


async def log_of(url: str, session_id: str) -> Log:
    """Read it."""
    storage = await open_storage(url)
    try:
        return Log(tuple(item.event for item in await storage.events.read(session_id)))
    finally:
        await storage.close()
