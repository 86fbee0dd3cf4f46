"""Events into frames: what each audience is shown of what has happened. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from interview import courtesies, machine, views
from interview.events import (
    AnswerAcknowledged,
    AnswerExtended,
    AnswerRecorded,
    AnswerRefused,
    AnswerReheard,
    AnswerReopened,
    AnswerResumed,
    AnswerSupplemented,
    BiometricConsentDecided,
    CandidateJoined,
    CandidateLeft,
    EvaluationRecorded,
    Event,
    MediaChanged,
    PromptIssued,
    ReferenceFaceSet,
    SessionEnded,
    SessionResumed,
    TimeWarned,
    UtteranceCommitted,
    ViolationRecorded,
    WatchGapRecorded,
    WatchingBegan,
)
from interview.journal import Step
from interview.nouns import ProctoringProfile, Purpose, Question, QuestionKind, Status
from interview.ports.changes import Audience
from interview.signals import COUNTED_TO_END
from interview.state import State
from server.live.messages import (
    AnsweredView,
    AnswerEvaluation,
    ErrorFrame,
    InterviewConcluded,
    Participant,
    ProcessingResponse,
    ProctoringView,
    PromptView,
    QuestionFrame,
    ServerFrame,
    Snapshot,
    StateFrame,
    TimerFrame,
    TimerView,
    TranscriptFrame,
    TurnFrame,
    ViolationFrame,
    WatchFrame,
    WatchGapFrame,
)

AudioUrl = Callable[[str], str | None]

WATCH_EVENTS = (WatchingBegan, BiometricConsentDecided, ReferenceFaceSet, SessionResumed)
REFUSED_WORDS = {
    "late": "That answer came after its question was closed. It was kept, but it does not count.",
    "out_of_turn": "That answer belongs to another question. It was not recorded.",
    "duplicate_id_other_content": "An answer with that answer_id is already recorded.",
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frame and who may see it."""

    frame: ServerFrame
    audience: Audience = "all"


@dataclass(frozen=True, slots=True)
class SpeechFacts:
    """What is known of a prompt's audio when its frame goes out."""

    audio_file: str | None = None
    duration_s: float | None = None
    failed: bool = False


def question_of(state: State, number: int | None) -> Question | None:
    """The planned question with that number."""
    if number is None:
        return None
    return next((q for q in state.plan.questions if q.number == number), None)


def question_count(state: State) -> int:
    """How many questions will be asked."""
    return min(state.plan.max_questions, len(state.plan.questions))


def answered_count(state: State) -> int:
    """Answers closed so far (the contract's `total_questions`)."""
    return len(state.answers)


def timer_view(state: State, now: datetime) -> TimerView:
    """The fair clock at `now`."""
    remaining = machine.remaining_s(state, now)
    moving_on_s = machine.moving_on_s(state, now)
    if remaining is None:
        return TimerView(
            state="idle", paused_reason="idle", moving_on_s=moving_on_s, server_time=now
        )
    reason = machine.clock_paused_reason(state)
    return TimerView(
        state="running" if reason is None else "paused",
        paused_reason=reason,
        remaining_s=round(remaining, 3),
        allotted_s=state.clock.allotted_s if state.clock is not None else None,
        moving_on_s=moving_on_s,
        server_time=now,
    )


def state_frame(state: State, seq: int | None = None) -> StateFrame:
    """Status and phase as they are."""
    return StateFrame(
        seq=seq,
        status=state.status,
        phase=state.phase,
        question_number=state.question_number,
        thinking_until_at=state.thinking_until_at,
        skipping_until_at=state.skipping_until_at,
        paused_until_at=paused_until_at(state),
        moments_left=views.moments_left(state),
        more_patience=state.patience_from is not None,
    )


def paused_until_at(state: State) -> datetime | None:
    """Until when a paused session waits for a person."""
    return state.pause.until_at if state.pause is not None else None


def timer_frame(state: State, now: datetime, seq: int | None = None) -> TimerFrame:
    """The clock as it is."""
    return TimerFrame(seq=seq, question_number=state.question_number, timer=timer_view(state, now))


def question_frame(state: State, event: PromptIssued, seq: int, speech: SpeechFacts) -> ServerFrame:
    """The avatar's line as a `question` frame."""
    question = question_of(state, event.question_number)
    coding = question is not None and question.kind is QuestionKind.CODING
    asks = event.purpose in (Purpose.QUESTION, Purpose.FOLLOW_UP, Purpose.REPEAT)
    return QuestionFrame(
        seq=seq,
        content=event.text,
        audio_file=speech.audio_file,
        audio_duration_s=speech.duration_s,
        speech_failed=speech.failed,
        start_recording=not coding,
        proctoring_session_id=state.session_id if event.purpose is Purpose.GREETING else None,
        question_type=question.kind if question is not None and asks else None,
        timer_seconds=question.timer_s if question is not None and asks else None,
        total_questions=answered_count(state),
        prompt_id=event.prompt_id,
        purpose=event.purpose,
        question_number=event.question_number,
        question_count=question_count(state),
        ask_no=event.ask_no,
        preparation_seconds=question.preparation_s if question is not None and asks else 0,
    )


def concluded_frame(step: Step, event: SessionEnded, speech: SpeechFacts) -> InterviewConcluded:
    """The end, without a score."""
    state = step.after
    prompt = state.prompt
    goodbye = prompt is not None and prompt.purpose is Purpose.GOODBYE
    last = question_of(state, state.question_number)
    return InterviewConcluded(
        seq=step.seq,
        content=prompt.text if prompt is not None and goodbye else "This interview has ended.",
        audio_file=speech.audio_file,
        total_questions=answered_count(state),
        question_type=last.kind if last is not None else None,
        status=event.status,
        reason=event.reason,
    )


def concluded_of(state: State) -> InterviewConcluded:
    """The end again, for a client that comes after it."""
    return InterviewConcluded(
        content="This interview has ended. Thank you.",
        total_questions=answered_count(state),
        status=state.status,
        reason=state.end_reason or "",
    )


def _own_frames(step: Step, speech: SpeechFacts) -> list[Outgoing]:
    event, state, seq = step.event, step.after, step.seq
    if isinstance(event, ViolationRecorded):
        return [_violation(state, event, seq)]
    if isinstance(event, WATCH_EVENTS):
        return _watched(state, seq)
    if isinstance(event, (AnswerRecorded, AnswerSupplemented)):
        return _processing(state, event, seq)
    if isinstance(event, AnswerReheard):
        return [out for out in _processing(state, event, seq) if out.audience == "observer"]
    frame: ServerFrame | None = None
    audience: Audience = "all"
    match event:
        case PromptIssued() if event.purpose is not Purpose.GOODBYE:
            frame = question_frame(state, event, seq, speech)
        case UtteranceCommitted() | AnswerExtended():
            frame = _transcript(state, event, seq)
        case AnswerAcknowledged() | AnswerResumed() | AnswerReopened():
            frame = _turn(state, event, seq, speech)
        case AnswerRefused():
            words = REFUSED_WORDS[event.reason]
            frame = ErrorFrame(seq=seq, content=words, code=f"answer_{event.reason}")
            audience = "candidate"
        case SessionEnded():
            frame = concluded_frame(step, event, speech)
        case _:
            frame, audience = _observed(event, seq), "observer"
    return [Outgoing(frame, audience)] if frame is not None else []


def _observed(event: Event, seq: int) -> ServerFrame | None:
    """What only observers are shown."""
    match event:
        case EvaluationRecorded():
            return AnswerEvaluation(seq=seq, evaluation=event.evaluation)
        case CandidateJoined() | MediaChanged():
            return Participant(seq=seq, connected=True, media=event.media)
        case CandidateLeft():
            return Participant(seq=seq, connected=False, reason=event.reason)
        case WatchGapRecorded():
            return WatchGapFrame(seq=seq, **event.gap.model_dump())
        case _:
            return None


def _transcript(
    state: State, event: UtteranceCommitted | AnswerExtended, seq: int
) -> TranscriptFrame:
    return TranscriptFrame(
        seq=seq,
        question_number=event.question_number,
        utterance_id=event.utterance.utterance_id,
        committed=event.utterance.text,
        words=list(event.utterance.words),
        answer_text=views.open_answer_text(state),
    )


def _turn(
    state: State,
    event: AnswerAcknowledged | AnswerResumed | AnswerReopened,
    seq: int,
    speech: SpeechFacts,
) -> TurnFrame:
    if isinstance(event, AnswerAcknowledged):
        return TurnFrame(
            seq=seq,
            state="ending",
            question_number=event.question_number,
            content=event.text,
            prompt_id=views.acknowledgement_id(state) if event.text else None,
            audio_file=speech.audio_file,
        )
    if isinstance(event, AnswerResumed):
        return TurnFrame(seq=seq, state="open", question_number=event.question_number)
    text = courtesies.go_on(state.plan.language)
    return TurnFrame(
        seq=seq,
        state="reopened",
        question_number=event.question_number,
        content=text,
        prompt_id=views.go_on_id(event) if text else None,
        audio_file=speech.audio_file,
    )


def proctoring_view(state: State, *, observer: bool) -> ProctoringView:
    """What proctoring does in this session; counts are for observers and for those warned."""
    plan, watch = state.plan.proctoring, state.watch
    told = observer or plan.profile in (ProctoringProfile.WARN, ProctoringProfile.STRICT)
    signals = [item for item in watch.violations if not item.violation.hint]
    return ProctoringView(
        profile=plan.profile,
        watching=bool(watch.capabilities) and state.status is Status.IN_PROGRESS,
        biometric_consent=watch.biometric,
        identity_wanted=plan.identity and plan.profile is not ProctoringProfile.OFF,
        reference=watch.reference is not None,
        violations=len(signals) if told else 0,
        counted=watch.counted if told else 0,
        limit=limit_of(state),
        unavailable=[c.kind for c in watch.capabilities if not c.available],
    )


def limit_of(state: State) -> int | None:
    """At how many counted violations the session is paused; None where it never is."""
    strict = state.plan.proctoring.profile is ProctoringProfile.STRICT
    return COUNTED_TO_END if strict else None


def _violation(state: State, event: ViolationRecorded, seq: int) -> Outgoing:
    found = event.violation
    shown = state.plan.proctoring.profile in (ProctoringProfile.WARN, ProctoringProfile.STRICT)
    frame = ViolationFrame(
        seq=seq,
        violation_id=found.violation_id,
        kind=found.kind,
        message=found.message,
        advice=found.advice,
        severity=found.severity,
        start_s=found.start_s,
        end_s=found.end_s,
        hint=found.hint,
        counted=state.watch.counted,
        limit=limit_of(state),
        has_still=found.still is not None,
    )
    return Outgoing(frame, "all" if shown and not found.hint else "observer")


def _watched(state: State, seq: int) -> list[Outgoing]:
    staff = WatchFrame(seq=seq, proctoring=proctoring_view(state, observer=True))
    candidate = WatchFrame(seq=seq, proctoring=proctoring_view(state, observer=False))
    return [Outgoing(staff, "observer"), Outgoing(candidate, "candidate")]


def _processing(
    state: State, event: AnswerRecorded | AnswerSupplemented | AnswerReheard, seq: int
) -> list[Outgoing]:
    closed = state.answer(event.answer_id)
    if closed is None:
        return []
    saved = ProcessingResponse(
        seq=seq,
        content="Thank you. Your answer is saved.",
        answer_id=closed.answer_id,
        question_number=closed.question_number,
        outcome=closed.outcome,
    )
    told = {"question": closed.question, "answer": closed.content, "code": closed.code}
    return [
        Outgoing(saved.model_copy(update=told), "observer"),
        Outgoing(saved, "candidate"),
    ]


def frames_for(step: Step, now: datetime, speech: SpeechFacts) -> list[Outgoing]:
    """Everything one event causes to be sent, in order."""
    out = _own_frames(step, speech)
    before, after = step.before, step.after
    if before is None or _place(before) != _place(after):
        out.append(Outgoing(state_frame(after, step.seq)))
    if isinstance(step.event, TimeWarned):
        warned = timer_frame(after, now, step.seq)
        out.append(Outgoing(warned.model_copy(update={"warning_s": step.event.remaining_s})))
    elif before is None or _clock_place(before) != _clock_place(after):
        out.append(Outgoing(timer_frame(after, now, step.seq)))
    return out


def replay_frames(step: Step, now: datetime, audio_url: AudioUrl) -> list[Outgoing]:
    """The frames of an old event for a client that missed it; clocks come with the snapshot."""
    speech = SpeechFacts()
    if isinstance(step.event, PromptIssued):
        speech = SpeechFacts(audio_file=audio_url(step.event.prompt_id))
    return _own_frames(step, speech)


def _place(state: State) -> tuple[object, ...]:
    return (
        state.status,
        state.phase,
        state.question_number,
        state.thinking_until_at,
        state.skipping_until_at,
        state.pause,
        state.patience_from,
    )


def _clock_place(state: State) -> tuple[object, ...]:
    clock = state.clock
    key = (clock.allotted_s, clock.running_since is None) if clock is not None else None
    announced = state.moving_on is not None
    return (key, machine.clock_paused_reason(state), state.question_number, announced)


def _said_s(state: State, text: str, number: int | None) -> float | None:
    """When the interviewer last said that, on the session clock."""
    for line in reversed(state.dialogue):
        same = line.question_number == number or number is None
        if line.role == "interviewer" and same and text in line.content:
            return round(max(0.0, state.since_start_s(line.at)), 3)
    return None


def snapshot(state: State, now: datetime, *, observer: bool, audio_url: AudioUrl) -> Snapshot:
    """All that a page needs to draw the session; scores only for observers."""
    question = question_of(state, state.question_number)
    prompt = state.prompt
    return Snapshot(
        status=state.status,
        phase=state.phase,
        title=state.plan.title,
        candidate_name=state.candidate.name,
        language=state.plan.language,
        question_number=state.question_number,
        question_count=question_count(state),
        question=views.current_question_text(state),
        question_kind=question.kind if question is not None else None,
        timer=timer_view(state, now),
        prompt=PromptView(
            prompt_id=prompt.prompt_id,
            purpose=prompt.purpose,
            text=prompt.text,
            audio_file=audio_url(prompt.prompt_id),
            delivered=prompt.delivered,
            at_s=_said_s(state, prompt.text, None),
        )
        if prompt is not None
        else None,
        answer_text=views.open_answer_text(state),
        answered=[
            AnsweredView(
                question_number=answer.question_number,
                question=answer.question,
                answer_id=answer.answer_id,
                outcome=answer.outcome,
                content=answer.content,
                code=answer.code,
                at_s=round(max(0.0, state.since_start_s(answer.recorded_at)), 3),
                asked_s=_said_s(state, answer.question, answer.question_number),
                evaluation=state.evaluations.get(answer.answer_id) if observer else None,
            )
            for answer in state.answers
        ],
        consent_received=state.consent == "given",
        consent_text_version=state.plan.consent_text_version,
        started_at=state.started_at,
        session_clock_s=machine.session_clock_s(state, now),
        thinking_until_at=state.thinking_until_at,
        skipping_until_at=state.skipping_until_at,
        paused_until_at=paused_until_at(state),
        candidate_connected=state.seat is not None,
        moments_left=views.moments_left(state),
        more_patience=state.patience_from is not None,
        proctoring=proctoring_view(state, observer=observer),
    )
