"""People beside the machine: kappa, correlation and number, by method."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interview.commands import GiveScorecard
from interview.judging import Rating
from interview.nouns import Band
from server.platform.reports.agreement import agreement_of, kappa, pairs_of
from tests.server.platform.reports.sessions import finished_sitting
from tests.server.platform.reports.test_score_lines import described_evaluation


def test_kappa_is_one_for_the_same_and_nought_for_chance() -> None:
    assert kappa([0, 1, 2, 3], [0, 1, 2, 3]) == 1.0
    assert kappa([0, 0, 3, 3], [0, 3, 0, 3]) == 0.0
    assert kappa([0, 3], [3, 0]) == -1.0
    assert kappa([], []) is None
    assert kappa([2, 2], [2, 2]) is None


def test_ratings_meet_the_scores_of_the_same_answers() -> None:
    sitting = finished_sitting((9.5, 2.0))
    ratings = (
        Rating(question_number=1, band=Band.CLEAR),
        Rating(question_number=2, band=Band.LITTLE),
    )
    sitting.do(GiveScorecard(by="ada", ratings=ratings, overall=None, comment=""))
    state = sitting.state
    known = {
        f"a{number}": described_evaluation(number, value) for number, value in ((1, 9.5), (2, 2.0))
    }
    state = replace(state, evaluations=known)
    pairs = pairs_of([state])
    assert pairs == {"rules": [(Band.CLEAR, Band.CLEAR), (Band.LITTLE, Band.NONE)]}
    found = agreement_of("rules", pairs["rules"])
    assert (found.n, found.r) == (2, 1.0)
    assert found.kappa is not None and found.kappa > 0.5
    assert "too few" in found.statement


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([(Band.CLEAR, Band.NONE), (Band.NONE, Band.CLEAR)] * 20, "do not rely"),
        ([(Band.CLEAR, Band.CLEAR), (Band.NONE, Band.NONE)] * 20, "agree on 40"),
    ],
)
def test_the_sentence_says_whether_to_rely_on_them(
    pairs: list[tuple[Band, Band]], says: str
) -> None:
    assert says in agreement_of("rules", pairs).statement
