"""Who is asking. Rights are the route table's business (`server/edge/routes.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Allow(StrEnum):
    """Whom a route admits."""

    PUBLIC = "public"
    STAFF = "staff"
    SERVICE = "service"
    CANDIDATE = "candidate"
    SIGNED = "signed"
    TICKET = "ticket"  # a socket: its handler redeems the one-use ticket before any data


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who signed in. `family` names the login that the token descends from."""

    username: str
    family: str
    role: str = "admin"

    @property
    def actor(self) -> str:
        """How logs of actions name the principal."""
        return f"staff:{self.username}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """The holder of one session's link."""

    session_id: str

    @property
    def actor(self) -> str:
        """How logs of actions name the principal."""
        return f"candidate:{self.session_id}"


@dataclass(frozen=True, slots=True)
class Service:
    """A program that showed the service key."""

    name: str = "service"

    @property
    def actor(self) -> str:
        """How logs of actions name the principal."""
        return "service"


@dataclass(frozen=True, slots=True)
class Bearer:
    """The holder of a signed address, valid for that path only."""

    path: str

    @property
    def actor(self) -> str:
        """How logs of actions name the principal."""
        return "signed address"


@dataclass(frozen=True, slots=True)
class Anyone:
    """Nobody in particular, on a public route."""

    @property
    def actor(self) -> str:
        """How logs of actions name the principal."""
        return "anyone"


Principal: TypeAlias = Staff | Candidate | Service | Bearer | Anyone

KIND: dict[type[Principal], Allow] = {
    Staff: Allow.STAFF,
    Candidate: Allow.CANDIDATE,
    Service: Allow.SERVICE,
    Bearer: Allow.SIGNED,
    Anyone: Allow.PUBLIC,
}
