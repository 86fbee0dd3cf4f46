"""Quotes are exact stretches, and their times are those of the very words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.evaluation.passages import (
    MAX_QUOTE_CHARS,
    exact_stretch,
    quote_of,
    sentences,
    spoken_at,
    stem,
)
from interview.nouns import Word


def timed(text: str, step_s: float = 1.0) -> list[Word]:
    return [
        Word(text=word, start_s=i * step_s, end_s=i * step_s + 0.8, confidence=1)
        for i, word in enumerate(text.split())
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab1.!? \n。é", max_size=200))
def test_sentences_are_stretches_of_the_text(text: str) -> None:
    for sentence in sentences(text):
        assert text[sentence.start : sentence.start + len(sentence.text)] == sentence.text


def test_a_run_without_full_stops_is_cut() -> None:
    pieces = sentences("word " * 100)
    assert [len(piece.words) for piece in pieces] == [45, 45, 10]


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "And Mr. Dashwood had leisure, e.g. to read. He did so, with Mrs. Dashwood."
    assert [piece.text for piece in sentences(text)] == [
        "And Mr. Dashwood had leisure, e.g. to read.",
        "He did so, with Mrs. Dashwood.",
    ]


def test_a_decimal_point_does_not_end_a_sentence() -> None:
    assert len(sentences("We cut it from 2.5 seconds to 0.3. Users noticed.")) == 2


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("the connection pool was", "the connection pool was"),
        ('"the connection   pool was"', "the connection\npool was"),
        ("The connection pool was", None),
        ("the connection pool is", None),
        ("onnection pool was ful", None),
        ("pool", None),
        ("", None),
    ],
)
def test_only_exact_stretches_are_quotes(quote: str, expected: str | None) -> None:
    source = "I saw that the connection pool was full."
    if expected and "\n" in expected:
        source = source.replace("connection ", "connection\n")
    assert exact_stretch(quote, source) == expected


def test_a_short_answer_may_be_quoted_whole() -> None:
    assert exact_stretch("O(log n)", "O(log n)") == "O(log n)"


def test_times_come_from_the_words_of_the_stretch() -> None:
    text = "First, I looked at the logs. Then I looked at the pool."
    assert spoken_at("I looked at the pool.", 34, text, timed(text)) == (7.0, 11.8)


def test_the_second_occurrence_has_its_own_time() -> None:
    text = "I fixed it. Later again: I fixed it."
    assert spoken_at("I fixed it.", 0, text, timed(text)) == (0.0, 2.8)
    assert spoken_at("I fixed it.", 25, text, timed(text)) == (5.0, 7.8)


def test_typed_words_have_no_time() -> None:
    assert spoken_at("typed words here", 0, "typed words here", timed("other words")) is None
    assert spoken_at("cat", 0, "cat", timed("concatenate")) is None


def test_scripts_without_spaces_are_found_too() -> None:
    words = [
        Word(text=part, start_s=i, end_s=i + 0.5, confidence=1)
        for i, part in enumerate(["我们", "先看", "日志", "然后", "修复"])
    ]
    assert spoken_at("看日志", 3, "我们先看日志然后修复", words) == (1, 2.5)


def test_a_long_stretch_is_cut_at_a_word() -> None:
    text = "word " * 200
    quote = quote_of(text.strip(), 0, text, [])
    assert len(quote.quote) <= MAX_QUOTE_CHARS
    assert quote.quote.endswith("word")


def test_stems_join_forms_of_a_word() -> None:
    assert stem("indexes") == stem("indexing") == stem("index")
