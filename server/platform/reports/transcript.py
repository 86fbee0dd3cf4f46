"""The conversation in order, from the log (or, without it, from the state's dialogue). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from interview.events import (
    AnswerExtended,
    AnswerRecorded,
    AnswerReheard,
    AnswerSupplemented,
    ConsentDeclined,
    ConsentGiven,
    ConsentUnclear,
    Event,
    PromptDelivered,
    PromptIssued,
    UtteranceCommitted,
)
from interview.nouns import Utterance
from interview.records import State
from server.platform.reports.model import TranscriptEntry

Clock = Callable[[datetime], float | None]


def session_clock(state: State) -> Clock:
    """Seconds since the start for a time of the server; None when it was never started."""
    started = state.started_at

    def seconds(at: datetime) -> float | None:
        return None if started is None else round(max(0.0, (at - started).total_seconds()), 3)

    return seconds


def transcript_of(state: State, log: Iterable[Event]) -> tuple[TranscriptEntry, ...]:
    """Every line that was said or typed, in the order of the log."""
    events = list(log)
    if not events:
        return tuple(
            TranscriptEntry(
                role=line.role,
                content=line.content,
                timestamp=line.at,
                question_number=line.question_number,
            )
            for line in state.dialogue
        )
    return tuple(_Transcript(state).read(events))


class _Transcript:
    """Reads the log once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._seconds = session_clock(state)
        self._lines: list[TranscriptEntry] = []
        self._prompts: dict[str, int] = {}
        self._reply: list[str] = []

    def read(self, events: Iterable[Event]) -> list[TranscriptEntry]:
        for event in events:
            self._take(event)
        lines = [line for line in self._lines if line.content]
        if self._state.plan.mode == "recorded":  # heard later, in any order
            lines.sort(key=lambda line: line.question_number or 0)
        return lines

    def _take(self, event: Event) -> None:
        match event:
            case PromptIssued():
                self._prompt(event)
            case PromptDelivered():
                self._delivered(event)
            case UtteranceCommitted():
                if event.question_number is None:
                    self._reply.append(event.utterance.text.strip())
                self._spoken(event.utterance, event.at, event.question_number, event.answer_id)
            case AnswerExtended():
                self._spoken(event.utterance, event.at, event.question_number, event.answer_id)
            case AnswerRecorded():
                self._closed(event)
            case AnswerReheard():
                self._reheard(event)
            case AnswerSupplemented():
                self._written(event, event.content)
            case ConsentGiven() | ConsentUnclear() | ConsentDeclined():
                self._consent(event)
            case _:
                pass

    def _prompt(self, event: PromptIssued) -> None:
        if event.ask_no > 1:  # said once in the transcript, where it was heard
            for index in range(len(self._lines) - 1, -1, -1):
                line = self._lines[index]
                if line.role == "interviewer" and line.content == event.text:
                    self._lines[index] = line.model_copy(update={"content": ""})
                    break
        self._prompts[event.prompt_id] = len(self._lines)
        self._lines.append(
            TranscriptEntry(
                role="interviewer",
                content=event.text,
                timestamp=event.at,
                start_s=self._seconds(event.at),
                question_number=event.question_number,
                purpose=event.purpose.value,
            )
        )

    def _delivered(self, event: PromptDelivered) -> None:
        index = self._prompts.get(event.prompt_id)
        if index is None:
            return
        line = self._lines[index]
        end = self._seconds(event.at)
        start = line.start_s
        if start is not None and end is not None and event.how == "audio" and event.played_s > 0:
            start = max(start, end - event.played_s)
        self._lines[index] = line.model_copy(
            update={"start_s": start, "end_s": end, "interrupted": event.interrupted}
        )

    def _spoken(
        self, utterance: Utterance, at: datetime, number: int | None, answer_id: str | None
    ) -> None:
        self._lines.append(
            TranscriptEntry(
                role="candidate",
                content=utterance.text.strip(),
                timestamp=at,
                start_s=utterance.start_s,
                end_s=max(utterance.start_s, utterance.end_s),
                question_number=number,
                answer_id=answer_id,
                utterance_id=utterance.utterance_id,
            )
        )

    def _closed(self, event: AnswerRecorded) -> None:
        """An utterance is stored before its answer has an id: name it now."""
        mine = set(event.utterance_ids)
        self._lines = [
            line.model_copy(update={"answer_id": event.answer_id})
            if line.utterance_id is not None and line.utterance_id in mine
            else line
            for line in self._lines
        ]
        self._typed(event)

    def _reheard(self, event: AnswerReheard) -> None:
        """The words of the whole sound stand where the captions stood."""
        better = {utterance.utterance_id: utterance for utterance in event.utterances}
        for index, line in enumerate(self._lines):
            new = better.get(line.utterance_id or "")
            if new is not None:
                times = {"start_s": new.start_s, "end_s": max(new.start_s, new.end_s)}
                said = {"content": new.text.strip()}
                self._lines[index] = line.model_copy(update=said | times)

    def _typed(self, event: AnswerRecorded) -> None:
        answer = self._state.answer(event.answer_id)
        if answer is None or answer.late_id is not None:  # nothing was typed when it closed
            return
        self._written(event, answer.typed)

    def _written(self, event: AnswerRecorded | AnswerSupplemented, typed: str) -> None:
        number, answer_id = event.question_number, event.answer_id
        if typed.strip():
            self._candidate(typed.strip(), event.at, number, answer_id)
        if event.code and event.code.strip():
            self._candidate(event.code.rstrip(), event.at, number, answer_id, is_code=True)

    def _consent(self, event: ConsentGiven | ConsentUnclear | ConsentDeclined) -> None:
        spoken = " ".join(self._reply)
        self._reply.clear()
        typed = event.words.removeprefix(spoken).strip()
        if typed:
            self._candidate(typed, event.at, None, None)

    def _candidate(
        self,
        content: str,
        at: datetime,
        number: int | None,
        answer_id: str | None,
        *,
        is_code: bool = False,
    ) -> None:
        self._lines.append(
            TranscriptEntry(
                role="candidate",
                content=content,
                timestamp=at,
                question_number=number,
                answer_id=answer_id,
                is_code=is_code,
            )
        )
