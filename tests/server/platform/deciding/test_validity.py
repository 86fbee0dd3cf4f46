"""What makes an interview valid: whole words, real answers, enough of them."""

from __future__ import annotations

import pytest

from server.platform.deciding.rules import ValidityRules
from server.platform.deciding.validity import Given, validity_of, why_not

RULES = ValidityRules()
GOOD = "I compared the latest release with the one before and found the leak in the pool."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD, ""),
        ("I test every change twice, with unit tests and with a real browser beside them.", ""),
        ("我在测试中比较了最新版本和之前的版本并且在连接池里找到了内存泄漏的真正原因所在之处", ""),
        ("", "not answered"),
        ("1234567890 1234567890 1234567890 12345", "no letters"),
        ("test test TEST, testing... lorem ipsum dolor", "placeholder"),
        ("It was fine.", "characters"),
        ("Incomprehensibilities notwithstanding, okay", "words"),
        ("yes yes yes yes yes yes yes yes yes yes yes", "repeats"),
        ("we did it " * 30, "repeats"),
    ],
)
def test_an_answer_counts_or_says_why_not(content: str, says: str) -> None:
    reason = why_not(content, RULES)
    assert (says in reason) if says else reason == ""


def given(*contents: str) -> list[Given]:
    return [Given("A question?", content) for content in contents]


def good(count: int) -> list[str]:
    return [f"{GOOD} That was case number {'abcdefgh'[i]}." for i in range(count)]


def test_enough_good_answers_make_a_valid_interview() -> None:
    found = validity_of(given(*good(5)), RULES)
    assert (found.valid, found.reasons, found.answers) == (True, (), ("",) * 5)


def test_too_few_questions_answers_or_too_small_a_share_do_not() -> None:
    few = validity_of(given(*good(4)), RULES)
    assert not few.valid and few.reasons[0].startswith("4 questions were asked; 5")
    thin = validity_of(given(*good(6), "", "", ""), RULES)
    assert thin.reasons == ("67% of the answers count; 70% are needed.",)
    assert validity_of([], RULES).valid is False


def test_a_copied_answer_counts_once() -> None:
    found = validity_of(given(*[GOOD] * 5), RULES)
    assert found.answers[0] == "" and set(found.answers[1:]) == {
        "It is the same as another answer."
    }
    assert not found.valid


def test_the_limits_are_the_organisations() -> None:
    rules = ValidityRules(min_questions=1, min_valid_answers=1, placeholders=("nothing",))
    assert validity_of(given(good(1)[0]), rules).valid
    assert "placeholder" in why_not("nothing nothing nothing nothing nothing nothing", rules)
