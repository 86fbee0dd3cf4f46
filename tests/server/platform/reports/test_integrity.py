"""The report's integrity part: signals with evidence, and only what people made of them counts."""

from __future__ import annotations

import pytest

from interview.commands import (
    BeginWatching,
    DecideBiometricConsent,
    EndSession,
    ExplainViolation,
    RecordViolation,
    RecordWatchGap,
    ReviewViolation,
)
from interview.nouns import ProctoringPlan
from interview.signals import KindCapability, ReviewOutcome, WatchGap
from server.platform.reports.integrity import integrity_of, violations_of
from server.platform.reports.model import ReportBody
from tests.interview.sitting import Sitting, answering, plan_of, violation
from tests.server.platform.reports.sessions import record_of


def watched() -> Sitting:
    sitting = answering(plan_of())
    sitting.do(BeginWatching(capabilities=(KindCapability(kind="no_face", available=True),)))
    return sitting


def test_nothing_watched_is_said_so() -> None:
    integrity = integrity_of(answering(plan_of()).state)
    assert not integrity.monitored
    assert integrity.statement == (
        "The interview was not watched: no camera picture reached the server."
    )
    off = answering(plan_of(proctoring=ProctoringPlan.model_validate({"profile": "off"})))
    assert "not proctored" in integrity_of(off.state).statement


def test_only_reviewed_outcomes_count() -> None:
    sitting = watched()
    assert integrity_of(sitting.state).statement == "No integrity signals were recorded."
    for number in range(4):
        seen = violation(f"v{number}", start_s=10 - number, end_s=15, hint=number == 3)
        sitting.do(RecordViolation(violation=seen))
    for number, outcome in enumerate((ReviewOutcome.CONFIRMED, ReviewOutcome.DISMISSED)):
        sitting.do(ReviewViolation(violation_id=f"v{number}", outcome=outcome, by="staff:ann"))
    sitting.do(ExplainViolation(violation_id="v0", text="I dropped a pen."))
    integrity = integrity_of(sitting.state)
    assert integrity.statement == (
        "3 integrity signals: 1 confirmed by a person, 1 dismissed, "
        "1 not yet reviewed and not to be relied on."
    )
    assert (integrity.confirmed, integrity.dismissed, integrity.unreviewed) == (1, 1, 1)
    shown = violations_of(sitting.state)
    assert [item.violation_id for item in shown] == ["v3", "v2", "v1", "v0"], "in order of time"
    assert shown[-1].explanation == "I dropped a pen." and shown[-1].severity == 2
    assert shown[-1].reviews[0].by == "staff:ann" and shown[-1].code == "no_face"


def test_gaps_are_gaps_and_the_timeline_has_it_all() -> None:
    sitting = watched()
    sitting.do(RecordWatchGap(gap=WatchGap(start_s=3, end_s=9, cause="worker_lost")))
    sitting.do(RecordViolation(violation=violation("v1", start_s=20, end_s=25)))
    sitting.do(EndSession(by="staff", reason="test"))
    body = ReportBody.model_validate(record_of(sitting).body)
    assert body.integrity.gaps[0].cause == "worker_lost"
    signals = [(e.at_s, e.end_s, e.label) for e in body.timeline if e.kind == "signal"]
    assert signals == [(3, 9, "Nothing was watched"), (20, 25, "No face was seen for 5 s.")]


@pytest.mark.parametrize(
    ("granted", "says"),
    [(None, "did not decide"), (False, "did not agree"), (True, "no reference picture")],
)
def test_whether_faces_were_compared(granted: bool | None, says: str) -> None:
    sitting = watched()
    if granted is not None:
        sitting.do(DecideBiometricConsent(granted=granted, text_version="2026-11"))
    assert says in integrity_of(sitting.state).identity
