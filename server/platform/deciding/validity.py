"""Whether an interview can be judged at all. Pure.

Words are whole words ("latest" is no "test"), and an answer about tests is no placeholder: only one
that consists of such words is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.platform.deciding.rules import ValidityRules

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+", re.UNICODE)
MIN_DISTINCT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Given:
    """A question with what was answered to it."""

    question: str
    content: str


@dataclass(frozen=True, slots=True)
class Validity:
    """`reasons` are for people; `answers` says of each answer why it does not count, if so."""

    valid: bool
    reasons: tuple[str, ...]
    answers: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words, folded; of scripts without spaces, each sign."""
    return [word.casefold() for word in WORD.findall(text)]


def why_not(content: str, rules: ValidityRules) -> str:
    """Why an answer does not count; empty when it does."""
    text = content.strip()
    words = words_of(text)
    distinct = set(words)
    holds = {word.casefold() for word in rules.placeholders}
    placeholders = sum(word in holds for word in words)
    checks = (
        (not text, "It was not answered."),
        (not any(sign.isalpha() for sign in text), "It holds no letters."),
        (bool(words) and 2 * placeholders >= len(words), "It is placeholder text."),
        (len(text) < rules.min_chars, f"It has fewer than {rules.min_chars} characters."),
        (len(words) < rules.min_words, f"It has fewer than {rules.min_words} words."),
        (
            len(distinct) < rules.min_distinct_words
            or len(distinct) < MIN_DISTINCT_SHARE * len(words),
            "It repeats the same words.",
        ),
    )
    return next((reason for holds_true, reason in checks if holds_true), "")


def validity_of(given: Sequence[Given], rules: ValidityRules) -> Validity:
    """What stands in the way of judging, if anything."""
    seen: set[tuple[str, ...]] = set()
    answers = []
    for item in given:
        reason = why_not(item.content, rules)
        key = tuple(words_of(item.content))
        if not reason and key in seen:
            reason = "It is the same as another answer."
        seen.add(key)
        answers.append(reason)
    good = sum(not reason for reason in answers)
    share = good / len(answers) if answers else 0.0
    reasons = []
    if len(given) < rules.min_questions:
        reasons.append(f"{len(given)} questions were asked; {rules.min_questions} are needed.")
    if good < rules.min_valid_answers:
        reasons.append(f"{good} answers count; {rules.min_valid_answers} are needed.")
    if share < rules.min_valid_share:
        reasons.append(f"{share:.0%} of the answers count; {rules.min_valid_share:.0%} are needed.")
    return Validity(not reasons, tuple(reasons), tuple(answers))
