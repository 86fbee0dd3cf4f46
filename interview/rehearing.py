"""The words of an answer's whole sound take the place of its captions. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from interview.events import AnswerReheard
from interview.nouns import Utterance
from interview.records import AnswerState, Line, State


def answer_reheard(state: State, event: AnswerReheard) -> State:
    """The better words stand in the answer and in the transcript."""
    answer = state.answer(event.answer_id)
    if answer is None:
        return state
    new = {utterance.utterance_id: utterance for utterance in event.utterances}
    now = _reworded(answer, new, event)
    answers = tuple(now if one.answer_id == event.answer_id else one for one in state.answers)
    return replace(state, answers=answers, dialogue=_retold(state.dialogue, answer, now))


def _reworded(
    answer: AnswerState, new: Mapping[str, Utterance], event: AnswerReheard
) -> AnswerState:
    utterances = tuple(new.get(u.utterance_id, u) for u in answer.utterances)
    content = exchanged(answer.content, _texts(answer.utterances), _texts(utterances))
    return replace(
        answer,
        utterances=utterances,
        content=content,
        heard="captions" if event.failure else "whole",
        heard_note=event.failure or "",
        sounds_like=event.sounds_like,
    )


def _retold(lines: tuple[Line, ...], before: AnswerState, after: AnswerState) -> tuple[Line, ...]:
    """Only the lines of the candidate; an answer may go over several of them."""
    old, new = _texts(before.utterances), _texts(after.utterances)
    return tuple(
        replace(line, content=exchanged(line.content, old, new))
        if line.role == "candidate" and line.question_number == before.question_number
        else line
        for line in lines
    )


def _texts(utterances: Sequence[Utterance]) -> list[str]:
    return [utterance.text.strip() for utterance in utterances]


def exchanged(content: str, old: Sequence[str], new: Sequence[str]) -> str:
    """The content with each stretch of speech in its new words; what was typed stays as it is."""
    whole = " ".join(old)
    if whole and whole in content:
        return content.replace(whole, " ".join(text for text in new if text), 1).strip()
    at = 0
    for before, after in zip(old, new, strict=True):
        found = content.find(before, at) if before else -1
        if found < 0:
            continue
        content = content[:found] + after + content[found + len(before) :]
        at = found + len(after)
    return content.strip()
