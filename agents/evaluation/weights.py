"""The documented weights, and the overall score recomputed from them.

Pure. Source: contract section 1.5; docs/topics/evaluation.md says how the seven names are used
for coding answers (`technical_accuracy` is correctness, `communication_clarity` code quality).
"""

from __future__ import annotations

from collections.abc import Mapping

from interview.nouns import EvidenceQuote, QuestionKind, Score

TEXT_WEIGHTS: dict[str, float] = {
    "technical_accuracy": 0.40,
    "relevance": 0.25,
    "problem_solving": 0.15,
    "depth": 0.10,
    "communication_clarity": 0.05,
    "confidence": 0.05,
}
CODING_WEIGHTS: dict[str, float] = {
    "technical_accuracy": 0.50,
    "problem_solving": 0.25,
    "communication_clarity": 0.15,
    "depth": 0.10,
}
MIN_SHARE = 0.35  # relevance and depth, say; relevance alone is not enough

_MAIN = {
    QuestionKind.TEXT: ("technical_accuracy", "relevance"),
    QuestionKind.CODING: ("technical_accuracy",),
}


def weights_for(kind: QuestionKind) -> dict[str, float]:
    """The weights of a kind of question; they add up to 1."""
    return CODING_WEIGHTS if kind is QuestionKind.CODING else TEXT_WEIGHTS


def overall_score(kind: QuestionKind, scores: Mapping[str, Score]) -> Score:
    """The weighted mean of the scores that are there, renormalised over their weights.

    Null when every main score is missing (text: accuracy and relevance; coding: correctness) or
    when those present carry less than `MIN_SHARE` of the weight.
    """
    weights = weights_for(kind)
    present = {
        name: score.value
        for name in weights
        if (score := scores.get(name)) is not None and score.value is not None
    }
    share = sum(weights[name] for name in present)
    if not any(name in present for name in _MAIN[kind]):
        missing = " and ".join(name.replace("_", " ") for name in _MAIN[kind])
        return Score(value=None, reason=f"Not enough evidence: {missing} could not be scored.")
    if share < MIN_SHARE - 1e-9:
        return Score(
            value=None,
            reason=f"Not enough evidence: only {share:.0%} of the weight could be scored.",
        )
    value = sum(weights[name] * number for name, number in present.items()) / share
    return Score(
        value=round(min(10.0, max(0.0, value)), 1),
        reason=_reason(weights, present, share),
        evidence=_strongest(weights, scores, present),
    )


def _reason(weights: Mapping[str, float], present: Mapping[str, float], share: float) -> str:
    parts = ", ".join(
        f"{name.replace('_', ' ')} {present[name]:g} × {weights[name]:.0%}"
        for name in weights
        if name in present
    )
    note = "" if share > 0.999 else f"; renormalised over {share:.0%} of the weight"
    return f"Weighted mean: {parts}{note}."


def _strongest(
    weights: Mapping[str, float], scores: Mapping[str, Score], present: Mapping[str, float]
) -> tuple[EvidenceQuote, ...]:
    """The first quote of each of the two heaviest scores."""
    heaviest = sorted(present, key=lambda name: -weights[name])[:2]
    quotes: list[EvidenceQuote] = []
    for name in heaviest:
        for quote in scores[name].evidence[:1]:
            if quote not in quotes:
                quotes.append(quote)
    return tuple(quotes)
