"""`apply`: what each event makes of the state; the log alone decides.

After each event the stopwatches are settled: which of them run follows from the new state, so that
no event can forget to stop the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from interview import evolve_judging, evolve_questions, evolve_watching
from interview.clock import Clock
from interview.errors import IntegrityError
from interview.events import (
    CandidateJoined,
    CandidateLeft,
    ConsentDeclined,
    ConsentGiven,
    ConsentUnclear,
    Event,
    FaultBegan,
    FaultEnded,
    LinkOpened,
    MediaChanged,
    OutageRecorded,
    QuestionAdded,
    ReportRequested,
    RoomClosed,
    RoomOpened,
    SessionCreated,
    SessionEnded,
    SessionStarted,
    SessionTakenOver,
)
from interview.nouns import MAX_QUESTIONS, Phase, Status
from interview.records import AskedElsewhere, Elsewhere, Line, Outage, State


def apply(state: State | None, event: Event) -> State:
    """The state after one more event.

    Raises:
        IntegrityError: The log does not begin with `SessionCreated`, or has a second one.
    """
    if isinstance(event, SessionCreated):
        if state is not None:
            raise IntegrityError("a session log has a second beginning")
        return _created(event)
    if state is None:
        raise IntegrityError("a session log does not begin with its creation")
    changed = _HANDLERS[type(event)](state, event)
    return settle(replace(changed, seq=state.seq + 1, updated_at=event.at), event.at)


def replay(events: Iterable[Event]) -> State:
    """The state after a whole log.

    Raises:
        IntegrityError: The log is empty or does not begin with `SessionCreated`.
    """
    state: State | None = None
    for event in events:
        state = apply(state, event)
    if state is None:
        raise IntegrityError("a session log is empty")
    return state


def settle(state: State, at: datetime) -> State:
    """Start and stop the stopwatches as the state demands."""
    live = state.live
    heard = live and not state.prompting
    resting = state.yielding is not None or state.skip is not None
    answering = heard and state.stage is Phase.ANSWERING and not resting
    quiet = answering or (heard and state.stage is Phase.CONSENT)
    holding = live and state.stage in (Phase.PREPARING, Phase.THINKING, Phase.ASKING)
    clock, hold, skip, moving_on = state.clock, state.hold, state.skip, state.moving_on
    if moving_on is not None and state.silence.used_at(at) < moving_on:
        moving_on = None  # something was said or done
    return replace(
        state,
        clock=clock.run(answering, at) if clock else None,
        silence=state.silence.run(quiet, at),
        hold=hold.run(holding, at) if hold else None,
        prompt_wait=state.prompt_wait.run(live and state.prompting, at),
        yielding=state.yielding.run(live, at) if state.yielding else None,
        skip=skip.run(live, at) if skip else None,
        moving_on=moving_on,
    )


def _created(event: SessionCreated) -> State:
    return State(
        session_id=event.session_id,
        candidate=event.candidate,
        plan=event.plan,
        created_by=event.created_by,
        created_at=event.at,
        updated_at=event.at,
        job_id=event.job_id,
        organisation_id=event.organisation_id,
    )


def _link_opened(state: State, event: LinkOpened) -> State:
    return replace(state, link_opened_at=event.at)


def _started(state: State, event: SessionStarted) -> State:
    recorded = state.plan.mode == "recorded"  # nobody sits anywhere
    return replace(
        state,
        status=Status.IN_PROGRESS,
        stage=Phase.GREETING,
        started_at=event.at,
        started_by=event.by,
        absent_since=None if state.seat or recorded else event.at,
        joined_ever=state.joined_ever or recorded,
    )


def _taken_over(state: State, event: SessionTakenOver) -> State:
    """The plan is what the agent asks from here on; nobody is waited for."""
    plan = state.plan.model_copy(
        update={"questions": (), "max_questions": MAX_QUESTIONS, "follow_ups": False}
    )
    held = Elsewhere(event.by, event.avatar, state.plan.questions, event.environment)
    return replace(state, plan=plan, elsewhere=held, joined_ever=True, absent_since=None)


def _question_added(state: State, event: QuestionAdded) -> State:
    held = state.elsewhere
    if held is None:
        raise IntegrityError("a question was added to an interview that is held here")
    asked = AskedElsewhere(
        event.question_id, event.question.number, event.at, event.kind, event.labels
    )
    questions = (*state.plan.questions, event.question)
    return replace(
        state,
        plan=state.plan.model_copy(update={"questions": questions}),
        elsewhere=replace(held, asked=(*held.asked, asked)),
    )


def _room_opened(state: State, event: RoomOpened) -> State:
    return replace(state, room_owner=event.owner, room_epoch=event.epoch)


def _room_closed(state: State, event: RoomClosed) -> State:
    return replace(state, room_owner=None) if event.epoch == state.room_epoch else state


def _joined(state: State, event: CandidateJoined) -> State:
    return replace(
        state,
        seat=event.connection_id,
        media=event.media,
        joined_ever=True,
        reconnects=state.reconnects + (1 if event.reconnect else 0),
        absent_since=None,
        silence=state.silence.restart(),
        yielding=None,
    )


def _media_changed(state: State, event: MediaChanged) -> State:
    return replace(state, media=event.media)


def _left(state: State, event: CandidateLeft) -> State:
    absent = event.at if state.status is Status.IN_PROGRESS else None
    return replace(state, seat=None, media=None, absent_since=absent, yielding=None)


def _outage(state: State, event: OutageRecorded) -> State:
    """Take the time between `from_at` and `at` out of every count."""
    from_at = min(event.from_at, event.at)
    absent, pause = state.absent_since, state.pause
    if pause is not None:
        lost = event.at - max(from_at, pause.since)
        pause = replace(pause, until_at=pause.until_at + lost)
    return replace(
        state,
        pause=pause,
        skip=_rolled_back(state.skip, from_at) if state.skip else None,
        outages=(*state.outages, Outage(from_at, event.at, event.cause)),
        clock=_rolled_back(state.clock, from_at) if state.clock else None,
        hold=_rolled_back(state.hold, from_at) if state.hold else None,
        silence=_rolled_back(state.silence, from_at),
        prompt_wait=_rolled_back(state.prompt_wait, from_at),
        absent_since=absent + (event.at - max(from_at, absent)) if absent else None,
    )


def _rolled_back(clock: Clock, to: datetime) -> Clock:
    return clock.run(False, to)


def _fault_began(state: State, event: FaultBegan) -> State:
    return replace(state, faults=(*state.faults, event.component))


def _fault_ended(state: State, event: FaultEnded) -> State:
    return replace(state, faults=tuple(f for f in state.faults if f != event.component))


def _consented(state: State, event: ConsentGiven) -> State:
    state = _reply_understood(state, event)
    return replace(
        state,
        consent="given",
        consent_at=event.at,
        consent_source=event.source,
        consent_version=event.text_version,
        stage=Phase.GREETING if state.stage is Phase.CONSENT else state.stage,
    )


def _consent_unclear(state: State, event: ConsentUnclear) -> State:
    return _reply_understood(state, event)


def _consent_declined(state: State, event: ConsentDeclined) -> State:
    state = _reply_understood(state, event)
    return replace(state, consent="declined", consent_at=event.at, consent_source=event.source)


def _reply_understood(
    state: State, event: ConsentGiven | ConsentUnclear | ConsentDeclined
) -> State:
    """The reply is used up; what of it was typed is now in the transcript too."""
    spoken = " ".join(u.text.strip() for u in state.reply)
    typed = event.words.removeprefix(spoken).strip()
    lines = state.dialogue
    if typed:
        lines = (*lines, Line("candidate", typed, event.at))
    replies = state.replies
    if event.answer_id:
        replies = {**replies, event.answer_id: event.words}
    return replace(state, reply=(), replies=replies, dialogue=lines)


def _ended(state: State, event: SessionEnded) -> State:
    return replace(
        state,
        status=event.status,
        stage=None,
        ended_at=event.at,
        end_reason=event.reason,
        ended_by=event.by,
        open_at_end=event.open_question,
        absent_since=None,
        awaiting_follow_up=False,
        asking=None,
        clock=None,
        hold=None,
        yielding=None,
        skip=None,
        moving_on=None,
        pause=None,
    )


def _report_requested(state: State, event: ReportRequested) -> State:
    return replace(state, report_requested=True)


_HANDLERS: Mapping[type, Callable[[State, Any], State]] = {
    LinkOpened: _link_opened,
    SessionStarted: _started,
    SessionTakenOver: _taken_over,
    QuestionAdded: _question_added,
    RoomOpened: _room_opened,
    RoomClosed: _room_closed,
    CandidateJoined: _joined,
    MediaChanged: _media_changed,
    CandidateLeft: _left,
    OutageRecorded: _outage,
    FaultBegan: _fault_began,
    FaultEnded: _fault_ended,
    ConsentGiven: _consented,
    ConsentUnclear: _consent_unclear,
    ConsentDeclined: _consent_declined,
    SessionEnded: _ended,
    ReportRequested: _report_requested,
    **evolve_questions.HANDLERS,
    **evolve_watching.HANDLERS,
    **evolve_judging.HANDLERS,
}
