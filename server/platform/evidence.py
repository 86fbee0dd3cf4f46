"""Signals with signed addresses of what shows them."""

from __future__ import annotations

from interview.errors import NotFound
from interview.records import State, ViolationState
from server.edge.auth.signing import sign_path
from server.platform.reports.model import ProctoringViolation
from server.platform.services import CoreServices

MEDIA_TTL_S = 6 * 3_600


def with_stills(
    services: CoreServices, session_id: str, violations: tuple[ProctoringViolation, ...]
) -> list[ProctoringViolation]:
    """Each with a fresh signed address of its picture, where there is one."""
    return [
        item.model_copy(
            update={"still_url": evidence_url(services, session_id, "stills", item.violation_id)}
        )
        if item.has_still
        else item
        for item in violations
    ]


def evidence_url(services: CoreServices, session_id: str, kind: str, violation_id: str) -> str:
    """A signed address of a signal's picture (`stills`) or recording (`clips`), good for 6 h."""
    path = f"/api/recordings/{session_id}/{kind}/{violation_id}"
    return sign_path(services.keys, path, MEDIA_TTL_S, services.clock())


def violation_in(state: State, violation_id: str) -> ViolationState:
    """A signal of the session. Raises NotFound."""
    found = state.watch.violation(violation_id)
    if found is None:
        raise NotFound("Violation", violation_id)
    return found
