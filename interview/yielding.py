"""Giving the floor back: an answer that seems over is acknowledged, and may still go on."""

from __future__ import annotations

from interview import courtesies, rules
from interview.commands import AskPatience, OfferTurn, ResumeTurn
from interview.draft import Draft
from interview.errors import IllegalTransition
from interview.events import (
    AnswerAcknowledged,
    AnswerReopened,
    AnswerResumed,
    PatienceGranted,
    PromptDelivered,
)
from interview.nouns import Phase, Purpose, Status, Utterance
from interview.records import AnswerState, State


def offer(draft: Draft, command: OfferTurn) -> None:
    """A word of acknowledgement; the answer stays open, and its clock stands, until more is known.

    Nothing for what the turn policy never closes: a coding question, a break, silence, a line that
    is being said.
    """
    state = draft.state
    if state.status is not Status.IN_PROGRESS or state.yielding is not None:
        return
    if state.pause is not None or state.skip is not None:
        return
    number = _may_be_over(state, command.end.words)
    if number is None:
        return
    draft.emit(
        AnswerAcknowledged(
            at=draft.now,
            question_number=number,
            text=courtesies.acknowledgement(state.plan.language, state.acknowledgements),
            end=command.end,
        )
    )


def _may_be_over(state: State, words: int) -> int | None:
    """The question whose answer may be over: the open one, or one that went on (`cut_off`).

    `words`: heard in this turn; a slow recogniser may not have closed their utterance yet.
    """
    if state.prompting or state.coding:
        return None
    if state.cut_off:
        return state.answers[-1].question_number if state.answers else None
    if state.stage is Phase.ANSWERING and state.asking is not None:
        return state.asking.number if state.asking.utterances or words else None
    return None


def resume(draft: Draft, command: ResumeTurn | None = None) -> None:
    """The candidate goes on: the answer was not over."""
    del command
    state = draft.state
    if state.status is not Status.IN_PROGRESS or state.yielding is None:
        return
    number = state.answers[-1].question_number if state.cut_off else state.question_number
    draft.emit(AnswerResumed(at=draft.now, question_number=number or 0))


def ask_patience(draft: Draft, command: AskPatience) -> None:
    """Before the interview or in it; who was just acknowledged goes on."""
    state = draft.state
    if state.status.final:
        raise IllegalTransition("patience", state.status)
    if state.patience_from is None:
        draft.emit(PatienceGranted(at=draft.now, source=command.source))
    resume(draft)


def reopened(state: State, event: PromptDelivered) -> AnswerReopened | None:
    """The answer before goes on, when the line that just ended was talked over so early.

    Only after an answer that silence ended: who pressed Done, or said so, is not going on with it.
    """
    answer, prompt, asking = _before(state), state.prompt, state.asking
    if answer is None or prompt is None or asking is None or not event.interrupted:
        return None
    share = heard_share(event)
    if share is None or share >= rules.MOST_HEARD or asking.cut_offs >= rules.MAX_CUT_OFFS:
        return None
    return AnswerReopened(
        at=event.at,
        answer_id=answer.answer_id,
        question_number=answer.question_number,
        prompt_id=prompt.prompt_id,
        heard_share=share,
    )


def heard_share(event: PromptDelivered) -> float | None:
    """How much of the line was heard, 0 to 1; None when its length is not known."""
    if not event.duration_s:
        return None
    return round(min(1.0, event.played_s / event.duration_s), 3)


def _before(state: State) -> AnswerState | None:
    """The answer that may go on while the next question is being asked."""
    prompt = state.prompt
    if state.stage is not Phase.ASKING or prompt is None or not state.answers:
        return None
    if prompt.purpose not in (Purpose.QUESTION, Purpose.FOLLOW_UP):
        return None
    answer = state.answers[-1]
    return answer if answer.end is not None and answer.end.by_silence else None


def spoken_before(state: State, utterance: Utterance) -> bool:
    """Whether words recognised late were all said before the open question was asked."""
    prompt = state.prompt
    if prompt is None or state.asking is None or not state.answers:
        return False
    if prompt.purpose not in (Purpose.QUESTION, Purpose.FOLLOW_UP):
        return False
    return utterance.end_s <= state.since_start_s(prompt.issued_at)


def belongs_before(state: State, spoken_from_s: float) -> bool:
    """Whether words into a line that still plays go on with the answer before.

    `spoken_from_s`: seconds since the line was issued. The line's length is not reported before
    its end, so it is reckoned from its text.
    """
    prompt = state.prompt
    heard_s = rules.HEARD_S
    if prompt is not None and _before(state) is not None:
        reckoned_s = len(prompt.text) * rules.SPOKEN_S_PER_CHAR / state.plan.speaking_rate
        heard_s = max(heard_s, rules.MOST_HEARD * reckoned_s)
    return spoken_from_s < heard_s
