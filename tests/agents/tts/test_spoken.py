"""Written to spoken, case by case (`spoken.tsv`), and what must hold for any text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tts.pieces import MAX_SPOKEN_CHARS, pieces
from agents.tts.speakable import speakable

TABLE = Path(__file__).with_name("spoken.tsv")
SIGNS = set("{}[]\\^|<>*=~`$€£%&_")


def cases() -> list[tuple[str, str]]:
    """Text as people type it (control and space characters escaped), and the words."""
    rows = [line.partition("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return [(_typed(written), words) for written, _, words in rows]


def _typed(written: str) -> str:
    if "\\" not in written:
        return written
    return written.encode("latin-1", "backslashreplace").decode("unicode_escape")


def test_the_table_has_three_hundred_cases() -> None:
    assert len(cases()) >= 300


@pytest.mark.parametrize(("written", "words"), cases())
def test_said_as_a_person_would(written: str, words: str) -> None:
    assert speakable(written) == words


@given(st.text(max_size=120))
def test_any_text_can_be_said(text: str) -> None:
    said = speakable(text)
    assert not SIGNS & set(said)
    assert said == " ".join(said.split())
    assert all(ord(char) >= 32 for char in said)


@pytest.mark.parametrize("language", ["de", "fr", "ru", "zh", "ar", "xx", "pt-BR"])
@pytest.mark.parametrize("text", ["3 <b>Fragen</b> 🎉 an 李小龍", "**_`$5`_**", "\x00", "1/2 - 3"])
def test_other_languages_lose_markup_and_emoji(language: str, text: str) -> None:
    said = speakable(text, language)
    assert not {"🎉", "\x00", "<", "*"} & set(said)


@pytest.mark.parametrize(
    "char", list("-*_=#|`~<([{$1a.,:/&^+ \n\u0301🎉") + ["a ", "1,", "- ", "<b>"]
)
def test_no_text_takes_long(char: str) -> None:
    text = (char * 2_000)[:2_000] + "x"
    began = time.process_time()
    pieces(text, "en")
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "May sixth"), ("en-US", "May sixth"), ("en-GB", "June fifth"), ("en-AU", "June fifth")],
)
def test_dates_are_read_as_they_are_written_there(language: str, day: str) -> None:
    assert speakable("05/06/2024", language) == f"{day}, twenty twenty-four"


def test_of_a_long_list_of_numbers_some_are_said() -> None:
    numbers = ", ".join(str(n) for n in range(100_000, 100_120))
    said = pieces(f"Sort this: [{numbers}]. How long does it take?", "en")
    assert "and so on" in said[-2] and said[-1] == "How long does it take?"
    assert len(said) <= 4


def test_lines_without_stops_are_pieces() -> None:
    items = "\n".join(f"- the part number {n} of the system" for n in range(30))
    said = pieces(f"Please explain\n{items}", "en")
    assert len(said) == 31
    assert speakable(said[30]) == "the part number twenty-nine of the system"


@pytest.mark.parametrize(
    "text",
    [
        "word " * 400,
        "a clause of some length, " * 70,
        "x" * 2_000,
        "12345 " * 300,
        "one thing and another thing " * 60,
    ],
)
def test_long_sentences_are_cut_and_nothing_is_lost(text: str) -> None:
    said = pieces(text, "en")
    assert max(len(speakable(piece)) for piece in said) <= 2 * MAX_SPOKEN_CHARS
    assert "".join("".join(said).split()) == "".join(text.split())


def test_short_sentences_stay_with_their_neighbours() -> None:
    assert pieces("Yes. No. I do, e.g. often. Then go on.", "en") == [
        "Yes. No. I do, e.g. often.",
        "Then go on.",
    ]


def test_a_program_is_one_piece() -> None:
    text = "What does this do?\n```python\nx = 1\nprint(x)\n```\nExplain."
    assert [speakable(piece) for piece in pieces(text, "en")] == [
        "What does this do?",
        "the code on your screen",
        "Explain.",
    ]


@pytest.mark.parametrize("text", ["", " \n ", "***", "🙂", "???", "---\n***", "\u200b", "محمد"])
def test_what_has_no_sound_has_no_pieces(text: str) -> None:
    assert pieces(text, "en") == []
