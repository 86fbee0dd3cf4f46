"""Phonemes to mouth shapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tts.visemes import SHAPE_OF, TimedPhoneme, visemes_of
from interview.nouns import VISEMES


def timed(*parts: tuple[str, float]) -> list[TimedPhoneme]:
    at = 0.0
    out = []
    for symbol, length in parts:
        out.append(TimedPhoneme(symbol, at, at + length))
        at += length
    return out


def shapes(*parts: tuple[str, float]) -> list[str]:
    return [viseme.shape for viseme in visemes_of(timed(*parts))]


def test_every_shape_but_silence_is_reached() -> None:
    assert set(SHAPE_OF.values()) | {"sil"} == set(VISEMES)


def test_map_shows_its_lips() -> None:
    assert shapes(("m", 0.08), ("æ", 0.12), ("p", 0.08)) == ["PP", "aa", "PP"]


def test_stress_and_length_marks_borrow_their_neighbour() -> None:
    assert shapes(("ˈ", 0.05), ("f", 0.1), ("u", 0.1), ("ː", 0.1)) == ["FF", "ou"]


def test_breath_takes_the_vowel_that_follows() -> None:
    assert shapes(("h", 0.06), ("o", 0.1)) == ["oh"]


def test_ch_is_one_sound() -> None:
    assert shapes(("t", 0.05), ("ʃ", 0.05), ("iː", 0.1)) == ["CH", "ih"]


def test_a_string_of_symbols_shares_its_time() -> None:
    found = visemes_of(timed(("aʊ", 0.2)))
    assert [(v.shape, v.duration_s) for v in found] == [("aa", 0.1), ("ou", 0.1)]


def test_a_word_gap_is_no_rest_but_a_pause_is() -> None:
    assert shapes(("a", 0.1), (" ", 0.03), ("a", 0.1)) == ["aa"]
    assert shapes(("a", 0.1), (" ", 0.3), ("a", 0.1)) == ["aa", "sil", "aa"]


def test_a_short_closure_takes_time_from_the_vowel_before_it() -> None:
    vowel, closure = visemes_of(timed(("a", 0.2), ("b", 0.02)))
    assert closure.duration_s == pytest.approx(0.055)
    assert vowel.duration_s == pytest.approx(0.165)


def test_nothing_gives_nothing() -> None:
    assert visemes_of([]) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*SHAPE_OF, "ˈ", "ː", " ", "h", "ʔ", "^", "tʃ", "aɪ"]),
            st.floats(0.005, 0.3),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_shapes_cover_the_time_in_order(parts: list[tuple[str, float]]) -> None:
    found = visemes_of(timed(*parts))
    assert {viseme.shape for viseme in found} <= set(VISEMES)
    assert found[0].at_s == 0
    for before, after in zip(found, found[1:], strict=False):
        assert before.at_s + before.duration_s == pytest.approx(after.at_s, abs=0.002)
    total = sum(length for _, length in parts)
    assert found[-1].at_s + found[-1].duration_s == pytest.approx(total, abs=0.002)
