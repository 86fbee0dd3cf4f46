"""What is told of a session. Pure.

News carries ids and states, no names and no words of anybody: who may know more asks for it.
"""

from __future__ import annotations

from typing import Any

from interview.judging import Decision
from interview.news import News
from interview.records import State, ViolationState
from interview.standing import standing_of
from interview.summary import summarise


def content_of(what: News, subject: str, state: State) -> dict[str, Any] | None:
    """What is told; None when it is no longer so.

    `subject`: the violation's id, the report's revision, the request's id, or the time of
    the end or the decision.
    """
    known: dict[str, Any] = {"session_id": state.session_id, "job_id": state.job_id}
    match what:
        case News.SESSION_FINISHED:
            return known | _finished(state) if state.status.final else None
        case News.REPORT_READY:
            return known | {"revision": int(subject)}
        case News.VIOLATION | News.APPEAL:
            found = state.watch.violation(subject)
            return None if found is None else known | _violation(found)
        case News.DECISION:
            decided = (d for d in state.judged.decisions if d.at.isoformat() == subject)
            found_decision = next(decided, None)
            return None if found_decision is None else known | _decision(found_decision)
        case News.REQUEST:
            return known | {"request_id": subject}


def _finished(state: State) -> dict[str, Any]:
    summary = summarise(state)
    return {
        "status": state.status.value,
        "standing": standing_of(state).value,
        "end_reason": state.end_reason,
        "started_at": state.started_at.isoformat() if state.started_at else None,
        "ended_at": state.ended_at.isoformat() if state.ended_at else None,
        "questions_answered": summary.answered,
        "questions": state.question_count,
    }


def _violation(found: ViolationState) -> dict[str, Any]:
    violation = found.violation
    return {
        "violation_id": violation.violation_id,
        "kind": violation.kind,
        "severity": violation.severity.value,
        "start_s": violation.start_s,
        "end_s": violation.end_s,
        "explained": found.explanation is not None,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {"outcome": decision.outcome.value, "decided_at": decision.at.isoformat()}
