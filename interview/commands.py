"""What may be asked of a session. `machine.decide` answers with events or an error."""

from __future__ import annotations

from typing import Literal

from interview.nouns import (
    CandidateDetails,
    Evaluation,
    InterviewPlan,
    Media,
    Noun,
    Status,
    UtcTime,
    Utterance,
)
from interview.signals import Capability, Reference, ReviewOutcome, Violation, WatchGap


class CreateSession(Noun):
    session_id: str
    candidate: CandidateDetails
    plan: InterviewPlan
    created_by: str
    job_id: str | None = None


class StartSession(Noun):
    """Staff, a service or the candidate's consent starts it. Idempotent in progress."""

    by: str


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
    """After a restart: nothing happened between `from_at` and now, by our fault."""

    from_at: UtcTime
    cause: str


class BeginFault(Noun):
    component: str


class EndFault(Noun):
    component: str


class DeliverPrompt(Noun):
    """The voice reports how a prompt ended."""

    prompt_id: str
    played_s: float = 0
    interrupted: bool = False
    how: Literal["audio", "text"] = "audio"
    failure: str | None = None


class GiveConsent(Noun):
    """The button; spoken and typed consent come as words and are understood by `consent.py`."""

    granted: bool
    text_version: str


class NoteActivity(Noun):
    kind: Literal["speech", "typing"]


class CommitUtterance(Noun):
    """Recognised words, final. The same `utterance_id` twice is one utterance."""

    utterance: Utterance


class EndTurn(Noun):
    """The turn policy says that the candidate has finished the answer (or the consent reply)."""

    answer_id: str


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
    """Leave the question unanswered."""


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


class RecordEvaluation(Noun):
    evaluation: Evaluation


class DecideBiometricConsent(Noun):
    """The candidate allows or refuses the comparison of faces."""

    granted: bool
    text_version: str


class SetReferenceFace(Noun):
    reference: Reference


class BeginWatching(Noun):
    """Proctoring tells what it can see; the same again changes nothing."""

    capabilities: tuple[Capability, ...]


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


class ReopenSession(Noun):
    """Overrule an end by proctoring."""

    by: str
    reason: str


Command = (
    CreateSession
    | StartSession
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
    | EndTurn
    | SubmitAnswer
    | Repeat
    | Skip
    | TakeMoment
    | Done
    | ProposeFollowUp
    | WaiveFollowUp
    | Tick
    | EndSession
    | RecordEvaluation
    | DecideBiometricConsent
    | SetReferenceFace
    | BeginWatching
    | RecordWatchGap
    | RecordViolation
    | ReviewViolation
    | ExplainViolation
    | ReopenSession
)
