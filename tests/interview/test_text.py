"""What people type, cleaned; tried with what is usually tried."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.text import MAX_MARKS, code, line, paragraphs, readable, whole_characters

NAMES = [
    "O'Brien", "Nguyễn Thị Ánh", "محمد بن سلمان", "מֹשֶׁה כֹּהֵן", "李小龍", "José Ñ", "X Æ A-12",
    "Null", "undefined", "D`Arcy", "Robert'); DROP TABLE--", "<b>x</b>", "{{7*7}}", '#import "x"',
    "$x^2$", "👩‍💻 Dev", "❤️", "می‌خواهم", "श्री", "ශ්‍රී", "Ⅳ", "ﬁ", "Zoë-Jane", "Æ" * 200,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_people_are_called_stays(name: str) -> None:
    assert line(name) == name


@pytest.mark.parametrize(
    "blank",
    ["", "  ", "\u200b", "\u2060\u2060", "\u00a0", "\u3000 ", "\u202e\u202c", "\ufeff", "\u00ad",
     "\u3164", "\u115f\u1160", "\u2800", "\u180e", "\u034f", "\ud83d", "\ufffe", "\U000e0041",
     "\u200d", "\u2028", "\x00", "\x1b", "\ue000", "\ufe0f"],
)  # fmt: skip
def test_what_nobody_sees_is_blank(blank: str) -> None:
    assert line(blank) == paragraphs(blank) == ""
    assert not readable(line(blank))


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("\u202eevil\u202c", "evil"),
        ("A\u2028B", "A B"),
        ("a\u200bb", "ab"),
        ("a\u200db", "ab"),
        ("\ufeffBOM", "BOM"),
        ("Jose\u0301", "Jos\u00e9"),
        ("a \t\r\n b", "a b"),
        ("x\x00y", "xy"),
        ("soft\u00adhyphen", "softhyphen"),
        ("tag\U000e0067\U000e007fged", "tagged"),
        ("a" + "\u0316" * 40, "a" + "\u0316" * MAX_MARKS),
        ("a\U000e0101b", "ab"),
        ("😀\ud83d", "😀"),
    ],
)
def test_lines(typed: str, clean: str) -> None:
    assert line(typed) == clean


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs(" one\r\n\ttwo\u2028three\x0b ") == "one\n\ttwo\nthree"


def test_programs_stay_as_typed_but_for_what_hides_in_them() -> None:
    program = "if x:\n\treturn '\u00e9\u200d'  # ok\r\n"
    assert code(program) == program
    assert code("a\u202e = 1\x00\ud83d") == "a = 1\ufffd"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = paragraphs(text)
    assert paragraphs(once) == once
    assert line(line(text)) == line(text)
    once.encode()


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_json_with_half_characters_can_be_read(text: str) -> None:
    read = json.loads(whole_characters(json.dumps({"a": text})))["a"]
    read.encode()
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert read == text
