"""The transcript: closed turns in order, built as the events come."""

from __future__ import annotations

from dataclasses import replace

from interview.events import (
    AnswerExtended,
    AnswerRecorded,
    AnswerSupplemented,
    PromptIssued,
    UtteranceCommitted,
)
from interview.records import Line, State


def by_interviewer(state: State, event: PromptIssued) -> tuple[Line, ...]:
    """Add a line; one that is said again stands once, where it was heard."""
    line = Line("interviewer", event.text, event.at, event.question_number)
    lines = list(state.dialogue)
    if event.ask_no > 1:
        for index in range(len(lines) - 1, -1, -1):
            if lines[index].role == "interviewer" and lines[index].content == event.text:
                del lines[index]
                break
    return (*lines, line)


def by_candidate(
    state: State,
    text: str,
    event: UtteranceCommitted | AnswerRecorded,
    number: int | None,
) -> tuple[Line, ...]:
    """Add words; they join the turn that is still open."""
    if not text:
        return state.dialogue
    last = state.dialogue[-1] if state.dialogue else None
    if last and last.role == "candidate" and last.question_number == number:
        glue = " " if isinstance(event, UtteranceCommitted) else "\n"
        return (*state.dialogue[:-1], replace(last, content=f"{last.content}{glue}{text}"))
    return (*state.dialogue, Line("candidate", text, event.at, number))


def added(state: State, event: AnswerExtended) -> tuple[Line, ...]:
    """Add words that came late to the answer they belong to."""
    return _joined(state, event, event.utterance.text.strip(), " ")


def supplemented(state: State, event: AnswerSupplemented) -> tuple[Line, ...]:
    """Add what was typed to the answer that had just been closed."""
    text = "\n".join(part for part in (event.content, event.code or "") if part)
    return _joined(state, event, text, "\n")


def _joined(
    state: State, event: AnswerExtended | AnswerSupplemented, text: str, glue: str
) -> tuple[Line, ...]:
    lines = list(state.dialogue)
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if line.role == "candidate" and line.question_number == event.question_number:
            lines[index] = replace(line, content=f"{line.content}{glue}{text}")
            return tuple(lines)
    new = Line("candidate", text, event.at, event.question_number)
    place = len(lines)
    if state.plan.mode == "recorded":  # heard later, in any order
        number = event.question_number
        place = 1 + max((n for n, line in enumerate(lines) if line.question_number == number))
    return (*lines[:place], new, *lines[place:])
