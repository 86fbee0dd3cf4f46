"""An interview that another program's agent holds: the same log, its own way of asking. Pure.

The agent says what it asked and what was answered; nothing here speaks, listens or counts the
candidate's time. A question whose words are those of a planned one brings that one's rubric along.
"""

from __future__ import annotations

from interview.asking import end, issue
from interview.closing import clients_id
from interview.commands import AnswerElsewhere, AskElsewhere, TakeOver
from interview.draft import Draft
from interview.errors import IllegalTransition, InvalidInput, NotFound
from interview.events import (
    AnswerOpened,
    AnswerRecorded,
    ConsentGiven,
    PromptDelivered,
    QuestionAdded,
    SessionStarted,
    SessionTakenOver,
)
from interview.nouns import (
    MAX_ANSWER_CHARS,
    MAX_QUESTION_CHARS,
    MAX_QUESTIONS,
    AnswerOutcome,
    AnswerSource,
    Purpose,
    Question,
    Status,
)
from interview.records import AskedElsewhere, State
from interview.text import paragraphs


def take_over(draft: Draft, command: TakeOver) -> None:
    """Begin, held by an agent. The same agent again is a return, and changes nothing.

    Raises:
        IllegalTransition: It has ended, or its candidate is being interviewed here.
    """
    state = draft.state
    if state.status.final:
        raise IllegalTransition("take_over", state.status)
    if state.elsewhere is not None and state.elsewhere.by == command.by:
        return
    if state.status is not Status.INITIALIZED or state.joined_ever:
        raise IllegalTransition("take_over", state.status)
    draft.emit(SessionStarted(at=draft.now, by=command.by))
    draft.emit(
        SessionTakenOver(
            at=draft.now,
            by=command.by,
            avatar=command.avatar,
            environment=command.environment,
        )
    )
    if command.consent is not None:
        draft.emit(
            ConsentGiven(
                at=draft.now,
                source=command.consent.source,
                text_version=command.consent.text_version,
            )
        )


def ask(draft: Draft, command: AskElsewhere) -> None:
    """Keep a question that the agent asked; the same id twice is one question.

    Raises:
        IllegalTransition: The session has ended, or no agent holds it.
        InvalidInput: It has no words, too many, or there are too many questions.
    """
    state = draft.state
    held = _held(state, "ask")
    if any(asked.question_id == command.question_id for asked in held):
        return
    text = paragraphs(command.text)
    if not text or len(text) > MAX_QUESTION_CHARS:
        raise InvalidInput("text", f"must have 1 to {MAX_QUESTION_CHARS} characters")
    if len(held) >= MAX_QUESTIONS:
        raise InvalidInput("text", f"a session has at most {MAX_QUESTIONS} questions")
    number = len(held) + 1
    question = _question(state, command, text, number)
    asked = AskedElsewhere(command.question_id, number, draft.now, command.kind, command.labels)
    draft.emit(
        QuestionAdded(
            at=draft.now,
            question_id=asked.question_id,
            question=question,
            kind=command.kind,
            labels=command.labels,
        )
    )
    issue(draft, Purpose.QUESTION, text, number)
    draft.emit(PromptDelivered(at=draft.now, prompt_id=draft.prompt.prompt_id, how="audio"))
    draft.emit(AnswerOpened(at=draft.now, question_number=number, allotted_s=question.timer_s))


def _question(state: State, command: AskElsewhere, text: str, number: int) -> Question:
    words = text.casefold()
    planned = state.elsewhere.planned if state.elsewhere else ()
    known = next((q for q in planned if q.text.strip().casefold() == words), None)
    if known is not None:
        return known.model_copy(update={"number": number})
    return Question(number=number, text=text, keywords=command.keywords)


def answer(draft: Draft, command: AnswerElsewhere) -> None:
    """Keep the answer to a question of the session. The same again is one answer.

    Raises:
        IllegalTransition: The session has ended, no agent holds it, or it was answered otherwise.
        NotFound: The question is none of this session's.
        InvalidInput: The answer is too long.
    """
    state = draft.state
    held = _held(state, "answer")
    asked = next((a for a in held if a.question_id == command.question_id), None)
    if asked is None:
        raise NotFound("Question", command.question_id)
    content = command.content.strip()
    if len(content) > MAX_ANSWER_CHARS:
        raise InvalidInput("text", f"at most {MAX_ANSWER_CHARS} characters")
    answer_id = clients_id(command.answer_id)
    known = next((a for a in state.answers if a.question_number == asked.number), None)
    if known is not None:
        if known.content != content:
            raise IllegalTransition("answer_again", "answered")
        return
    draft.emit(
        AnswerRecorded(
            at=draft.now,
            answer_id=answer_id,
            question_number=asked.number,
            outcome=AnswerOutcome.ANSWERED if content else AnswerOutcome.NO_RESPONSE,
            source=AnswerSource.SPOKEN if content else AnswerSource.NONE,
            content=content,
            clock_used_s=command.reported.duration_s or 0,
            reported=command.reported,
        )
    )


def close_unanswered(draft: Draft) -> None:
    """Mark what was asked and not answered, at the end."""
    state = draft.state
    if state.elsewhere is None:
        return
    for asked in state.elsewhere.asked:
        if not draft.state.closed(asked.number):
            draft.emit(
                AnswerRecorded(
                    at=draft.now,
                    answer_id=f"unanswered.{asked.number}",
                    question_number=asked.number,
                    outcome=AnswerOutcome.NO_RESPONSE,
                    source=AnswerSource.NONE,
                )
            )


def agent_gone(draft: Draft) -> None:
    """Nobody ended it in time."""
    close_unanswered(draft)
    end(draft, Status.ABANDONED, "agent_gone", by="interviewer", goodbye=None)


def _held(state: State, wish: str) -> tuple[AskedElsewhere, ...]:
    if state.status is not Status.IN_PROGRESS or state.elsewhere is None:
        raise IllegalTransition(wish, state.status)
    return state.elsewhere.asked
