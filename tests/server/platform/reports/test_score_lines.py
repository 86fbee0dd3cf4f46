"""Beside each score stand what it measures, its band, how sure it is and by what."""

from __future__ import annotations

import pytest

from agents.evaluation.labels import described
from interview.bands import band_of
from interview.nouns import SCORE_NAMES, Band, Evaluation, QuestionKind, Score
from server.platform.reports.model import ReportBody
from server.platform.reports.pdf_view import view_of
from server.platform.reports.score_lines import score_lines
from tests.server.platform.reports.sessions import evaluation, finished_sitting, record_of


def described_evaluation(
    number: int, value: float | None, method: str = "rules", uncertainty: float | None = 1.5
) -> Evaluation:
    made = evaluation(f"a{number}", number, value, "This is what I say")
    scores = {
        name: described(name, score, QuestionKind.TEXT, method, uncertainty)
        for name, score in made.scores.items()
    }
    return made.model_copy(update={"scores": scores, "method": method})


@pytest.mark.parametrize(
    ("value", "band"),
    [(10, Band.CLEAR), (9.3, Band.SOME), (5.9, Band.LITTLE), (3.0, Band.NONE), (0, Band.NONE)],
)
def test_a_score_has_a_word_for_how_much_evidence_it_shows(value: float, band: Band) -> None:
    assert band_of(value) is band
    assert band_of(None) is None


def test_a_line_for_each_score_says_what_by_what_and_how_sure() -> None:
    lines = {line.name: line for line in score_lines([described_evaluation(1, 9.5)], "None.")}
    assert set(lines) == set(SCORE_NAMES)
    covered = lines["technical_accuracy"]
    assert covered.label == "Coverage of the expected points"
    assert (covered.value, covered.band, covered.method) == (9.5, Band.CLEAR, "rules")
    assert (covered.uncertainty, covered.answers, covered.of) == (1.5, 1, 1)


def test_two_methods_are_both_named_and_an_unmeasured_one_leaves_no_uncertainty() -> None:
    mixed = [
        described_evaluation(1, 8.0),
        described_evaluation(2, 6.0, method="llm:small", uncertainty=None),
    ]
    line = next(one for one in score_lines(mixed, "None.") if one.name == "technical_accuracy")
    assert line.method == "llm:small + rules"
    assert line.label == "Coverage of the expected points / Technical accuracy"
    assert line.uncertainty is None


def test_a_missing_overall_says_why() -> None:
    line = score_lines([described_evaluation(1, None)], "0 of 1 answers scored.")[0]
    assert (line.value, line.band, line.reason) == (None, None, "0 of 1 answers scored.")


def test_the_report_and_its_print_carry_them() -> None:
    body = ReportBody.model_validate(record_of(finished_sitting((8.0, 6.0))).body)
    assert [line.name for line in body.scores] == list(SCORE_NAMES)
    made = described_evaluation(1, 7.0)
    answer = body.answers[0].model_copy(update={"evaluation": made})
    whole = body.model_copy(update={"answers": (answer,), "scores": score_lines([made], "None.")})
    view = view_of(whole)
    assert view["overall_sure"] == "some evidence, \N{PLUS-MINUS SIGN} 1.5, by rules"
    shown = view["answers"][0]["scores"][1]
    assert shown["label"] == "Coverage of the expected points"
    assert shown["band"] == "some evidence, \N{PLUS-MINUS SIGN} 1.5, by rules"


def test_evaluations_stored_before_can_still_be_read() -> None:
    old = Score.model_validate({"value": 7.0, "reason": "r"})
    assert (old.band, old.method, old.label) == (None, "", "")
