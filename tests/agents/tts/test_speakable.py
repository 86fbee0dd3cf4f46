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
        ("# Title\n- call my_function()", "Title call my function"),
        ("Why is getUserName() slow?", "Why is get user name slow?"),
        ("a HashMap and parseHTTPRequest", "a Hash map and parse HTTP request"),
        ("JavaScript on GitHub with an iPhone", "JavaScript on GitHub with an iPhone"),
        ("R&D and client/server", "R and D and client server"),
        ("version 3.11", "version three point one one"),
        ("id x86 and v2", "id x86 and v2"),
        ("a long 12345678901234567890", "a long 12345678901234567890"),
        ("two\n lines", "two lines"),
    ],
)
def test_english(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("de", "Das sind *z.B.* 3,5 Dinge & mehr", "Das sind z.B. 3,5 Dinge & mehr"),
        ("de", "Am 3. Mai um 10:30", "Am 3. Mai um 10:30"),
        ("de-AT", "Sie haben 21 Minuten", "Sie haben einundzwanzig Minuten"),
        ("fr", "Il y a 80 questions", "Il y a quatre-vingts questions"),
        ("es", "un 50 % y 1.000 euros", "un 50 % y 1.000 euros"),
        ("xx", "has 3 words", "has 3 words"),
    ],
)
def test_other_languages_keep_their_signs_and_lose_markup(
    language: str, written: str, spoken: str
) -> None:
    assert speakable(written, language) == spoken
