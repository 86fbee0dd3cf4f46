"""One-use tickets that open a socket: browsers cannot send headers with a WebSocket."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from interview.errors import Unauthenticated
from server.edge.gate import Gate

TICKET_TTL_S = 30
Role = Literal["candidate", "observer"]


@dataclass(frozen=True, slots=True)
class TicketGrant:
    """What a ticket opens: one session, in one role, for the principal who asked for it."""

    session_id: str
    role: Role
    principal: str


async def issue_ticket(
    gate: Gate, session_id: str, role: Role, principal: str = ""
) -> tuple[str, int]:
    """A new ticket and its life in seconds. Only its hash is stored.

    Raises:
        Unavailable: The storage refuses.
    """
    ticket = secrets.token_urlsafe(32)
    grant = {"session_id": session_id, "role": role, "principal": principal}
    expires_at = gate.clock() + timedelta(seconds=TICKET_TTL_S)
    await gate.storage.once.put(_key(ticket), grant, expires_at)
    return ticket, TICKET_TTL_S


async def take_ticket(gate: Gate, ticket: str) -> TicketGrant:
    """Redeem a ticket; of two takers exactly one succeeds.

    Raises:
        Unauthenticated: Unknown, used or expired.
    """
    stored = None
    if 0 < len(ticket) <= 128:
        stored = await gate.storage.once.take(_key(ticket), gate.clock())
    if stored is None:
        raise Unauthenticated("The ticket is not valid (unknown, used or expired).")
    role: Role = "candidate" if stored["role"] == "candidate" else "observer"
    return TicketGrant(str(stored["session_id"]), role, str(stored["principal"]))


def _key(ticket: str) -> str:
    return "ticket:" + hashlib.sha256(ticket.encode()).hexdigest()
