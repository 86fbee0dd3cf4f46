"""The overall score is recomputed, renormalised, or null."""

from __future__ import annotations

import pytest

from agents.evaluation.weights import CODING_WEIGHTS, TEXT_WEIGHTS, overall_score
from interview.nouns import EvidenceQuote, QuestionKind, Score


def score(value: float | None) -> Score:
    return Score(value=value, reason="r", evidence=(EvidenceQuote(quote=f"quote {value}"),))


def test_weights_add_up() -> None:
    assert sum(TEXT_WEIGHTS.values()) == pytest.approx(1)
    assert sum(CODING_WEIGHTS.values()) == pytest.approx(1)


def test_text_weights_are_40_25_15_10_5_5() -> None:
    values = dict.fromkeys(TEXT_WEIGHTS, 0.0)
    for name, weight in TEXT_WEIGHTS.items():
        scores = {key: score(10.0 if key == name else value) for key, value in values.items()}
        assert overall_score(QuestionKind.TEXT, scores).value == pytest.approx(10 * weight)


def test_a_missing_score_is_renormalised_not_zero() -> None:
    scores = {name: score(8.0) for name in TEXT_WEIGHTS} | {"technical_accuracy": score(None)}
    overall = overall_score(QuestionKind.TEXT, scores)
    assert overall.value == pytest.approx(8)
    assert "60%" in overall.reason
    assert overall.evidence


def test_null_without_the_main_scores() -> None:
    scores = {name: score(9.0) for name in TEXT_WEIGHTS}
    scores |= {"technical_accuracy": score(None), "relevance": score(None)}
    assert overall_score(QuestionKind.TEXT, scores).value is None
    assert overall_score(QuestionKind.CODING, {"problem_solving": score(9.0)}).value is None


def test_null_when_too_little_of_the_weight_is_there() -> None:
    assert overall_score(QuestionKind.TEXT, {"relevance": score(9.0)}).value is None
    both = {"relevance": score(9.0), "depth": score(2.0)}
    assert overall_score(QuestionKind.TEXT, both).value == pytest.approx(7.0)


def test_coding_ignores_relevance_and_confidence() -> None:
    scores = {name: score(6.0) for name in CODING_WEIGHTS} | {
        "relevance": score(0.0),
        "confidence": score(0.0),
    }
    assert overall_score(QuestionKind.CODING, scores).value == pytest.approx(6)
