"""Typed answers and code: which question they belong to, and what becomes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from interview import rules, wording
from interview.asking import issue
from interview.closing import close
from interview.code_answers import Submission, parse
from interview.commands import SubmitAnswer
from interview.consent import understand
from interview.draft import Draft
from interview.errors import IllegalTransition, InvalidInput
from interview.events import AnswerRefused, AnswerSupplemented
from interview.nouns import MAX_ANSWER_CHARS, AnswerOutcome, Purpose, Status
from interview.records import AnswerState, State
from interview.replying import awaiting_reply, understand_reply

Reason = Literal["late", "out_of_turn", "duplicate_id_other_content"]


def submit(draft: Draft, command: SubmitAnswer) -> None:
    """Take a typed answer, a typed consent reply, or an old client's time-out submission."""
    _check(command)
    state = draft.state
    if state.status is Status.INITIALIZED:
        raise IllegalTransition("answer", state.status)
    if _known(draft, command):
        return
    if awaiting_reply(state) and state.consent is None and command.question_number is None:
        typed = parse(command.content, command.code).text
        understand_reply(draft, typed, command.answer_id)
        return
    if _supplement(draft, command) or _agreed_again(state, command):
        return
    refused = refusal(state, command, draft.now)
    if refused is not None:
        refuse(draft, command, refused)
        return
    _take(draft, command)


def _check(command: SubmitAnswer) -> None:
    if not command.answer_id.strip():
        raise InvalidInput("answer_id", "must not be blank")
    if len(command.content) > MAX_ANSWER_CHARS or len(command.code or "") > MAX_ANSWER_CHARS:
        raise InvalidInput("content", f"is longer than {MAX_ANSWER_CHARS} characters")


def _known(draft: Draft, command: SubmitAnswer) -> bool:
    """Whether the id was used: a repeat is harmless, other content is refused."""
    state = draft.state
    if _reply_again(state, command):
        return True
    answer = state.answer(command.answer_id)
    if answer is None:
        return False
    question = state.plan.questions[answer.question_number - 1]
    sent = parse(command.content, command.code, coding=question.kind == "coding")
    if (sent.text, sent.code) != (answer.typed, answer.code):
        refuse(draft, command, "duplicate_id_other_content")
    return True


def _reply_again(state: State, command: SubmitAnswer) -> bool:
    """Whether this is a consent reply once more: it must not become an answer to question 1.

    An answer under the id of a reply (some clients count anew) is an answer all the same.
    """
    words = state.replies.get(command.answer_id)
    if words is None or command.question_number is not None:
        return False
    return words.endswith(parse(command.content, command.code).text)


def _agreed_again(state: State, command: SubmitAnswer) -> bool:
    """A typed yes after the button was pressed, before the first question: it says nothing new."""
    waits = state.consent == "given" and state.asking is None and not state.answers
    typed = command.question_number is None and not command.code
    return waits and typed and understand(command.content) == "yes"


def _supplement(draft: Draft, command: SubmitAnswer) -> bool:
    """Keep what was typed with the question that closed while it was on its way."""
    answer = closing(draft.state, command, draft.now)
    if answer is None:
        return False
    question = draft.state.plan.questions[answer.question_number - 1]
    coding = question.kind == "coding" and not answer.follow_up
    sent = parse(command.content, command.code, coding=coding)
    if sent.empty:
        return False
    draft.emit(
        AnswerSupplemented(
            at=draft.now,
            answer_id=answer.answer_id,
            question_number=answer.question_number,
            sent_as=command.answer_id,
            content=sent.text,
            code=sent.code,
        )
    )
    return True


def closing(state: State, command: SubmitAnswer, now: datetime) -> AnswerState | None:
    """The answer whose question has only just closed and that this belongs to, if there is one.

    Not when the candidate closed it by submitting or skipping: then this is a second answer.
    """
    last = state.answers[-1] if state.answers else None
    if last is None or last.typed or last.code or last.outcome is AnswerOutcome.SKIPPED:
        return None
    if (now - last.recorded_at).total_seconds() >= rules.CROSSED_S:
        return None
    asking, number = state.asking, command.question_number
    if number is None:
        return last if command.timeout_submission and last.by_timer else None
    follow_up_heard = asking is not None and asking.number == number and not state.prompting
    return last if number == last.question_number and not follow_up_heard else None


def refusal(state: State, command: SubmitAnswer, now: datetime) -> Reason | None:
    """Why the answer cannot be taken; None when it belongs to the open question."""
    number = command.question_number
    if state.status.final:
        return "late"
    if state.asking is None:
        closed = bool(state.answers) if number is None else state.closed(number)
        return "late" if closed else "out_of_turn"
    if number is not None and number != state.asking.number:
        return "late" if state.closed(number) else "out_of_turn"
    if number is None and command.timeout_submission and _crossed(state, now):
        return "late"
    return None


def _crossed(state: State, now: datetime) -> bool:
    """Whether our own timer has only just closed the question before the open one."""
    last = state.answers[-1] if state.answers else None
    if last is None or not last.by_timer:
        return False
    return (now - last.recorded_at).total_seconds() < rules.CROSSED_S


def refuse(draft: Draft, command: SubmitAnswer, reason: Reason) -> None:
    """Keep it for the record, once; a flood of refused answers is no longer recorded."""
    refused = draft.state.refused
    content = "\n".join(part for part in (command.content, command.code) if part)
    same = (command.answer_id, command.question_number, reason, content)
    if any((r.answer_id, r.question_number, r.reason, r.content) == same for r in refused):
        return
    if len(refused) >= rules.MAX_REFUSALS:
        raise IllegalTransition("answer", draft.state.phase or draft.state.status)
    draft.emit(
        AnswerRefused(
            at=draft.now,
            answer_id=command.answer_id,
            question_number=command.question_number,
            reason=reason,
            content=content,
        )
    )


def _take(draft: Draft, command: SubmitAnswer) -> None:
    sent = parse(command.content, command.code, coding=draft.state.coding)
    if sent.empty and not draft.asking.utterances:
        _take_empty(draft, command)
        return
    timed_out = command.timeout_submission
    outcome = AnswerOutcome.TIMED_OUT if timed_out else AnswerOutcome.ANSWERED
    _close(draft, command, outcome, sent)


def _take_empty(draft: Draft, command: SubmitAnswer) -> None:
    """Nothing at all: no response after a time-out, else the same question again."""
    asking = draft.asking
    if draft.state.pause is not None:
        return
    if command.timeout_submission or asking.reprompts >= rules.MAX_REPROMPTS:
        _close(draft, command, AnswerOutcome.NO_RESPONSE, Submission("", None))
        return
    issue(draft, Purpose.REPROMPT, wording.reprompt(asking.text), asking.number)


def _close(draft: Draft, command: SubmitAnswer, outcome: AnswerOutcome, sent: Submission) -> None:
    close(draft, outcome, answer_id=command.answer_id, typed=sent.text, code=sent.code)
