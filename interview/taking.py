"""Interviews without a live avatar: answers are recorded one by one, then sent in together. Pure.

A take is a recording of one answer; of several the latest counts. Nothing is heard before the
candidate has sent them in, then each take that counts is heard and evaluated once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from interview.asking import end, issue
from interview.closing import clients_id
from interview.commands import EndSession, HearTake, KeepTake
from interview.draft import Draft
from interview.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from interview.events import (
    AnswerExtended,
    AnswerRecorded,
    AnswerReheard,
    PromptDelivered,
    TakeKept,
)
from interview.nouns import AnswerOutcome, AnswerSource, Purpose, Status
from interview.records import AnswerState, State, Take

ABANDONED_S = 7_200
NOTHING_SAID = "Nothing that could be understood was said in the recording."


def recorded(state: State) -> bool:
    """Whether answers are recorded one by one."""
    return state.plan.mode == "recorded"


def take_of(state: State, answer: AnswerState) -> Take | None:
    """The recording that an answer is; None where it was not recorded by itself."""
    return next((one for one in state.takes if clients_id(one.take_id) == answer.answer_id), None)


def answer_of(state: State, take: Take) -> AnswerState | None:
    """The answer that a recording became when it was sent in."""
    return next((one for one in state.answers if one.answer_id == clients_id(take.take_id)), None)


def counting(state: State) -> list[Take]:
    """The takes that count, in the order of the questions."""
    latest = {take.question_number: take for take in state.takes}
    return [latest[number] for number in sorted(latest)]


def takes_left(state: State, number: int) -> int:
    """How often the answer to a question may still be recorded."""
    there = sum(take.question_number == number for take in state.takes)
    return max(0, 1 + state.plan.retakes - there)


def keep_take(draft: Draft, command: KeepTake) -> None:
    """Keep a recorded answer. The same `take_id` again is the same take.

    Raises:
        IllegalTransition: The session has not begun, has ended, or is held live.
        Forbidden: There is no consent, or the answer was recorded as often as it may be.
        NotFound: There is no such question.
    """
    state = draft.state
    if any(take.take_id == command.take_id for take in state.takes):
        return
    if not recorded(state) or state.status is not Status.IN_PROGRESS:
        raise IllegalTransition("record", state.status)
    if state.consent != "given":
        raise Forbidden("There is no consent to a recording.")
    if not 1 <= command.question_number <= state.question_count:
        raise NotFound("Question", str(command.question_number))
    if not takes_left(state, command.question_number):
        raise Forbidden("This answer cannot be recorded again.")
    draft.emit(TakeKept(at=draft.now, **command.model_dump()))


def send_in(draft: Draft, command: EndSession) -> None:
    """Close the questions that were answered, and end."""
    _close(draft)
    end(draft, command.status, command.reason, by=command.by, goodbye=None)


def _close(draft: Draft) -> None:
    for take in counting(draft.state):
        number = take.question_number
        issue(draft, Purpose.QUESTION, draft.state.plan.questions[number - 1].text, number)
        draft.emit(PromptDelivered(at=draft.now, prompt_id=draft.prompt.prompt_id, how="text"))
        draft.emit(
            AnswerRecorded(
                at=draft.now,
                answer_id=clients_id(take.take_id),
                question_number=number,
                outcome=AnswerOutcome.ANSWERED,
                source=AnswerSource.SPOKEN,
                clock_used_s=take.duration_s,
            )
        )


def abandoned_at(state: State) -> datetime | None:
    """When nobody is expected to go on any more."""
    if state.started_at is None:
        return None
    last = state.takes[-1].at if state.takes else state.started_at
    return last + timedelta(seconds=ABANDONED_S)


def give_up(draft: Draft) -> None:
    """Nobody sent them in: what was recorded is heard all the same."""
    _close(draft)
    end(draft, Status.ABANDONED, "not_sent_in", by="interviewer", goodbye=None)


def hear_take(draft: Draft, command: HearTake) -> None:
    """Give the words of a recording to its answer: once, and again when staff ask for it.

    Raises:
        NotFound: No such answer.
        InvalidInput: There is neither a word nor a reason.
    """
    answer = draft.state.answer(command.answer_id)
    if answer is None:
        raise NotFound("answer", command.answer_id)
    if (answer.utterances or answer.heard_note) and not command.again:
        return
    if not command.utterances and not command.failure:
        raise InvalidInput("failure", "is needed where nothing was heard")
    if answer.utterances:
        _heard_anew(draft, answer, command)
        return
    for utterance in command.utterances:
        draft.emit(
            AnswerExtended(
                at=draft.now,
                answer_id=answer.answer_id,
                question_number=answer.question_number,
                utterance=utterance,
            )
        )
    if command.failure and command.failure != answer.heard_note:
        draft.emit(
            AnswerReheard(
                at=draft.now,
                answer_id=answer.answer_id,
                question_number=answer.question_number,
                failure=command.failure,
            )
        )


def _heard_anew(draft: Draft, answer: AnswerState, command: HearTake) -> None:
    """Other words stand in the place of those heard before; a failure leaves them."""
    known = {utterance.utterance_id: utterance for utterance in answer.utterances}
    new = tuple(one for one in command.utterances if known.get(one.utterance_id) not in (None, one))
    if new:
        draft.emit(
            AnswerReheard(
                at=draft.now,
                answer_id=answer.answer_id,
                question_number=answer.question_number,
                utterances=new,
            )
        )
