"""What may be asked of a session. `machine.decide` answers with events or an error."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interview.judging import DecisionOutcome, Rating
from interview.nouns import (
    DEFAULT_ORGANISATION,
    Band,
    CandidateDetails,
    Environment,
    Evaluation,
    InterviewPlan,
    Media,
    MediaKind,
    Noun,
    ReportedAnswer,
    Status,
    TurnEnd,
    UtcTime,
    Utterance,
)
from interview.signals import KindCapability, Reference, ReviewOutcome, Violation, WatchGap


class CreateSession(Noun):
    session_id: str
    candidate: CandidateDetails
    plan: InterviewPlan
    created_by: str
    job_id: str | None = None
    organisation_id: str = DEFAULT_ORGANISATION


class OpenLink(Noun):
    """The candidate's page was opened with the link; only the first time is kept."""


class StartSession(Noun):
    """Staff, a service or the candidate's consent starts it. Idempotent in progress."""

    by: str


class ReportedConsent(Noun):
    """That the candidate consented, as an agent says that holds the interview elsewhere."""

    source: Literal["button", "spoken", "typed"]
    text_version: str


class TakeOver(Noun):
    """Another program's agent holds the interview from its beginning."""

    by: str
    avatar: str = ""
    environment: Environment = Environment()
    consent: ReportedConsent | None = None


class AskElsewhere(Noun):
    """The agent has asked a question; the same `question_id` twice is one question.

    `kind` and `labels` (difficulty, category) are its own words for it.
    """

    question_id: str
    text: str
    kind: str = "general"
    keywords: tuple[str, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)


class AnswerElsewhere(Noun):
    """The agent has heard an answer; the same content twice is one answer."""

    answer_id: str
    question_id: str
    content: str
    reported: ReportedAnswer = ReportedAnswer()


class OpenRoom(Noun):
    """A process takes the live part of the session, from another one if need be.

    `lost_from`: when the process that had it was last alive; the time since then is nobody's.
    """

    owner: str
    lost_from: UtcTime | None = None


class CloseRoom(Noun):
    """The room's own process gives it up in order. Harmless for a room that is no more."""

    epoch: int
    reason: Literal["left", "shutdown"]


class RecoverRoom(Noun):
    """The process that had the room ceased to beat at `from_at`; harmless if it has it no more."""

    owner: str
    from_at: UtcTime


class JoinCandidate(Noun):
    """A candidate connection arrived and is authenticated; it takes the seat."""

    connection_id: str
    media: Media = Media.TEXT


class ChangeMedia(Noun):
    connection_id: str
    media: Media


class LeaveCandidate(Noun):
    """A connection is gone. Harmless when it no longer holds the seat."""

    connection_id: str
    reason: str


class RecordOutage(Noun):
    """Nothing happened between `from_at` and now, by our fault.

    `seat_lost`: whoever held the seat is gone too. A process that only stood still keeps it.
    """

    from_at: UtcTime
    cause: str
    seat_lost: bool = True


class BeginFault(Noun):
    component: str


class EndFault(Noun):
    component: str


class DeliverPrompt(Noun):
    """The voice reports how a prompt ended. `duration_s`: of the whole of it, 0 when not known."""

    prompt_id: str
    played_s: float = 0
    duration_s: float = 0
    interrupted: bool = False
    how: Literal["audio", "text"] = "audio"
    failure: str | None = None


class GiveConsent(Noun):
    """The button; spoken and typed consent come as words and are understood by `consent.py`."""

    granted: bool
    text_version: str


class NoteActivity(Noun):
    """`here`: anything else that shows that the candidate is there, as any key or touch."""

    kind: Literal["speech", "typing", "here"]


class CommitUtterance(Noun):
    """Recognised words, final. The same `utterance_id` twice is one utterance."""

    utterance: Utterance


class HoldWords(Noun):
    """The last words of a connection that is gone: the page may yet send their sound."""

    utterance: Utterance


class SettleHeld(Noun):
    """The sound of the gap has come and holds them too, or they are all there is: `counted`."""

    counted: bool


class OfferTurn(Noun):
    """The turn policy takes the answer for over: acknowledge it, and let the candidate go on."""

    end: TurnEnd


class ResumeTurn(Noun):
    """The candidate went on after the acknowledgement."""


class AskPatience(Noun):
    """The candidate needs longer pauses, from now on. Asked twice, it is granted once."""

    source: Literal["page", "spoken"] = "page"


class EndTurn(Noun):
    """The turn policy says that the candidate has finished the answer (or the consent reply).

    `turn_id`: the turn that was listened to (`views.turn_id`); told late, it ends no other.
    """

    answer_id: str
    turn_id: str | None = None
    end: TurnEnd | None = None


class SubmitAnswer(Noun):
    """Typed text or code. The same `answer_id` twice is one answer."""

    answer_id: str
    content: str
    code: str | None = None
    timeout_submission: bool = False
    question_number: int | None = None


class Repeat(Noun):
    """Say the question again."""


class Skip(Noun):
    """Leave the question unanswered, once the time to take it back is over."""


class UndoSkip(Noun):
    """Stay at the question after all."""


class TakeMoment(Noun):
    """ "I need a moment": an approved break."""


class Done(Noun):
    """The candidate says that the answer is complete."""

    answer_id: str


class ProposeFollowUp(Noun):
    """An engine proposes a follow-up to the answer just given; ignored when out of place."""

    answer_id: str
    text: str


class WaiveFollowUp(Noun):
    """The engine has no follow-up to the answer just given: nothing is waited for."""

    answer_id: str


class Tick(Noun):
    """Time has passed: `machine.next_wake` said when."""


class EndSession(Noun):
    """Candidate, staff or policy ends it; `status` is a final one.

    `content` and `code` are what was typed and not yet submitted; they are kept with the question
    that `question_number` names, or the open one.
    """

    by: str
    reason: str
    status: Status = Status.COMPLETED
    answer_id: str | None = None
    content: str = ""
    code: str | None = None
    question_number: int | None = None


class RequestRescoring(Noun):
    """A person asks for new scores of an ended session; the old ones stay beside them."""

    by: str
    reason: str = ""


class KeepTake(Noun):
    """A recorded answer has arrived whole; `part_id` names it among the session's recordings."""

    take_id: str
    question_number: int
    part_id: str
    duration_s: float = Field(ge=0)


class HearTake(Noun):
    """What was heard in the recording that an answer is, or why nothing was.

    `again`: staff asked for it; words take the place of earlier ones, a failure of no words.
    """

    answer_id: str
    utterances: tuple[Utterance, ...] = ()
    failure: str | None = None
    again: bool = False


class RecordEvaluation(Noun):
    """`rescoring`: for which request of new scores it was made; 0 is the first time."""

    evaluation: Evaluation
    rescoring: int = 0


class RecordRehearing(Noun):
    """What a whole pass over an answer's sound heard, or why there was none; see `AnswerReheard`.

    `heard`: the ids of the utterances whose sound was there.
    """

    answer_id: str
    heard: tuple[str, ...]
    utterances: tuple[Utterance, ...] = ()
    sounds_like: str = ""
    failure: str | None = None


class DecideBiometricConsent(Noun):
    """The candidate allows or refuses the comparison of faces."""

    granted: bool
    text_version: str


class SetReferenceFace(Noun):
    reference: Reference


class BeginWatching(Noun):
    """Proctoring tells what it can see; the same again changes nothing."""

    capabilities: tuple[KindCapability, ...]


class RecordWatchGap(Noun):
    gap: WatchGap


class RecordViolation(Noun):
    """The same `violation_id` twice is one violation."""

    violation: Violation


class ReviewViolation(Noun):
    violation_id: str
    outcome: ReviewOutcome
    by: str
    note: str = ""


class ExplainViolation(Noun):
    violation_id: str
    text: str


class GiveScorecard(Noun):
    """A person's own scores; they stand above the machine's."""

    by: str
    ratings: tuple[Rating, ...] = ()
    overall: Band | None = None
    cultural_fit: float | None = None
    comment: str = ""


class Decide(Noun):
    """What is to happen with the candidate; only once the interview is over."""

    by: str
    outcome: DecisionOutcome
    reason: str = ""


class AddNote(Noun):
    """The same `note_id` twice is one note."""

    by: str
    note_id: str
    text: str


class SetTags(Noun):
    by: str
    tags: tuple[str, ...]


class Assign(Noun):
    """Somebody is to look after the session from now on; None: nobody in particular."""

    by: str
    assignee: str | None


class DeclareCamera(Noun):
    """The candidate takes part with or without a camera."""

    present: bool


class WaiveCamera(Noun):
    """Staff let the candidate take part without a camera, though the interview asks for one."""

    by: str


class RemoveMedia(Noun):
    """What was recorded, or the pictures of signals, has been kept long enough."""

    what: MediaKind
    after_days: int = Field(ge=1)


class SettlePause(Noun):
    """A person decides about a paused session: it goes on, or it ends."""

    by: str
    go_on: bool
    note: str = ""


class ReopenSession(Noun):
    """Overrule an end by proctoring."""

    by: str
    reason: str


Command = (
    CreateSession
    | OpenLink
    | StartSession
    | TakeOver
    | AskElsewhere
    | AnswerElsewhere
    | OpenRoom
    | CloseRoom
    | RecoverRoom
    | JoinCandidate
    | ChangeMedia
    | LeaveCandidate
    | RecordOutage
    | BeginFault
    | EndFault
    | DeliverPrompt
    | GiveConsent
    | NoteActivity
    | CommitUtterance
    | HoldWords
    | SettleHeld
    | OfferTurn
    | ResumeTurn
    | AskPatience
    | EndTurn
    | SubmitAnswer
    | Repeat
    | Skip
    | UndoSkip
    | TakeMoment
    | Done
    | ProposeFollowUp
    | WaiveFollowUp
    | Tick
    | EndSession
    | RequestRescoring
    | KeepTake
    | HearTake
    | RecordEvaluation
    | RecordRehearing
    | DecideBiometricConsent
    | SetReferenceFace
    | BeginWatching
    | RecordWatchGap
    | RecordViolation
    | ReviewViolation
    | ExplainViolation
    | DeclareCamera
    | WaiveCamera
    | SettlePause
    | ReopenSession
    | GiveScorecard
    | Decide
    | AddNote
    | SetTags
    | Assign
    | RemoveMedia
)
