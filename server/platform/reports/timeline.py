"""What happened when: joins, leaves, breaks, faults, prompts, answers. From the log. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from interview.events import (
    AnswerAcknowledged,
    AnswerRecorded,
    AnswerRefused,
    AnswerReopened,
    AnswerResumed,
    AnswerSupplemented,
    CameraDeclared,
    CameraWaived,
    CandidateJoined,
    CandidateLeft,
    ConsentDeclined,
    ConsentGiven,
    Event,
    FaultBegan,
    FaultEnded,
    MediaChanged,
    OutageRecorded,
    PatienceGranted,
    PromptDelivered,
    PromptIssued,
    RescoringRequested,
    SessionEnded,
    SessionPaused,
    SessionReopened,
    SessionResumed,
    SessionStarted,
    ThinkingEnded,
    ThinkingStarted,
    TimeWarned,
    ViolationRecorded,
    WatchGapRecorded,
)
from interview.languages import language_name
from interview.nouns import EvaluationStatus, Purpose
from interview.records import State
from server.platform.reports.model import CapabilityNote, TimelineEntry
from server.platform.reports.transcript import session_clock

Line = tuple[str, str, int | None]

_COMPONENTS = {
    "stt": "speech recognition",
    "tts": "the voice",
    "llm": "the language model",
    "voice": "the voice",
    "recording": "recording",
    "storage": "storage",
    "server": "the server",
}
_FAULTS = {
    "recogniser_lag": "Speech recognition fell behind",
    "recogniser_starting": "Speech recognition was still starting",
}
# Why a silence was taken for the end, in words; the common case needs none.
_WHY_OVER = {
    "likely": "",
    "words_late": "; the words came late",
    "unlikely": "; it sounded unfinished",
    "doubtful": "; it may have been unfinished",
    "reply_unfinished": "; it sounded unfinished",
}
_HOW = {"button": "with the button", "spoken": "aloud", "typed": "in writing"}
_WORTH_TELLING_S = 1.0  # shorter faults are in the timeline alone
_OUTCOMES = {
    "answered": "Answered",
    "timed_out": "Time was up",
    "no_response": "No response",
    "skipped": "Skipped",
}


def component_name(component: str) -> str:
    """A component in words."""
    return _COMPONENTS.get(component, component.replace("_", " "))


_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def counted(count: int, one: str, many: str) -> str:
    """A count at the start of a sentence: "One answer", "Two answers", "11 answers"."""
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} {one if count == 1 else many}"


_PROMPTS = {
    Purpose.QUESTION: ("question", "Question {n}"),
    Purpose.FOLLOW_UP: ("follow_up", "Follow-up to question {n}"),
    Purpose.GREETING: ("prompt", "Greeting"),
    Purpose.GOODBYE: ("prompt", "Goodbye"),
    Purpose.REPEAT: ("prompt", "Question {n} repeated"),
    Purpose.REPROMPT: ("prompt", "Asked again"),
    Purpose.GENTLE_PROMPT: ("prompt", "Gentle reminder"),
    Purpose.PAUSE: ("prompt", "Told of the pause"),
    Purpose.CONSENT_REPROMPT: ("prompt", "Asked for consent again"),
}


def _prompt(event: PromptIssued) -> Line:
    kind, label = _PROMPTS[event.purpose]
    return kind, label.format(n=event.question_number or ""), event.question_number


_LINES: dict[type[Any], Callable[[Any], Line]] = {
    SessionStarted: lambda e: ("started", "Interview started", None),
    CandidateJoined: lambda e: (
        "joined",
        "Candidate reconnected" if e.reconnect else "Candidate joined",
        None,
    ),
    CandidateLeft: lambda e: ("left", "Candidate's connection ended", None),
    MediaChanged: lambda e: ("media", f"Connected by {e.media.value}", None),
    ConsentGiven: lambda e: ("consent", f"Consent given {_HOW[e.source]}", None),
    ConsentDeclined: lambda e: ("consent", f"Consent declined {_HOW[e.source]}", None),
    PromptIssued: _prompt,
    AnswerRecorded: lambda e: ("answer", _OUTCOMES[e.outcome.value], e.question_number),
    AnswerSupplemented: lambda e: (
        "answer",
        "Typed while the question closed",
        e.question_number,
    ),
    AnswerRefused: lambda e: (
        "refused",
        f"Answer refused: {e.reason.replace('_', ' ')}",
        e.question_number,
    ),
    AnswerAcknowledged: lambda e: (
        "turn",
        f"Taken for over after {e.end.waited_s:.1f} s of silence{_WHY_OVER.get(e.end.reason, '')}",
        e.question_number,
    ),
    AnswerResumed: lambda e: ("turn", "The candidate went on", e.question_number),
    AnswerReopened: lambda e: (
        "turn",
        f"Went on over the next question ({e.heard_share:.0%} of it heard), which is asked again",
        e.question_number,
    ),
    PatienceGranted: lambda e: (
        "patience",
        f"Longer pauses asked for ({'aloud' if e.source == 'spoken' else 'on the page'})",
        None,
    ),
    TimeWarned: lambda e: ("warning", f"{e.remaining_s:.0f} seconds left", e.question_number),
    SessionEnded: lambda e: ("ended", f"Interview ended: {e.reason.replace('_', ' ')}", None),
    CameraDeclared: lambda e: (
        "media",
        "Takes part with a camera" if e.present else "Takes part without a camera",
        None,
    ),
    CameraWaived: lambda e: ("media", "Allowed without a camera by staff", None),
    SessionReopened: lambda e: ("reopened", "Reopened by staff", None),
    RescoringRequested: lambda e: ("rescored", "Scored again, asked for by staff", None),
}


def timeline_of(state: State, log: Iterable[Event]) -> tuple[TimelineEntry, ...]:
    """The entries in order; what lasted (breaks, faults, outages) has its end."""
    return tuple(_Timeline(state).read(log))


class _Timeline:
    def __init__(self, state: State) -> None:
        self._seconds = session_clock(state)
        self._entries: list[TimelineEntry] = []
        self._open: dict[str, int] = {}

    def read(self, log: Iterable[Event]) -> list[TimelineEntry]:
        for event in log:
            if (line := _LINES.get(type(event))) is not None:
                self._add(event.at, *line(event))
            self._lasting(event)
        return self._entries

    def _lasting(self, event: Event) -> None:
        match event:
            case ThinkingStarted():
                self._begin("break", event.at, "break", "Time to think", event.question_number)
            case ThinkingEnded():
                self._end("break", event.at)
            case SessionPaused():
                self._begin("pause", event.at, "break", "Paused: a person was asked", None)
            case SessionResumed() | SessionEnded():
                self._end("pause", event.at)
            case FaultBegan():
                failed = f"Our fault: {component_name(event.component)}"
                label = _FAULTS.get(event.component, failed)
                self._begin(event.component, event.at, "fault", label, None)
            case FaultEnded():
                self._end(event.component, event.at)
            case ViolationRecorded():
                found = event.violation
                self._span("signal", event.at, found.message, found.start_s, found.end_s)
            case WatchGapRecorded():
                gap = event.gap
                self._span("signal", event.at, "Nothing was watched", gap.start_s, gap.end_s)
            case OutageRecorded():
                self._add(event.from_at, "outage", "Our server was away", None)
                self._close(len(self._entries) - 1, event.at)
            case _:
                pass

    def _span(self, kind: str, at: datetime, label: str, start_s: float, end_s: float) -> None:
        """Something that is known when it is over."""
        self._add(at, kind, label, None)
        entry = self._entries[-1]
        self._entries[-1] = entry.model_copy(update={"at_s": start_s, "end_s": end_s})

    def _begin(self, key: str, at: datetime, kind: str, label: str, number: int | None) -> None:
        self._open[key] = len(self._entries)
        self._add(at, kind, label, number)

    def _end(self, key: str, at: datetime) -> None:
        index = self._open.pop(key, None)
        if index is not None:
            self._close(index, at)

    def _close(self, index: int, at: datetime) -> None:
        entry = self._entries[index]
        self._entries[index] = entry.model_copy(update={"end_s": self._seconds(at)})

    def _add(self, at: datetime, kind: str, label: str, number: int | None) -> None:
        self._entries.append(
            TimelineEntry.model_validate(
                {
                    "at": at,
                    "at_s": self._seconds(at),
                    "kind": kind,
                    "label": label,
                    "question_number": number,
                }
            )
        )


def capability_notes(state: State, log: Iterable[Event]) -> tuple[CapabilityNote, ...]:
    """What of ours was missing or failed, and what that meant for the candidate."""
    seconds = session_clock(state)
    notes: list[CapabilityNote | None] = []
    faults: dict[str, datetime] = {}
    unspoken = 0
    for event in log:
        match event:
            case FaultBegan():
                faults[event.component] = event.at
            case FaultEnded() if event.component in faults:
                began = faults.pop(event.component)
                notes.append(_fault(event.component, seconds(began), seconds(event.at)))
            case OutageRecorded():
                notes.append(_fault("server", seconds(event.from_at), seconds(event.at)))
            case PromptDelivered() if event.failure is not None:
                unspoken += 1
            case _:
                pass
    notes += [_fault(component, seconds(at), None) for component, at in faults.items()]
    if unspoken:
        shown = counted(unspoken, "question or remark was", "questions or remarks were")
        text = f"{shown} shown as text because the voice was not available."
        notes.append(CapabilityNote(component="tts", note=text))
    return (
        *(note for note in notes if note is not None),
        *_question_notes(state),
        *_hearing_notes(state),
        *_evaluation_notes(state),
    )


def _hearing_notes(state: State) -> list[CapabilityNote]:
    """Answers whose words are less sure than others, and why."""
    asked = language_name(state.plan.language)
    notes = []
    for answer in state.answers:
        place = f"the answer to question {answer.question_number}"
        if answer.sounds_like:
            other = language_name(answer.sounds_like)
            text = f"By its sound {place} is in {other}; it was heard as {asked}, as the interview"
            notes.append(CapabilityNote(component="stt", note=f"{text} is set."))
        if answer.heard_note:
            text = f"Of {place} the live captions are shown. {answer.heard_note}"
            notes.append(CapabilityNote(component="stt", note=text))
    return notes


def _question_notes(state: State) -> list[CapabilityNote]:
    if state.plan.question_source != "fallback":
        return []
    why = "no questions could be made from the texts"
    return [CapabilityNote(component="llm", note=f"A fixed list of questions was asked: {why}.")]


def _fault(component: str, from_s: float | None, until_s: float | None) -> CapabilityNote | None:
    """A fault with its length; None for one that nobody would have noticed."""
    lasted_s = None if from_s is None or until_s is None else until_s - from_s
    if lasted_s is not None and lasted_s < _WORTH_TELLING_S:
        return None
    name = component_name(component)
    what = _FAULTS.get(component, f"{name[:1].upper()}{name[1:]} failed")
    until = "until the end" if until_s is None else f"for {lasting(lasted_s)}"
    text = f"{what} {until}; the candidate's clock stood still."
    return CapabilityNote(component=component, note=text, from_s=from_s, until_s=until_s)


def lasting(seconds: float | None) -> str:
    """A length in words: "4 seconds", "2 minutes 5 seconds"; "a while" where it is not known."""
    if seconds is None:
        return "a while"
    minutes, rest = divmod(round(seconds), 60)
    parts = [(minutes, "minute"), (rest, "second")]
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(words) or "0 seconds"


def _evaluation_notes(state: State) -> list[CapabilityNote]:
    failed = sum(e.status is EvaluationStatus.FAILED for e in state.evaluations.values())
    notes = []
    if failed:
        shown = counted(failed, "answer", "answers")
        text = f"{shown} could not be evaluated; no score is given in place of an evaluation."
        notes.append(CapabilityNote(component="evaluation", note=text))
    by_words = next(
        (
            version
            for e in state.evaluations.values()
            if (version := e.versions.get("embeddings", "")).startswith("none")
        ),
        None,
    )
    if by_words is not None:
        why = by_words.removeprefix("none: ")
        text = f"Meaning was not compared ({why}); fewer scores could be given."
        notes.append(CapabilityNote(component="embeddings", note=text))
    return notes
