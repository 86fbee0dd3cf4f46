"""A decision in the making: events, and the state as it is after them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from interview.clock import Clock
from interview.errors import IntegrityError
from interview.events import Event
from interview.records import Asking, Prompt, State
from interview.state import apply

Part = TypeVar("Part")


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

    @property
    def asking(self) -> Asking:
        """The open question.

        Raises:
            IntegrityError: None is open; the rule that asks should have looked before.
        """
        return _present(self.state.asking)

    @property
    def clock(self) -> Clock:
        """The open question's clock; raises as `asking` does."""
        return _present(self.state.clock)

    @property
    def prompt(self) -> Prompt:
        """The current line; raises as `asking` does."""
        return _present(self.state.prompt)


def _present(part: Part | None) -> Part:
    if part is None:
        raise IntegrityError("a rule needs a part of the state that is not there")
    return part
