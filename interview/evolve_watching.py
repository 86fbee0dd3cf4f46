"""What proctoring's events make of the state. Pure; see `evolve.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from interview.events import (
    BiometricConsentDecided,
    CameraDeclared,
    CameraWaived,
    MediaRemoved,
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
from interview.nouns import Phase, Status
from interview.records import Pause, Removed, State, ViolationState


def _biometric_consent(state: State, event: BiometricConsentDecided) -> State:
    watch = replace(
        state.watch,
        biometric=event.granted,
        biometric_at=event.at,
        biometric_version=event.text_version,
        reference=state.watch.reference if event.granted else None,
    )
    return replace(state, watch=watch)


def _reference(state: State, event: ReferenceFaceSet) -> State:
    return replace(state, watch=replace(state.watch, reference=event.reference))


def _watching(state: State, event: WatchingBegan) -> State:
    return replace(state, watch=replace(state.watch, capabilities=event.capabilities))


def _gap(state: State, event: WatchGapRecorded) -> State:
    return replace(state, watch=replace(state.watch, gaps=(*state.watch.gaps, event.gap)))


def _violation(state: State, event: ViolationRecorded) -> State:
    seen = ViolationState(event.violation, event.at)
    return replace(state, watch=replace(state.watch, violations=(*state.watch.violations, seen)))


def _changed(
    state: State, violation_id: str, change: Callable[[ViolationState], ViolationState]
) -> State:
    violations = tuple(
        change(item) if item.violation.violation_id == violation_id else item
        for item in state.watch.violations
    )
    return replace(state, watch=replace(state.watch, violations=violations))


def _reviewed(state: State, event: ViolationReviewed) -> State:
    return _changed(
        state,
        event.violation_id,
        lambda item: replace(item, reviews=(*item.reviews, event.review)),
    )


def _explained(state: State, event: ViolationExplained) -> State:
    return _changed(
        state,
        event.violation_id,
        lambda item: replace(item, explanation=event.text, explained_at=event.at),
    )


def _camera(state: State, event: CameraDeclared) -> State:
    return replace(state, watch=replace(state.watch, camera=event.present))


def _waived(state: State, event: CameraWaived) -> State:
    return replace(state, watch=replace(state.watch, camera_waived=True))


def _media_removed(state: State, event: MediaRemoved) -> State:
    """Signals without their pictures stay what they are."""
    gone = Removed(event.what, event.at, event.after_days)
    watch = state.watch
    if event.what == "pictures":
        bare = tuple(
            replace(one, violation=one.violation.model_copy(update={"still": None}))
            for one in watch.violations
        )
        watch = replace(watch, violations=bare)
    return replace(state, removed=(*state.removed, gone), watch=watch)


def _paused(state: State, event: SessionPaused) -> State:
    pause = Pause(event.reason, event.at, event.until_at)
    return replace(state, pause=pause, skip=None, yielding=None)


def _resumed(state: State, event: SessionResumed) -> State:
    """What was counted before is forgiven; whoever left meanwhile has the whole grace."""
    watch = replace(state.watch, counted_from=len(state.watch.violations))
    absent = event.at if state.seat is None else None
    return replace(state, pause=None, watch=watch, absent_since=absent)


def _reopened(state: State, event: SessionReopened) -> State:
    """In progress again with an empty seat; what was counted before is forgiven."""
    watch = replace(state.watch, counted_from=len(state.watch.violations))
    stage = Phase.ASKING if state.consent == "given" else Phase.CONSENT
    return replace(
        state,
        status=Status.IN_PROGRESS,
        stage=stage,
        seat=None,
        media=None,
        faults=(),
        absent_since=event.at,
        ended_at=None,
        end_reason=None,
        ended_by=None,
        report_requested=False,
        reopened_at=event.at,
        reopenings=state.reopenings + 1,
        watch=watch,
    )


HANDLERS: dict[type, Callable[[State, Any], State]] = {
    BiometricConsentDecided: _biometric_consent,
    ReferenceFaceSet: _reference,
    WatchingBegan: _watching,
    WatchGapRecorded: _gap,
    ViolationRecorded: _violation,
    ViolationReviewed: _reviewed,
    ViolationExplained: _explained,
    CameraDeclared: _camera,
    CameraWaived: _waived,
    MediaRemoved: _media_removed,
    SessionPaused: _paused,
    SessionResumed: _resumed,
    SessionReopened: _reopened,
}
