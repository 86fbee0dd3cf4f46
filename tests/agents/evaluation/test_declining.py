"""Giving up and asking back are seen whatever the words; answers are not taken for either."""

from __future__ import annotations

import pytest

from agents.evaluation.declining import asks_back, declines
from agents.evaluation.rules import RuleEvaluator
from bench.wordings import ASKING_BACK, NO_ANSWER
from tests.agents.evaluation.test_rules import INDEX, evaluate, request


@pytest.mark.parametrize("text", NO_ANSWER)
def test_giving_up_is_seen_in_any_words(text: str) -> None:
    assert declines(text)


@pytest.mark.parametrize("text", ASKING_BACK)
def test_asking_back_is_seen(text: str) -> None:
    assert asks_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "Pass by reference.",
        "by passing the argument",
        "The main method.",
        "Nothing.",
        "No",
        "It does not know its parent.",
        "I don't know, perhaps the main method",
        "I don't know exactly but the constructor initializes the members of the object",
        "I think it is the head of the list but I am not sure",
        "they pass through the gap",
        "A null pointer",
        "We do not have to know the size",
        "I did not use global variables",
        "unsure but maybe the stack pointer register",
        "Nothing is returned.",
        "unknown type",
        "You'd have to ask the DNS server.",
        "The user never learned of it.",
        "I don't know the exact name, but it hashes the key.",
        "What the function does is repeat the loop.",
        "Repeat the loop until it is empty.",
        "A blank line.",
        "The compiler has no idea of the type until run time.",
        "I wasn't sure, so I measured it.",
        "It fails when the connection drops.",
        "The client asks: can you hear me? The server says yes.",
        "I make sure I understand the requirements first.",
        "I missed the deadline, and told the customer at once.",
        "I'd need more time, so I would tell the team early.",
    ],
)
def test_answers_are_neither(text: str) -> None:
    assert not declines(text)
    assert not asks_back(text)


def test_the_questions_own_words_do_not_make_an_answer_of_it() -> None:
    assert declines("I don't know what a binary tree is", "What is a binary tree?")


async def test_giving_up_is_nought_and_asking_back_is_null() -> None:
    given_up = await evaluate("I haven't learned this yet", INDEX)
    assert given_up.scores["technical_accuracy"].value == 0
    assert given_up.scores["overall"].value == 0
    back = await evaluate("Could you repeat?", INDEX)
    assert all(score.value is None for score in back.scores.values())
    assert "asked back" in back.scores["technical_accuracy"].reason


async def test_without_a_model_giving_up_is_seen_too() -> None:
    evaluation = await RuleEvaluator(None).evaluate(request("not familiar with it", INDEX))
    assert evaluation.scores["overall"].value == 0
