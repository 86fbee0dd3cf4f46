"""What scoring again changed, answer by answer. Pure."""

from __future__ import annotations

from interview.nouns import Evaluation, EvaluationStatus
from interview.records import Rescored, State
from server.platform.reports.model import RescoredAnswer, ScoreChange


def rescored_of(state: State, answer_id: str) -> tuple[RescoredAnswer, ...]:
    """Every time that this answer was scored again, in order."""
    asked = {request.number: request for request in state.rescorings}
    return tuple(
        _rescored(one, asked[one.number].by, asked[one.number].reason)
        for one in state.rescored
        if one.later.answer_id == answer_id
    )


def _rescored(one: Rescored, by: str, reason: str) -> RescoredAnswer:
    failed = one.later.status is EvaluationStatus.FAILED
    return RescoredAnswer(
        at=one.at,
        by=by,
        reason=reason,
        earlier=one.earlier,
        method=one.later.method,
        changes=() if failed else _changes(one.earlier, one.later),
        failure=one.later.failure if failed else None,
    )


def _changes(earlier: Evaluation, later: Evaluation) -> tuple[ScoreChange, ...]:
    before = {name: score.value for name, score in earlier.scores.items()}
    after = {name: score.value for name, score in later.scores.items()}
    return tuple(
        ScoreChange(name=name, before=before.get(name), after=after.get(name))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )
