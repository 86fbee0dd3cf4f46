"""What the avatar says next: greeting, questions, asking again, and the one conclusion."""

from __future__ import annotations

from interview import courtesies, rules, wording, yielding
from interview.draft import Draft
from interview.events import (
    AnswerOpened,
    PreparationStarted,
    PromptDelivered,
    PromptIssued,
    ReportRequested,
    SessionEnded,
)
from interview.nouns import AnswerOutcome, Phase, Purpose, Status
from interview.records import State


def issue(
    draft: Draft,
    purpose: Purpose,
    text: str,
    number: int | None = None,
    ask_no: int = 1,
    lead: str = "",
) -> None:
    """Give the avatar a line; its id follows from the state."""
    draft.emit(
        PromptIssued(
            at=draft.now,
            prompt_id=f"p{draft.state.prompts_issued + 1}",
            purpose=purpose,
            text=text,
            lead=lead,
            question_number=number,
            ask_no=ask_no,
        )
    )


def issue_again(draft: Draft) -> None:
    """The current line once more, because it was not heard."""
    prompt = draft.prompt
    issue(draft, prompt.purpose, prompt.text, prompt.question_number, prompt.ask_no + 1)


def greet(draft: Draft) -> None:
    """The greeting, once there is somebody to hear it."""
    state = draft.state
    if state.seat is None or state.greeted or state.status is not Status.IN_PROGRESS:
        return
    ask_consent = state.consent is None
    text = wording.greeting(state.plan, state.candidate.name, ask_consent=ask_consent)
    issue(draft, Purpose.GREETING, text)


def ask_next(draft: Draft) -> None:
    """The next question, or the conclusion after the last."""
    state = draft.state
    number = (state.question_number or 0) + 1
    if number > state.question_count:
        conclude(draft)
        return
    issue(
        draft,
        Purpose.QUESTION,
        state.plan.questions[number - 1].text,
        number,
        lead=_acknowledgement(state),
    )


def _acknowledgement(state: State) -> str:
    """A word for the answer just given; none for a question that was left, nor a second one."""
    answer = state.answers[-1] if state.answers else None
    if answer is None or answer.outcome is not AnswerOutcome.ANSWERED or answer.acknowledged:
        return ""
    return courtesies.acknowledgement(state.plan.language, state.acknowledgements)


def delivered(draft: Draft) -> None:
    """Go on after the current line has ended."""
    state = draft.state
    if state.stage is Phase.GREETING and state.consent == "given":
        ask_next(draft)
    elif state.stage is Phase.ASKING and state.asking is not None and state.hold is None:
        give_floor(draft, prepare=True)


def give_floor(draft: Draft, *, prepare: bool = False) -> None:
    """Open the answer, after the time to prepare when there is one and nothing was said yet."""
    asking = draft.asking
    question = draft.state.plan.questions[asking.number - 1]
    fresh = asking.opened_at is None and not asking.utterances and not asking.follow_up
    if prepare and fresh and question.preparation_s > 0:
        draft.emit(
            PreparationStarted(
                at=draft.now,
                question_number=asking.number,
                preparation_s=question.preparation_s,
            )
        )
        return
    draft.emit(
        AnswerOpened(at=draft.now, question_number=asking.number, allotted_s=question.timer_s)
    )


def deliver(draft: Draft, event: PromptDelivered) -> None:
    """Store how the current line ended and go on."""
    goes_on = yielding.reopened(draft.state, event)
    draft.emit(event)
    if goes_on is not None:
        draft.emit(goes_on)
    delivered(draft)


def overdue_after_s(text: str) -> float:
    """How long a line of that length may take before it counts as shown."""
    return rules.PROMPT_BASE_S + rules.PROMPT_PER_CHAR_S * len(text)


def conclude(draft: Draft) -> None:
    """All questions are closed: the goodbye and, not waiting for it, the end."""
    end(
        draft,
        Status.COMPLETED,
        "all_questions_answered",
        by="interviewer",
        goodbye=wording.goodbye_completed(draft.state.candidate.name),
    )


def end(
    draft: Draft,
    status: Status,
    reason: str,
    *,
    by: str,
    goodbye: str | None,
    open_question: int | None = None,
) -> None:
    """The one conclusion: goodbye (if anybody could hear it), end, report."""
    if goodbye is not None:
        issue(draft, Purpose.GOODBYE, goodbye)
    draft.emit(
        SessionEnded(at=draft.now, status=status, reason=reason, by=by, open_question=open_question)
    )
    draft.emit(ReportRequested(at=draft.now))
