"""Closing a question: what is recorded of it, and what comes next."""

from __future__ import annotations

from interview.asking import ask_next
from interview.draft import Draft
from interview.events import AnswerRecorded
from interview.nouns import AnswerOutcome, AnswerSource, TurnEnd
from interview.records import Asking, State

OURS = "server."
THEIRS = "client."


def clients_id(given: str) -> str:
    """The id that a client gave, moved out of our own namespace when it reaches into it."""
    return f"{THEIRS}{given}" if given.startswith(OURS) else given


def fresh_id(state: State) -> str:
    """An id for an answer that no client named, in a namespace that no client can reach."""
    return f"{OURS}{len(state.answers) + 1}"


def record(
    draft: Draft,
    outcome: AnswerOutcome,
    *,
    answer_id: str | None = None,
    typed: str = "",
    code: str | None = None,
    by_timer: bool = False,
    end: TurnEnd | None = None,
) -> None:
    """Close the open question with all that was said and typed."""
    state = draft.state
    asking, clock = draft.asking, draft.clock
    limit_s = clock.allotted_s + state.plan.answer_grace_s
    draft.emit(
        AnswerRecorded(
            at=draft.now,
            answer_id=answer_id or fresh_id(state),
            question_number=asking.number,
            outcome=outcome,
            source=_source(asking, typed, code),
            content="\n".join(part for part in (asking.spoken, typed) if part),
            code=code,
            utterance_ids=tuple(u.utterance_id for u in asking.utterances),
            clock_used_s=round(min(clock.used_at(draft.now), limit_s), 3),
            response_delay_s=asking.first_word_s,
            by_timer=by_timer,
            end=end,
        )
    )


def close(
    draft: Draft,
    outcome: AnswerOutcome,
    *,
    answer_id: str | None = None,
    typed: str = "",
    code: str | None = None,
    by_timer: bool = False,
    end: TurnEnd | None = None,
) -> None:
    """Close the open question and go on, unless a follow-up or a pause comes first."""
    record(draft, outcome, answer_id=answer_id, typed=typed, code=code, by_timer=by_timer, end=end)
    if not draft.state.awaiting_follow_up and draft.state.pause is None:
        ask_next(draft)


def _source(asking: Asking, typed: str, code: str | None) -> AnswerSource:
    written = bool(typed) or code is not None
    if asking.utterances:
        return AnswerSource.MIXED if written else AnswerSource.SPOKEN
    return AnswerSource.TYPED if written else AnswerSource.NONE
