"""What the avatar says."""

from __future__ import annotations

import pytest

from interview import wording
from interview.nouns import InterviewPlan
from tests.interview.sitting import plan_of, question


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (120, "2 minutes"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (45, "45 seconds"),
        (1, "1 second"),
        (0.2, "1 second"),
        (119.6, "2 minutes"),
        (150, "2 minutes and 30 seconds"),
        (121, "2 minutes and 1 second"),
        (3600, "60 minutes"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


def test_greeting_says_who_what_and_how_long() -> None:
    plan = plan_of(2, kinds=["text", "coding"], title="Backend engineer")
    text = wording.greeting(plan, "Ann", ask_consent=True)
    assert "Ann" in text and "Backend engineer" in text and "AI interviewer" in text
    assert "2 minutes for each spoken question and 5 minutes for each coding question" in text
    assert text.endswith("Are you ready to begin?")


def test_greeting_without_coding_does_not_mention_it() -> None:
    text = wording.greeting(plan_of(1), "Ann", ask_consent=False)
    assert "coding" not in text and "ready" not in text
    assert "1 question." in text and "this interview" in text


def test_greeting_counts_only_what_is_asked() -> None:
    plan = plan_of(3, kinds=["text", "coding"]).model_copy(update={"max_questions": 1})
    assert "coding" not in wording.greeting(plan, "Ann", ask_consent=True)


def test_greeting_with_coding_only_and_no_name() -> None:
    text = wording.greeting(plan_of(1, kinds=["coding"], title=""), " ", ask_consent=True)
    assert "Hello there" in text
    assert "You have 5 minutes for each coding question." in text


def test_greeting_with_different_timers() -> None:
    plan = InterviewPlan(
        title="Sales interview",
        questions=(question(1, timer_s=60), question(2, timer_s=180)),
        max_questions=2,
    )
    text = wording.greeting(plan, "Ann", ask_consent=True)
    assert "between 1 minute and 3 minutes for each question" in text
    assert "welcome to Sales interview." in text


def test_goodbyes_name_the_candidate_when_known() -> None:
    assert "Ann" in wording.goodbye_completed("Ann")
    assert "Ann" in wording.goodbye_ended("Ann")
    assert "you, " not in wording.goodbye_completed("") + wording.goodbye_ended(" ")


def test_gentle_prompt_fits_what_was_said() -> None:
    assert wording.gentle(has_words=True) != wording.gentle(has_words=False)
