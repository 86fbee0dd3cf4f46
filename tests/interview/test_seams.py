"""What was heard on both sides of a reconnect is stored once."""

from __future__ import annotations

import pytest

from interview.nouns import Utterance, Word
from interview.seams import without_overlap


def utterance(name: str, *words: tuple[str, float, float]) -> Utterance:
    made = tuple(Word(text=t, start_s=a, end_s=b, confidence=1) for t, a, b in words)
    text = " ".join(word.text for word in made)
    return Utterance(
        utterance_id=name, text=text, words=made, start_s=made[0].start_s, end_s=made[-1].end_s
    )


BEFORE = utterance("u1", ("do", 9.0, 9.2), ("for", 9.3, 9.5), ("them.", 9.6, 10.0))


def left(*words: tuple[str, float, float]) -> str | None:
    kept = without_overlap(utterance("u2", *words), [BEFORE])
    return kept.text if kept is not None else None


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([("them.", 9.65, 10.05), ("And", 10.6, 10.8)], "And"),
        ([("for", 9.4, 9.7), ("Them", 9.75, 10.2), ("and", 10.4, 10.5)], "and"),
        ([("them.", 9.9, 10.3)], None),
        ([("em", 9.7, 9.95), ("And", 10.4, 10.6)], "And"),
        ([("and", 10.2, 10.4), ("so", 10.5, 10.7)], "and so"),
        ([("them", 10.6, 10.9), ("all", 11.0, 11.2)], "them all"),
    ],
    ids=[
        "last",
        "last two, later by the page's clock",
        "nothing new",
        "misheard",
        "new",
        "said anew",
    ],
)
def test_only_what_is_stored_already_goes(
    words: list[tuple[str, float, float]], text: str | None
) -> None:
    assert left(*words) == text


def test_times_follow_the_first_word_that_is_left() -> None:
    new = utterance("u2", ("them.", 9.65, 10.05), ("And", 10.6, 10.8))
    kept = without_overlap(new, [BEFORE])
    assert kept is not None and (kept.start_s, kept.end_s) == (10.6, 10.8)
    assert without_overlap(new, []) == new
