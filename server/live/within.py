"""What the parts of a room see of it, and a presenter of its session: no part knows the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from interview.commands import Command
from interview.journal import Sink
from interview.ports.changes import Audience
from interview.state import State
from proctoring.signals import FrameSeen
from server.live.connection import Connection
from server.live.context import LiveContext
from server.live.frames import Outgoing
from server.live.messages import ServerFrame
from server.live.overheard import Ear

SeenListener = Callable[[FrameSeen], None]


class Shown(Protocol):
    """A session to whoever shows it."""

    @property
    def session_id(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def context(self) -> LiveContext: ...
    @property
    def sinks(self) -> list[Sink]: ...
    @property
    def connections(self) -> Mapping[str, Connection]: ...

    def broadcast(self, outgoing: Outgoing) -> None: ...
    def show(self, frame: ServerFrame, audience: Audience = "all") -> None: ...
    def spawn(self, work: Callable[[], object], name: str) -> None: ...


class Within(Shown, Protocol):
    """A room to its parts: commands are fenced, tasks end with it."""

    @property
    def seen_by(self) -> set[SeenListener]: ...
    @property
    def heard_by(self) -> set[Ear]: ...
    @property
    def on_close(self) -> list[Callable[[], None]]: ...

    def clock_s(self) -> float: ...

    async def command(self, command: Command) -> State:
        """Carry out a command of this room. Raises RoomReplaced when it is no more."""
