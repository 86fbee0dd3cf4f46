"""The guards of a pass; the model itself is tried in test_real_whisper.py."""

from __future__ import annotations

import numpy as np
import pytest

from agents.stt.whisper_worker import RATE_HZ, Pass, _cut_short


def said(text: str, *, no_speech: float = 0.0, logprob: float = -0.3) -> Pass:
    return Pass([], text, no_speech, logprob)


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
    assert said("you", no_speech=no_speech, logprob=logprob).silent is silent


@pytest.mark.parametrize(("ends_s", "cut_short"), [(0.5, True), (1.8, False), (2.0, False)])
def test_speech_after_the_last_word_means_that_the_decoder_stopped_early(
    ends_s: float, cut_short: bool
) -> None:
    speech = (np.sin(np.arange(2 * RATE_HZ) / 5) * 0.2).astype(np.float32)
    audio = np.concatenate([speech, np.zeros(2 * RATE_HZ, dtype=np.float32)])
    heard = Pass([("word", 0.0, ends_s, 0.9)], "word", 0.0, -0.2)
    assert _cut_short(heard, audio) is cut_short
