"""Ending a session before its last question, and evaluations that come whenever they come."""

from __future__ import annotations

from interview import rules, wording
from interview.asking import end
from interview.closing import fresh_id, record
from interview.code_answers import parse
from interview.commands import (
    EndSession,
    RecordEvaluation,
    RecordRehearing,
    RequestRescoring,
    SettleHeld,
    SubmitAnswer,
)
from interview.draft import Draft
from interview.effects import evaluation_request, pending_evaluations
from interview.elsewhere import close_unanswered
from interview.errors import IllegalTransition, InvalidInput, NotFound
from interview.events import AnswerReheard, EvaluationRecorded, RescoringRequested
from interview.holding import settle_held
from interview.nouns import AnswerOutcome, EvaluationStatus, Status
from interview.records import State
from interview.seams import of_its_own
from interview.submitting import submit
from interview.taking import recorded, send_in


def end_session(draft: Draft, command: EndSession) -> None:
    """Keep the words of the open answer, say goodbye, end. Again after the end: nothing."""
    state = draft.state
    if state.status.final:
        return
    if not command.status.final:
        raise InvalidInput("status", "must be a final one")
    if state.status is Status.INITIALIZED:
        goodbye = wording.goodbye_ended(state.candidate.name) if state.seat else None
        end(draft, Status.ABANDONED, "ended_before_start", by=command.by, goodbye=goodbye)
        return
    if state.elsewhere is not None:
        close_unanswered(draft)
        end(draft, command.status, command.reason, by=command.by, goodbye=None)
        return
    if recorded(state):
        send_in(draft, command)
        return
    if _for_the_open_question(state, command):
        keep_open_words(
            draft, answer_id=command.answer_id, content=command.content, code=command.code
        )
    else:
        _keep_elsewhere(draft, command)
        keep_open_words(draft)
    goodbye = wording.goodbye_ended(state.candidate.name)
    end(draft, command.status, command.reason, by=command.by, goodbye=goodbye)


def _for_the_open_question(state: State, command: EndSession) -> bool:
    if command.question_number is None or state.asking is None:
        return command.question_number is None
    return command.question_number == state.asking.number


def _keep_elsewhere(draft: Draft, command: EndSession) -> None:
    """What was typed to a question that has closed meanwhile: with its answer, or on the record."""
    if not command.content.strip() and not (command.code or "").strip():
        return
    if len(draft.state.refused) >= rules.MAX_REFUSALS:
        return
    submit(
        draft,
        SubmitAnswer(
            answer_id=command.answer_id or fresh_id(draft.state),
            content=command.content,
            code=command.code,
            question_number=command.question_number,
        ),
    )


def keep_open_words(
    draft: Draft, *, answer_id: str | None = None, content: str = "", code: str | None = None
) -> None:
    """Record the open answer with what there is; nothing said is nothing recorded."""
    settle_held(draft, SettleHeld(counted=True))
    state = draft.state
    if state.asking is None:
        return
    sent = parse(content, code, coding=state.coding)
    if sent.empty and not state.asking.utterances:
        return
    taken = answer_id is not None and state.answer(answer_id) is not None
    record(
        draft,
        AnswerOutcome.ANSWERED,
        answer_id=None if taken else answer_id,
        typed=sent.text,
        code=sent.code,
    )


def record_evaluation(draft: Draft, command: RecordEvaluation) -> None:
    """Store what an answer is worth, at any time after it was recorded.

    A finished evaluation stays, unless the answer grew after it; a failed one may be replaced.

    Raises:
        NotFound: No such answer.
        InvalidInput: It is for another question, or scores an answer that is never scored.
    """
    state, evaluation, round_ = draft.state, command.evaluation, command.rescoring
    answer = state.answer(evaluation.answer_id)
    if answer is None:
        raise NotFound("answer", evaluation.answer_id)
    if evaluation.question_number != answer.question_number:
        raise InvalidInput("question_number", "is not the answer's")
    silent = answer.outcome in (AnswerOutcome.NO_RESPONSE, AnswerOutcome.SKIPPED)
    if silent and evaluation.status is EvaluationStatus.DONE:
        raise InvalidInput("status", "an answer without a response is not scored")
    if round_:
        if not scored_again(state, answer.answer_id, round_):
            draft.emit(EvaluationRecorded(at=draft.now, evaluation=evaluation, rescoring=round_))
        return
    known = state.evaluations.get(evaluation.answer_id)
    if known == evaluation:
        return
    settled = known is not None and known.status is not EvaluationStatus.FAILED
    if settled and not answer.extensions:
        return
    draft.emit(EvaluationRecorded(at=draft.now, evaluation=evaluation))


def scored_again(state: State, answer_id: str, number: int) -> bool:
    """Whether that request for new scores has been answered for that answer, or is too old."""
    return any(one.number >= number and one.later.answer_id == answer_id for one in state.rescored)


def rescoring_waits(state: State) -> bool:
    """Whether new scores were asked for that are not all there."""
    number = len(state.rescorings)
    return number > 0 and any(
        evaluation_request(state, answer) and not scored_again(state, answer.answer_id, number)
        for answer in state.answers
    )


def request_rescoring(draft: Draft, command: RequestRescoring) -> None:
    """Ask for new scores of an ended session by whatever scores answers today.

    Raises:
        IllegalTransition: It has not ended, or answers wait for scores as it is.
        InvalidInput: There is nothing to score.
    """
    state = draft.state
    if not state.status.final:
        raise IllegalTransition("rescore", state.phase or state.status)
    if pending_evaluations(state) or rescoring_waits(state):
        raise IllegalTransition("rescore", "waiting for scores")
    if not any(evaluation_request(state, answer) for answer in state.answers):
        raise InvalidInput("session_id", "has no answer that could be scored")
    number = len(state.rescorings) + 1
    draft.emit(
        RescoringRequested(at=draft.now, by=command.by, reason=command.reason, number=number)
    )


def record_rehearing(draft: Draft, command: RecordRehearing) -> None:
    """Store what was heard; nothing when all of it was heard before.

    Raises:
        NotFound: No such answer.
    """
    answer = draft.state.answer(command.answer_id)
    if answer is None:
        raise NotFound("answer", command.answer_id)
    waiting = {utterance.utterance_id: utterance for utterance in answer.unheard}
    heard = [waiting[name] for name in command.heard if name in waiting]
    if not heard:
        return
    others = [one for one in answer.utterances if one not in heard]  # some came meanwhile
    better = {one.utterance_id: of_its_own(one, others) for one in command.utterances}
    draft.emit(
        AnswerReheard(
            at=draft.now,
            answer_id=answer.answer_id,
            question_number=answer.question_number,
            utterances=tuple(
                better.get(old.utterance_id, old).model_copy(update={"sound_start_s": None})
                for old in heard
            ),
            sounds_like=command.sounds_like,
            failure=command.failure,
        )
    )
