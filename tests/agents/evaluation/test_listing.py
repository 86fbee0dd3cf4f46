"""Words of the expected answer without an answer."""

from __future__ import annotations

import pytest

from agents.evaluation.listing import lists_keywords, lists_terms

IDEAL = (
    "Taking one array element at a time, it inserts it in the right position among the sorted.",
)


@pytest.mark.parametrize(
    "text",
    [
        "Sorted the position in element taking time at right inserts a one it among array the it.",
        "taking, one, array, element, time, inserts, right, position, sorted",
        "position element sorted array inserts right time taking",
    ],
)
def test_lists_and_shuffled_sentences_are_seen(text: str) -> None:
    assert lists_terms(text, IDEAL)


@pytest.mark.parametrize(
    "text",
    [
        IDEAL[0],
        "It inserts one element at a time in the right position among the sorted.",
        "Among the sorted it inserts one array element at a time.",
        "array",
        "It takes elements and puts each where it belongs.",
    ],
)
def test_sentences_are_not(text: str) -> None:
    assert not lists_terms(text, IDEAL)


@pytest.mark.parametrize(
    "text",
    [
        "there is still a closed path that contains the battery, bulb a, and bulb c",
        "there is still a closed path that contains the battery and bulb a and bulb c",
        "The battery is in closed paths that still contain bulbs C and A.",
    ],
)
def test_the_same_in_another_order_is_a_sentence(text: str) -> None:
    ideal = ("Bulbs A and C are still contained in closed paths with the battery",)
    assert not lists_terms(text, ideal)
    assert lists_terms("Bulbs are paths the battery c a in with closed still and contained.", ideal)


def test_a_list_answers_where_a_list_was_asked_for() -> None:
    assert not lists_terms("push, pop", ("push and pop",))
    ideal = ("Private, public, protected, package, internal, friend.",)
    assert not lists_terms("public, private, friend, protected, internal, package", ideal)


def test_nothing_but_keywords() -> None:
    assert lists_keywords("B-tree, full table scan.", ("B-tree", "full table scan"))
    assert not lists_keywords(
        "A B-tree spares us the full table scan of reads.", ("B-tree", "scan")
    )
