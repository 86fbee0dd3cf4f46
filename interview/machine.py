"""`decide`: what a command makes happen. Pure: the same state, command and time, the same events.

The rules live beside it, one module for each part of an interview; this one only finds the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from interview import (
    answering,
    asking,
    elsewhere,
    ending,
    holding,
    keeping,
    presence,
    replying,
    reviewing,
    rules,
    submitting,
    taking,
    timers,
    watching,
    yielding,
)
from interview.commands import (
    AddNote,
    AnswerElsewhere,
    AskElsewhere,
    AskPatience,
    Assign,
    BeginFault,
    BeginWatching,
    ChangeMedia,
    CloseRoom,
    Command,
    CommitUtterance,
    CreateSession,
    Decide,
    DecideBiometricConsent,
    DeclareCamera,
    DeliverPrompt,
    Done,
    EndFault,
    EndSession,
    EndTurn,
    ExplainViolation,
    GiveConsent,
    GiveScorecard,
    HearTake,
    HoldWords,
    JoinCandidate,
    KeepTake,
    LeaveCandidate,
    NoteActivity,
    OfferTurn,
    OpenLink,
    OpenRoom,
    ProposeFollowUp,
    RecordEvaluation,
    RecordOutage,
    RecordRehearing,
    RecordViolation,
    RecordWatchGap,
    RecoverRoom,
    RemoveMedia,
    ReopenSession,
    Repeat,
    RequestRescoring,
    ResumeTurn,
    ReviewViolation,
    SetReferenceFace,
    SetTags,
    SettleHeld,
    SettlePause,
    Skip,
    StartSession,
    SubmitAnswer,
    TakeMoment,
    TakeOver,
    Tick,
    UndoSkip,
    WaiveCamera,
    WaiveFollowUp,
)
from interview.draft import Draft
from interview.errors import IllegalTransition, InvalidInput, NotFound
from interview.events import Event, PromptDelivered, SessionCreated, SessionStarted
from interview.nouns import Phase, Status
from interview.records import State
from interview.timers import next_wake

__all__ = [
    "clock_paused_reason",
    "decide",
    "listening_for",
    "moving_on_s",
    "next_wake",
    "remaining_s",
    "session_clock_s",
]


def decide(state: State | None, command: Command, now: datetime) -> tuple[Event, ...]:
    """The events that carry out `command`; none when there is nothing to do or it was done.

    Raises:
        NotFound: The session (or the answer that is evaluated) does not exist.
        InvalidInput: The command itself is unusable.
        IllegalTransition: The session's state does not allow it.
    """
    if isinstance(command, CreateSession):
        return _create(state, command, now)
    if state is None:
        raise NotFound("session", "of this command")
    draft = Draft(state, now)
    if isinstance(command, _AFTER_DUE):
        timers.tick(draft)
    _RULES[type(command)](draft, command)
    return tuple(draft.events)


def remaining_s(state: State, now: datetime) -> float | None:
    """Seconds left on the fair clock of the open question; None without one."""
    return state.clock.remaining_at(now) if state.clock else None


def session_clock_s(state: State, now: datetime) -> float | None:
    """Seconds since the session was started; None before."""
    if state.started_at is None:
        return None
    return max(0.0, (now - state.started_at).total_seconds())


def moving_on_s(state: State, now: datetime) -> float | None:
    """Seconds until silence moves on; None while that is not announced."""
    if state.moving_on is None:
        return None
    return max(0.0, state.moving_on + rules.MOVING_ON_S - state.silence.used_at(now))


def clock_paused_reason(state: State) -> str | None:
    """Why the fair clock stands; None while it runs.

    `idle`, `disconnected`, `review`, `fault`, `preparing`, `thinking`, `skipping` or `prompt`.
    """
    if state.status is not Status.IN_PROGRESS or state.asking is None:
        return "idle"
    if state.seat is None:
        return "disconnected"
    if state.pause is not None:
        return "review"
    if state.faults:
        return "fault"
    if state.skip is not None:
        return "skipping"
    if state.prompting or state.stage is Phase.ASKING or state.yielding is not None:
        return "prompt"
    return {Phase.PREPARING: "preparing", Phase.THINKING: "thinking"}.get(
        state.stage or Phase.ASKING
    )


def listening_for(state: State) -> Literal["off", "reply", "answer"]:
    """What spoken words would be taken for now."""
    if state.status is not Status.IN_PROGRESS or state.seat is None or not state.greeted:
        return "off"
    if state.pause is not None:
        return "off"
    if state.stage in (Phase.GREETING, Phase.CONSENT):
        return "reply"
    if state.coding and state.stage is not Phase.ASKING:
        return "off"  # a coding question is answered by keys
    return "answer"


def _create(state: State | None, command: CreateSession, now: datetime) -> tuple[Event, ...]:
    if state is not None:
        raise IllegalTransition("create", state.status)
    plan = command.plan
    numbers = [question.number for question in plan.questions]
    if numbers != list(range(1, len(numbers) + 1)):
        raise InvalidInput("plan.questions", "must be numbered 1, 2, … in the order asked")
    plan = plan.model_copy(update={"max_questions": min(plan.max_questions, len(numbers))})
    return (
        SessionCreated(
            at=now,
            session_id=command.session_id,
            candidate=command.candidate,
            plan=plan,
            created_by=command.created_by,
            job_id=command.job_id,
            organisation_id=command.organisation_id,
        ),
    )


def _start(draft: Draft, command: StartSession) -> None:
    state = draft.state
    if state.status.final:
        raise IllegalTransition("start", state.status)
    if state.status is Status.INITIALIZED:
        draft.emit(SessionStarted(at=draft.now, by=command.by))
        asking.greet(draft)


def _deliver_prompt(draft: Draft, command: DeliverPrompt) -> None:
    """A report on an older line, from an empty seat or during a pause changes nothing."""
    state = draft.state
    prompt = state.prompt
    if prompt is None or prompt.prompt_id != command.prompt_id or prompt.delivered:
        return
    if state.seat is None or state.pause is not None:
        return
    event = PromptDelivered(at=draft.now, **command.model_dump())
    asking.deliver(draft, event)


_AFTER_DUE = (SubmitAnswer, JoinCandidate)
"""Commands that must not slip in before something that was due earlier (a deadline, the grace)."""

_RULES: Mapping[type, Callable[[Draft, Any], None]] = {
    OpenLink: presence.open_link,
    StartSession: _start,
    TakeOver: elsewhere.take_over,
    AskElsewhere: elsewhere.ask,
    AnswerElsewhere: elsewhere.answer,
    OpenRoom: presence.open_room,
    CloseRoom: presence.close_room,
    RecoverRoom: presence.recover_room,
    JoinCandidate: presence.join,
    ChangeMedia: presence.change_media,
    LeaveCandidate: presence.leave,
    RecordOutage: presence.record_outage,
    BeginFault: presence.begin_fault,
    EndFault: presence.end_fault,
    DeliverPrompt: _deliver_prompt,
    GiveConsent: replying.press,
    NoteActivity: answering.note_activity,
    CommitUtterance: answering.commit,
    HoldWords: holding.hold,
    SettleHeld: holding.settle_held,
    OfferTurn: yielding.offer,
    ResumeTurn: yielding.resume,
    AskPatience: yielding.ask_patience,
    EndTurn: answering.end_turn,
    SubmitAnswer: submitting.submit,
    Repeat: lambda draft, _: answering.repeat(draft),
    Skip: lambda draft, _: answering.skip(draft),
    UndoSkip: lambda draft, _: answering.undo_skip(draft),
    TakeMoment: answering.take_moment,
    Done: answering.done,
    ProposeFollowUp: answering.propose_follow_up,
    WaiveFollowUp: answering.waive_follow_up,
    Tick: lambda draft, _: timers.tick(draft),
    EndSession: ending.end_session,
    RequestRescoring: ending.request_rescoring,
    KeepTake: taking.keep_take,
    HearTake: taking.hear_take,
    RecordEvaluation: ending.record_evaluation,
    RecordRehearing: ending.record_rehearing,
    DecideBiometricConsent: watching.decide_biometric_consent,
    SetReferenceFace: watching.set_reference,
    BeginWatching: watching.begin,
    RecordWatchGap: watching.record_gap,
    RecordViolation: watching.record_violation,
    ReviewViolation: watching.review,
    ExplainViolation: watching.explain,
    DeclareCamera: watching.declare_camera,
    WaiveCamera: watching.waive_camera,
    SettlePause: watching.settle_pause,
    ReopenSession: watching.reopen,
    GiveScorecard: reviewing.give_scorecard,
    Decide: reviewing.decide_candidate,
    AddNote: reviewing.add_note,
    SetTags: reviewing.set_tags,
    Assign: reviewing.assign,
    RemoveMedia: keeping.remove_media,
}
