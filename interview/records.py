"""What is known of a session: the values that `evolve.py` builds from the log.

Everything here is immutable. Clocks follow `interview/clock.py`; times in `*_at` are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from interview.clock import Clock
from interview.judging import Decision, DecisionOutcome, ReviewerNote, Scorecard
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
    Phase,
    Purpose,
    Question,
    QuestionKind,
    ReportedAnswer,
    Status,
    TurnEnd,
    Utterance,
)
from interview.signals import KindCapability, Reference, Review, ReviewOutcome, Violation, WatchGap


@dataclass(frozen=True, slots=True)
class Prompt:
    """The avatar's current or last line. `delivered` also when it was cut off after `played_s`.

    `lead` is said before the text and not shown.
    """

    prompt_id: str
    purpose: Purpose
    text: str
    question_number: int | None
    ask_no: int
    issued_at: datetime
    delivered: bool = False
    interrupted: bool = False
    played_s: float = 0.0
    how: Literal["audio", "text"] = "audio"
    failure: str | None = None
    lead: str = ""


@dataclass(frozen=True, slots=True)
class AnswerState:
    """A closed question (or follow-up). `typed` is the part of `content` that was submitted.

    `late_id`: under which id the typed part came, when it came while the question closed.
    `heard`: where its spoken words are from; `heard_note` says why not from its whole sound.
    """

    answer_id: str
    question_number: int
    question: str
    follow_up: bool
    outcome: AnswerOutcome
    source: AnswerSource
    content: str
    typed: str
    code: str | None
    utterances: tuple[Utterance, ...]
    recorded_at: datetime
    clock_used_s: float
    response_delay_s: float | None
    by_timer: bool = False
    extensions: int = 0
    late_id: str | None = None
    end: TurnEnd | None = None
    acknowledged: bool = False
    heard: Literal["captions", "whole"] = "captions"
    heard_note: str = ""
    sounds_like: str = ""
    reported: ReportedAnswer | None = None

    @property
    def unheard(self) -> tuple[Utterance, ...]:
        """Utterances whose kept sound has not been heard whole."""
        return tuple(u for u in self.utterances if u.sound_start_s is not None)

    @property
    def has_words(self) -> bool:
        """Whether there is anything that could be evaluated."""
        return bool(self.content.strip() or (self.code or "").strip())


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of the transcript."""

    role: Literal["interviewer", "candidate"]
    content: str
    at: datetime
    question_number: int | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """A recording of one answer."""

    take_id: str
    question_number: int
    part_id: str
    duration_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that was refused, for the record."""

    answer_id: str
    question_number: int | None
    reason: Literal["late", "out_of_turn", "duplicate_id_other_content"]
    content: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """Our own fault: nothing happened in between."""

    from_at: datetime
    to_at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Removed:
    """What went at `at`, since such things are kept for `after_days`."""

    what: MediaKind
    at: datetime
    after_days: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A session at its limit waits for a person until `until_at`."""

    reason: str
    since: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class ViolationState:
    """A violation with what people said of it."""

    violation: Violation
    recorded_at: datetime
    reviews: tuple[Review, ...] = ()
    explanation: str | None = None
    explained_at: datetime | None = None

    @property
    def outcome(self) -> ReviewOutcome | None:
        """The latest review's outcome; None while nobody has looked."""
        return self.reviews[-1].outcome if self.reviews else None


@dataclass(frozen=True, slots=True)
class Watch:
    """What proctoring did in this session.

    Attributes:
        biometric: Whether faces may be compared; None while nobody has decided.
        counted_from: Violations before this place were overruled by a person.
        camera: Whether the candidate takes part with a camera; None while nothing was declared.
        camera_waived: Whether staff let the candidate do without, though the plan asks for one.
    """

    biometric: bool | None = None
    biometric_at: datetime | None = None
    biometric_version: str | None = None
    reference: Reference | None = None
    capabilities: tuple[KindCapability, ...] = ()
    gaps: tuple[WatchGap, ...] = ()
    violations: tuple[ViolationState, ...] = ()
    counted_from: int = 0
    camera: bool | None = None
    camera_waived: bool = False

    def violation(self, violation_id: str) -> ViolationState | None:
        """The violation with that id."""
        return next((v for v in self.violations if v.violation.violation_id == violation_id), None)

    @property
    def counted(self) -> int:
        """Violations that count towards the end of a strict session."""
        return sum(
            v.violation.counted and v.outcome is not ReviewOutcome.DISMISSED
            for v in self.violations[self.counted_from :]
        )


@dataclass(frozen=True, slots=True)
class Rescoring:
    """Somebody asked for new scores; `number` counts from 1."""

    number: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rescored:
    """An answer scored again: what counted before, and what came; a failure replaces nothing."""

    number: int
    at: datetime
    earlier: Evaluation
    later: Evaluation


@dataclass(frozen=True, slots=True)
class AskedElsewhere:
    """A question that an agent asked; `number` is its place in the plan."""

    question_id: str
    number: int
    at: datetime
    kind: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That another program's agent holds the interview; `planned` is what was meant to be asked."""

    by: str
    avatar: str
    planned: tuple[Question, ...]
    environment: Environment = Environment()
    asked: tuple[AskedElsewhere, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What people made of the session: everything in the order given, the latest stands."""

    scorecards: tuple[Scorecard, ...] = ()
    decisions: tuple[Decision, ...] = ()
    notes: tuple[ReviewerNote, ...] = ()
    tags: tuple[str, ...] = ()
    assignee: str | None = None

    @property
    def decision(self) -> Decision | None:
        """What stands; None when nothing was decided, or it was taken back."""
        if not self.decisions or self.decisions[-1].outcome is DecisionOutcome.UNDECIDED:
            return None
        return self.decisions[-1]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known of the question that is being asked or answered.

    Attributes:
        number: The planned question; a follow-up keeps the number of its question.
        text: What was asked, the follow-up's text included.
        utterances: What was said so far, in order.
        opened_at: When the candidate first had the floor; None before.
        cut_offs: How often the question was cut off before it could be heard.
        warned_s: The lowest time warning given.
        first_word_s: Seconds from the floor to the first word or key.
    """

    number: int
    text: str
    follow_up: bool = False
    utterances: tuple[Utterance, ...] = ()
    opened_at: datetime | None = None
    cut_offs: int = 0
    gentle_used: bool = False
    reprompts: int = 0
    done_reprompted: bool = False
    repeats: int = 0
    warned_s: float | None = None
    first_word_s: float | None = None

    @property
    def spoken(self) -> str:
        """All that was said so far."""
        return " ".join(u.text.strip() for u in self.utterances)


@dataclass(frozen=True, slots=True)
class State:
    """A session after `seq` events.

    Attributes:
        stage: Where it stands apart from connections; `phase` adds `reconnecting`.
        room_owner: The process that has the live part; None while nobody has.
        room_epoch: How many rooms there have been.
        seat: The connection that holds the candidate's seat.
        absent_since: Since when an `in_progress` session has nobody in the seat.
        asking: The open question; None between questions.
        clock: The fair clock of the open question, once the candidate has had the floor.
        silence: Time without a word or key; runs with the clock (and while consent is awaited).
        hold: Counts what the stage waits for: preparation, a thinking break, quiet before asking
            again, a possible follow-up.
        yielding: How long ago the answer was acknowledged; None while the candidate has the floor.
        patience_from: How the candidate asked for more patience; None when nobody did.
        acknowledgements: How many words of thanks were said, so that none is said twice in a row.
        prompt_wait: How long the current prompt has been playing.
        skip: Counts the time in which a skip can be taken back.
        moving_on: Where `silence` stood when moving on was announced; None while it is not.
        pause: Set while a person is asked whether the session goes on.
        reply: What was said to the consent question and is not yet understood.
        replies: The words of each typed reply to it, by the id that the client gave.
    """

    session_id: str
    candidate: CandidateDetails
    plan: InterviewPlan
    created_by: str
    created_at: datetime
    updated_at: datetime
    job_id: str | None = None
    organisation_id: str = DEFAULT_ORGANISATION
    seq: int = 1
    status: Status = Status.INITIALIZED
    stage: Phase | None = None
    started_at: datetime | None = None
    started_by: str | None = None
    link_opened_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    ended_by: str | None = None
    report_requested: bool = False
    # the room and the seat
    room_owner: str | None = None
    room_epoch: int = 0
    seat: str | None = None
    media: Media | None = None
    joined_ever: bool = False
    reconnects: int = 0
    absent_since: datetime | None = None
    faults: tuple[str, ...] = ()
    outages: tuple[Outage, ...] = ()
    # consent
    consent: Literal["given", "declined"] | None = None
    consent_at: datetime | None = None
    consent_source: Literal["button", "spoken", "typed"] | None = None
    consent_version: str | None = None
    consent_reprompts: int = 0
    reply: tuple[Utterance, ...] = ()
    replies: Mapping[str, str] = field(default_factory=dict)
    # asking and answering
    greeted: bool = False
    prompts_issued: int = 0
    prompt: Prompt | None = None
    question_number: int | None = None
    asking: Asking | None = None
    awaiting_follow_up: bool = False
    follow_up_used: bool = False
    moments_used: int = 0
    clock: Clock | None = None
    silence: Clock = Clock(0)
    hold: Clock | None = None
    hold_started_at: datetime | None = None
    yielding: Clock | None = None
    patience_from: Literal["page", "spoken"] | None = None
    acknowledgements: int = 0
    prompt_wait: Clock = Clock(0)
    skip: Clock | None = None
    moving_on: float | None = None
    pause: Pause | None = None
    activity_at: datetime | None = None
    activity_kind: Literal["speech", "typing", "here"] | None = None
    # what came of it
    answers: tuple[AnswerState, ...] = ()
    utterance_ids: frozenset[str] = frozenset()
    held: tuple[Utterance, ...] = ()
    evaluations: Mapping[str, Evaluation] = field(default_factory=dict)
    rescorings: tuple[Rescoring, ...] = ()
    rescored: tuple[Rescored, ...] = ()
    refused: tuple[Refusal, ...] = ()
    takes: tuple[Take, ...] = ()
    dialogue: tuple[Line, ...] = ()
    watch: Watch = Watch()
    judged: Judged = Judged()
    elsewhere: Elsewhere | None = None
    removed: tuple[Removed, ...] = ()
    open_at_end: int | None = None
    reopened_at: datetime | None = None
    reopenings: int = 0

    @property
    def phase(self) -> Phase | None:
        """Where an `in_progress` session stands; None before the start and after the end."""
        if self.status is not Status.IN_PROGRESS:
            return None
        if self.seat is None and (self.greeted or self.consent == "given"):
            return Phase.RECONNECTING
        return Phase.PAUSED if self.pause is not None else self.stage

    @property
    def live(self) -> bool:
        """Whether time may count: in progress, not paused, seat taken, no fault of ours."""
        waits = self.pause is not None or self.seat is None or bool(self.faults)
        return self.status is Status.IN_PROGRESS and not waits

    @property
    def prompting(self) -> bool:
        """Whether the avatar has a line that has not ended yet."""
        return self.prompt is not None and not self.prompt.delivered

    @property
    def question_count(self) -> int:
        """How many questions are asked at most, follow-ups not counted."""
        return max(1, min(self.plan.max_questions, len(self.plan.questions)))

    @property
    def question(self) -> Question | None:
        """The planned question that `question_number` names."""
        if self.question_number is None:
            return None
        return self.plan.questions[self.question_number - 1]

    @property
    def coding(self) -> bool:
        """Whether the open question is answered by code (a follow-up never is)."""
        question = self.question
        if question is None or self.asking is None or self.asking.follow_up:
            return False
        return question.kind is QuestionKind.CODING

    def since_start_s(self, at: datetime) -> float:
        """A time on the session clock."""
        return (at - (self.started_at or self.created_at)).total_seconds()

    @property
    def answer_text(self) -> str:
        """What was said so far to the open question."""
        return self.asking.spoken if self.asking else ""

    @property
    def asked_text(self) -> str | None:
        """The text of the open question or follow-up; None between questions."""
        return self.asking.text if self.asking else None

    @property
    def open_utterances(self) -> tuple[Utterance, ...]:
        """What was said to the open question, or to the consent question before."""
        return self.asking.utterances if self.asking else self.reply

    @property
    def answer_opened_s(self) -> float | None:
        """When the candidate got the floor, on the session clock; None when nothing is open."""
        if self.asking is None or self.asking.opened_at is None:
            return None
        return self.since_start_s(self.asking.opened_at)

    @property
    def ask_no(self) -> int:
        """How often the current line's question has been asked."""
        return self.prompt.ask_no if self.prompt else 0

    @property
    def cut_off(self) -> bool:
        """Whether the question was cut off before it could be heard and must be asked again."""
        return self.stage is Phase.ASKING and self.hold is not None and not self.awaiting_follow_up

    @property
    def thinking_until_at(self) -> datetime | None:
        """When an approved break, or the preparation, ends; None while nobody is there."""
        if self.stage not in (Phase.THINKING, Phase.PREPARING) or self.hold is None:
            return None
        return self.hold.due_at()

    @property
    def skipping_until_at(self) -> datetime | None:
        """Until when a skip can be taken back; None without one or while nobody is there."""
        return self.skip.due_at() if self.skip is not None else None

    @property
    def recording_removed(self) -> Removed | None:
        """When and why the recording went; None while nothing took it."""
        return next((one for one in self.removed if one.what == "recording"), None)

    @property
    def camera_required(self) -> bool:
        """Whether this candidate may not take part without a camera."""
        return self.plan.proctoring.camera_required and not self.watch.camera_waived

    @property
    def without_camera(self) -> bool:
        """Whether the candidate takes part without a camera, as this interview allows."""
        return self.watch.camera is False and not self.camera_required

    @property
    def moments_left(self) -> int:
        """How many breaks may still be taken in the open question."""
        return max(0, self.plan.max_moments_per_question - self.moments_used)

    @property
    def follow_up_wait_until(self) -> datetime | None:
        """Until when a follow-up to the answer just given may be proposed."""
        return self.hold.due_at() if self.awaiting_follow_up and self.hold else None

    def answer(self, answer_id: str) -> AnswerState | None:
        """The closed answer with that id, or whose typed part came under it."""
        return next((a for a in self.answers if answer_id in (a.answer_id, a.late_id)), None)

    def closed(self, question_number: int) -> bool:
        """Whether an answer to that question was recorded."""
        return any(a.question_number == question_number for a in self.answers)
