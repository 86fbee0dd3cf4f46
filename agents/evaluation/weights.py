"""The documented weights, and the overall score recomputed from them.

Pure. Source: contract section 1.5; docs/topics/evaluation.md says how the seven names are used
for coding answers (`technical_accuracy` is correctness, `communication_clarity` code quality).
"""

from __future__ import annotations

from collections.abc import Mapping

from agents.evaluation.labels import RULES, label_of
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
MAIN = "technical_accuracy"  # without it there is no overall score
MIN_SHARE = 0.60

# By rules, depth and wording do not go with what people call right (bench/scoring.py): they are
# shown and do not count.
NOT_COUNTED_BY_RULES = {
    QuestionKind.TEXT: frozenset({"depth", "communication_clarity", "confidence"}),
    QuestionKind.CODING: frozenset[str](),
}


def weights_for(kind: QuestionKind) -> dict[str, float]:
    """The weights of a kind of question; they add up to 1."""
    return CODING_WEIGHTS if kind is QuestionKind.CODING else TEXT_WEIGHTS


def overall_score(
    kind: QuestionKind, scores: Mapping[str, Score], *, by_rules: bool = False
) -> Score:
    """The weighted mean of the scores that are there, renormalised over their weights.

    Null without accuracy (coverage, correctness), and when what is there carries less than
    `MIN_SHARE` of the weight. For a text question it never exceeds accuracy: nothing else makes up
    for what was not covered.
    """
    weights = weights_for(kind)
    names = {name: label_of(name, kind, RULES if by_rules else "").lower() for name in weights}
    left_out = NOT_COUNTED_BY_RULES[kind] if by_rules else frozenset[str]()
    present = {
        name: score.value
        for name in weights
        if name not in left_out
        and (score := scores.get(name)) is not None
        and score.value is not None
    }
    share = sum(weights[name] for name in present)
    if MAIN not in present:
        what = scores[MAIN].reason if MAIN in scores else "not scored."
        return Score(value=None, reason=_none(names[MAIN], what))
    if share < MIN_SHARE - 1e-9:
        return Score(
            value=None,
            reason=f"Not enough evidence: only {share:.0%} of the weight could be scored.",
        )
    value = sum(weights[name] * number for name, number in present.items()) / share
    capped = kind is QuestionKind.TEXT and value > present[MAIN]
    value = present[MAIN] if capped else value
    return Score(
        value=round(min(10.0, max(0.0, value)), 1),
        reason=_reason(weights, names, present, share, capped=capped),
        evidence=_strongest(weights, scores, present),
    )


def _none(main: str, why: str) -> str:
    said = why.removeprefix("Not enough evidence: ")
    return f"Not enough evidence: no overall score without {main}: {said}"


def _reason(
    weights: Mapping[str, float],
    names: Mapping[str, str],
    present: Mapping[str, float],
    share: float,
    *,
    capped: bool,
) -> str:
    parts = ", ".join(
        f"{names[name]} {present[name]:g} × {weights[name]:.0%}"
        for name in weights
        if name in present
    )
    note = "" if share > 0.999 else f"; over the {share:.0%} of the weight that could be scored"
    cap = f"; held at {present[MAIN]:g}, no more than was covered" if capped else ""
    return f"Weighted mean: {parts}{note}{cap}."


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
