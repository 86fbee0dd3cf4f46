"""How the contract shows a session: the replies of `/api/parallel_interview/*`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from interview.judging import DecisionOutcome
from interview.nouns import (
    AnswerOutcome,
    InterviewPlan,
    ProctoringProfile,
    QuestionKind,
    RubricPoint,
    Status,
)
from interview.ports.storage import SessionSummary
from interview.standing import Standing, standing_of
from interview.state import State
from interview.summary import summarise
from server.edge.paging import Counted
from server.edge.routes import Reply
from server.platform.services import LiveRoom

Transport = Literal["webrtc", "livekit", "websocket"]
Mode = Literal["live", "recorded"]


def _parts(value: object) -> object:
    """`live,disconnected` as its parts; "" is none."""
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


Several = Annotated[tuple[Standing, ...], BeforeValidator(_parts)]
"""Standings as a query names them: one or several, separated by commas."""


class UserDetails(Reply):
    """Who sits the interview."""

    name: str
    email: str
    phone: str


class InterviewConfig(Reply):
    """What was asked for, with the defaults filled in."""

    total_questions: int
    max_questions: int
    text_question_timer: int
    coding_question_timer: int
    question_types: list[QuestionKind]


class CreateReply(Reply):
    """The new session. `livekit_token` and `livekit_url` are null without a LiveKit server."""

    status: Literal["success"] = "success"
    session_id: str
    transport: Transport
    candidate_url: str
    candidate_token: str
    livekit_room_name: str
    livekit_token: str | None = None
    livekit_url: str | None = None
    warning: str | None = None
    question_source: Literal["given", "job", "llm", "fallback"] = "given"
    user_details: UserDetails
    interview_config: InterviewConfig


class SessionItem(Reply):
    """One line of the list.

    `mode` recorded: nobody is connected; `questions_recorded` were recorded so far, and count as
    answered when they are sent in.
    """

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, populate_by_name=True)

    id: str = Field(alias="_id")
    session_id: str
    proctoring_session_id: str
    user_details: UserDetails
    status: Status
    standing: Standing
    mode: Mode
    title: str
    created_at: AwareDatetime
    link_opened_at: AwareDatetime | None
    started_at: AwareDatetime | None
    completed_at: AwareDatetime | None
    job_id: str | None
    job_title: str | None
    interview_id: int | None
    question_index: int
    total_questions: int
    max_questions: int
    questions_answered: int
    questions_recorded: int
    average_score: float | None
    consent_received: bool
    end_reason: str | None
    decision: DecisionOutcome | None
    tags: list[str]
    assignee: str | None
    proctoring_violations_count: int
    violations_unreviewed: int
    blind: bool = False


class SessionList(Counted):
    """A page in the order asked for; `total` counts all that the filter matches.

    `blind`: names come with one's own scorecard, and nobody is found by name.
    """

    status: Literal["success"] = "success"
    sessions: list[SessionItem]
    blind: bool = False


class SessionView(Reply):
    """The session. `average_score` is 0-10, null while nothing is evaluated."""

    session_id: str
    status: Status
    standing: Standing
    mode: Mode
    link_opened_at: AwareDatetime | None
    title: str
    language: str
    user_details: UserDetails
    is_active: bool
    current_question_count: int
    max_questions: int
    consent_received: bool
    reference_face_captured: bool
    camera_required: bool
    camera_waived: bool
    total_questions: int
    current_question_index: int
    average_score: float | None
    proctoring_violations_count: int
    proctoring_profile: ProctoringProfile
    questions_answered: int
    questions_recorded: int
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    completed_at: AwareDatetime | None
    end_reason: str | None
    ended_by: str | None
    job_id: str | None
    interview_id: int | None
    assignee: str | None
    blind: bool = False


class QuestionView(Reply):
    """One planned question; `outcome` is null while it is not closed."""

    number: int
    text: str
    kind: QuestionKind
    timer_s: float
    preparation_s: float
    keywords: list[str]
    ideal_answer: str | None
    points: list[RubricPoint]
    outcome: AnswerOutcome | None


class InterviewStateView(Reply):
    """How far the conversation is."""

    dialogue_length: int
    evaluations_count: int
    text_question_timer: int
    coding_question_timer: int
    phase: str | None


class RoomView(Reply):
    """The LiveKit room, while there is one."""

    name: str
    num_participants: int
    creation_time: int
    sid: str


class DetailsReply(Reply):
    """Everything staff see of one session, with a fresh link while it may still be sat."""

    status: Literal["success"] = "success"
    session: SessionView
    questions: list[QuestionView]
    interview_state: InterviewStateView
    livekit_room: RoomView | None
    livekit_unavailable: str | None = None
    transport: Transport
    candidate_url: str | None
    report_status: str | None


class StartReply(Reply):
    """Started, now or before."""

    status: Literal["success"] = "success"
    message: str
    session_id: str
    session_status: Status
    livekit_room_name: str | None


class EndReply(Reply):
    """Ended, now or before. `average_score` is null while nothing is evaluated."""

    status: Literal["success"] = "success"
    message: str
    session_id: str
    session_status: Status
    report_available: bool
    questions_answered: int
    average_score: float | None


class DeleteReply(Reply):
    """Everything of it is gone."""

    status: Literal["success"] = "success"
    message: str
    session_id: str


class SixCounters(Reply):
    """`active_sessions` are sat now: the candidate is in the room, or records the answers.

    `active_livekit_rooms` is null when LiveKit is configured and does not answer.
    """

    total_sessions: int
    active_sessions: int
    completed_sessions: int
    initialized_sessions: int
    in_memory_sessions: int
    active_livekit_rooms: int | None


class CountersReply(Reply):
    """The six counters, and why one is missing."""

    status: Literal["success"] = "success"
    stats: SixCounters
    by_status: dict[Status, int]
    by_standing: dict[Standing, int]
    livekit: str


class TicketReply(Reply):
    """Opens `/ws/interview` once, within its life."""

    ticket: str
    expires_in_s: int
    session_id: str
    transport: Transport
    role: Literal["candidate", "observer"]


def room_name(session_id: str) -> str:
    """The session's LiveKit room, whether there is a LiveKit server or not."""
    return f"interview-{session_id}"


def config_of(plan: InterviewPlan) -> InterviewConfig:
    """The plan as the contract echoes it."""
    return InterviewConfig(
        total_questions=len(plan.questions),
        max_questions=min(plan.max_questions, len(plan.questions)),
        text_question_timer=round(plan.text_timer_s),
        coding_question_timer=round(plan.coding_timer_s),
        question_types=[question.kind for question in plan.questions],
    )


def user_of(summary: SessionSummary) -> UserDetails:
    """The candidate as the contract shows it."""
    return UserDetails(name=summary.name, email=summary.email, phone=summary.phone)


def item_of(summary: SessionSummary) -> SessionItem:
    """A line of the list."""
    return SessionItem(
        id=summary.session_id,
        session_id=summary.session_id,
        proctoring_session_id=summary.session_id,
        user_details=user_of(summary),
        status=summary.status,
        standing=summary.standing,
        mode=summary.mode,
        link_opened_at=summary.link_opened_at,
        title=summary.title,
        created_at=summary.created_at,
        started_at=summary.started_at,
        completed_at=summary.completed_at,
        job_id=summary.job_id,
        job_title=summary.job_title,
        interview_id=summary.interview_id,
        question_index=summary.question_index,
        total_questions=summary.total_questions,
        max_questions=summary.max_questions,
        questions_answered=summary.answered,
        questions_recorded=summary.recorded,
        average_score=summary.average_score,
        consent_received=summary.consent_received,
        end_reason=summary.end_reason,
        decision=summary.decision,
        tags=list(summary.tags),
        assignee=summary.assignee,
        proctoring_violations_count=summary.violations,
        violations_unreviewed=summary.violations_unreviewed,
    )


def view_of(state: State) -> SessionView:
    """The session's own part of the details."""
    summary = summarise(state)
    asked = {line.question_number for line in state.dialogue if line.question_number is not None}
    return SessionView(
        session_id=state.session_id,
        status=state.status,
        standing=standing_of(state),
        mode=summary.mode,
        link_opened_at=state.link_opened_at,
        ended_by=state.ended_by,
        title=state.plan.title,
        language=state.plan.language,
        user_details=user_of(summary),
        is_active=state.status is Status.IN_PROGRESS,
        current_question_count=len(asked),
        max_questions=summary.max_questions,
        consent_received=summary.consent_received,
        reference_face_captured=state.watch.reference is not None,
        camera_required=state.camera_required,
        camera_waived=state.watch.camera_waived,
        proctoring_violations_count=summary.violations,
        proctoring_profile=state.plan.proctoring.profile,
        total_questions=summary.total_questions,
        current_question_index=summary.question_index,
        average_score=summary.average_score,
        questions_answered=summary.answered,
        questions_recorded=summary.recorded,
        created_at=state.created_at,
        started_at=state.started_at,
        completed_at=state.ended_at,
        end_reason=state.end_reason,
        job_id=state.job_id,
        interview_id=state.plan.interview_id,
        assignee=state.judged.assignee,
    )


def questions_of(state: State) -> list[QuestionView]:
    """What is planned, and how each question was closed (a follow-up's outcome is not its own)."""
    closed = {a.question_number: a.outcome for a in state.answers if not a.follow_up}
    return [
        QuestionView(
            **question.model_dump(include=_SHOWN),
            outcome=closed.get(question.number),
        )
        for question in state.plan.questions
    ]


_SHOWN = {
    "number",
    "text",
    "kind",
    "timer_s",
    "preparation_s",
    "keywords",
    "ideal_answer",
    "points",
}


def progress_of(state: State) -> InterviewStateView:
    """How far the conversation is."""
    return InterviewStateView(
        dialogue_length=len(state.dialogue),
        evaluations_count=len(state.evaluations),
        text_question_timer=round(state.plan.text_timer_s),
        coding_question_timer=round(state.plan.coding_timer_s),
        phase=state.phase,
    )


def room_of(room: LiveRoom | None) -> RoomView | None:
    """The room as the contract shows it."""
    return RoomView(**room.model_dump()) if room is not None else None
