"""A manner of speaking moves scores little, names and words of sex not at all."""

from __future__ import annotations

import random

import numpy as np
import pytest

from agents.evaluation.calibration.graded import Graded
from agents.evaluation.encoded import plain
from agents.evaluation.neutral import without_names
from agents.evaluation.rules import RuleEvaluator
from bench.fairness import MANNERS, SWAPS, shifts, swapped
from tests.agents.evaluation.test_findings import COPIES, SORT, STACK

ANSWERS = (
    (SORT, "It takes one element at a time, and puts it where it belongs among the sorted ones."),
    (SORT, "You walk from left to right. Each element is moved left until it is in order."),
    (COPIES, "The data is not copied when the function is called, so large structures are cheap."),
    (COPIES, "No copies of big objects are made. It saves memory, and calls are faster."),
    (STACK, "In a stack it is the push operation that corresponds to enqueue."),
)
ROWS = [
    Graded(row.source, row.question_id, row.question, row.ideal, answer, 1.0)
    for row, answer in ANSWERS
]


@pytest.mark.models
@pytest.mark.parametrize("manner", MANNERS)
async def test_the_same_said_otherwise_keeps_its_score(
    real_rules: RuleEvaluator, manner: str
) -> None:
    found = await shifts(real_rules, ROWS, MANNERS[manner])
    for name in ("technical_accuracy", "overall"):
        assert abs(float(np.mean(found[name]))) <= 0.6, name
        assert max(map(abs, found[name])) <= 2.0, name


@pytest.mark.models
async def test_names_and_words_of_sex_change_nothing(real_rules: RuleEvaluator) -> None:
    assert await swapped(real_rules, ROWS) == 0.0


@pytest.mark.parametrize(("first", "second"), SWAPS)
def test_the_model_is_given_the_same_words(first: str, second: str) -> None:
    rest = " the stack grows downwards."
    assert plain(first + rest) == plain(second + rest)


def test_names_are_taken_out_and_things_are_left_in() -> None:
    assert without_names("Maria Lopez and Jamal use Kafka") == "Kim and Kim use Kafka"
    assert "kafka" in plain("My colleague Zyx told me that Kafka keeps the order").split()
    assert "zyx" not in plain("My colleague Zyx told me that Kafka keeps the order").split()
    assert plain("Java, Python and Dijkstra") == "java python and dijkstra"


def test_manners_keep_the_content() -> None:
    text = "A stack keeps the last item on top, and pops it first."
    for name, manner in MANNERS.items():
        said = manner(text, random.Random(1))
        assert "stack" in said.lower(), name


def test_notes_are_read_as_the_sentences_they_stand_for() -> None:
    assert plain("The stack is a list in which an item ...") == plain("stack is list in which item")
