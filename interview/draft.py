"""A decision in the making: events, and the state as it is after them."""

from __future__ import annotations

from datetime import datetime

from interview.events import Event
from interview.records import State
from interview.state import apply


class Draft:
    """Collects the events of one decision; each takes effect at once on `state`.

    `now` never lies before the last event, whatever the machine's time does.
    """

    def __init__(self, state: State, now: datetime) -> None:
        self.state = state
        self.now = max(now, state.updated_at)
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Add an event and apply it."""
        self.events.append(event)
        self.state = apply(self.state, event)
