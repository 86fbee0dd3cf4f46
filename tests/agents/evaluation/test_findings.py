"""What was found wrong with the scores, each held by the real sentence model (issue 13)."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from agents.evaluation.calibration.graded import Graded, read_graded
from agents.evaluation.calibration.probes import probes
from agents.evaluation.rules import RuleEvaluator
from bench.wordings import NO_ANSWER_BY_MEANING
from interview.bands import CLEAR_FROM
from interview.nouns import Band, Evaluation, PointStatus

pytestmark = pytest.mark.models

STACK = Graded(
    "own",
    "stack",
    "What operation of a stack corresponds to the enqueue operation of queues?",
    "The push operation.",
    "",
    1.0,
)
MAIN = Graded(
    "own", "main", "Where do C++ programs begin to execute?", "At the main function.", "", 1
)
COPIES = Graded(
    "own",
    "copies",
    "What is the main advantage of arguments that are passed by reference?",
    "It avoids making copies of large data structures when calling functions.",
    "",
    1.0,
)
SORT = Graded(
    "own",
    "sort",
    "How does insertion sort work?",
    "Taking one array element at a time, from left to right, it inserts it in the right position "
    "among the already sorted elements on its left.",
    "",
    1.0,
)


async def judged(real_rules: RuleEvaluator, row: Graded, answer: str) -> Evaluation:
    return await real_rules.evaluate(row.request(answer))


async def values(real_rules: RuleEvaluator, row: Graded, answer: str) -> tuple[float, float]:
    scores = (await judged(real_rules, row, answer)).scores
    found, overall = scores["technical_accuracy"].value, scores["overall"].value
    assert found is not None and overall is not None
    return found, overall


async def test_short_right_answers_count(real_rules: RuleEvaluator) -> None:
    for answer in ("The main method.", "In the main function"):
        covered, overall = await values(real_rules, MAIN, answer)
        assert covered >= 7 and overall >= 7, answer


async def test_a_sentence_with_the_questions_words_may_hold_the_answer(
    real_rules: RuleEvaluator,
) -> None:
    answer = "The stack operation corresponding to enqueue in queues is the push operation."
    covered, _ = await values(real_rules, STACK, answer)
    wrong, _ = await values(real_rules, STACK, answer.replace("push", "pop"))
    assert covered >= 7
    assert wrong < covered


async def test_pass_by_reference_is_an_answer(real_rules: RuleEvaluator) -> None:
    row = Graded(
        "own", "r", "How can an argument be changed by a function?", "Pass it by reference.", "", 1
    )
    covered, _ = await values(real_rules, row, "Pass by reference.")
    assert covered >= 7


@pytest.mark.parametrize("row", [COPIES, SORT], ids=["copies", "sort"])
async def test_what_is_no_answer_stays_low(real_rules: RuleEvaluator, row: Graded) -> None:
    made = probes(row.question, row.ideal, [], random.Random(1))
    for probe in made:
        covered, overall = await values(real_rules, row, probe.text)
        assert covered <= 4 and overall <= 4, probe
    lists = [p for p in made if p.kind == "list"]
    assert lists
    low = [(await values(real_rules, row, probe.text))[0] <= 3 for probe in made]
    assert sum(low) >= 0.85 * len(made)


async def test_depth_and_wording_do_not_raise_the_overall(real_rules: RuleEvaluator) -> None:
    """A well told story that covers nothing is not half an answer."""
    story = (
        "First, because our customers waited for sorting, I talked to the team in 2019. Then, for "
        "example, we compared how three insertion tools work. As a result sorting was fast, and "
        "therefore I am sure that it was right. However, the budget of 3 million was a challenge."
    )
    scores = (await judged(real_rules, SORT, story)).scores
    overall, covered = scores["overall"].value, scores["technical_accuracy"].value
    assert overall is not None and covered is not None and overall <= covered < 6
    clarity = scores["communication_clarity"].value
    assert clarity is not None and clarity > overall + 2


async def test_the_ideal_answer_has_room_at_the_top(real_rules: RuleEvaluator) -> None:
    evaluation = await judged(real_rules, SORT, SORT.ideal)
    score = evaluation.scores["technical_accuracy"]
    assert score.value is not None and score.value >= CLEAR_FROM and score.band is Band.CLEAR
    assert score.label == "Coverage of the expected points"
    assert score.uncertainty is not None and score.method == "rules"
    assert [point.status for point in evaluation.points] == [PointStatus.COVERED]
    assert evaluation.points[0].evidence[0].quote in SORT.ideal


async def test_points_that_are_missing_are_said(real_rules: RuleEvaluator) -> None:
    row = Graded(
        "own",
        "index",
        "What is a database index?",
        "It avoids reading the whole table. It makes every write slower.",
        "",
        1.0,
    )
    evaluation = await judged(real_rules, row, "It means that the whole table need not be read.")
    statuses = {point.point: point.status for point in evaluation.points}
    assert statuses["It avoids reading the whole table."] is PointStatus.COVERED
    assert statuses["It makes every write slower."] is PointStatus.NOT_FOUND


@pytest.mark.parametrize(
    "spoken",
    [
        "taking one element at a time from left to right it inserts it in its right position among "
        "the already sorted elements on the left",
        "Um, taking one element, uh, at a time, from left to right, it it inserts it in its right "
        "position among the, um, already sorted elements on the left.",
    ],
    ids=["no punctuation", "fillers and repeats"],
)
async def test_speech_is_read_as_writing_is(real_rules: RuleEvaluator, spoken: str) -> None:
    written = (
        "Taking one element at a time, from left to right, it inserts it in its right position "
        "among the already sorted elements on the left."
    )
    assert await values(real_rules, SORT, spoken) == await values(real_rules, SORT, written)


async def test_it_agrees_with_people_on_a_sample(
    real_rules: RuleEvaluator, graded_dir: Path
) -> None:
    """One answer in twenty of the graded sets; the whole, by question: `bench/scoring.py`."""
    rows = read_graded(graded_dir)[::20]
    found = [(row, await real_rules.evaluate(row.request())) for row in rows]
    for source, least in (("mohler", 0.55), ("beetle", 0.35)):
        pairs = [
            (evaluation.scores["technical_accuracy"].value or 0.0, row.human)
            for row, evaluation in found
            if row.source == source
        ]
        assert np.corrcoef(np.array(pairs).T)[0, 1] >= least, source
    wrong = [e for row, e in found if row.human < 0.5]
    upper = sum(e.scores["technical_accuracy"].band is Band.CLEAR for e in wrong)
    assert upper <= 0.15 * len(wrong)
    right = [e for row, e in found if row.human >= 0.95]
    assert all(e.scores["technical_accuracy"].value for e in right)


@pytest.mark.parametrize("answer", NO_ANSWER_BY_MEANING)
async def test_giving_up_is_seen_by_its_meaning(real_rules: RuleEvaluator, answer: str) -> None:
    assert await values(real_rules, SORT, answer) == (0, 0)


@pytest.mark.parametrize(
    "answer",
    [
        "I had no experience with Kafka, but within two weeks I had the consumer running.",
        "I would say no to that request.",
        "When I don't know something I say so and look it up.",
        "I have nothing against remote work.",
        "It can't answer requests.",
        "The user never learned of it.",
        "I have never lost data in production because we test our backups.",
        "I was lost in the first week, so I asked for a mentor.",
    ],
)
async def test_who_tells_of_not_knowing_does_not_give_up(
    real_rules: RuleEvaluator, answer: str
) -> None:
    row = Graded("own", "tell", "How do you work with a team?", "I ask and listen.", "", 1.0)
    reason = (await judged(real_rules, row, answer)).scores["technical_accuracy"].reason
    assert "no answer" not in reason and "asked back" not in reason


async def test_a_point_of_which_no_plain_word_is_left_fails_nothing(
    real_rules: RuleEvaluator,
) -> None:
    row = Graded(
        "own", "letter", "Which article has the first title?", "A. The main method.", "", 1
    )
    covered, _ = await values(real_rules, row, "The main method.")
    assert covered > 0


@pytest.mark.parametrize("keys", ["k", "l.", "fjdajf", "jdkjgkfjg", "zxcvbn", "k l f"])
async def test_letters_that_make_no_words_are_no_answer(
    real_rules: RuleEvaluator, keys: str
) -> None:
    assert await values(real_rules, SORT, keys) == (0, 0)


@pytest.mark.parametrize("answer", ["MQTT", "TCP", "nginx", "O(n)", "5", "kubectl", "C"])
async def test_short_names_and_figures_are_words(real_rules: RuleEvaluator, answer: str) -> None:
    row = Graded("own", "name", "Which language is it, C or Java?", "It is C.", "", 1.0)
    reason = (await judged(real_rules, row, answer)).scores["technical_accuracy"].reason
    assert "no words" not in reason
