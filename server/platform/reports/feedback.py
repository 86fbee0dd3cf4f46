"""What the report says in words: strengths, areas for improvement, feedback. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from interview.nouns import Evaluation, EvaluationStatus
from interview.records import State
from server.platform.reports.kpis import scorable
from server.platform.reports.model import ScoringCoverage

MAX_POINTS = 5


def strengths(evaluations: Sequence[Evaluation]) -> tuple[str, ...]:
    """At most five, from the best answers first, one of each answer before a second of any."""
    return _picked(sorted(evaluations, key=lambda e: -_overall(e)), "strengths")


def improvements(evaluations: Sequence[Evaluation]) -> tuple[str, ...]:
    """At most five, from the weakest answers first."""
    return _picked(sorted(evaluations, key=_overall), "weaknesses")


def _picked(ordered: Sequence[Evaluation], kind: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for rank in range(3):
        for evaluation in ordered:
            points: tuple[str, ...] = getattr(evaluation, kind)
            if rank < len(points) and points[rank].casefold() not in found:
                text = points[rank].strip().rstrip(".")
                found[points[rank].casefold()] = f"{text} (question {evaluation.question_number})."
    return tuple(found.values())[:MAX_POINTS]


def _overall(evaluation: Evaluation) -> float:
    value = evaluation.scores["overall"].value
    return 5.0 if value is None else value  # only an order: the unscored stand in the middle


def detailed(state: State, overall: float | None, coverage: ScoringCoverage) -> str:
    """A paragraph on the whole, then one for each answer."""
    paragraphs = [_summary(overall, coverage)]
    for answer in state.answers:
        name = f"Question {answer.question_number}{' (follow-up)' if answer.follow_up else ''}: "
        evaluation = state.evaluations.get(answer.answer_id)
        if evaluation is not None and evaluation.status is EvaluationStatus.DONE:
            paragraphs.append(name + (evaluation.feedback or "Scored, without a comment."))
        elif evaluation is not None and evaluation.failure:
            paragraphs.append(name + evaluation.failure)
        elif scorable(answer):
            paragraphs.append(name + "the evaluation has not arrived yet.")
        else:
            paragraphs.append(name + answer.outcome.value.replace("_", " ") + ".")
    return "\n\n".join(paragraphs)


def _summary(overall: float | None, coverage: ScoringCoverage) -> str:
    if overall is None:
        return f"No overall score: {coverage.statement[:1].lower()}{coverage.statement[1:]}"
    return f"Overall {overall / 10:.1f} of 10, the mean of the scored answers. {coverage.statement}"
