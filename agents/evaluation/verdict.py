"""From scores to an evaluation: evidence checked, overall recomputed, said in words.

Pure. Every number passes through `finished`, whoever proposed it: a score whose quotes do not
stand in the answer becomes null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agents.evaluation.labels import RULES, described, label_of
from agents.evaluation.points import brief
from agents.evaluation.weights import overall_score, weights_for
from interview.bands import band_of
from interview.nouns import (
    SCORE_NAMES,
    Band,
    Evaluation,
    EvaluationStatus,
    EvidenceQuote,
    PointFinding,
    PointStatus,
    QuestionKind,
    Score,
)
from interview.ports.analysis import EvaluationRequest

Measures = dict[str, float | int | str | None]

STRONG = 7.0
WEAK = 4.5
MAX_POINTS = 3
MIN_WEIGHT = 0.1  # wording alone is neither a strength nor a weakness

_BANDS = {
    Band.CLEAR: "Clear evidence",
    Band.SOME: "Some evidence",
    Band.LITTLE: "Little evidence",
    Band.NONE: "No evidence",
    None: "Not scored",
}
# What a strong or weak score says to a reader; its reason where no phrase stands here.
_STRONG_WORDS = {
    QuestionKind.TEXT: {
        "relevance": "Answers the question that was asked",
        "depth": "Goes into detail with numbers, names, reasons or examples",
    },
    QuestionKind.CODING: {
        "technical_accuracy": "The code is sound as far as can be seen",
        "communication_clarity": "The code reads well: names, structure, comments",
        "depth": "Thinks of tests, edge cases or errors",
        "problem_solving": "A fitting approach in clear parts",
    },
}
_WEAK_WORDS = {
    QuestionKind.TEXT: {
        "relevance": "Strays from the question",
        "depth": "Stays general: few numbers, names, reasons or examples",
    },
    QuestionKind.CODING: {
        "depth": "No tests and few edge cases",
    },
}


def not_scored(request: EvaluationRequest, method: str) -> Evaluation | None:
    """The evaluation of an answer without a word or a line of code; else None."""
    if request.content.strip() or (request.code or "").strip():
        return None
    return Evaluation(
        answer_id=request.answer_id,
        question_number=request.question.number,
        status=EvaluationStatus.NOT_SCORED,
        method=method,
        failure="There was no answer to score.",
    )


def failed(
    request: EvaluationRequest,
    method: str,
    why: str,
    *,
    measures: Measures | None = None,
    versions: Mapping[str, str] | None = None,
) -> Evaluation:
    """An evaluation that could not be made; no number stands in for it."""
    return Evaluation(
        answer_id=request.answer_id,
        question_number=request.question.number,
        status=EvaluationStatus.FAILED,
        method=method,
        versions=dict(versions or {}),
        measures=dict(measures or {}),
        failure=why,
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """What an evaluator found: `scores` without the overall one, and its own words, if any."""

    scores: Mapping[str, Score]
    measures: Measures
    versions: dict[str, str]
    missing: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    feedback: str = ""
    follow_up: str | None = None
    points: tuple[PointFinding, ...] = ()
    uncertainty: Mapping[str, float] = field(default_factory=dict)


def finished(request: EvaluationRequest, method: str, found: Findings) -> Evaluation:
    """The seven scores, checked and weighed; what the evaluator left unsaid is worded here."""
    absent = Score(value=None, reason="Not enough evidence: not scored.")
    checked = {
        name: with_true_evidence(found.scores.get(name, absent), request)
        for name in SCORE_NAMES
        if name != "overall"
    }
    kind = request.question.kind
    overall = overall_score(kind, checked, by_rules=method == RULES)
    return Evaluation(
        answer_id=request.answer_id,
        question_number=request.question.number,
        status=EvaluationStatus.DONE,
        method=method,
        versions=found.versions,
        scores={
            name: described(name, score, kind, method, found.uncertainty.get(name))
            for name, score in {"overall": overall, **checked}.items()
        },
        points=found.points,
        strengths=found.strengths or strengths(request, checked, method, found.points),
        weaknesses=found.weaknesses or weaknesses(request, checked, found.missing, method),
        feedback=found.feedback or _feedback(request, method, overall, checked, found),
        follow_up_suggestion=found.follow_up or suggestion(found.missing, checked),
        measures=found.measures,
    )


def with_true_evidence(score: Score, request: EvaluationRequest) -> Score:
    """The score with the quotes that stand in the answer; null when none does."""
    if score.value is None:
        return score.model_copy(update={"evidence": ()}) if score.evidence else score
    true = tuple(quote for quote in score.evidence if stands_in(quote, request))
    if not true:
        return Score(
            value=None,
            reason="Not enough evidence: no quote of the answer supports it.",
        )
    return (
        score if len(true) == len(score.evidence) else score.model_copy(update={"evidence": true})
    )


def stands_in(quote: EvidenceQuote, request: EvaluationRequest) -> bool:
    """Whether the quote is an exact stretch of the answer or its code."""
    return bool(quote.quote) and (
        quote.quote in request.content or quote.quote in (request.code or "")
    )


def strengths(
    request: EvaluationRequest,
    scores: Mapping[str, Score],
    method: str,
    points: Sequence[PointFinding],
) -> tuple[str, ...]:
    """Up to three of the weighted scores that are strong, strongest first."""
    covered = sum(point.status is PointStatus.COVERED for point in points)
    whole = covered == len(points)
    found = _picked(request, scores, strong=True)
    said = {**_STRONG_WORDS[request.question.kind]}
    if points and method == RULES:
        said["technical_accuracy"] = (
            "Covers what was expected" if whole else f"Covers {covered} of {len(points)} points"
        )
        found = [name for name in found if covered or name != "technical_accuracy"]
    return _worded(request, scores, method, found, said)


def weaknesses(
    request: EvaluationRequest, scores: Mapping[str, Score], missing: Sequence[str], method: str
) -> tuple[str, ...]:
    """What was not found, then up to three weak scores in all."""
    named = (f"Did not mention: {'; '.join(brief(point) for point in missing[:4])}.",)
    found = _picked(request, scores, strong=False)
    if missing and method == RULES:  # that is what the coverage would say again
        found = [name for name in found if name != "technical_accuracy"]
    words = _worded(request, scores, method, found, _WEAK_WORDS[request.question.kind])
    return ((named if missing else ()) + words)[:MAX_POINTS]


def _picked(request: EvaluationRequest, scores: Mapping[str, Score], *, strong: bool) -> list[str]:
    """Which weighted scores are strong (weak), the strongest (weakest) first."""
    picked = [
        (score.value, name)
        for name, weight in weights_for(request.question.kind).items()
        if weight >= MIN_WEIGHT
        and (score := scores.get(name)) is not None
        and score.value is not None
        and (score.value >= STRONG if strong else score.value <= WEAK)
    ]
    return [name for _, name in sorted(picked, reverse=strong)]


def _worded(
    request: EvaluationRequest,
    scores: Mapping[str, Score],
    method: str,
    names: Sequence[str],
    said: Mapping[str, str],
) -> tuple[str, ...]:
    kind = request.question.kind
    return tuple(
        said[name] + "."
        if name in said
        else f"{label_of(name, kind, method)}: {scores[name].reason}"
        for name in names[:MAX_POINTS]
    )


def _feedback(
    request: EvaluationRequest,
    method: str,
    overall: Score,
    scores: Mapping[str, Score],
    found: Findings,
) -> str:
    """Two or three sentences for a reader in a hurry."""
    if overall.value is None:
        parts = [overall.reason]
    else:
        parts = [f"{_BANDS[band_of(overall.value)]} by {method} ({overall.value:g} of 10)."]
        kind = request.question.kind
        ranked = sorted(
            (score.value, label_of(name, kind, method))
            for name in weights_for(kind)
            if (score := scores[name]).value is not None
        )
        if len(ranked) > 1:
            parts.append(f"Strongest: {ranked[-1][1].lower()}; weakest: {ranked[0][1].lower()}.")
    if found.missing:
        count = len(found.missing)
        points = "point was" if count == 1 else "points were"
        parts.append(f"{count} expected {points} not found in the answer.")
    if found.measures.get("injection_attempts"):
        parts.append("The answer held words addressed to the evaluation; they were left out.")
    return " ".join(parts)


def suggestion(missing: Sequence[str], scores: Mapping[str, Score]) -> str | None:
    """A follow-up that the rules would ask: the least covered point, else for an example."""
    if missing:
        point = missing[0].strip().rstrip(".")
        if len(point.split()) <= 6:
            return f"How does {point} come into this?"
        return "Is there anything that you would add about the parts not yet mentioned?"
    shallow = scores.get("depth")
    if shallow is not None and shallow.value and shallow.value < STRONG:
        return "Could you give a concrete example?"
    return None
