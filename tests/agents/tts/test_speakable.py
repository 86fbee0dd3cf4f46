"""Written to spoken."""

from __future__ import annotations

import pytest

from agents.tts.speakable import speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("You have 3 minutes.", "You have three minutes."),
        (
            "In 2024 it grew by 12.5%.",
            "In twenty twenty-four it grew by twelve point five percent.",
        ),
        ("It cost $1,200.", "It cost one thousand, two hundred dollars."),
        ("Use e.g. C++ or C#.", "Use for example, C plus plus or C sharp."),
        ("The 2nd of 3", "The second of three"),
        ("Why `asyncio.gather`?", "Why asyncio.gather?"),
        ("See [the docs](https://example.org/x).", "See the docs."),
        ("Visit https://www.example.org/a/b now", "Visit example.org now"),
        ("**Bold** and _soft_", "Bold and soft"),
        ("# Title\n- call my_function()", "Title call my function()"),
        ("R&D and client/server", "R and D and client server"),
        ("version 3.11", "version three point one one"),
        ("id x86 and v2", "id x86 and v2"),
        ("a long 12345678901234567890", "a long 12345678901234567890"),
        ("two\n lines", "two lines"),
    ],
)
def test_english(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


def test_other_languages_keep_numbers_and_signs_but_lose_markup() -> None:
    assert speakable("Das sind *z.B.* 3,5 Dinge & mehr", "de") == "Das sind z.B. 3,5 Dinge & mehr"
