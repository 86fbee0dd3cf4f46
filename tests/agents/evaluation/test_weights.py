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
    values = {name: 5.0 for name in TEXT_WEIGHTS} | {"technical_accuracy": 10.0}
    base = overall_score(QuestionKind.TEXT, {n: score(v) for n, v in values.items()}).value
    assert base == pytest.approx(7.0)
    for name, weight in TEXT_WEIGHTS.items():
        lower = {n: score(v - 5 * (n == name)) for n, v in values.items()}
        found = overall_score(QuestionKind.TEXT, lower).value
        assert (
            base is not None
            and found is not None
            and base - found == pytest.approx(5 * weight, abs=0.051)
        )


def test_a_missing_score_is_renormalised_not_zero() -> None:
    scores = {name: score(8.0) for name in TEXT_WEIGHTS} | {"depth": score(None)}
    overall = overall_score(QuestionKind.TEXT, scores)
    assert overall.value == pytest.approx(8)
    assert "90%" in overall.reason
    assert overall.evidence


def test_null_without_accuracy() -> None:
    scores = {name: score(9.0) for name in TEXT_WEIGHTS} | {"technical_accuracy": score(None)}
    found = overall_score(QuestionKind.TEXT, scores)
    assert found.value is None and "technical accuracy" in found.reason
    assert overall_score(QuestionKind.CODING, {"problem_solving": score(9.0)}).value is None


def test_null_with_less_than_sixty_percent_of_the_weight() -> None:
    little = {"technical_accuracy": score(9.0), "problem_solving": score(9.0)}
    assert overall_score(QuestionKind.TEXT, little).value is None
    assert "55%" in overall_score(QuestionKind.TEXT, little).reason
    enough = {"technical_accuracy": score(6.0), "relevance": score(9.0)}
    assert overall_score(QuestionKind.TEXT, enough).value == pytest.approx(6.0)


def test_nothing_makes_up_for_what_was_not_covered() -> None:
    scores = {name: score(10.0) for name in TEXT_WEIGHTS} | {"technical_accuracy": score(2.0)}
    overall = overall_score(QuestionKind.TEXT, scores)
    assert overall.value == 2.0
    assert "no more than was covered" in overall.reason


def test_by_rules_depth_and_wording_are_shown_but_do_not_count() -> None:
    scores = {"technical_accuracy": score(8.0), "relevance": score(8.0)}
    shallow = scores | dict.fromkeys(("depth", "communication_clarity", "confidence"), score(0.0))
    assert overall_score(QuestionKind.TEXT, shallow, by_rules=True).value == 8.0
    counted = overall_score(QuestionKind.TEXT, shallow).value
    assert counted is not None and counted < 8.0


def test_coding_ignores_relevance_and_confidence() -> None:
    scores = {name: score(6.0) for name in CODING_WEIGHTS} | {
        "relevance": score(0.0),
        "confidence": score(0.0),
    }
    assert overall_score(QuestionKind.CODING, scores).value == pytest.approx(6)


def test_the_reason_names_the_scores_as_the_report_does() -> None:
    given = {name: Score(value=8, reason="x") for name in TEXT_WEIGHTS}
    by_rules = overall_score(QuestionKind.TEXT, given, by_rules=True).reason
    assert "coverage of the expected points 8 × 40%, to the question 8 × 25%" in by_rules
    assert "over the 80% of the weight that could be scored" in by_rules
    code = {name: Score(value=8, reason="x") for name in CODING_WEIGHTS}
    assert "correctness 8 × 50%" in overall_score(QuestionKind.CODING, code).reason
    missing = overall_score(QuestionKind.TEXT, {}, by_rules=True).reason
    assert "without coverage of the expected points" in missing
