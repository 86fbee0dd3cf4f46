"""What proctoring may do to a session: record, be explained, pause it, be overruled."""

from __future__ import annotations

from datetime import timedelta

from interview import wording
from interview.asking import ask_next, end, issue
from interview.commands import (
    BeginWatching,
    DecideBiometricConsent,
    DeclareCamera,
    ExplainViolation,
    RecordViolation,
    RecordWatchGap,
    ReopenSession,
    ReviewViolation,
    SetReferenceFace,
    SettlePause,
    WaiveCamera,
)
from interview.draft import Draft
from interview.ending import keep_open_words
from interview.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from interview.events import (
    BiometricConsentDecided,
    CameraDeclared,
    CameraWaived,
    ReferenceFaceSet,
    SessionPaused,
    SessionReopened,
    SessionResumed,
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
    """Store a violation; at the third that counts a strict session is paused for a person.

    Nothing is recorded before the first question, of a session that is not in progress, is paused
    or is not watched, or that has 500 already.
    """
    state, violation = draft.state, command.violation
    known = state.watch.violation(violation.violation_id) is not None
    full = len(state.watch.violations) >= MAX_VIOLATIONS
    if not _noting(state) or known or full:
        return
    kinds = state.plan.proctoring.kinds
    if kinds is not None and violation.kind not in kinds:
        return
    draft.emit(ViolationRecorded(at=draft.now, violation=violation))
    if _too_many(draft.state):
        _pause(draft)


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


def declare_camera(draft: Draft, command: DeclareCamera) -> None:
    """Take part with or without a camera from now on; the same again changes nothing."""
    state = draft.state
    if state.status.final or state.watch.camera == command.present:
        return
    draft.emit(CameraDeclared(at=draft.now, present=command.present))


def waive_camera(draft: Draft, command: WaiveCamera) -> None:
    """Let the candidate do without a camera; harmless where none is asked for.

    Raises:
        IllegalTransition: The session has ended.
    """
    state = draft.state
    if state.status.final:
        raise IllegalTransition("allow it without a camera", state.status)
    if state.camera_required:
        draft.emit(CameraWaived(at=draft.now, by=command.by))


def settle_pause(draft: Draft, command: SettlePause) -> None:
    """A person decides: the open question is asked again with the time it had left, or it ends.

    Raises:
        IllegalTransition: The session is not paused.
    """
    state = draft.state
    if state.pause is None:
        raise IllegalTransition("continue", state.phase or state.status)
    if not command.go_on:
        _terminate(draft, by=command.by)
        return
    draft.emit(SessionResumed(at=draft.now, by=command.by, note=command.note))
    asking = draft.state.asking
    if asking is not None:
        purpose = Purpose.FOLLOW_UP if asking.follow_up else Purpose.QUESTION
        lead = wording.after_pause(state.plan.language)
        issue(draft, purpose, asking.text, asking.number, ask_no=state.ask_no + 1, lead=lead)
    elif not draft.state.awaiting_follow_up:
        ask_next(draft)


def pause_over(draft: Draft) -> None:
    """Nobody decided in time: it ends by the rule that was told before."""
    _terminate(draft, by=BY_PROCTORING)


def reopen(draft: Draft, command: ReopenSession) -> None:
    """Overrule an end for signals: the question that was cut is asked again, in full time.

    Raises:
        IllegalTransition: The session did not end for its signals.
    """
    state = draft.state
    if state.status is Status.IN_PROGRESS and state.reopenings:
        return
    if state.status is not Status.TERMINATED or state.end_reason != END_REASON:
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


def _noting(state: State) -> bool:
    """Whether what is seen now may be noted: from the first question on, except in a pause."""
    running = state.status is Status.IN_PROGRESS and state.question_number is not None
    return running and state.pause is None and not _off(state)


def _too_many(state: State) -> bool:
    strict = state.plan.proctoring.profile is ProctoringProfile.STRICT
    return strict and state.watch.counted >= COUNTED_TO_END


def _pause(draft: Draft) -> None:
    """Stop all clocks and ask a person; what was said so far stays with its question."""
    until_at = draft.now + timedelta(seconds=draft.state.plan.proctoring.pause_s)
    draft.emit(SessionPaused(at=draft.now, reason=END_REASON, until_at=until_at))
    issue(draft, Purpose.PAUSE, wording.paused())


def _terminate(draft: Draft, *, by: str) -> None:
    """End it on the session's own socket; the words of the open answer are kept."""
    open_question = draft.state.asking.number if draft.state.asking else None
    keep_open_words(draft)
    end(
        draft,
        Status.TERMINATED,
        END_REASON,
        by=by,
        goodbye=wording.goodbye_terminated(draft.state.candidate.name),
        open_question=open_question,
    )


def _found(state: State, violation_id: str) -> ViolationState:
    known = state.watch.violation(violation_id)
    if known is None:
        raise NotFound("violation", violation_id)
    return known
