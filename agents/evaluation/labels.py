"""What each of the seven numbers measures, by kind of question and by method. Pure."""

from __future__ import annotations

from interview.bands import band_of
from interview.nouns import QuestionKind, Score

RULES = "rules"

_TEXT = {
    "overall": "Overall",
    "technical_accuracy": "Technical accuracy",
    "communication_clarity": "Clear wording",
    "relevance": "To the question",
    "depth": "Depth",
    "problem_solving": "Problem solving",
    "confidence": "Firm wording",
}
_CODING = _TEXT | {
    "technical_accuracy": "Correctness",
    "communication_clarity": "Code quality",
}
# Rules find points, they check no facts and run no code: the name says so.
_BY_RULES = {
    QuestionKind.TEXT: {"technical_accuracy": "Coverage of the expected points"},
    QuestionKind.CODING: {"technical_accuracy": "Correctness as far as visible"},
}


def label_of(name: str, kind: QuestionKind, method: str) -> str:
    """What the number of that name measures."""
    labels = _CODING if kind is QuestionKind.CODING else _TEXT
    return _BY_RULES[kind].get(name, labels[name]) if method == RULES else labels[name]


def described(
    name: str, score: Score, kind: QuestionKind, method: str, uncertainty: float | None = None
) -> Score:
    """The score with its label, band, method and measured uncertainty beside it."""
    return score.model_copy(
        update={
            "label": label_of(name, kind, method),
            "band": band_of(score.value),
            "method": method,
            "uncertainty": None if score.value is None else uncertainty,
        }
    )
