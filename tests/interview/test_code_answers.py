"""Code inside an answer."""

from __future__ import annotations

import pytest

from interview.code_answers import Submission, parse


@pytest.mark.parametrize(
    ("content", "text", "code"),
    [
        ("just words", "just words", None),
        ("[CODE]x = 1[/CODE]", "", "x = 1"),
        ("It adds. [CODE]\nx = 1\n[/CODE]", "It adds.", "x = 1"),
        ("[CODE]\r\nx = 1\r\n[/CODE] done", "done", "x = 1"),
        ("a[CODE]\n\n  x\n\n[/CODE]b", "a\nb", "\n  x\n"),
        ("[CODE]print('[CODE] and [/CODE]')[/CODE]", "", "print('[CODE] and [/CODE]')"),
        ("[CODE]never closed", "", "never closed"),
        ("[/CODE] before [CODE]x[/CODE]", "[/CODE] before", "x"),
        ("closing only [/CODE]", "closing only [/CODE]", None),
        ("[/CODE][CODE]x", "[/CODE]", "x"),
        ("[CODE]   [/CODE]", "", None),
        ("[No response]", "", None),
        ("  [no response received in time]", "", None),
        ("", "", None),
    ],
)
def test_markers(content: str, text: str, code: str | None) -> None:
    assert parse(content) == Submission(text, code)


def test_field_wins_and_is_verbatim() -> None:
    sent = parse("why [CODE]this stays[/CODE]", "\tx = 1\n\n")
    assert sent == Submission("why [CODE]this stays[/CODE]", "\tx = 1\n\n")


def test_blank_field_is_no_code() -> None:
    assert parse("[No response]", " \n").empty


def test_markers_mean_nothing_in_a_text_answer() -> None:
    assert parse("I wrote [CODE] once", coding=False) == Submission("I wrote [CODE] once", None)


def test_emptiness() -> None:
    assert parse("  ").empty
    assert not parse("[CODE]x[/CODE]").empty
    assert not parse("x").empty
