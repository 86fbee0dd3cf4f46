"""Who is asking. Rights are the route table's business (`server/edge/routes.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from interview.accounts import Role
from interview.nouns import DEFAULT_ORGANISATION
from server.edge.auth.scopes import EVERYTHING


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
    """A person who signed in, as the account says at this request.

    `family` names the login that the token descends from; `subscribed`: the organisation's
    subscription runs.
    """

    user_id: str
    username: str
    family: str
    organisation_id: str
    roles: frozenset[Role]
    subscribed: bool = True

    @property
    def role(self) -> Role:
        """The first of the roles in the order of `Role`."""
        return next(role for role in Role if role in self.roles)

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
    """A program that showed a service key: the server's own, or one of an organisation.

    `key_id` is empty for the server's own, which may do everything for the first organisation.
    """

    organisation_id: str = DEFAULT_ORGANISATION
    key_id: str = ""
    scopes: frozenset[str] = frozenset({EVERYTHING})

    @property
    def actor(self) -> str:
        """How logs of actions name the principal."""
        return f"service:{self.key_id}" if self.key_id else "service"


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
