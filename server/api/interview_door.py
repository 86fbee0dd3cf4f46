"""What the parts of other programs' door share: the address and who may come in."""

from __future__ import annotations

from typing import Any

from interview.accounts import MAKERS, TEAM
from interview.records import State
from server.edge.routes import STAFF_OR_SERVICE, Route

BASE = "/api/interview"


def door_route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    """A route below `BASE` for services and staff: the team reads, makers write."""
    return Route(
        method=method,
        path=f"{BASE}{path}",
        handler=handler,
        allow=STAFF_OR_SERVICE,
        summary=summary,
        **({"roles": TEAM if method == "GET" else MAKERS} | more),
    )


def seconds_of(state: State) -> int | None:
    """From the begin of a session to its end; None before."""
    if state.started_at is None or state.ended_at is None:
        return None
    return round((state.ended_at - state.started_at).total_seconds())
