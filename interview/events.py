"""What has happened to a session, in the order it was stored. The log of these is the truth.

Every event carries `at`, the server's time of the decision. `seq` (1, 2, …) is given by the store.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from interview.judging import Decision, ReviewerNote, Scorecard
from interview.nouns import (
    DEFAULT_ORGANISATION,
    AnswerOutcome,
    AnswerSource,
    CandidateDetails,
    Environment,
    Evaluation,
    InterviewPlan,
    Media,
    MediaKind,
    Noun,
    Purpose,
    Question,
    ReportedAnswer,
    Status,
    TurnEnd,
    UtcTime,
    Utterance,
)
from interview.signals import KindCapability, Reference, Review, Violation, WatchGap


class _Event(Noun):
    at: UtcTime


class SessionCreated(_Event):
    type: Literal["session_created"] = "session_created"
    session_id: str
    candidate: CandidateDetails
    plan: InterviewPlan
    created_by: str
    job_id: str | None = None
    organisation_id: str = DEFAULT_ORGANISATION


class LinkOpened(_Event):
    """The candidate's page was opened with the link for the first time."""

    type: Literal["link_opened"] = "link_opened"


class SessionStarted(_Event):
    type: Literal["session_started"] = "session_started"
    by: str


class SessionTakenOver(_Event):
    """Another program's agent holds the interview; it asks, and the plan grows with it."""

    type: Literal["session_taken_over"] = "session_taken_over"
    by: str
    avatar: str = ""
    environment: Environment = Environment()


class QuestionAdded(_Event):
    """A question that an agent asked, at the end of the plan; `kind` and `labels` are its words."""

    type: Literal["question_added"] = "question_added"
    question_id: str
    question: Question
    kind: str = "general"
    labels: dict[str, str] = Field(default_factory=dict)


class RoomOpened(_Event):
    """A process took the live part: only it speaks, listens and watches from here on.

    `epoch` counts the rooms of a session. Who held an earlier one reads this event before it can
    append anything, and closes.
    """

    type: Literal["room_opened"] = "room_opened"
    owner: str
    epoch: int


class RoomClosed(_Event):
    """No process has the live part; `owner_lost` when its process ceased to beat."""

    type: Literal["room_closed"] = "room_closed"
    epoch: int
    reason: Literal["left", "shutdown", "owner_lost"]


class CandidateJoined(_Event):
    """A candidate connection took the seat; `replaced` names the one it pushed out."""

    type: Literal["candidate_joined"] = "candidate_joined"
    connection_id: str
    media: Media
    replaced: str | None = None
    reconnect: bool = False


class MediaChanged(_Event):
    type: Literal["media_changed"] = "media_changed"
    connection_id: str
    media: Media


class CandidateLeft(_Event):
    type: Literal["candidate_left"] = "candidate_left"
    connection_id: str
    reason: str


class OutageRecorded(_Event):
    """Our own fault between `from_at` and `at`: never the candidate's time."""

    type: Literal["outage_recorded"] = "outage_recorded"
    from_at: UtcTime
    cause: str


class FaultBegan(_Event):
    """A component of ours failed while the candidate waits; the clock stands until `FaultEnded`."""

    type: Literal["fault_began"] = "fault_began"
    component: str


class FaultEnded(_Event):
    type: Literal["fault_ended"] = "fault_ended"
    component: str


class PromptIssued(_Event):
    """The avatar is to say `lead` and `text`, and the page to show `text`."""

    type: Literal["prompt_issued"] = "prompt_issued"
    prompt_id: str
    purpose: Purpose
    text: str
    lead: str = ""
    question_number: int | None = None
    ask_no: int = 1


class PromptDelivered(_Event):
    """The prompt was heard (or shown, `how="text"`), or was cut off after `played_s`.

    `duration_s`: of the whole of it; 0 when not known.
    """

    type: Literal["prompt_delivered"] = "prompt_delivered"
    prompt_id: str
    played_s: float = 0
    duration_s: float = 0
    interrupted: bool = False
    how: Literal["audio", "text"] = "audio"
    failure: str | None = None


class ConsentGiven(_Event):
    type: Literal["consent_given"] = "consent_given"
    source: Literal["button", "spoken", "typed"]
    text_version: str
    words: str = ""
    answer_id: str | None = None


class ConsentUnclear(_Event):
    """The reply was no yes and no refusal; `answer_id` makes a typed reply's retry harmless."""

    type: Literal["consent_unclear"] = "consent_unclear"
    words: str
    answer_id: str | None = None


class ConsentDeclined(_Event):
    type: Literal["consent_declined"] = "consent_declined"
    source: Literal["button", "spoken", "typed"]
    words: str = ""
    answer_id: str | None = None


class PreparationStarted(_Event):
    type: Literal["preparation_started"] = "preparation_started"
    question_number: int
    preparation_s: float


class AnswerOpened(_Event):
    """The candidate has the floor; the question's clock starts (or goes on after an ask-again)."""

    type: Literal["answer_opened"] = "answer_opened"
    question_number: int
    allotted_s: float


class ActivityNoted(_Event):
    """The candidate spoke, typed or was there; silence counts anew. At most one a second."""

    type: Literal["activity_noted"] = "activity_noted"
    kind: Literal["speech", "typing", "here"]


class UtteranceCommitted(_Event):
    """Words of the question's answer (of the consent step when `question_number` is None)."""

    type: Literal["utterance_committed"] = "utterance_committed"
    utterance: Utterance
    question_number: int | None = None
    answer_id: str | None = None


class WordsHeld(_Event):
    """Last words of a lost connection, which count when nothing better comes."""

    type: Literal["words_held"] = "words_held"
    utterance: Utterance


class HeldWordsSettled(_Event):
    """What was held counts (its words are committed by now), or will be heard again."""

    type: Literal["held_words_settled"] = "held_words_settled"
    counted: bool


class AnswerExtended(_Event):
    """Words that came while the next question had hardly begun: they join the previous answer."""

    type: Literal["answer_extended"] = "answer_extended"
    answer_id: str
    question_number: int
    utterance: Utterance


class AnswerAcknowledged(_Event):
    """Silence was taken for the end of an answer: the avatar says `text`, nothing is closed yet."""

    type: Literal["answer_acknowledged"] = "answer_acknowledged"
    question_number: int
    text: str
    end: TurnEnd


class AnswerResumed(_Event):
    """The candidate went on after the acknowledgement: the answer was not over."""

    type: Literal["answer_resumed"] = "answer_resumed"
    question_number: int


class PatienceGranted(_Event):
    """The candidate asked for longer pauses: they hold from here on, and no score knows of it."""

    type: Literal["patience_granted"] = "patience_granted"
    source: Literal["page", "spoken"]


class AnswerReopened(_Event):
    """The candidate spoke before most of the next question was heard: the answer before goes on.

    What is said now joins it (`AnswerExtended`), and the question is asked again from its start.
    """

    type: Literal["answer_reopened"] = "answer_reopened"
    answer_id: str
    question_number: int
    prompt_id: str
    heard_share: float


class TimeWarned(_Event):
    type: Literal["time_warned"] = "time_warned"
    question_number: int
    remaining_s: float


class MovingOnAnnounced(_Event):
    """Nothing was said or typed for long: after `in_s` more the interview goes on."""

    type: Literal["moving_on_announced"] = "moving_on_announced"
    question_number: int | None
    in_s: float


class SkipAsked(_Event):
    """The question will be left at `until_at` unless that is taken back; its clock stands."""

    type: Literal["skip_asked"] = "skip_asked"
    question_number: int
    until_at: UtcTime


class SkipTakenBack(_Event):
    type: Literal["skip_taken_back"] = "skip_taken_back"
    question_number: int


class ThinkingStarted(_Event):
    """An approved break: the clock and the silence rules stand until it ends."""

    type: Literal["thinking_started"] = "thinking_started"
    question_number: int
    until_at: UtcTime


class ThinkingEnded(_Event):
    type: Literal["thinking_ended"] = "thinking_ended"
    question_number: int
    early: bool = False


class AnswerRecorded(_Event):
    """The question is closed. `content` is all that was said and typed, in order; `code` verbatim.

    `clock_used_s` is the candidate's time on the fair clock; `response_delay_s` the time from the
    floor to the first word, null when there was none. `by_timer`: the deadline or the silence
    rule closed it. `end`: what the turn policy ended it for; null when somebody else did.
    """

    type: Literal["answer_recorded"] = "answer_recorded"
    answer_id: str
    question_number: int
    outcome: AnswerOutcome
    source: AnswerSource
    content: str = ""
    code: str | None = None
    utterance_ids: tuple[str, ...] = ()
    clock_used_s: float = 0
    response_delay_s: float | None = None
    by_timer: bool = False
    end: TurnEnd | None = None
    reported: ReportedAnswer | None = None


class TakeKept(_Event):
    """A recording of one answer is here; of several to a question the latest counts."""

    type: Literal["take_kept"] = "take_kept"
    take_id: str
    question_number: int
    part_id: str
    duration_s: float


class AnswerSupplemented(_Event):
    """What was typed arrived while its question closed: it joins that question's answer.

    `sent_as`: the id that the client gave to what it sent.
    """

    type: Literal["answer_supplemented"] = "answer_supplemented"
    answer_id: str
    question_number: int
    sent_as: str
    content: str = ""
    code: str | None = None


class AnswerReheard(_Event):
    """The answer's kept sound was heard whole; `utterances` replace those of the same ids.

    The captions that they replace stay in `UtteranceCommitted`. `sounds_like`: the language that
    the sound surely is in, when that is not the interview's. `failure`: why the captions stand.
    """

    type: Literal["answer_reheard"] = "answer_reheard"
    answer_id: str
    question_number: int
    utterances: tuple[Utterance, ...] = ()
    sounds_like: str = ""
    failure: str | None = None


class AnswerRefused(_Event):
    """An answer that came too late or out of turn; kept for the record, never scored."""

    type: Literal["answer_refused"] = "answer_refused"
    answer_id: str
    question_number: int | None
    reason: Literal["late", "out_of_turn", "duplicate_id_other_content"]
    content: str = ""


class EvaluationRecorded(_Event):
    """`rescoring`: which request of new scores it answers; 0 is the first time."""

    type: Literal["evaluation_recorded"] = "evaluation_recorded"
    evaluation: Evaluation
    rescoring: int = 0


class RescoringRequested(_Event):
    """A person asked for new scores; `number` counts from 1."""

    type: Literal["rescoring_requested"] = "rescoring_requested"
    by: str
    reason: str
    number: int


class BiometricConsentDecided(_Event):
    """Apart from the interview's own consent; without it identity is not checked."""

    type: Literal["biometric_consent_decided"] = "biometric_consent_decided"
    granted: bool
    text_version: str


class ReferenceFaceSet(_Event):
    """One clear face was stored for this session; a later one replaces it."""

    type: Literal["reference_face_set"] = "reference_face_set"
    reference: Reference


class WatchingBegan(_Event):
    """What could be watched when watching began (again)."""

    type: Literal["watching_began"] = "watching_began"
    capabilities: tuple[KindCapability, ...]


class WatchGapRecorded(_Event):
    type: Literal["watch_gap_recorded"] = "watch_gap_recorded"
    gap: WatchGap


class ViolationRecorded(_Event):
    type: Literal["violation_recorded"] = "violation_recorded"
    violation: Violation


class ViolationReviewed(_Event):
    type: Literal["violation_reviewed"] = "violation_reviewed"
    violation_id: str
    review: Review


class ViolationExplained(_Event):
    """The candidate's own words about a violation; the latest stands."""

    type: Literal["violation_explained"] = "violation_explained"
    violation_id: str
    text: str


class ScorecardGiven(_Event):
    """The latest of each person stands."""

    type: Literal["scorecard_given"] = "scorecard_given"
    scorecard: Scorecard


class DecisionMade(_Event):
    """The latest stands."""

    type: Literal["decision_made"] = "decision_made"
    decision: Decision


class NoteAdded(_Event):
    type: Literal["note_added"] = "note_added"
    note: ReviewerNote


class TagsSet(_Event):
    """All tags of the session from now on."""

    type: Literal["tags_set"] = "tags_set"
    tags: tuple[str, ...]
    by: str


class AssigneeSet(_Event):
    """Who looks after the session from now on; None: nobody in particular."""

    type: Literal["assignee_set"] = "assignee_set"
    assignee: str | None
    by: str


class CameraDeclared(_Event):
    """From now on the candidate takes part with, or without, a camera."""

    type: Literal["camera_declared"] = "camera_declared"
    present: bool


class CameraWaived(_Event):
    """Staff allowed this candidate to take part without a camera."""

    type: Literal["camera_waived"] = "camera_waived"
    by: str


class MediaRemoved(_Event):
    """The recording, or the pictures of signals, went after the days that their owner set."""

    type: Literal["media_removed"] = "media_removed"
    what: MediaKind
    after_days: int


class SessionPaused(_Event):
    """A strict session reached its limit: all clocks stand, and a person is asked.

    Without one it is ended at `until_at`.
    """

    type: Literal["session_paused"] = "session_paused"
    reason: str
    until_at: UtcTime


class SessionResumed(_Event):
    """A person let a paused session go on; the count towards the limit begins anew."""

    type: Literal["session_resumed"] = "session_resumed"
    by: str
    note: str = ""


class SessionEnded(_Event):
    """The conclusion; exactly one in a log that has ended, one more for each reopening.

    `open_question` is the question that was open when proctoring ended it.
    """

    type: Literal["session_ended"] = "session_ended"
    status: Status
    reason: str
    by: str
    open_question: int | None = None


class SessionReopened(_Event):
    """A person overruled an end by proctoring; the candidate may come back."""

    type: Literal["session_reopened"] = "session_reopened"
    by: str
    reason: str


class ReportRequested(_Event):
    """Exactly one, right after `SessionEnded`: it queues the report."""

    type: Literal["report_requested"] = "report_requested"


Event = Annotated[
    SessionCreated
    | LinkOpened
    | SessionStarted
    | SessionTakenOver
    | QuestionAdded
    | RoomOpened
    | RoomClosed
    | CandidateJoined
    | MediaChanged
    | CandidateLeft
    | OutageRecorded
    | FaultBegan
    | FaultEnded
    | PromptIssued
    | PromptDelivered
    | ConsentGiven
    | ConsentUnclear
    | ConsentDeclined
    | PreparationStarted
    | AnswerOpened
    | ActivityNoted
    | UtteranceCommitted
    | WordsHeld
    | HeldWordsSettled
    | AnswerExtended
    | AnswerAcknowledged
    | AnswerResumed
    | AnswerReopened
    | PatienceGranted
    | TimeWarned
    | MovingOnAnnounced
    | SkipAsked
    | SkipTakenBack
    | ThinkingStarted
    | ThinkingEnded
    | AnswerRecorded
    | TakeKept
    | AnswerSupplemented
    | AnswerReheard
    | AnswerRefused
    | EvaluationRecorded
    | RescoringRequested
    | BiometricConsentDecided
    | ReferenceFaceSet
    | WatchingBegan
    | WatchGapRecorded
    | ViolationRecorded
    | ViolationReviewed
    | ViolationExplained
    | CameraDeclared
    | CameraWaived
    | SessionPaused
    | SessionResumed
    | SessionEnded
    | SessionReopened
    | ReportRequested
    | ScorecardGiven
    | DecisionMade
    | NoteAdded
    | TagsSet
    | AssigneeSet
    | MediaRemoved,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class StoredEvent(Noun):
    """An event with its place in the session's log, counted from 1 without gaps."""

    session_id: str
    seq: int
    event: Event
