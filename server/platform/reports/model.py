"""The body of a report, as `GET /api/reports/{session_id}` answers it.

Nothing here is empty by design: what could not be had is null, and a field beside it says why.
Scores are 0-10, as page and PDF show them: those of an answer and, in `scores` and `kpis`, those of
the whole (means over evaluated answers only). The four `…_score` fields are the same x 10, as older
clients read them. Times in `*_s` are on the session clock unless said otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from interview.judging import Decision, ReviewerNote, Scorecard
from interview.nouns import (
    AnswerOutcome,
    AnswerSource,
    Band,
    Evaluation,
    EvaluationStatus,
    ProctoringProfile,
    QuestionKind,
    Status,
    Utterance,
    Word,
)
from interview.signals import ReviewOutcome
from interview.standing import Standing


class ReportPart(BaseModel):
    """Immutable; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReportStatus(StrEnum):
    """How far the report is."""

    PENDING = "pending"
    PARTIAL = "partial"
    READY = "ready"
    FAILED = "failed"


class TranscriptEntry(ReportPart):
    """One line of the conversation. Typed words have a `timestamp` but no `start_s` and `end_s`."""

    role: Literal["interviewer", "candidate"]
    content: str
    timestamp: AwareDatetime
    start_s: float | None = None
    end_s: float | None = None
    question_number: int | None = None
    answer_id: str | None = None
    utterance_id: str | None = None
    purpose: str | None = None
    interrupted: bool = False
    is_code: bool = False


class RefusedAnswer(ReportPart):
    """Came too late or out of turn: kept for the record, never scored."""

    answer_id: str
    question_number: int | None
    reason: str
    content: str
    at: AwareDatetime


class ScoreChange(ReportPart):
    """A score, 0-10, before and after the answer was scored again; null where there was none."""

    name: str
    before: float | None
    after: float | None


class RescoredAnswer(ReportPart):
    """An answer that was scored again: both results, and what differs.

    `failure` says why nothing new came; the earlier scores count on.
    """

    at: AwareDatetime
    by: str
    reason: str
    earlier: Evaluation
    method: str
    changes: tuple[ScoreChange, ...] = ()
    failure: str | None = None


class AnswerReport(ReportPart):
    """One question and all that was given to it. `utterances` are without their words: `words`
    has them all, once. `heard`: whether its spoken words are those of its whole sound, or the
    captions of the moment (`heard_note` says why); `sounds_like`: another language than asked in.

    `evaluation` is null while it is awaited (`evaluation_state` "pending") and when the answer is
    not to be scored; `evaluation_reason` then says why.
    """

    answer_id: str
    question_number: int
    question: str
    kind: QuestionKind
    is_follow_up: bool = False
    outcome: AnswerOutcome
    source: AnswerSource
    content: str
    code: str | None = None
    words: tuple[Word, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    heard: Literal["captions", "whole"] | None = None
    heard_note: str = ""
    sounds_like: str = ""
    asked_at: AwareDatetime | None = None
    answered_at: AwareDatetime
    start_s: float | None = None
    end_s: float | None = None
    allotted_s: float | None = None
    clock_used_s: float
    response_delay_s: float | None = None
    evaluation_state: EvaluationStatus | Literal["pending"]
    evaluation_reason: str | None = None
    evaluation: Evaluation | None = None
    rescored: tuple[RescoredAnswer, ...] = ()


class Engagement(StrEnum):
    """Band of the mean of the four averages: High >= 8, Medium >= 6, else Low."""

    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"


class Kpis(ReportPart):
    """Averages 0-10 over evaluated answers only; null when there is none.

    `communication` and `clarity` are of what was said; how code reads is `code_quality`.
    """

    communication: float | None
    technical: float | None
    problem_solving: float | None
    confidence: float | None
    clarity: float | None
    code_quality: float | None = None
    relevance: float | None
    depth: float | None
    response_time_avg: float | None
    response_time_unit: Literal["s"] = "s"
    questions_answered: int
    questions_planned: int
    completion_rate: float
    engagement: Engagement | None
    strengths_count: int
    improvement_areas_count: int
    speech_rate_wpm: float | None
    filler_share_percent: float | None
    silence_share_percent: float | None
    spoken_s: float
    words_spoken: int


class ScoreLine(ReportPart):
    """One score of the whole interview, 0-10, with all that is needed to read it.

    `value` is the mean over the `answers` that have the score, of `of` that have an evaluation.
    `uncertainty` is how far people's marks of an answer lie from it (root mean square, of 10),
    null where that was not measured. `method` names what measured it; several are joined by "+".
    """

    name: str
    label: str
    value: float | None = Field(ge=0, le=10)
    band: Band | None
    uncertainty: float | None = Field(default=None, ge=0, le=10)
    method: str
    answers: int
    of: int
    reason: str | None = None


class ScoringCoverage(ReportPart):
    """How much of the interview the scores rest on; `statement` is for people."""

    evaluated: int
    to_evaluate: int
    pending: int
    failed: int
    not_scored: int
    statement: str


class Weights(ReportPart):
    """By what the overall score of each answer was computed; shares of 1."""

    text: dict[str, float]
    coding: dict[str, float]
    note: str


class RecordingSpan(ReportPart):
    """Where a stretch of the file lies on the session clock."""

    session_start_s: float
    recording_start_s: float
    duration_s: float


class RecordingReport(ReportPart):
    """The video. `url` is signed and expiring, filled in when the report is served."""

    available: bool
    url: str | None = None
    mime: str | None = None
    duration_s: float | None = None
    size_bytes: int | None = None
    coverage_percent: float | None = Field(default=None, ge=0, le=100)
    statement: str
    timeline: tuple[RecordingSpan, ...] = ()
    reason: str | None = None


class EngineUse(ReportPart):
    """An engine that took part: what it did, its name, its version or model."""

    role: Literal["recogniser", "voice", "evaluation", "follow_up", "report"]
    name: str
    version: str | None = None
    note: str | None = None


class Provenance(ReportPart):
    """What the report was made of and by what."""

    source: str
    last_seq: int
    events: int
    built_at: AwareDatetime
    build_ms: float | None = None
    schema_version: int = 1
    consent_at: AwareDatetime | None = None
    consent_text_version: str | None = None
    consent_source: str | None = None
    engines: tuple[EngineUse, ...] = ()
    evaluation_methods: dict[str, int] = Field(default_factory=dict)


class TimelineEntry(ReportPart):
    """Something that happened, for the timeline: `end_s` when it lasted."""

    at: AwareDatetime
    at_s: float | None
    end_s: float | None = None
    kind: Literal[
        "started",
        "joined",
        "left",
        "media",
        "outage",
        "fault",
        "consent",
        "question",
        "follow_up",
        "prompt",
        "answer",
        "refused",
        "break",
        "warning",
        "signal",
        "ended",
        "reopened",
        "turn",
        "patience",
        "rescored",
    ]
    label: str
    question_number: int | None = None


class CapabilityNote(ReportPart):
    """A part that was missing or failing during the interview, and what that meant."""

    component: str
    note: str
    from_s: float | None = None
    until_s: float | None = None


class ViolationReview(ReportPart):
    """One look at a violation: what was made of it, by whom, when."""

    outcome: ReviewOutcome
    by: str
    at: AwareDatetime
    note: str


class ProctoringViolation(ReportPart):
    """An integrity signal with its evidence; indicative, only a person's review counts.

    `type` is the sentence for people, `code` the machine's. `severity` is 1 (low) to 3 (high).
    `still_url` and `clip` (seconds in the recording) are filled in when there is one.
    """

    violation_id: str
    timestamp: AwareDatetime
    type: str
    code: str
    severity: int = Field(ge=1, le=3)
    at_s: float
    end_s: float
    confidence: float | None
    measures: dict[str, float | int | str | None]
    engine: str
    model_sha256: str | None
    counted: bool
    hint: bool
    has_still: bool
    still_url: str | None = None
    outcome: ReviewOutcome | None
    reviews: tuple[ViolationReview, ...] = ()
    explanation: str | None = None


class WatchedKind(ReportPart):
    """Whether a kind of violation could be seen, and why not."""

    code: str
    available: bool
    reason: str


class UnwatchedSpan(ReportPart):
    """A stretch in which nothing was watched."""

    start_s: float
    end_s: float
    cause: str


class IntegrityReport(ReportPart):
    """Whether the camera was watched, and a sentence on what was (not) seen.

    The statement counts only what people have reviewed; there is no score.
    """

    monitored: bool
    statement: str
    profile: ProctoringProfile
    identity: str
    confirmed: int = 0
    dismissed: int = 0
    unreviewed: int = 0
    kinds: tuple[WatchedKind, ...] = ()
    gaps: tuple[UnwatchedSpan, ...] = ()


class JudgedReport(ReportPart):
    """What people made of the session; it stands above the scores that software made.

    `scorecards` is the latest of each person, `decision` what stands, `decisions` all in order.
    """

    scorecards: tuple[Scorecard, ...] = ()
    decision: Decision | None = None
    decisions: tuple[Decision, ...] = ()
    notes: tuple[ReviewerNote, ...] = ()
    tags: tuple[str, ...] = ()
    assignee: str | None = None


class ReportBody(ReportPart):
    """All of it. `overall_score` and its siblings are 0-100, or null with `score_reason`.

    `summary` is the report in a minute; `caveat` belongs beside every score.
    """

    session_id: str
    title: str
    status: Status
    standing: Standing | None = None
    end_reason: str | None
    ended_by: str | None = None
    report_status: ReportStatus
    revision: int
    language: str

    candidate_name: str
    candidate_email: str
    candidate_phone: str | None
    interview_date: AwareDatetime
    completed_at: AwareDatetime | None = None
    duration_s: float

    judged: JudgedReport = JudgedReport()

    overall_score: float | None = Field(ge=0, le=100)
    technical_score: float | None = Field(ge=0, le=100)
    communication_score: float | None = Field(ge=0, le=100)
    problem_solving_score: float | None = Field(ge=0, le=100)
    score_reason: str | None = None
    scores: tuple[ScoreLine, ...] = ()
    summary: tuple[str, ...] = ()
    caveat: str = ""
    detailed_feedback: str
    strengths: tuple[str, ...] = Field(max_length=5)
    areas_for_improvement: tuple[str, ...] = Field(max_length=5)

    interview_transcript: tuple[TranscriptEntry, ...]
    kpis: Kpis
    proctoring_violations: tuple[ProctoringViolation, ...] = ()
    integrity: IntegrityReport

    answers: tuple[AnswerReport, ...]
    refused_answers: tuple[RefusedAnswer, ...] = ()
    coverage: ScoringCoverage
    weights: Weights
    recording: RecordingReport
    timeline: tuple[TimelineEntry, ...]
    capability_notes: tuple[CapabilityNote, ...] = ()
    provenance: Provenance
    reading_note: str = (
        "Scores were made by software from the words of the answers only and are indicative: "
        "a person decides. No emotion, no appearance and no protected attribute was used."
    )
