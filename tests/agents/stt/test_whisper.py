"""The guards of a pass; the model itself is tried in test_real_whisper.py."""

from __future__ import annotations

import numpy as np
import pytest

from agents.stt.gate import STEP_S, Voices
from agents.stt.heard import HeardWord
from agents.stt.whisper import Pass, cut_short, joined


def said(text: str, *, no_speech: float = 0.0, logprob: float = -0.3) -> Pass:
    return Pass((), text, no_speech, logprob)


@pytest.mark.parametrize(
    ("text", "repeats", "loops"),
    [
        ("the pencils have all been used", False, False),
        ("very very good", False, False),
        ("I think so. I think so.", True, False),
        ("please tell me about a project that you are proud of. " * 2, True, False),
        ("no no no no no", True, True),
        ("The pencils have all been used. " * 4, True, True),
        ("", False, False),
    ],
)
def test_a_person_may_say_it_twice_a_decoder_in_a_loop_may_not(
    text: str, repeats: bool, loops: bool
) -> None:
    assert (said(text).repeats, said(text).loops) == (repeats, loops)


@pytest.mark.parametrize(
    ("no_speech", "logprob", "silent"),
    [(0.0, -0.3, False), (0.9, -0.3, False), (0.9, -0.9, True), (0.0, -1.5, True)],
)
def test_doubted_speech_is_silence(no_speech: float, logprob: float, silent: bool) -> None:
    heard = said("thank you very much", no_speech=no_speech, logprob=logprob)
    assert heard.silent is silent


@pytest.mark.parametrize(
    ("text", "no_speech", "silent"),
    [("Yes.", 0.1, False), ("Yes.", 0.5, True), ("thank you very much", 0.1, True)],
)
def test_a_word_alone_may_have_a_low_score(text: str, no_speech: float, silent: bool) -> None:
    assert said(text, no_speech=no_speech, logprob=-1.5).silent is silent


@pytest.mark.parametrize(
    ("words", "voiced_s", "crowded"),
    [("yes yes yes", 0.38, True), ("yes yes", 1.8, False), ("I do not", 0.4, False)],
)
def test_a_word_said_twice_in_the_time_of_one_is_doubted(
    words: str, voiced_s: float, crowded: bool
) -> None:
    heard = Pass(tuple(HeardWord(w, 0.0, 0.4, 0.9) for w in words.split()), words, 0.0, -0.3)
    assert heard.crowded(voiced_s) is crowded


@pytest.mark.parametrize(("ends_s", "is_cut"), [(0.5, True), (1.8, False), (2.0, False)])
def test_speech_after_the_last_word_means_that_the_decoder_stopped_early(
    ends_s: float, is_cut: bool
) -> None:
    voices = Voices(np.arange(4 / STEP_S) < 2 / STEP_S)
    heard = Pass((HeardWord("word", 0.0, ends_s, 0.9),), "word", 0.0, -0.2)
    assert cut_short(heard, voices) is is_cut


def test_where_somebody_speaks() -> None:
    voices = Voices(np.array([False] * 10 + [True] * 10 + [False] * 10))
    assert voices.end_s == pytest.approx(20 * STEP_S)
    assert voices.after(0.3) and not voices.after(19 * STEP_S)
    assert voices.within(0.0, 0.9) == pytest.approx((10 * STEP_S, 20 * STEP_S))
    assert voices.within(0.7, 0.9) == (0.7, 0.9)


def test_words_with_their_punctuation_after_a_prefix() -> None:
    aligned = [
        {"word": word, "tokens": [n], "start": n, "end": n + 1, "probability": 0.5}
        for n, word in enumerate([" So", ",", " what", " we", "'re", " did", "?"])
    ]
    assert [word.text for word in joined(aligned, 0)] == ["So,", "what", "we're", "did?"]
    after = joined(aligned, 1)
    assert [word.text for word in after] == ["what", "we're", "did?"]
    assert (after[1].start_s, after[1].end_s, after[1].tokens) == (3, 5, (3, 4))
    characters = [{**item, "word": char} for item, char in zip(aligned, "今日は。", strict=False)]
    assert [word.text for word in joined(characters, 0, unspaced=True)] == ["今", "日", "は。"]
