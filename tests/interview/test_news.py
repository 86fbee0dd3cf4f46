"""What is told of a session, and that it names nobody."""

from __future__ import annotations

import json
from datetime import timedelta

from interview.commands import Decide, EndSession, ExplainViolation, RecordViolation
from interview.effects import TELL, jobs_for
from interview.judging import DecisionOutcome
from interview.news import News
from interview.signals import Severity, Violation
from interview.state import apply
from interview.telling import content_of
from tests.interview.sitting import ANN, Sitting, asked


def told(sitting: Sitting, *commands: object) -> list[tuple[News, str]]:
    """What the commands make others be told."""
    found: list[tuple[News, str]] = []
    for command in commands:
        before = sitting.state
        for event in sitting.do(command):  # type: ignore[arg-type]
            before = apply(before, event)
            jobs = [job for job in jobs_for(event, before) if job.kind == TELL]
            found += [(News(job.payload["what"]), job.payload["subject"]) for job in jobs]
    return found


def violation(violation_id: str, *, hint: bool = False) -> RecordViolation:
    return RecordViolation(
        violation=Violation(
            violation_id=violation_id,
            kind="no_face",
            message="Nobody was in view.",
            severity=Severity.MEDIUM,
            start_s=1,
            end_s=6,
            engine="test",
            hint=hint,
        )
    )


def test_ends_decisions_signals_and_appeals_are_news() -> None:
    sitting = asked()
    news = told(
        sitting,
        violation("v1"),
        violation("v2", hint=True),
        ExplainViolation(violation_id="v1", text="The postman rang."),
        EndSession(by="staff", reason="ended_by_staff"),
        Decide(by="staff", outcome=DecisionOutcome.HOLD, reason="Ann was unwell."),
    )
    kinds = [what for what, _ in news]
    assert kinds == [News.VIOLATION, News.APPEAL, News.SESSION_FINISHED, News.DECISION]
    for what, subject in news:
        content = content_of(what, subject, sitting.state)
        assert content is not None and content["session_id"] == sitting.state.session_id
        text = json.dumps(content)
        assert ANN.name not in text and ANN.email not in text
        assert "postman" not in text and "unwell" not in text


def test_what_is_no_longer_so_is_not_told() -> None:
    sitting = asked()
    state = sitting.state
    later = (state.updated_at + timedelta(days=1)).isoformat()
    assert content_of(News.SESSION_FINISHED, later, state) is None
    assert content_of(News.VIOLATION, "nobody", state) is None
    assert content_of(News.DECISION, later, state) is None
    assert content_of(News.REPORT_READY, "2", state) == {
        "session_id": state.session_id,
        "job_id": None,
        "revision": 2,
    }
