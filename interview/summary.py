"""The document that lists and searches need, made from the state."""

from __future__ import annotations

from interview.nouns import AnswerOutcome, EvaluationStatus
from interview.ports.storage import SessionSummary
from interview.records import State
from interview.signals import ReviewOutcome
from interview.standing import standing_of
from interview.timers import next_wake

_ANSWERED = (AnswerOutcome.ANSWERED, AnswerOutcome.TIMED_OUT)
_WAITING = (None, ReviewOutcome.NEEDS_SECOND_LOOK)


def summarise(state: State) -> SessionSummary:
    """What lists show of a session."""
    answered = {a.question_number for a in state.answers if a.outcome in _ANSWERED}
    return SessionSummary(
        session_id=state.session_id,
        status=state.status,
        mode=state.plan.mode,
        standing=standing_of(state),
        decision=state.judged.decision.outcome if state.judged.decision else None,
        tags=state.judged.tags,
        assignee=state.judged.assignee,
        reviewers=tuple(dict.fromkeys(card.by for card in state.judged.scorecards)),
        name=state.candidate.name,
        email=state.candidate.email,
        phone=state.candidate.phone,
        title=state.plan.title,
        created_at=state.created_at,
        link_opened_at=state.link_opened_at,
        started_at=state.started_at,
        completed_at=state.ended_at,
        job_id=state.job_id,
        job_title=state.plan.title if state.job_id else None,
        interview_id=state.plan.interview_id,
        created_by=state.created_by,
        question_index=len({a.question_number for a in state.answers}),
        total_questions=len(state.plan.questions),
        max_questions=state.question_count,
        answered=len(answered),
        recorded=len({take.question_number for take in state.takes}),
        evaluations=len(state.evaluations),
        average_score=average_score(state),
        consent_received=state.consent == "given",
        end_reason=state.end_reason,
        organisation_id=state.organisation_id,
        wake_at=next_wake(state),
        room_owner=None if state.status.final else state.room_owner,
        violations=sum(not item.violation.hint for item in state.watch.violations),
        violations_unreviewed=sum(
            item.outcome in _WAITING and not item.violation.hint for item in state.watch.violations
        ),
    )


MIN_SCORED = 0.6
"""Of the questions: with less there is no score of a whole interview that has ended."""


def average_score(state: State) -> float | None:
    """Mean of the overall scores, 0-10, two decimals; None while there is none.

    After the end it stands for the whole interview, so that most of it must have been scored.
    """
    values = [value for _, value in _scored(state)]
    if not values or (state.status.final and not enough_scored(state)):
        return None
    return round(sum(values) / len(values), 2)


def enough_scored(state: State) -> bool:
    """Whether `MIN_SCORED` of the questions that were to be asked have a score."""
    questions = {number for number, _ in _scored(state)}
    return len(questions) >= MIN_SCORED * state.question_count


def _scored(state: State) -> list[tuple[int, float]]:
    return [
        (evaluation.question_number, score.value)
        for evaluation in state.evaluations.values()
        if evaluation.status is EvaluationStatus.DONE
        and (score := evaluation.scores.get("overall")) is not None
        and score.value is not None
    ]
