"""What proctoring saw and what people made of it, as the report shows it. Pure."""

from __future__ import annotations

from interview.nouns import ProctoringProfile
from interview.records import State, ViolationState
from interview.signals import ReviewOutcome, Severity
from server.platform.reports.model import (
    IntegrityReport,
    ProctoringViolation,
    UnwatchedSpan,
    ViolationReview,
    WatchedKind,
)
from server.sentences import public

LEVELS = {Severity.LOW: 1, Severity.MEDIUM: 2, Severity.HIGH: 3}


def violations_of(state: State) -> tuple[ProctoringViolation, ...]:
    """Every signal with its evidence, in the order of time."""
    seen = sorted(state.watch.violations, key=lambda item: item.violation.start_s)
    return tuple(violation_view(item) for item in seen)


def violation_view(item: ViolationState) -> ProctoringViolation:
    """One signal."""
    violation = item.violation
    return ProctoringViolation(
        violation_id=violation.violation_id,
        timestamp=item.recorded_at,
        type=violation.message,
        code=violation.kind,
        severity=LEVELS[violation.severity],
        at_s=violation.start_s,
        end_s=violation.end_s,
        confidence=violation.confidence,
        measures=violation.measures,
        engine=violation.engine,
        model_sha256=violation.model_sha256,
        counted=violation.counted,
        hint=violation.hint,
        has_still=violation.still is not None,
        outcome=item.outcome,
        reviews=tuple(ViolationReview(**review.model_dump()) for review in item.reviews),
        explanation=item.explanation,
    )


def integrity_of(state: State) -> IntegrityReport:
    """What was watched, and what of it people have confirmed."""
    watch = state.watch
    signals = [item for item in watch.violations if not item.violation.hint]
    outcomes = [item.outcome for item in signals]
    monitored = bool(watch.capabilities)
    return IntegrityReport(
        monitored=monitored,
        statement=_statement(state, outcomes, monitored=monitored),
        profile=state.plan.proctoring.profile,
        identity=_identity(state),
        confirmed=outcomes.count(ReviewOutcome.CONFIRMED),
        dismissed=outcomes.count(ReviewOutcome.DISMISSED),
        unreviewed=outcomes.count(None) + outcomes.count(ReviewOutcome.NEEDS_SECOND_LOOK),
        kinds=tuple(
            WatchedKind(code=c.kind, available=c.available, reason=public(c.reason))
            for c in watch.capabilities
        ),
        gaps=tuple(UnwatchedSpan(**gap.model_dump()) for gap in watch.gaps),
    )


def _identity(state: State) -> str:
    """Whether faces were compared, in a sentence."""
    watch, plan = state.watch, state.plan.proctoring
    if plan.profile is ProctoringProfile.OFF or not plan.identity:
        return "Faces were not compared: this interview does not ask for it."
    if watch.biometric is None:
        return "Faces were not compared: the candidate was not asked or did not decide."
    if not watch.biometric:
        return "Faces were not compared: the candidate did not agree to it."
    if watch.reference is None:
        return "Faces were not compared: no reference picture was taken."
    return "Faces were compared with the reference picture of this session."


def _statement(state: State, outcomes: list[ReviewOutcome | None], *, monitored: bool) -> str:
    if state.plan.proctoring.profile is ProctoringProfile.OFF:
        return "The interview was not proctored: no integrity signals were collected."
    if not monitored and not outcomes:
        return "The interview was not watched: no camera picture reached the server."
    if not outcomes:
        return "No integrity signals were recorded."
    confirmed = outcomes.count(ReviewOutcome.CONFIRMED)
    dismissed = outcomes.count(ReviewOutcome.DISMISSED)
    waiting = len(outcomes) - confirmed - dismissed
    parts = [f"{confirmed} confirmed by a person", f"{dismissed} dismissed"]
    if waiting:
        parts.append(f"{waiting} not yet reviewed and not to be relied on")
    noun = "signal" if len(outcomes) == 1 else "signals"
    return f"{len(outcomes)} integrity {noun}: {', '.join(parts)}."
