"""Whole sessions, made by the real state machine, for the tests of reports."""

from __future__ import annotations

from datetime import timedelta

from interview.commands import RecordEvaluation
from interview.events import StoredEvent
from interview.nouns import (
    SCORE_NAMES,
    Evaluation,
    EvaluationStatus,
    EvidenceQuote,
    InterviewPlan,
    Score,
)
from interview.ports.storage import ReportRecord
from server.platform.reports.build import build_report
from server.platform.reports.model import RecordingReport, RecordingSpan
from tests.interview.sitting import Sitting, asked, plan_of

RECORDING = RecordingReport(
    available=True,
    mime="video/webm",
    duration_s=402.0,
    size_bytes=12_000_000,
    coverage_percent=100.0,
    statement="100 % of 6:42, 1 reconnect",
    timeline=(RecordingSpan(session_start_s=0.5, recording_start_s=0, duration_s=402),),
)


def evaluation(answer_id: str, number: int, value: float | None, quote: str) -> Evaluation:
    """A finished evaluation with the same value everywhere."""
    evidence = (EvidenceQuote(quote=quote, start_s=1.0, end_s=2.0),) if value is not None else ()
    return Evaluation(
        answer_id=answer_id,
        question_number=number,
        status=EvaluationStatus.DONE,
        method="rules",
        versions={"rules": "1", "embeddings": "minilm@1"},
        scores={
            name: Score(value=value, reason="Because of what was said.", evidence=evidence)
            for name in SCORE_NAMES
        },
        strengths=(f"Strong in {number}.",),
        weaknesses=(f"Weak in {number}.",),
        feedback=f"Feedback on {number}.",
        measures={
            "speech_words": 50,
            "speech_span_s": 30.0,
            "silence_s": 6.0,
            "fillers": 2,
            "words": 50,
        },
    )


def finished_sitting(
    values: tuple[float | None, ...] = (8.0, 6.0), *, plan: InterviewPlan | None = None
) -> Sitting:
    """All questions answered by typing; the first `len(values)` answers evaluated."""
    sitting = asked(plan or plan_of(len(values)))
    for number in range(1, sitting.state.question_count + 1):
        sitting.hear(2)
        sitting.type(f"a{number}", f"This is what I say to question {number}.")
        if number <= len(values):
            found = evaluation(f"a{number}", number, values[number - 1], "This is what I say")
            sitting.do(RecordEvaluation(evaluation=found))
    return sitting


def stored(sitting: Sitting) -> list[StoredEvent]:
    """The log as the store gives it."""
    return [
        StoredEvent(session_id="s1", seq=seq, event=event)
        for seq, event in enumerate(sitting.log, start=1)
    ]


def record_of(sitting: Sitting, recording: RecordingReport | None = RECORDING) -> ReportRecord:
    """The report of a sitting, one second after its last event."""
    return build_report(
        sitting.state,
        log=stored(sitting),
        recording=recording,
        now=sitting.now + timedelta(seconds=1),
        revision=1,
    )
