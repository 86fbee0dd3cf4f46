"""Repeats, and the way over the pipe."""

from __future__ import annotations

import json

import pytest

from agents.stt.heard import (
    Ask,
    Heard,
    HeardWord,
    plain,
    repeat_at,
    squeezed,
    unechoed,
    without_loops,
)


def words(text: str, each_s: float = 0.3) -> list[HeardWord]:
    return [
        HeardWord(word, n * each_s, (n + 1) * each_s, 0.5, (n,))
        for n, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("the pencils have all been used", None),
        ("very very good", None),
        ("no no no", 1),
        ("i think so i think so", 3),
        ("well i think so i think so then", 4),
        ("", None),
    ],
)
def test_where_a_repeat_begins(text: str, at: int | None) -> None:
    assert repeat_at(text.split()) == at


def test_a_repeat_that_is_committed_already_is_nobodys_business() -> None:
    assert repeat_at("i think so i think so and then".split(), after=6) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("the cat the cat the cat the cat sat", "the cat sat"),
        ("no no no", "no no no"),
        ("you " * 30, "you"),
        ("a b c", "a b c"),
        ("so " + "thank you very much " * 5 + "bye", "so thank you very much bye"),
    ],
)
def test_loops_in_no_time_are_said_once_and_what_has_its_time_stays(text: str, left: str) -> None:
    loop = without_loops(words(text, 0.01), 9)
    assert " ".join(word.text for word in loop) == left
    assert without_loops(words(text), 99) == words(text)


def test_nobody_says_ten_words_in_a_third_of_a_second() -> None:
    assert squeezed(words("a b c d e f g h i j", 0.03), 9)
    assert not squeezed(words("a b c d e f g h i j", 0.2), 9)
    assert squeezed(words("a b c d e f g h i j", 0.2), 0.5)
    assert not squeezed([], 1)


@pytest.mark.parametrize(
    ("text", "each_s", "left"),
    [
        ("fellow americans and so my then", 0.0, "fellow americans then"),
        ("fellow americans and so my then", 0.3, "fellow americans and so my then"),
        ("fellow and so then", 0.0, "fellow and so then"),
        ("one two three one two three", 0.0, "one two three"),
    ],
)
def test_words_without_time_that_were_said_before(text: str, each_s: float, left: str) -> None:
    said = "and so my".split()
    assert " ".join(word.text for word in unechoed(words(text, each_s), said, -1.0)) == left


def test_over_the_pipe_and_back() -> None:
    ask = Ask(1.5, b"\x01\x02", tuple(words("so it is")), (7, 8), 0.9, 1.25, 4.0, True)
    assert Ask.of(json.loads(json.dumps(ask.header())), b"\x01\x02") == ask
    heard = Heard(tuple(words("so")), False, 0.5, 0.4, "de", 0.1, 0.2, 0.3)
    assert Heard.of(json.loads(json.dumps(heard.header()))) == heard
    assert heard.cost_s == pytest.approx(0.6)


def test_plain_words() -> None:
    assert plain("Don't,") == "dont"
    assert plain("STRASSE") == plain("straße")
