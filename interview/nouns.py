"""The nouns everything else is made of. Times in `*_at` are aware UTC, `*_s` are seconds.

The *session clock* counts seconds since the session was started (`SessionStarted.at`). Words,
utterances, recordings and signals are placed on it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

DEFAULT_ORGANISATION = "default"
MAX_QUESTIONS = 50
MAX_QUESTION_CHARS = 2_000
MAX_RUBRIC_POINTS = 20
MAX_ANSWER_CHARS = 20_000
MAX_TIMER_S = 3_600
CONSENT_TEXT_VERSION = "2026-11"

Seconds = Annotated[float, Field(ge=0)]
UtcTime = AwareDatetime


class Noun(BaseModel):
    """Immutable value; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Status(StrEnum):
    """Where a session stands as a whole."""

    INITIALIZED = "initialized"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    ABANDONED = "abandoned"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether nothing may follow but evaluations and the report."""
        return self not in (Status.INITIALIZED, Status.IN_PROGRESS)


class Phase(StrEnum):
    """Where an `in_progress` session stands. `reconnecting` and `paused` overlay the others."""

    GREETING = "greeting"
    CONSENT = "consent"
    PREPARING = "preparing"
    ASKING = "asking"
    ANSWERING = "answering"
    THINKING = "thinking"
    RECONNECTING = "reconnecting"
    PAUSED = "paused"
    CLOSING = "closing"


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CODING = "coding"


class Purpose(StrEnum):
    """Why the avatar says something."""

    GREETING = "greeting"
    CONSENT_REPROMPT = "consent_reprompt"
    QUESTION = "question"
    REPROMPT = "reprompt"
    REPEAT = "repeat"
    FOLLOW_UP = "follow_up"
    GENTLE_PROMPT = "gentle_prompt"
    PAUSE = "pause"
    GOODBYE = "goodbye"


class AnswerOutcome(StrEnum):
    """How a question was closed."""

    ANSWERED = "answered"
    TIMED_OUT = "timed_out"
    NO_RESPONSE = "no_response"
    SKIPPED = "skipped"


class AnswerSource(StrEnum):
    """How the candidate's words came in."""

    SPOKEN = "spoken"
    TYPED = "typed"
    MIXED = "mixed"
    NONE = "none"


MediaKind = Literal["recording", "pictures"]
"""What of a session may go before it does: what was recorded, and the pictures of signals."""


class Media(StrEnum):
    """What a connection carries beside JSON."""

    WEBRTC = "webrtc"
    WEBSOCKET = "websocket"
    TEXT = "text"


class CandidateDetails(Noun):
    """Who sits the interview."""

    name: str
    email: str
    phone: str = ""


class RubricPoint(Noun):
    """One thing a full answer says, in the words of the rubric.

    `wordings` say the same in other words; `wrong` is what would contradict it. Drafts, by rules
    or by a language model, have no `approved_by` and do not count.
    """

    text: str = Field(min_length=1, max_length=500)
    weight: float = Field(default=1.0, gt=0, le=10)
    wordings: tuple[str, ...] = Field(default=(), max_length=8)
    wrong: str = Field(default="", max_length=500)
    drafted_by: str = ""
    approved_by: str = ""


class Question(Noun):
    """One planned question; `number` counts from 1 in the order asked.

    `question_id` is its own in the interview that it comes from, whatever its place there.
    """

    number: int = Field(ge=1)
    question_id: int | None = None
    text: str
    kind: QuestionKind = QuestionKind.TEXT
    timer_s: float = Field(default=120, gt=0, le=MAX_TIMER_S)
    preparation_s: Seconds = 0
    pause_tolerance_s: Seconds | None = None  # None: as the plan's profile says
    keywords: tuple[str, ...] = ()
    ideal_answer: str | None = None
    points: tuple[RubricPoint, ...] = Field(default=(), max_length=MAX_RUBRIC_POINTS)


class ListeningProfile(StrEnum):
    """How long a pause in an answer may be: what fits the interview, in one word."""

    BRISK = "brisk"
    BALANCED = "balanced"
    PATIENT = "patient"

    @property
    def pause_tolerance_s(self) -> float:
        """The pause tolerance of its questions, where they have none of their own."""
        return {"brisk": 2.0, "balanced": 3.0, "patient": 5.0}[self.value]


class ProctoringProfile(StrEnum):
    """How far proctoring may go: nothing, record only, warn too, pause at the third violation."""

    OFF = "off"
    OBSERVE = "observe"
    WARN = "warn"
    STRICT = "strict"


class ProctoringPlan(Noun):
    """What is watched and what counts; fixed when the session starts.

    `kinds`: the machine codes that are recorded; null means all that the server knows.
    `counted`: those that count towards the end of a strict session; null means the server's
    defaults (what the camera sees, not what the browser reports).
    `pause_s`: how long a strict session waits for staff at its limit before it is ended.
    `camera_required`: nobody may take part without a camera unless staff allows it; otherwise
    a declared absence switches off what the camera would show.
    """

    profile: ProctoringProfile = ProctoringProfile.OBSERVE
    kinds: tuple[str, ...] | None = None
    counted: tuple[str, ...] | None = None
    identity: bool = True
    pause_s: Seconds = 600
    camera_required: bool = False


class InterviewPlan(Noun):
    """What is asked and by which rules; fixed when the session is created.

    `mode` recorded: answers are recorded one by one, each once more than there are `retakes`.
    `interview_id` and `interview_version`: the design that it was made from, if there was one.
    """

    title: str = "Interview"
    mode: Literal["live", "recorded"] = "live"
    retakes: int = Field(default=0, ge=0)
    interview_id: int | None = None
    interview_version: int | None = None
    questions: tuple[Question, ...] = Field(min_length=1, max_length=MAX_QUESTIONS)
    max_questions: int = Field(ge=1)
    text_timer_s: float = 120
    coding_timer_s: float = 300
    language: str = "en"
    voice: str | None = None
    speaking_rate: float = Field(default=1.0, ge=0.5, le=1.5)  # 1: as the voice speaks by itself
    listening: ListeningProfile = ListeningProfile.BALANCED
    follow_ups: bool = False
    job_text: str | None = None
    question_source: Literal["given", "job", "llm", "fallback"] = "given"
    question_note: str = ""  # why the fallback had to do
    silence_prompt_s: Seconds = 15
    silence_advance_s: Seconds = 30
    typing_hold_s: Seconds = 3
    moment_s: Seconds = 30
    max_moments_per_question: int = 2
    reconnect_grace_s: Seconds = 600
    answer_grace_s: Seconds = 2
    consent_reprompts: int = 3
    consent_text_version: str = CONSENT_TEXT_VERSION
    proctoring: ProctoringPlan = ProctoringPlan()


class Word(Noun):
    """One recognised word on the session clock."""

    text: str
    start_s: Seconds
    end_s: Seconds
    confidence: float = Field(ge=0, le=1)


class Utterance(Noun):
    """Recognised speech, never retracted. `utterance_id` makes a retry harmless.

    `sound_start_s`: where its kept sound begins on the session clock, while there is any; it is
    heard once more, whole, when the answer is over (`AnswerReheard`).
    """

    utterance_id: str
    text: str
    words: tuple[Word, ...] = ()
    start_s: Seconds
    end_s: Seconds
    language: str | None = None
    sound_start_s: Seconds | None = None


class Environment(Noun):
    """Where an interview elsewhere is held, in its agent's words; "" is what it has not said."""

    browser_info: str = ""
    network_quality: str = ""
    avatar_settings: dict[str, str] = Field(default_factory=dict)


class ReportedAnswer(Noun):
    """What another program's agent says of an answer that it heard; none of it was measured here.

    `confidence` is of its recognition, 0 to 1. Sentiment is not kept: emotions are not judged.
    """

    duration_s: Seconds | None = None
    audio_quality: Literal["poor", "fair", "good", "excellent"] | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    keywords: tuple[str, ...] = ()


class TurnEnd(Noun):
    """What made a turn end: the words' and the sound's evidence, and the silence waited for.

    `reason` is the turn policy's (`said_so` when the candidate said that it is all). `likelihood`
    that this pause is an end, 0 to 1, where the policy reckoned with one.
    """

    reason: str
    waited_s: Seconds
    words: int = Field(ge=0)
    likelihood: float | None = Field(default=None, ge=0, le=1)

    @property
    def by_silence(self) -> bool:
        """Whether only silence spoke for the end, so that the candidate may yet go on."""
        return self.reason != SAID_SO


SAID_SO = "said_so"


class Viseme(Noun):
    """One mouth shape. `at_s` counts from the first sample of the prompt's audio.

    `shape` is one of `VISEMES`.
    """

    at_s: Seconds
    duration_s: Seconds
    shape: str


VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")


class EvidenceQuote(Noun):
    """An exact stretch of the transcript (or the code), with its place on the session clock."""

    quote: str
    start_s: Seconds | None = None
    end_s: Seconds | None = None


class Band(StrEnum):
    """How much evidence a score shows, for people; `interview.bands` has the limits."""

    CLEAR = "clear"
    SOME = "some"
    LITTLE = "little"
    NONE = "none"


class Score(Noun):
    """0-10 with its reason and evidence, or null with the reason why not.

    `label` says what the number measures, `method` what measured it. `uncertainty` is how far
    people's marks lie from it (root mean square, of 10), null where that was not measured.
    """

    value: float | None = Field(default=None, ge=0, le=10)
    reason: str
    evidence: tuple[EvidenceQuote, ...] = ()
    label: str = ""
    band: Band | None = None
    uncertainty: float | None = Field(default=None, ge=0, le=10)
    method: str = ""


class PointStatus(StrEnum):
    """What an answer does with an expected point; only a person or a model sees contradiction."""

    COVERED = "covered"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"


class PointFinding(Noun):
    """One expected point, what became of it, and the words that show it."""

    point: str
    weight: float = Field(default=1.0, gt=0)
    status: PointStatus
    evidence: tuple[EvidenceQuote, ...] = ()
    method: str = ""


class EvaluationStatus(StrEnum):
    """How an evaluation ended."""

    DONE = "done"
    FAILED = "failed"
    NOT_SCORED = "not_scored"


SCORE_NAMES = (
    "overall",
    "technical_accuracy",
    "communication_clarity",
    "relevance",
    "depth",
    "confidence",
    "problem_solving",
)


class Evaluation(Noun):
    """What one answer is worth, and by what. `scores` has the seven `SCORE_NAMES` when done."""

    answer_id: str
    question_number: int
    status: EvaluationStatus
    method: str
    versions: dict[str, str] = Field(default_factory=dict)
    scores: dict[str, Score] = Field(default_factory=dict)
    points: tuple[PointFinding, ...] = ()
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    feedback: str = ""
    follow_up_suggestion: str | None = None
    measures: dict[str, float | int | str | None] = Field(default_factory=dict)
    failure: str | None = None
