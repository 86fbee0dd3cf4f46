"""Nouns of proctoring: what policy made of observations, and what people made of that.

A violation is a signal about the session with evidence, never a verdict about the person.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from interview.nouns import Noun, Seconds, UtcTime

BIOMETRIC_TEXT_VERSION = "2026-11"
MAX_VIOLATIONS = 500
MAX_EXPLANATION_CHARS = 2_000
COUNTED_TO_END = 3

Measures = dict[str, float | int | str | None]


class Severity(StrEnum):
    """How much a signal asks for a second look."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ReviewOutcome(StrEnum):
    """What a person made of a violation."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    NEEDS_SECOND_LOOK = "needs_second_look"


class Violation(Noun):
    """One condition that lasted its full duration, on the session clock.

    `kind` is the machine code, `message` the words for staff, `advice` those for the candidate.
    `still` is the blob of a picture; `confidence` is how far beyond the threshold, null where the
    detector has none. `counted`: towards the end of a strict session. `hint`: weak by itself, for
    people to look at.
    """

    violation_id: str
    kind: str
    message: str
    advice: str = ""
    severity: Severity
    start_s: Seconds
    end_s: Seconds
    confidence: float | None = Field(default=None, ge=0, le=1)
    measures: Measures = Field(default_factory=dict)
    engine: str
    model_sha256: str | None = None
    still: str | None = None
    counted: bool = True
    hint: bool = False


class WatchGap(Noun):
    """A stretch in which nothing was watched: never a violation by itself."""

    start_s: Seconds
    end_s: Seconds
    cause: str


class Review(Noun):
    """One look at a violation; the latest counts, all are kept."""

    outcome: ReviewOutcome
    by: str
    at: UtcTime
    note: str = ""


class Reference(Noun):
    """The candidate's reference face: where the encrypted embedding and the picture are."""

    reference_id: str
    engine: str
    model_sha256: str
    embedding: str
    picture: str
    at: UtcTime
    forget_at: UtcTime | None = None


class KindCapability(Noun):
    """Whether a kind of violation could be seen in this session, and why not."""

    kind: str
    available: bool
    reason: str = ""
    engine: str = ""
    model_sha256: str | None = None
