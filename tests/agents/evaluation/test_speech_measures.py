"""Pace, pauses, silence and fillers on synthetic words (row 63)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.evaluation.speech_measures import count_fillers, measure_speech
from interview.nouns import Word


def words(*spans: tuple[str, float, float]) -> list[Word]:
    return [Word(text=text, start_s=a, end_s=b, confidence=0.9) for text, a, b in spans]


def test_a_steady_speaker() -> None:
    spoken = words(*[("word", i * 0.5, i * 0.5 + 0.4) for i in range(60)])
    measures = measure_speech(spoken)
    assert measures.span_s == pytest.approx(29.9)
    assert measures.wpm == pytest.approx(60 / 29.9 * 60)
    assert measures.silence_share_percent == pytest.approx(100 * 59 * 0.1 / 29.9)
    assert measures.long_pauses == 0


def test_pauses_are_counted_with_their_mean_and_longest() -> None:
    spoken = words(("a", 0, 1), ("b", 1.05, 2), ("c", 2.5, 3), ("d", 7, 8))
    measures = measure_speech(spoken)
    assert measures.pauses == 2
    assert measures.pause_longest_s == pytest.approx(4)
    assert measures.pause_mean_s == pytest.approx(2.25)
    assert measures.long_pauses == 1
    assert measures.continuity == pytest.approx((1 + 0.95 + 0.5 + 1) / 8 * 10 - 0.5)


def test_nothing_spoken_gives_nulls_not_zeros_that_look_measured() -> None:
    measures = measure_speech([])
    assert (measures.wpm, measures.silence_share_percent, measures.fillers) == (None, None, None)
    assert measures.words == 0


def test_one_word_without_length_has_no_pace() -> None:
    measures = measure_speech(words(("yes", 3, 3)))
    assert measures.wpm is None
    assert measures.silence_share_percent is None


def test_fillers_are_whole_words_and_phrases_once() -> None:
    text = "Um, you know I uh umbrella know you KIND of like it, erm.".split()
    assert count_fillers(text, "en-US") == 5


def test_fillers_of_a_language_without_a_list_are_unknown() -> None:
    assert count_fillers(["eh"], "fi") is None
    assert measure_speech(words(("eh", 0, 1)), language="fi").filler_share_percent is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["um", "you", "know", "x"]),
            st.floats(0, 1e5, allow_nan=False),
            st.floats(0, 1e5, allow_nan=False),
        ),
        max_size=30,
    )
)
def test_never_negative_and_shares_within_0_and_100(
    spans: list[tuple[str, float, float]],
) -> None:
    measures = measure_speech(words(*spans))
    for name, value in measures.as_measures().items():
        assert value is None or (isinstance(value, int | float) and value >= 0), name
        if name.endswith("_percent"):
            assert value is None or (isinstance(value, int | float) and value <= 100), name
