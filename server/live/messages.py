"""Frames of `/ws/interview`, both directions. `web/src/protocol.gen.ts` is generated from here.

Server frames with `seq` stand for a stored event and can be had again after `last_seq`; frames
without are volatile. A client frame with `id` is answered by `ack` or by `error` with that `ref`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from interview.nouns import (
    MAX_ANSWER_CHARS,
    AnswerOutcome,
    Evaluation,
    Media,
    Phase,
    ProctoringProfile,
    Purpose,
    QuestionKind,
    Status,
    UtcTime,
    Viseme,
    Word,
)
from interview.signals import Severity
from proctoring.base import PageEventName
from server.text import AnswerText, CodeText, Identity

MAX_FRAME_BYTES = 256 * 1024
PROTOCOL_VERSION = 1


class ServerFrame(BaseModel):
    """Base of what the server sends."""

    model_config = ConfigDict(frozen=True)

    losable: ClassVar[bool] = False

    seq: int | None = None

    @property
    def volatile(self) -> bool:
        """Whether a slow client may miss it: the next one of its kind makes up for it."""
        return self.losable and self.seq is None


class TimerView(BaseModel):
    """The fair clock as the candidate sees it. `paused_reason` is a code for a sentence:

    `idle`, `prompt`, `disconnected`, `review`, `thinking`, `skipping`, `fault`, `preparing`.
    `moving_on_s`: silence moves on after so many seconds, unless the candidate does anything.
    """

    state: Literal["running", "paused", "idle"] = "idle"
    paused_reason: str | None = None
    remaining_s: float | None = None
    allotted_s: float | None = None
    moving_on_s: float | None = None
    server_time: UtcTime


class AnsweredView(BaseModel):
    """A closed question in the snapshot. `evaluation` only for observers."""

    question_number: int
    question: str
    answer_id: str
    outcome: AnswerOutcome
    content: str
    code: str | None = None
    at_s: float | None = None
    asked_s: float | None = None
    evaluation: Evaluation | None = None


class PromptView(BaseModel):
    """What the avatar says or said last."""

    prompt_id: str
    purpose: Purpose
    text: str
    audio_file: str | None = None
    delivered: bool = False
    at_s: float | None = None


class Capability(BaseModel):
    """Whether a part works now, and a sentence when it does not."""

    available: bool
    reason: str = ""


class ProctoringView(BaseModel):
    """What proctoring does in this session. `violations` only for observers and shown profiles.

    `watching`: pictures or page events are looked at. `unavailable`: kinds that cannot be seen.
    """

    profile: ProctoringProfile
    watching: bool = False
    biometric_consent: bool | None = None
    identity_wanted: bool = False
    reference: bool = False
    violations: int = 0
    counted: int = 0
    limit: int | None = None
    unavailable: list[str] = Field(default_factory=list)


class Snapshot(BaseModel):
    """All that a page needs to draw the session as it is now."""

    status: Status
    phase: Phase | None
    title: str
    candidate_name: str
    language: str
    question_number: int | None = None
    question_count: int
    question: str | None = None
    question_kind: QuestionKind | None = None
    timer: TimerView
    prompt: PromptView | None = None
    answer_text: str = ""
    answered: list[AnsweredView] = Field(default_factory=list)
    consent_received: bool = False
    consent_text_version: str
    started_at: UtcTime | None = None
    session_clock_s: float | None = None
    thinking_until_at: UtcTime | None = None
    skipping_until_at: UtcTime | None = None
    paused_until_at: UtcTime | None = None
    candidate_connected: bool = False
    moments_left: int = 0
    more_patience: bool = False
    proctoring: ProctoringView | None = None


class Welcome(ServerFrame):
    """First frame on every connection."""

    type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL_VERSION
    session_id: str
    role: Literal["candidate", "observer"]
    connection_id: str
    epoch: str
    last_seq: int
    resumed: bool
    heartbeat_s: float
    transport: Literal["webrtc", "livekit", "websocket"]
    ice_servers: list[str] = Field(default_factory=list)
    stt: Capability
    tts: Capability
    recording: Capability
    snapshot: Snapshot


class QuestionFrame(ServerFrame):
    """The avatar's line: greeting, question, reprompt, follow-up, gentle prompt."""

    type: Literal["question"] = "question"
    content: str
    audio_file: str | None = None
    start_recording: bool = True
    stop_recording: bool = False
    proctoring_session_id: str | None = None
    question_type: QuestionKind | None = None
    timer_seconds: float | None = None
    total_questions: int = 0
    prompt_id: str
    purpose: Purpose
    question_number: int | None = None
    question_count: int
    ask_no: int = 1
    preparation_seconds: float = 0
    speech_failed: bool = False
    audio_duration_s: float | None = None


class ProcessingResponse(ServerFrame):
    """The answer is stored. `answer` is its text and `code` its program; with
    `question` for observers only.
    """

    type: Literal["processing_response"] = "processing_response"
    content: str
    answer_id: str
    question_number: int
    outcome: AnswerOutcome
    question: str | None = None
    answer: str | None = None
    code: str | None = None


class InterviewConcluded(ServerFrame):
    type: Literal["interview_concluded"] = "interview_concluded"
    content: str
    audio_file: str | None = None
    stop_recording: bool = True
    start_recording: bool = False
    total_questions: int = 0
    question_type: QuestionKind | None = None
    timer_seconds: float = 0
    status: Status
    reason: str
    final_average_score: float | None = None


class ErrorFrame(ServerFrame):
    """`fatal`: the connection closes after it. `ref`: the `id` of the client frame it answers."""

    type: Literal["error"] = "error"
    content: str
    code: str
    ref: str | None = None
    field: str | None = None
    stop_recording: bool = False
    fatal: bool = False


class Ack(ServerFrame):
    """The client frame `ref` was carried out; what it caused is stored up to `last_seq`."""

    type: Literal["ack"] = "ack"
    ref: str
    last_seq: int


class TranscriptFrame(ServerFrame):
    """The candidate's words. With `seq`: an utterance was committed (`utterance_id`, `words`).

    Without: the live tail; `committed` are words that will not change, `tentative` may.
    """

    losable: ClassVar[bool] = True

    type: Literal["transcript"] = "transcript"
    question_number: int | None = None
    utterance_id: str | None = None
    committed: str = ""
    tentative: str = ""
    words: list[Word] = Field(default_factory=list)
    answer_text: str | None = None


class TimerFrame(ServerFrame):
    """Sent when the clock starts, pauses or resumes, and at the 30 s and 10 s warnings."""

    type: Literal["timer"] = "timer"
    question_number: int | None = None
    timer: TimerView
    warning_s: float | None = None


class StateFrame(ServerFrame):
    """Status or phase changed.

    `skipping_until_at`: until then a skip can be taken back. `paused_until_at`: until then a
    person may let a session go on that reached its limit of signals.
    """

    type: Literal["state"] = "state"
    status: Status
    phase: Phase | None
    question_number: int | None = None
    thinking_until_at: UtcTime | None = None
    skipping_until_at: UtcTime | None = None
    paused_until_at: UtcTime | None = None
    moments_left: int = 0
    more_patience: bool = False


class AvatarFrame(ServerFrame):
    """The avatar's speech as it plays. `start` carries the visemes and the audio's length."""

    type: Literal["avatar"] = "avatar"
    event: Literal["start", "end", "duck", "resume"]
    prompt_id: str
    duration_s: float | None = None
    visemes: list[Viseme] = Field(default_factory=list)
    interrupted: bool = False


class ListeningFrame(ServerFrame):
    """Whether the server hears the candidate speak now."""

    losable: ClassVar[bool] = True

    type: Literal["listening"] = "listening"
    speaking: bool


class TurnFrame(ServerFrame):
    """Where the floor is going.

    `ending`: the interviewer is about to go on, unless the candidate does;
    `content` is what the avatar says meanwhile, at `audio_file`. `open`: the candidate went on.
    `reopened`: the answer before goes on, and the question will be asked again; `content` is said
    only to who has stopped (an `avatar` frame with `prompt_id` says when).
    """

    type: Literal["turn"] = "turn"
    state: Literal["ending", "open", "reopened"]
    question_number: int
    content: str = ""
    prompt_id: str | None = None
    audio_file: str | None = None


class CommandHeard(ServerFrame):
    """The candidate said this to the interviewer: it is understood, and is no answer."""

    type: Literal["command_heard"] = "command_heard"
    command: Literal["done", "repeat", "moment", "skip", "patience"]
    words: str


class WebRtcAnswer(ServerFrame):
    type: Literal["webrtc_answer"] = "webrtc_answer"
    sdp: str


class Takeover(ServerFrame):
    """The interview goes on elsewhere; this connection closes."""

    type: Literal["takeover"] = "takeover"
    content: str


class Participant(ServerFrame):
    """Observers: the candidate came or went."""

    type: Literal["participant"] = "participant"
    connected: bool
    media: Media | None = None
    reason: str | None = None


class CodeDraft(ServerFrame):
    """Observers: the code in the candidate's editor now, not yet submitted."""

    losable: ClassVar[bool] = True

    type: Literal["code_draft"] = "code_draft"
    question_number: int
    code: str


class Picture(ServerFrame):
    """Observers: the latest camera picture, a data URL (JPEG), about one a second."""

    losable: ClassVar[bool] = True

    type: Literal["picture"] = "picture"
    image: str
    at: UtcTime


class AnswerEvaluation(ServerFrame):
    """Observers only."""

    type: Literal["answer_evaluation"] = "answer_evaluation"
    evaluation: Evaluation


class ProctoringWarning(ServerFrame):
    """A condition has begun (`active`), its countdown to a violation, or it is over."""

    type: Literal["proctoring_warning"] = "proctoring_warning"
    kind: str
    active: bool
    advice: str = ""
    severity: Severity = Severity.LOW
    remaining_s: float | None = None


class ViolationFrame(ServerFrame):
    """A violation was recorded. At `limit` counted ones a strict session is paused."""

    type: Literal["proctoring_violation"] = "proctoring_violation"
    violation_id: str
    kind: str
    message: str
    advice: str
    severity: Severity
    start_s: float
    end_s: float
    hint: bool
    counted: int
    limit: int | None
    has_still: bool


class WatchGapFrame(ServerFrame):
    """Observers: nothing was watched for a while; never a violation by itself."""

    type: Literal["proctoring_gap"] = "proctoring_gap"
    start_s: float
    end_s: float
    cause: str


class WatchFrame(ServerFrame):
    """Observers and candidate: what is watched in this session."""

    type: Literal["proctoring_state"] = "proctoring_state"
    proctoring: ProctoringView


class Pong(ServerFrame):
    losable: ClassVar[bool] = True

    type: Literal["pong"] = "pong"
    t: float | None = None
    server_time: UtcTime


class BacklogRequest(ServerFrame):
    """After a media gap: please send the microphone audio kept since `after_s` (session clock)."""

    type: Literal["backlog_request"] = "backlog_request"
    gap_id: str
    from_s: float


AnyServerFrame = Annotated[
    Welcome
    | QuestionFrame
    | ProcessingResponse
    | InterviewConcluded
    | ErrorFrame
    | Ack
    | TranscriptFrame
    | TimerFrame
    | StateFrame
    | AvatarFrame
    | ListeningFrame
    | TurnFrame
    | CommandHeard
    | WebRtcAnswer
    | Takeover
    | Participant
    | CodeDraft
    | Picture
    | AnswerEvaluation
    | ProctoringWarning
    | ViolationFrame
    | WatchGapFrame
    | WatchFrame
    | Pong
    | BacklogRequest,
    Field(discriminator="type"),
]


class ClientFrame(BaseModel):
    """Base of what a client may send; unknown fields are ignored (old clients send more)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | None = Field(default=None, max_length=64)


class TextResponse(ClientFrame):
    """A typed answer, a typed consent reply, or an old client's time-out submission."""

    type: Literal["text_response"]
    content: AnswerText = Field(max_length=MAX_ANSWER_CHARS)
    timeout_submission: bool = False
    answer_id: Identity | None = None
    question_number: int | None = None
    code: Annotated[CodeText, Field(max_length=MAX_ANSWER_CHARS)] | None = None


class EndInterview(ClientFrame):
    """The candidate leaves. What was typed and not sent is kept with the question it names."""

    type: Literal["end_interview"]
    question_number: int | None = None
    content: Annotated[AnswerText, Field(max_length=MAX_ANSWER_CHARS)] | None = None
    code: Annotated[CodeText, Field(max_length=MAX_ANSWER_CHARS)] | None = None


class ConsentFrame(ClientFrame):
    type: Literal["consent"]
    granted: bool
    text_version: str = Field(max_length=32)


class RepeatFrame(ClientFrame):
    type: Literal["repeat"]


class SkipFrame(ClientFrame):
    type: Literal["skip"]


class UndoSkipFrame(ClientFrame):
    """Stay at the question after all."""

    type: Literal["undo_skip"]


class HereFrame(ClientFrame):
    """Any key, touch or click: somebody is there."""

    type: Literal["here"]


class DevicesFrame(ClientFrame):
    """Whether the candidate takes part with a camera; sent on each arrival and on a change.

    `microphone`: false from when the one in use is gone until there is another; what is not heard
    meanwhile is no silence. Absent where nothing is known of it.
    """

    type: Literal["devices"]
    camera: bool
    microphone: bool | None = None


class MomentFrame(ClientFrame):
    type: Literal["moment"]


class PatienceFrame(ClientFrame):
    """The candidate needs longer pauses, from now on."""

    type: Literal["patience"]


class DoneFrame(ClientFrame):
    type: Literal["done"]
    answer_id: Identity | None = None


class TypingFrame(ClientFrame):
    """At most one a second while keys are pressed."""

    type: Literal["typing"]


class CodeDraftFrame(ClientFrame):
    """What stands in the editor, at most twice a second while it changes; nothing is stored."""

    type: Literal["code_draft"]
    question_number: int = Field(ge=1)
    code: Annotated[CodeText, Field(max_length=MAX_ANSWER_CHARS)]


class PlaybackFrame(ClientFrame):
    """A client that plays `audio_file` itself says how far it came."""

    type: Literal["playback"]
    prompt_id: str = Field(max_length=64)
    event: Literal["started", "finished"]
    position_s: float = Field(default=0, ge=0, le=600)


class WebRtcOffer(ClientFrame):
    """A complete offer (candidates gathered or trickled after); a new one replaces the peer."""

    type: Literal["webrtc_offer"]
    sdp: str = Field(max_length=64_000)


class WebRtcCandidate(ClientFrame):
    type: Literal["webrtc_candidate"]
    candidate: str = Field(max_length=2_000)
    sdp_mid: str | None = Field(default=None, max_length=64)
    sdp_m_line_index: int | None = None


class WebRtcClose(ClientFrame):
    """The client gives up on media (denied, unplugged): the interview goes on by text or PCM."""

    type: Literal["webrtc_close"]


class PageEventFrame(ClientFrame):
    """Something the page saw (`PageEventName` in proctoring/base.py); never any content."""

    type: Literal["page_event"]
    name: PageEventName
    fields: dict[str, float | int | str | bool] = Field(default_factory=dict, max_length=16)


class PingFrame(ClientFrame):
    type: Literal["ping"]
    t: float | None = None


class BacklogFrame(ClientFrame):
    """Microphone audio kept by the page during a media gap: base64 PCM16 mono 16 kHz.

    `start_s` is on the session clock; `last` closes the gap.
    """

    type: Literal["backlog"]
    gap_id: str = Field(max_length=64)
    start_s: float = Field(ge=0)
    pcm: str = Field(max_length=MAX_FRAME_BYTES)
    last: bool = False


AnyClientFrame = Annotated[
    TextResponse
    | EndInterview
    | ConsentFrame
    | RepeatFrame
    | SkipFrame
    | UndoSkipFrame
    | HereFrame
    | DevicesFrame
    | MomentFrame
    | PatienceFrame
    | DoneFrame
    | TypingFrame
    | CodeDraftFrame
    | PlaybackFrame
    | WebRtcOffer
    | WebRtcCandidate
    | WebRtcClose
    | PageEventFrame
    | PingFrame
    | BacklogFrame,
    Field(discriminator="type"),
]

CLIENT_FRAME: TypeAdapter[AnyClientFrame] = TypeAdapter(AnyClientFrame)
SERVER_FRAME: TypeAdapter[AnyServerFrame] = TypeAdapter(AnyServerFrame)
