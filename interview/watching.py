"""What proctoring may do to a session: record, be reviewed and explained, end it, be overruled."""

from __future__ import annotations

from interview import wording
from interview.asking import ask_next, end, issue
from interview.commands import (
    BeginWatching,
    DecideBiometricConsent,
    ExplainViolation,
    RecordViolation,
    RecordWatchGap,
    ReopenSession,
    ReviewViolation,
    SetReferenceFace,
)
from interview.draft import Draft
from interview.ending import keep_open_words
from interview.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from interview.events import (
    BiometricConsentDecided,
    ReferenceFaceSet,
    SessionReopened,
    ViolationExplained,
    ViolationRecorded,
    ViolationReviewed,
    WatchGapRecorded,
    WatchingBegan,
)
from interview.nouns import ProctoringProfile, Purpose, Status
from interview.records import State, ViolationState
from interview.signals import COUNTED_TO_END, MAX_EXPLANATION_CHARS, MAX_VIOLATIONS, Review

BY_PROCTORING = "proctoring"
END_REASON = "integrity_violations"


def decide_biometric_consent(draft: Draft, command: DecideBiometricConsent) -> None:
    """Allow or refuse the comparison of faces; refusing turns that off and nothing else."""
    state = draft.state
    if state.status.final:
        raise IllegalTransition("biometric consent", state.status)
    if state.watch.biometric == command.granted:
        return
    draft.emit(
        BiometricConsentDecided(
            at=draft.now, granted=command.granted, text_version=command.text_version
        )
    )


def set_reference(draft: Draft, command: SetReferenceFace) -> None:
    """Keep the reference face.

    Raises:
        Forbidden: The candidate has not agreed to it.
        IllegalTransition: The session has ended.
    """
    state = draft.state
    if state.status.final:
        raise IllegalTransition("a reference face", state.status)
    if not state.watch.biometric:
        raise Forbidden("the candidate has not agreed to the comparison of faces")
    draft.emit(ReferenceFaceSet(at=draft.now, reference=command.reference))


def begin(draft: Draft, command: BeginWatching) -> None:
    """Note what can be seen; the same again changes nothing."""
    state = draft.state
    if state.status.final or state.watch.capabilities == command.capabilities:
        return
    draft.emit(WatchingBegan(at=draft.now, capabilities=command.capabilities))


def record_gap(draft: Draft, command: RecordWatchGap) -> None:
    """Note that nothing was watched for a while."""
    if draft.state.started_at is not None and not _off(draft.state):
        draft.emit(WatchGapRecorded(at=draft.now, gap=command.gap))


def record_violation(draft: Draft, command: RecordViolation) -> None:
    """Store a violation; the third that counts ends a strict session.

    Nothing is recorded of a session that is not in progress, is not watched, or has 500 already.
    """
    state, violation = draft.state, command.violation
    known = state.watch.violation(violation.violation_id) is not None
    full = len(state.watch.violations) >= MAX_VIOLATIONS
    if state.status is not Status.IN_PROGRESS or _off(state) or known or full:
        return
    kinds = state.plan.proctoring.kinds
    if kinds is not None and violation.kind not in kinds:
        return
    draft.emit(ViolationRecorded(at=draft.now, violation=violation))
    if _too_many(draft.state):
        _terminate(draft)


def review(draft: Draft, command: ReviewViolation) -> None:
    """A person's look at a violation, at any time. Raises NotFound."""
    _found(draft.state, command.violation_id)
    look = Review(outcome=command.outcome, by=command.by, at=draft.now, note=command.note)
    draft.emit(ViolationReviewed(at=draft.now, violation_id=command.violation_id, review=look))


def explain(draft: Draft, command: ExplainViolation) -> None:
    """The candidate's own words. Raises NotFound, InvalidInput."""
    known = _found(draft.state, command.violation_id)
    text = command.text.strip()
    if not text:
        raise InvalidInput("text", "must not be empty")
    if len(text) > MAX_EXPLANATION_CHARS:
        raise InvalidInput("text", f"at most {MAX_EXPLANATION_CHARS} characters")
    if known.explanation != text:
        draft.emit(ViolationExplained(at=draft.now, violation_id=command.violation_id, text=text))


def reopen(draft: Draft, command: ReopenSession) -> None:
    """Overrule an end by proctoring: the question that was cut is asked again, in full time.

    Raises:
        IllegalTransition: The session did not end by proctoring.
    """
    state = draft.state
    if state.status is Status.IN_PROGRESS and state.reopenings:
        return
    if state.status is not Status.TERMINATED or state.ended_by != BY_PROCTORING:
        raise IllegalTransition("reopen", state.status)
    draft.emit(SessionReopened(at=draft.now, by=command.by, reason=command.reason))
    if state.consent != "given":
        text = wording.greeting(state.plan, state.candidate.name, ask_consent=True)
        issue(draft, Purpose.GREETING, text)
    elif state.open_at_end is not None:
        question = state.plan.questions[state.open_at_end - 1]
        issue(draft, Purpose.QUESTION, question.text, question.number)
    else:
        ask_next(draft)


def _off(state: State) -> bool:
    return state.plan.proctoring.profile is ProctoringProfile.OFF


def _too_many(state: State) -> bool:
    strict = state.plan.proctoring.profile is ProctoringProfile.STRICT
    return strict and state.watch.counted >= COUNTED_TO_END


def _terminate(draft: Draft) -> None:
    """End at once, on the session's own socket; the words of the open answer are kept."""
    open_question = draft.state.asking.number if draft.state.asking else None
    keep_open_words(draft)
    end(
        draft,
        Status.TERMINATED,
        END_REASON,
        by=BY_PROCTORING,
        goodbye=wording.goodbye_terminated(draft.state.candidate.name),
        open_question=open_question,
    )


def _found(state: State, violation_id: str) -> ViolationState:
    known = state.watch.violation(violation_id)
    if known is None:
        raise NotFound("violation", violation_id)
    return known
