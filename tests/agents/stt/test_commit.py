"""When a word is final."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.stt.commit import Agreement, Attention, CommitPolicy, Never, Patience, View
from agents.stt.heard import HeardWord

PATIENCE = Patience(
    hold_s=0.5,
    agreed_hold_s=0.3,
    first_hold_s=0.8,
    unsure_hold_s=1.2,
    sure=0.6,
    pause_s=0.5,
    last_hold_s=0.8,
    max_delay_s=2.0,
)


def said(text: str, *, confidence: float = 0.9, start_s: float = 0.0) -> list[HeardWord]:
    """A word each 0.4 s."""
    return [
        HeardWord(word, start_s + 0.4 * n, start_s + 0.4 * (n + 1), confidence)
        for n, word in enumerate(text.split())
    ]


def view(
    words: list[HeardWord], edge_s: float, *, free: int | None = None, speech_end_s: float = 99
) -> View:
    return View(words, len(words) if free is None else free, edge_s, min(edge_s, speech_end_s))


def test_agreement_takes_what_two_passes_say_but_never_the_last_word() -> None:
    policy = Agreement()
    assert policy.judge(view(said("the cat"), 1)) == 0
    assert policy.judge(view(said("The cat, sat on"), 1)) == 2
    assert policy.judge(view(said("sat in"), 1)) == 1
    assert policy.judge(view(said("in"), 1)) == 0


def test_never_waits_for_the_flush() -> None:
    assert Never().judge(view(said("a b c"), 99)) == 0


@pytest.mark.parametrize(
    ("edge_s", "count"), [(0.8, 0), (0.91, 1), (1.25, 1), (1.31, 2), (1.99, 2), (2.01, 3)]
)
def test_a_word_is_final_when_the_audio_has_gone_on_behind_it(edge_s: float, count: int) -> None:
    """The last of three (it ends at 1.2 s) waits longer: it may still be growing."""
    assert Attention(PATIENCE).judge(view(said("one two three"), edge_s)) == count


def test_a_word_heard_twice_alike_is_final_sooner() -> None:
    policy = Attention(PATIENCE)
    assert policy.judge(view(said("one two"), 0.65)) == 0
    assert policy.judge(view(said("one two"), 0.72)) == 1
    other = Attention(PATIENCE)
    other.judge(view(said("won two"), 0.65))
    assert other.judge(view(said("one two"), 0.72)) == 0


def test_a_doubtful_word_waits_for_more_audio() -> None:
    words = said("one two three", confidence=0.4)
    assert Attention(PATIENCE).judge(view(words, 1.5)) == 0
    assert Attention(PATIENCE).judge(view(words, 1.61)) == 1


def test_a_first_word_waits_longer() -> None:
    words = said("one two three")
    assert Attention(PATIENCE).judge(View(words, 3, 1.15, 1.15, alone=True)) == 0
    assert Attention(PATIENCE).judge(View(words, 3, 1.21, 1.21, alone=True)) == 1


def test_the_last_word_is_final_in_a_pause() -> None:
    words = said("one two")
    assert Attention(PATIENCE).judge(view(words, 1.35, speech_end_s=0.9)) == 1
    assert Attention(PATIENCE).judge(view(words, 1.41, speech_end_s=0.9)) == 2


@pytest.mark.parametrize("policy", [Attention(PATIENCE), Agreement()])
def test_nothing_beyond_a_repeat_is_final(policy: CommitPolicy) -> None:
    words = said("a b c a b c")
    policy.judge(view(words, 9, free=3))
    assert policy.judge(view(words, 9, free=3)) <= 3


def test_no_word_waits_longer_than_the_stated_delay() -> None:
    patience = replace(PATIENCE, unsure_hold_s=9.0)
    words = said("one two", confidence=0.1)
    assert Attention(patience).judge(view(words, 2.39)) == 0
    assert Attention(patience).judge(view(words, 2.41)) == 2
