"""Small pieces that detectors are built from."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from proctoring.base import (
    EngineTag,
    Input,
    Measured,
    Observation,
    PageEvent,
    PageEventName,
    Reading,
    State,
    Stimulus,
)

PAGE_ENGINE = EngineTag(name="page")


@dataclass(slots=True)
class Span:
    """Since when a kind is present, and the observations that say so."""

    kind: str
    since_s: float | None = None

    def present(
        self,
        at_s: float,
        engine: EngineTag,
        measured: Measured,
        *,
        confidence: float = 1.0,
        since_s: float | None = None,
    ) -> Observation:
        """It is so now; `since_s` dates the start back the first time."""
        if self.since_s is None:
            self.since_s = at_s if since_s is None else since_s
        sure = round(min(1.0, max(0.0, confidence)), 3)
        return Observation(
            self.kind, State.PRESENT, self.since_s, at_s, sure, dict(measured), engine
        )

    def absent(self, at_s: float, engine: EngineTag = PAGE_ENGINE) -> Observation:
        """It is not so now."""
        self.since_s = None
        return Observation(self.kind, State.ABSENT, at_s, at_s, engine=engine)

    def unknown(self, at_s: float) -> Observation:
        """Nothing can be said now."""
        return Observation(self.kind, State.UNKNOWN, at_s, at_s)


@dataclass(slots=True)
class Vote:
    """`needed` of the last `size` frames: one wrong frame neither makes nor breaks a span."""

    needed: int
    size: int
    _last: deque[tuple[float, bool]] = field(default_factory=deque)

    def add(self, at_s: float, bad: bool) -> float | None:
        """The time of the first bad one of those that carry the vote; None when it fails."""
        self._last.append((at_s, bad))
        while len(self._last) > self.size:
            self._last.popleft()
        times = [at for at, was_bad in self._last if was_bad]
        return times[0] if len(times) >= self.needed else None


def engine_of(reading: Reading, source: Input) -> EngineTag:
    """Which engine measured that part."""
    return reading.engines.get(source, EngineTag(name=source.value))


def beyond(value: float, limit: float, sure: float) -> float:
    """Confidence: 0.5 at the limit, 1 at `sure` (which may lie below the limit) and further."""
    return 0.5 + 0.5 * min(1.0, max(0.0, (value - limit) / (sure - limit)))


class PageState:
    """Present from one page event to another."""

    def __init__(self, kind: str, begins: PageEventName, ends: PageEventName) -> None:
        self._span = Span(kind)
        self._begins, self._ends = begins, ends

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer the two events; each tick while it lasts says that it still does."""
        if isinstance(stimulus, PageEvent) and stimulus.name is self._ends:
            return [self._span.absent(stimulus.at_s)]
        begins = isinstance(stimulus, PageEvent) and stimulus.name is self._begins
        lasts = not isinstance(stimulus, PageEvent) and self._span.since_s is not None
        if begins or lasts:
            return [self._span.present(stimulus.at_s, PAGE_ENGINE, {})]
        return []


class PageMoment:
    """Happens at a page event; `counted` names a field that says how much."""

    def __init__(self, kind: str, name: PageEventName, counted: str) -> None:
        self._kind, self._name, self._counted = kind, name, counted

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer the event."""
        if not isinstance(stimulus, PageEvent) or stimulus.name is not self._name:
            return []
        count = stimulus.fields.get(self._counted)
        measured = {self._counted: count} if isinstance(count, int | float) else {}
        at_s = stimulus.at_s
        return [Observation(self._kind, State.HAPPENED, at_s, at_s, measured=measured)]


class PageFact:
    """Present while the last event of a name tells it; the function reads the event's fields.

    It answers what was measured when it is so, an empty mapping when it is not, None when the
    fields do not say.
    """

    def __init__(
        self, kind: str, name: PageEventName, read: Callable[[PageEvent], Measured | None]
    ) -> None:
        self._span = Span(kind)
        self._name, self._read = name, read
        self._measured: Measured = {}

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer the event; each tick while it lasts says that it still does."""
        if isinstance(stimulus, PageEvent):
            if stimulus.name is not self._name:
                return []
            told = self._read(stimulus)
            if told is None:
                return []
            self._measured = told
            if not told:
                return [self._span.absent(stimulus.at_s)]
        elif self._span.since_s is None:
            return []
        return [self._span.present(stimulus.at_s, PAGE_ENGINE, self._measured)]
