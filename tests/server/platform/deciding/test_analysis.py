"""Weights, limits, and what is said where a score is missing."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.platform.deciding.analysis import FinalStatus, proposal, weighted
from server.platform.deciding.rules import JudgingRules, Weights


def test_the_weights_are_35_25_25_15() -> None:
    scores: dict[str, float | None] = {
        "technical": 85.5,
        "communication": 78.2,
        "problem_solving": 68.4,
        "cultural_fit": 70.4,
    }
    overall, used = weighted(scores, Weights())
    assert overall == 77.1  # 29.925 + 19.55 + 17.1 + 10.56
    assert used == {
        "technical": 0.35,
        "communication": 0.25,
        "problem_solving": 0.25,
        "cultural_fit": 0.15,
    }


def test_what_is_missing_counts_neither_for_nor_against() -> None:
    scores: dict[str, float | None] = {
        "technical": 80,
        "communication": 60,
        "problem_solving": 40,
        "cultural_fit": None,
    }
    overall, used = weighted(scores, Weights())
    assert overall == pytest.approx((0.35 * 80 + 0.25 * 60 + 0.25 * 40) / 0.85, abs=0.05)
    assert sum(used.values()) == pytest.approx(1, abs=0.001)
    assert weighted({"communication": 90.0}, Weights()) == (None, {})


@pytest.mark.parametrize(
    ("overall", "says"),
    [
        (70.0, FinalStatus.PASSED),
        (69.9, FinalStatus.NEEDS_REVIEW),
        (50.0, FinalStatus.NEEDS_REVIEW),
        (49.9, FinalStatus.FAILED),
        (None, FinalStatus.NEEDS_REVIEW),
    ],
)
def test_the_limits_propose(overall: float | None, says: FinalStatus) -> None:
    assert proposal(overall, JudgingRules()) is says


def test_roles_have_weights_of_their_own() -> None:
    sales = Weights(technical=0.1, communication=0.5, problem_solving=0.2, cultural_fit=0.2)
    rules = JudgingRules(roles={"Sales": sales})
    assert rules.weights_for(" sales ") == sales
    assert rules.weights_for("Engineer") == Weights()


def test_rules_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValidationError, match="add up to 1"):
        Weights(technical=0.5)
    with pytest.raises(ValidationError, match="review_at"):
        JudgingRules(pass_at=40, review_at=60)
