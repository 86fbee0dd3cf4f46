"""What is kept and what is dropped of a whole pass. The model's own part: test_real_whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from agents.stt.gate import STEP_S, Gate, Voices, levelled
from agents.stt.heard import RATE_HZ, HeardWord, without_loops
from agents.stt.whole import Whole, broken_off, glued, passed_over, trimmed


@dataclass(frozen=True)
class Given:
    """A word as the library gives it."""

    word: str
    start: float = 0.0
    end: float = 0.5
    probability: float = 0.9


def said(*times: tuple[str, float, float]) -> list[HeardWord]:
    return [HeardWord(text, start_s, end_s, 0.9) for text, start_s, end_s in times]


def voices(*spoken: tuple[float, float], length_s: float = 8.0) -> Voices:
    at = np.arange(round(length_s / STEP_S)) * STEP_S
    return Voices(np.any([(at >= a - 1e-9) & (at < b - 1e-9) for a, b in spoken], axis=0))


def test_what_does_not_begin_with_a_space_belongs_to_the_word_before() -> None:
    words = glued([Given(" cold"), Given("-hearted"), Given(" 6"), Given(" p"), Given(".m.")])
    assert [word.text for word in words] == ["cold-hearted", "6", "p.m."]


@pytest.mark.parametrize(("given", "kept"), [(" - Well,", "Well,"), (" ...so", "so"), (" -", None)])
def test_no_word_begins_with_a_stop_or_a_dash(given: str, kept: str | None) -> None:
    assert [word.text for word in glued([Given(given)])] == ([kept] if kept else [])


def test_what_has_sound_for_each_time_is_kept_as_often_as_it_was_said() -> None:
    very = said(*[("very", n * 0.3, n * 0.3 + 0.25) for n in range(8)])
    assert without_loops(very, 3.0) == very


def test_a_loop_in_no_time_is_said_once() -> None:
    loop = said(("so", 0.0, 0.3), *[("you", 1.0, 1.01)] * 9)
    assert [word.text for word in without_loops(loop, 1.1)] == ["so", "you"]


def test_a_stretch_of_voice_without_a_word_is_found() -> None:
    heard = voices((0.5, 0.9), (2.0, 2.4), (3.5, 3.9))
    words = said(("yes", 0.5, 0.9), ("yes", 3.4, 3.9))
    assert list(passed_over(words, heard)) == [pytest.approx((2.0, 2.4), abs=0.05)]


def test_two_words_in_the_place_of_one_have_wrong_times_and_nothing_is_missing() -> None:
    heard = voices((0.5, 0.8), (2.0, 2.4))
    assert list(passed_over(said(("yes", 0.5, 0.6), ("yes", 0.7, 0.8)), heard)) == []


def test_a_cough_is_no_stretch_of_voice() -> None:
    assert list(passed_over(said(("yes", 0.5, 0.9)), voices((0.5, 0.9), (2.0, 2.1)))) == []


def test_a_voice_that_goes_on_behind_the_last_word_is_found() -> None:
    words = said(*[("word", 0.5 + n * 0.3, 0.75 + n * 0.3) for n in range(8)])
    assert list(broken_off(words, voices((0.5, 4.4)))) == [pytest.approx((2.85, 4.4), abs=0.05)]
    assert list(broken_off(words, voices((0.5, 3.6)))) == [], "the end of a word"


def test_words_quicker_than_anybody_speaks_have_wrong_times_and_break_off_nothing() -> None:
    words = said(*[("word", 0.5 + n * 0.1, 0.6 + n * 0.1) for n in range(12)])
    assert list(broken_off(words, voices((0.5, 4.4)))) == []


def test_words_lose_the_silence_that_the_alignment_gave_them() -> None:
    (word,) = said(("yes", 0.0, 1.2))
    tight = trimmed(word, voices((0.5, 0.9)))
    assert (tight.start_s, tight.end_s) == pytest.approx((0.5, 0.9), abs=0.04)


def test_over_the_pipe_and_back() -> None:
    whole = Whole(tuple(said(("yes", 0.5, 0.9))), "en", "pl", 0.3, ((1.0, 2.5),))
    assert Whole.of(whole.header()) == whole


@pytest.mark.parametrize("gain", [1.0, 0.01, 0.003])
def test_the_level_is_the_speakers_own(gain: float) -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    loud = np.concatenate([np.zeros(RATE_HZ), np.sin(t * 1500) * 0.4, np.zeros(RATE_HZ)])
    windows, there = levelled((loud * gain + 0.2).astype(np.float32))
    assert there.sum() == pytest.approx(RATE_HZ / 512, abs=2)
    assert 0.05 < float(np.sqrt((windows[there] ** 2).mean())) < 0.5


def test_digital_silence_has_no_voice_whatever_the_gain() -> None:
    hiss = np.random.default_rng(1).integers(-1, 2, RATE_HZ * 3) / 32768
    for audio in (np.zeros(RATE_HZ, np.float32), hiss.astype(np.float32), np.zeros(0, np.float32)):
        assert Gate().listen(audio, careful=True).end_s is None
