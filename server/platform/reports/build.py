"""From a session's log to its report. Pure: the same log, recording and time give the same report.

Only that session's data goes in. Answers without an evaluation are flagged and the report is
`partial` until they arrive; averages are over evaluated answers only; no number is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agents.evaluation.weights import CODING_WEIGHTS, TEXT_WEIGHTS
from interview.ending import rescoring_waits
from interview.events import AnswerOpened, Event, PromptIssued, StoredEvent
from interview.nouns import AnswerOutcome, EvaluationStatus, Purpose, QuestionKind
from interview.ports.storage import ReportRecord
from interview.records import AnswerState, State
from interview.standing import standing_of
from server.platform.reports import feedback, kpis
from server.platform.reports.integrity import integrity_of, violations_of
from server.platform.reports.model import (
    AnswerReport,
    EngineUse,
    Provenance,
    RecordingReport,
    RefusedAnswer,
    ReportBody,
    ReportStatus,
    Weights,
)
from server.platform.reports.rescored import rescored_of
from server.platform.reports.score_lines import score_lines
from server.platform.reports.summary import CAVEAT, summary_of
from server.platform.reports.timeline import capability_notes, timeline_of
from server.platform.reports.transcript import session_clock, transcript_of

NOT_RECORDED = RecordingReport(
    available=False,
    statement="No recording was received.",
    reason="No part of a recording reached the server.",
)


def build_report(
    state: State,
    *,
    log: Sequence[StoredEvent] = (),
    recording: RecordingReport | None,
    now: datetime,
    revision: int,
    created_at: datetime | None = None,
    engines: Sequence[EngineUse] = (),
) -> ReportRecord:
    """The report as stored; `body` is a `ReportBody` as JSON.

    `log` gives the transcript its times and the timeline its entries; without it the transcript
    comes from the state's dialogue. `engines` are those that took part beside the evaluators.

    Raises:
        ValueError: The log holds an event of another session.
    """
    if any(stored.session_id != state.session_id for stored in log):
        raise ValueError("the log holds events of another session")
    body = build_body(
        state, log=log, recording=recording, now=now, revision=revision, engines=engines
    )
    return ReportRecord(
        session_id=state.session_id,
        status=body.report_status.value,
        revision=revision,
        created_at=created_at or now,
        updated_at=now,
        name=state.candidate.name,
        email=state.candidate.email,
        overall_score=body.overall_score,
        organisation_id=state.organisation_id,
        body=body.model_dump(mode="json"),
    )


def build_body(
    state: State,
    *,
    log: Sequence[StoredEvent],
    recording: RecordingReport | None,
    now: datetime,
    revision: int,
    engines: Sequence[EngineUse],
) -> ReportBody:
    """The report itself."""
    log = [stored for stored in log if stored.seq <= state.seq]  # both at the same moment
    events = [stored.event for stored in log]
    evaluations = kpis.done(state)
    coverage = kpis.coverage_of(state)
    strengths = feedback.strengths(evaluations)
    improvements = feedback.improvements(evaluations)
    mean = kpis.overall_of(state)
    overall = kpis.percent(mean)
    integrity, notes = integrity_of(state), capability_notes(state, events)
    summary = summary_of(state, mean, coverage, integrity, notes)
    waiting = coverage.pending > 0 or not state.status.final or rescoring_waits(state)
    status = ReportStatus.PARTIAL if waiting else ReportStatus.READY
    return ReportBody(
        session_id=state.session_id,
        title=state.plan.title,
        status=state.status,
        standing=standing_of(state),
        end_reason=state.end_reason,
        ended_by=state.ended_by,
        report_status=status,
        revision=revision,
        language=state.plan.language,
        candidate_name=state.candidate.name,
        candidate_email=state.candidate.email,
        candidate_phone=state.candidate.phone or None,
        interview_date=state.started_at or state.created_at,
        completed_at=state.ended_at,
        duration_s=_duration(state, now),
        overall_score=overall,
        technical_score=kpis.percent(kpis.average(evaluations, "technical_accuracy")),
        communication_score=kpis.percent(kpis.average(kpis.prose(state), "communication_clarity")),
        problem_solving_score=kpis.percent(kpis.average(evaluations, "problem_solving")),
        score_reason=None if overall is not None else coverage.statement,
        scores=score_lines(
            evaluations,
            coverage.statement,
            code=[e for e in evaluations if kpis.of_code(state, e)],
            enough=mean is not None,
        ),
        summary=summary,
        caveat=CAVEAT,
        detailed_feedback=feedback.detailed(state, overall, coverage),
        strengths=strengths,
        areas_for_improvement=improvements,
        interview_transcript=transcript_of(state, events),
        kpis=kpis.kpis_of(state, len(strengths), len(improvements)),
        proctoring_violations=violations_of(state),
        integrity=integrity,
        answers=answers_of(state, events),
        refused_answers=_refused(state),
        coverage=coverage,
        weights=_weights(),
        recording=recording or NOT_RECORDED,
        timeline=timeline_of(state, events),
        capability_notes=notes,
        provenance=_provenance(state, log, now, engines),
    )


def answers_of(state: State, events: Sequence[Event]) -> tuple[AnswerReport, ...]:
    """Each closed question with all that was given to it."""
    asked = [
        event
        for event in events
        if isinstance(event, PromptIssued)
        and event.purpose in (Purpose.QUESTION, Purpose.FOLLOW_UP)
    ]
    opened = [event for event in events if isinstance(event, AnswerOpened)]
    return tuple(_answer(state, answer, asked, opened) for answer in state.answers)


def _answer(
    state: State,
    answer: AnswerState,
    asked: Sequence[PromptIssued],
    opened: Sequence[AnswerOpened],
) -> AnswerReport:
    seconds = session_clock(state)
    question = state.plan.questions[answer.question_number - 1]
    purpose = Purpose.FOLLOW_UP if answer.follow_up else Purpose.QUESTION
    prompts = [
        p for p in asked if p.question_number == answer.question_number and p.purpose is purpose
    ]
    floor = [
        event
        for event in opened
        if event.question_number == answer.question_number
        and (not prompts or event.at >= prompts[0].at)
        and event.at <= answer.recorded_at
    ]
    evaluation = state.evaluations.get(answer.answer_id)
    verdict, reason = _evaluation_state(state, answer)
    scored = evaluation is not None and evaluation.status is not EvaluationStatus.NOT_SCORED
    return AnswerReport(
        answer_id=answer.answer_id,
        question_number=answer.question_number,
        question=answer.question,
        kind=QuestionKind.TEXT if answer.follow_up else question.kind,
        is_follow_up=answer.follow_up,
        outcome=answer.outcome,
        source=answer.source,
        content=answer.content,
        code=answer.code,
        words=tuple(word for utterance in answer.utterances for word in utterance.words),
        utterances=tuple(u.model_copy(update={"words": ()}) for u in answer.utterances),
        heard=answer.heard if answer.utterances else None,
        heard_note=answer.heard_note,
        sounds_like=answer.sounds_like,
        asked_at=prompts[0].at if prompts else None,
        answered_at=answer.recorded_at,
        start_s=seconds(floor[0].at) if floor else None,
        end_s=seconds(answer.recorded_at),
        allotted_s=floor[0].allotted_s if floor else question.timer_s,
        clock_used_s=max(0.0, answer.clock_used_s),
        response_delay_s=answer.response_delay_s,
        evaluation_state=verdict,
        evaluation_reason=reason,
        evaluation=evaluation if scored else None,
        rescored=rescored_of(state, answer.answer_id),
    )


def _evaluation_state(
    state: State, answer: AnswerState
) -> tuple[EvaluationStatus | str, str | None]:
    evaluation = state.evaluations.get(answer.answer_id)
    if evaluation is not None:
        return evaluation.status, evaluation.failure
    if kpis.scorable(answer):
        return "pending", "The evaluation has not arrived yet."
    reasons = {
        AnswerOutcome.SKIPPED: "The question was skipped.",
        AnswerOutcome.NO_RESPONSE: "There was no response.",
    }
    return EvaluationStatus.NOT_SCORED, reasons.get(answer.outcome, "There was nothing to score.")


def _refused(state: State) -> tuple[RefusedAnswer, ...]:
    return tuple(
        RefusedAnswer(
            answer_id=refusal.answer_id,
            question_number=refusal.question_number,
            reason=refusal.reason,
            content=refusal.content,
            at=refusal.at,
        )
        for refusal in state.refused
    )


def _weights() -> Weights:
    return Weights(
        text=dict(TEXT_WEIGHTS),
        coding=dict(CODING_WEIGHTS),
        note="The overall score of an answer is the weighted mean of its scores that are there; "
        "without the main ones there is none. For code, technical accuracy is correctness and "
        "communication clarity is code quality. The overall score of the interview is the mean "
        "of its answers.",
    )


def _duration(state: State, now: datetime) -> float:
    if state.started_at is None:
        return 0.0
    return round(max(0.0, ((state.ended_at or now) - state.started_at).total_seconds()), 3)


def _provenance(
    state: State, log: Sequence[StoredEvent], now: datetime, engines: Sequence[EngineUse]
) -> Provenance:
    methods: dict[str, int] = {}
    used: dict[tuple[str, str], EngineUse] = {}
    for evaluation in state.evaluations.values():
        methods[evaluation.method] = methods.get(evaluation.method, 0) + 1
        version = ", ".join(
            f"{name} {value}" for name, value in sorted(evaluation.versions.items())
        )
        used[evaluation.method, version] = EngineUse(
            role="evaluation", name=evaluation.method, version=version or None
        )
    return Provenance(
        source="The event log of this session alone.",
        last_seq=log[-1].seq if log else state.seq,
        events=len(log) or state.seq,
        built_at=now,
        consent_at=state.consent_at,
        consent_text_version=state.consent_version,
        consent_source=state.consent_source,
        engines=(*engines, *used.values()),
        evaluation_methods=methods,
    )
