"""From observations to warnings, violations and, where so configured, the end. Pure.

Time comes in with the observations. For each kind the first bad observation starts a timer and a
warning with a countdown; a good one resets timer and cool-down; a timer that ran its duration
without a hole makes a violation and a cool-down. No evidence is neither good nor bad.
Source: contract 1.4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import Field

from interview.nouns import Noun, Seconds
from proctoring.base import EngineTag, KindSpec, Observation, Severity, State


class Profile(StrEnum):
    """How far proctoring may go in an interview."""

    OFF = "off"
    OBSERVE = "observe"  # records, never interrupts
    WARN = "warn"  # also tells the candidate
    STRICT = "strict"  # also stops at the limit, until a person decides


class KindRule(Noun):
    """What an interview sets otherwise for one kind; None leaves the default."""

    on: bool = True
    duration_s: Seconds | None = None
    warn_after_s: Seconds | None = None
    counts: bool | None = None


class ProctoringSettings(Noun):
    """Fixed when the session starts; stored with it.

    Attributes:
        identity: False when there is no biometric consent: no embedding is ever made.
        detectors: Names of those that run; None means those that are on by default and those that
            a rule in `kinds` switches on.
        max_hole_s: Longest distance of two bad observations that counts as without a break.
    """

    profile: Profile = Profile.OBSERVE
    identity: bool = True
    detectors: tuple[str, ...] | None = None
    kinds: dict[str, KindRule] = Field(default_factory=dict)
    max_violations: int = Field(default=3, ge=1, le=1_000)
    cooldown_s: Seconds = 2.0
    max_hole_s: float = Field(default=2.5, gt=0)
    frames_per_s: float = Field(default=2.0, gt=0, le=5)

    def asks_for(self, kinds: Iterable[KindSpec]) -> bool:
        """Whether a rule switches one of them on."""
        rules = [self.kinds.get(kind.code) for kind in kinds]
        return any(rule is not None and rule.on for rule in rules)


# --- decisions -----------------------------------------------------------------------------


class _Decision(Noun):
    kind: str
    start_s: float
    end_s: float


class WarningRaised(_Decision):
    """The timer of a kind runs. `shown`: whether the candidate is told (`advice`)."""

    type: Literal["warning"] = "warning"
    severity: Severity
    advice: str
    remaining_s: float
    first: bool
    shown: bool


class Violation(_Decision):
    """It lasted its duration (or happened at once). `number` counts the session's violations."""

    type: Literal["violation"] = "violation"
    number: int
    severity: Severity
    meaning: str
    advice: str
    counts: bool
    shown: bool
    confidence: float
    measured: dict[str, float | int | str | bool]
    engine: EngineTag


class Cleared(_Decision):
    """What was warned of, or made a violation, is over."""

    type: Literal["cleared"] = "cleared"
    shown: bool


class Hinted(_Decision):
    """Something for staff to look at; weak by itself. Once for each time it holds."""

    type: Literal["hint"] = "hint"
    meaning: str
    confidence: float
    measured: dict[str, float | int | str | bool]
    engine: EngineTag


class LimitReached(_Decision):
    """The strict profile's limit is reached: a person is asked. At most one until `overrule`."""

    type: Literal["limit_reached"] = "limit_reached"
    severity: Severity = Severity.HIGH
    violations: int


Decision = WarningRaised | Violation | Cleared | Hinted | LimitReached


@dataclass(slots=True)
class _Course:
    """Where one kind stands."""

    since_s: float | None = None  # the timer's start
    looked_s: float | None = None  # the last observation that was good or bad
    began_s: float | None = None  # start of what will be `Cleared`
    said_s: int | None = None  # whole seconds in the last warning
    cool_until_s: float = -math.inf
    spent: bool = False  # made a violation and does not repeat

    def reset(self) -> None:
        """As if it had never been bad."""
        self.since_s = self.began_s = self.said_s = None
        self.cool_until_s = -math.inf
        self.spent = False


class Policy:
    """One session's rules and where each kind stands.

    Args:
        kinds: Of the detectors that run.
        violations, counted: What the session already has (after a restart of the server).
    """

    def __init__(
        self,
        kinds: Iterable[KindSpec],
        settings: ProctoringSettings,
        *,
        violations: int = 0,
        counted: int = 0,
    ) -> None:
        self.settings = settings
        self._kinds: Mapping[str, KindSpec] = {
            spec.code: _ruled(spec, settings.kinds.get(spec.code))
            for spec in kinds
            if settings.kinds.get(spec.code, KindRule()).on
        }
        self._courses = {code: _Course() for code in self._kinds}
        self.violations = violations
        self.counted = counted
        self.stopped = False

    @property
    def shown(self) -> bool:
        """Whether the candidate is told."""
        return self.settings.profile in (Profile.WARN, Profile.STRICT)

    def apply(self, seen: Observation) -> list[Decision]:
        """What follows from one observation. Observations of a kind come in order of `end_s`."""
        spec = self._kinds.get(seen.kind)
        if spec is None or self.stopped or self.settings.profile is Profile.OFF:
            return []
        course = self._courses[seen.kind]
        if seen.state is State.ABSENT:
            return self._good(spec, course, seen)
        if seen.state is State.HAPPENED:
            return self._happened(spec, course, seen)
        if seen.state is State.PRESENT:
            return self._bad(spec, course, seen)
        return []

    def overrule(self) -> None:
        """Staff lets the session go on: the count towards the limit starts anew."""
        self.stopped = False
        self.counted = 0
        for course in self._courses.values():
            course.reset()

    def _good(self, spec: KindSpec, course: _Course, seen: Observation) -> list[Decision]:
        """It is over since then; with a hole before it, since it was last seen."""
        began, last_s = course.began_s, course.looked_s
        hole = spec.repeats and self._hole(course, seen)
        course.reset()
        course.looked_s = seen.end_s
        if began is None:
            return []
        end_s = last_s if hole and last_s is not None else seen.end_s
        return [Cleared(kind=seen.kind, start_s=began, end_s=end_s, shown=self.shown)]

    def _hole(self, course: _Course, seen: Observation) -> bool:
        """Whether nobody could tell for too long before this."""
        last_s = course.looked_s
        return last_s is not None and seen.end_s - last_s > self.settings.max_hole_s

    def _happened(self, spec: KindSpec, course: _Course, seen: Observation) -> list[Decision]:
        if seen.end_s < course.cool_until_s:
            return []
        course.cool_until_s = seen.end_s + self.settings.cooldown_s
        return self._hint(spec, seen) if spec.hint else self._violation(spec, seen, seen.start_s)

    def _bad(self, spec: KindSpec, course: _Course, seen: Observation) -> list[Decision]:
        hole = self._hole(course, seen)
        course.looked_s = seen.end_s
        if course.spent or seen.end_s < course.cool_until_s:
            return []
        if hole:
            course.since_s = seen.end_s  # a detector's start lies before the hole
        elif course.since_s is None:
            course.since_s = min(seen.end_s, max(seen.start_s, course.cool_until_s))
        elapsed_s = seen.end_s - course.since_s
        if elapsed_s >= spec.duration_s:
            return self._due(spec, course, seen, course.since_s)
        if spec.hint or elapsed_s < spec.warn_after_s:
            return []
        return self._warning(spec, course, seen, spec.duration_s - elapsed_s)

    def _due(
        self, spec: KindSpec, course: _Course, seen: Observation, since_s: float
    ) -> list[Decision]:
        course.since_s, course.said_s = None, None
        course.cool_until_s = seen.end_s + self.settings.cooldown_s
        course.spent = spec.hint or not spec.repeats
        if spec.hint:
            return self._hint(spec, seen)
        if course.began_s is None:
            course.began_s = since_s
        return self._violation(spec, seen, since_s)

    def _warning(
        self, spec: KindSpec, course: _Course, seen: Observation, remaining_s: float
    ) -> list[Decision]:
        whole = math.ceil(remaining_s)
        if course.said_s == whole:
            return []
        first = course.said_s is None
        course.said_s = whole
        if course.began_s is None:
            course.began_s = course.since_s
        return [
            WarningRaised(
                kind=spec.code,
                start_s=course.since_s if course.since_s is not None else seen.start_s,
                end_s=seen.end_s,
                severity=spec.warning_severity,
                advice=spec.advice,
                remaining_s=round(remaining_s, 2),
                first=first,
                shown=self.shown,
            )
        ]

    def _hint(self, spec: KindSpec, seen: Observation) -> list[Decision]:
        return [
            Hinted(
                kind=spec.code,
                start_s=seen.start_s,
                end_s=seen.end_s,
                meaning=spec.meaning,
                confidence=seen.confidence,
                measured=dict(seen.measured),
                engine=seen.engine,
            )
        ]

    def _violation(self, spec: KindSpec, seen: Observation, since_s: float) -> list[Decision]:
        self.violations += 1
        self.counted += spec.counts
        decisions: list[Decision] = [
            Violation(
                kind=spec.code,
                start_s=since_s,
                end_s=seen.end_s,
                number=self.violations,
                severity=spec.severity,
                meaning=spec.meaning,
                advice=spec.advice,
                counts=spec.counts,
                shown=self.shown,
                confidence=seen.confidence,
                measured=dict(seen.measured),
                engine=seen.engine,
            )
        ]
        full = self.counted >= self.settings.max_violations
        if self.settings.profile is Profile.STRICT and spec.counts and full:
            self.stopped = True
            decisions.append(
                LimitReached(
                    kind=spec.code,
                    start_s=since_s,
                    end_s=seen.end_s,
                    violations=self.counted,
                )
            )
        return decisions


def _ruled(spec: KindSpec, rule: KindRule | None) -> KindSpec:
    """The kind with an interview's own rule laid over it."""
    if rule is None:
        return spec
    return KindSpec(
        code=spec.code,
        meaning=spec.meaning,
        advice=spec.advice,
        warning_severity=spec.warning_severity,
        severity=spec.severity,
        duration_s=spec.duration_s if rule.duration_s is None else rule.duration_s,
        warn_after_s=spec.warn_after_s if rule.warn_after_s is None else rule.warn_after_s,
        counts=spec.counts if rule.counts is None else rule.counts,
        repeats=spec.repeats,
        hint=spec.hint,
    )
