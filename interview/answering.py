"""The candidate has the floor: words, turns, breaks, repeats and skips."""

from __future__ import annotations

from datetime import datetime, timedelta

from interview import rules, wording
from interview.asking import ask_next, give_floor, issue, issue_again
from interview.closing import close
from interview.commands import (
    CommitUtterance,
    Done,
    EndTurn,
    NoteActivity,
    ProposeFollowUp,
    TakeMoment,
    WaiveFollowUp,
)
from interview.draft import Draft
from interview.errors import IllegalTransition, InvalidInput
from interview.events import (
    ActivityNoted,
    AnswerExtended,
    SkipAsked,
    SkipTakenBack,
    ThinkingEnded,
    ThinkingStarted,
    UtteranceCommitted,
)
from interview.nouns import MAX_QUESTION_CHARS, AnswerOutcome, Phase, Purpose, Status, Utterance
from interview.records import State
from interview.replying import awaiting_reply, turn_ended
from interview.text import paragraphs
from interview.views import turn_id
from interview.yielding import belongs_before, resume, spoken_before


def commit(draft: Draft, command: CommitUtterance) -> None:
    """Recognised words: find out what they answer."""
    state, utterance = draft.state, command.utterance
    if state.status is not Status.IN_PROGRESS or not utterance.text.strip():
        return
    if utterance.utterance_id in state.utterance_ids:
        return
    if state.stage is Phase.ASKING or spoken_before(state, utterance):
        _commit_while_asking(draft, utterance)
        return
    if state.stage is Phase.PREPARING:
        give_floor(draft)
    elif state.stage is Phase.THINKING and _began_in_break(state, utterance):
        end_thinking(draft, early=True)
    number = state.asking.number if state.asking else None
    draft.emit(UtteranceCommitted(at=draft.now, utterance=utterance, question_number=number))


def _commit_while_asking(draft: Draft, utterance: Utterance) -> None:
    """Words before the question was heard belong to the previous answer (ADR 0002)."""
    state = draft.state
    if state.asking is not None and _early_answer(state, utterance):
        draft.emit(
            UtteranceCommitted(
                at=draft.now, utterance=utterance, question_number=state.asking.number
            )
        )
    elif state.answers:
        previous = state.answers[-1]
        draft.emit(
            AnswerExtended(
                at=draft.now,
                answer_id=previous.answer_id,
                question_number=previous.question_number,
                utterance=utterance,
            )
        )
    else:
        draft.emit(UtteranceCommitted(at=draft.now, utterance=utterance))


def _early_answer(state: State, utterance: Utterance) -> bool:
    """Spoken into a question that still plays, after enough of it was heard to answer."""
    prompt = state.prompt
    if prompt is None or prompt.delivered:
        return False
    return not belongs_before(state, utterance.start_s - state.since_start_s(prompt.issued_at))


def _began_in_break(state: State, utterance: Utterance) -> bool:
    """False for the words that asked for the break."""
    break_s = state.since_start_s(state.hold_started_at or state.updated_at)
    return utterance.end_s > break_s + rules.THINKING_SETTLE_S


def note_activity(draft: Draft, command: NoteActivity) -> None:
    """Silence counts anew; speech and typing end a break, typing the preparation and a skip."""
    state = draft.state
    waiting = state.stage is Phase.ASKING and state.hold is not None
    open_stages = (Phase.CONSENT, Phase.PREPARING, Phase.ANSWERING, Phase.THINKING)
    if state.status is not Status.IN_PROGRESS or not (waiting or state.stage in open_stages):
        return
    if state.pause is not None:
        return
    if command.kind == "typing":
        stay(draft)
    if state.activity_kind == command.kind and _just_noted(state, draft.now):
        return
    if state.stage is Phase.PREPARING:
        if command.kind != "typing":
            return
        give_floor(draft)
    elif state.stage is Phase.THINKING:
        if command.kind == "here" or _settling(state, draft.now):
            return
        end_thinking(draft, early=True)
    if command.kind == "typing":
        resume(draft)
    draft.emit(ActivityNoted(at=draft.now, kind=command.kind))


def _just_noted(state: State, now: datetime) -> bool:
    noted_at = state.activity_at
    return noted_at is not None and (now - noted_at).total_seconds() < rules.ACTIVITY_EVERY_S


def _settling(state: State, now: datetime) -> bool:
    began = state.hold_started_at
    return began is not None and (now - began).total_seconds() < rules.THINKING_SETTLE_S


def end_turn(draft: Draft, command: EndTurn) -> None:
    """The turn policy hears the end. Never closes a coding question, a break or silence."""
    state = draft.state
    if state.status is not Status.IN_PROGRESS or state.answer(command.answer_id) is not None:
        return
    if command.turn_id not in (None, turn_id(state)):
        return  # told late, or twice: that turn is over
    if state.pause is not None:
        return
    if awaiting_reply(state):
        turn_ended(draft)
    elif state.prompting:
        return
    elif state.cut_off:
        issue_again(draft)
    elif _closable(state) and not state.coding:
        close(draft, AnswerOutcome.ANSWERED, answer_id=command.answer_id, end=command.end)
    else:
        resume(draft)  # what was acknowledged turned out to be no words


def _closable(state: State) -> bool:
    return (
        state.stage is Phase.ANSWERING
        and state.asking is not None
        and bool(state.asking.utterances)
    )


def done(draft: Draft, command: Done) -> None:
    """The candidate says that the answer is complete; nothing said is asked once more."""
    state = draft.state
    if state.answer(command.answer_id) is not None:
        return
    require_question(state, "done")
    if state.cut_off and not state.prompting:
        issue_again(draft)
    elif state.stage is Phase.PREPARING:
        give_floor(draft)
    elif state.stage is Phase.THINKING:
        end_thinking(draft, early=True)
        if draft.state.answer_text:
            close(draft, AnswerOutcome.ANSWERED, answer_id=command.answer_id)
    elif state.stage is Phase.ANSWERING and state.asking is not None:
        if state.asking.utterances:
            close(draft, AnswerOutcome.ANSWERED, answer_id=command.answer_id)
        elif state.asking.reprompts:
            close(draft, AnswerOutcome.SKIPPED, answer_id=command.answer_id)
        else:
            issue(draft, Purpose.REPROMPT, wording.reprompt(state.asking.text), state.asking.number)


def skip(draft: Draft) -> None:
    """Leave the question soon; until then that can be taken back.

    A second press right after the next question came is not for that one.
    """
    state = draft.state
    require_question(state, "skip")
    prompt = state.prompt
    if state.asking is None or prompt is None or state.skip is not None:
        return
    fresh = (draft.now - prompt.issued_at).total_seconds() < rules.SKIP_SETTLE_S
    if state.stage is Phase.ASKING and fresh:
        return
    until_at = draft.now + timedelta(seconds=rules.SKIP_UNDO_S)
    draft.emit(SkipAsked(at=draft.now, question_number=state.asking.number, until_at=until_at))


def leave_question(draft: Draft) -> None:
    """The time to take a skip back is over."""
    if draft.state.stage is Phase.THINKING:
        end_thinking(draft, early=True)
    close(draft, AnswerOutcome.SKIPPED)


def undo_skip(draft: Draft) -> None:
    """Take it back; too late, or without one, nothing happens."""
    require_question(draft.state, "undo_skip")
    stay(draft)


def stay(draft: Draft) -> None:
    """Whatever the candidate does with the question takes a skip back."""
    if draft.state.skip is not None:
        number = draft.asking.number
        draft.emit(SkipTakenBack(at=draft.now, question_number=number))


def repeat(draft: Draft) -> None:
    """Say the question again; the clock stands while it plays."""
    state = draft.state
    require_question(state, "repeat")
    asking = state.asking
    if asking is None or state.prompting or state.stage is Phase.PREPARING:
        return
    if state.cut_off:
        issue_again(draft)
        return
    stay(draft)
    if asking.repeats >= rules.MAX_REPEATS:
        raise InvalidInput("repeat", "the question was repeated often enough")
    if state.stage is Phase.THINKING:
        end_thinking(draft, early=True)
    issue(draft, Purpose.REPEAT, asking.text, asking.number)


def take_moment(draft: Draft, command: TakeMoment) -> None:
    """An approved break, as often as the plan allows."""
    state = draft.state
    require_question(state, "moment")
    asking = state.asking
    if state.stage is Phase.THINKING or asking is None:
        return
    if state.stage is not Phase.ANSWERING or state.prompting:
        raise IllegalTransition("moment", state.phase or state.status)
    if state.moments_left == 0 or state.plan.moment_s <= 0:
        raise InvalidInput("moment", "no break is left in this question")
    stay(draft)
    until_at = draft.now + timedelta(seconds=state.plan.moment_s)
    draft.emit(ThinkingStarted(at=draft.now, question_number=asking.number, until_at=until_at))


def end_thinking(draft: Draft, *, early: bool) -> None:
    """The break is over."""
    number = draft.state.asking.number if draft.state.asking else 0
    draft.emit(ThinkingEnded(at=draft.now, question_number=number, early=early))


def propose_follow_up(draft: Draft, command: ProposeFollowUp) -> None:
    """Ask it, if it comes in time and belongs to the answer just given."""
    state, text = draft.state, paragraphs(command.text)
    if not state.awaiting_follow_up or not text or len(text) > MAX_QUESTION_CHARS:
        return
    if state.pause is not None:
        return
    if state.answers[-1].answer_id != command.answer_id:
        return
    issue(draft, Purpose.FOLLOW_UP, text, state.question_number)


def waive_follow_up(draft: Draft, command: WaiveFollowUp) -> None:
    """Go on at once: none will be proposed to the answer just given."""
    state = draft.state
    if state.pause is not None:
        return
    if state.awaiting_follow_up and state.answers[-1].answer_id == command.answer_id:
        ask_next(draft)


def require_question(state: State, command: str) -> None:
    """Refuse a button that needs a question.

    Raises:
        IllegalTransition: Before the first question, in a pause, or after the end.
    """
    asked = state.status is Status.IN_PROGRESS and state.question_number is not None
    if not asked or state.pause is not None:
        raise IllegalTransition(command, state.phase or state.status)
