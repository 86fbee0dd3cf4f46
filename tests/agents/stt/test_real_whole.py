"""Whole passes of the real recogniser over real and synthetic voices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.stt.check import plain_words
from agents.stt.whisper import Whisper
from agents.stt.whisper_models import WHISPER_BASE
from agents.stt.whole import Whole
from tests.agents.speech import RATE_HZ, pcm_of, references, require, wer

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper(str(require(WHISPER_BASE).locate(WHISPER_BASE)))


def samples_of(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.frombuffer(pcm_of(path), "<i2").astype(float)


def heard(whisper: Whisper, samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Whole:
    return whisper.whole(np.clip(samples, -32768, 32767).astype("<i2").tobytes(), language="en")


def text(whole: Whole) -> str:
    return " ".join(word.text for word in whole.words)


def test_quiet_speech_is_heard_as_loud_speech_is(whisper: Whisper, shared_dir: Path) -> None:
    """A peak of -44 dBFS, with a microphone's own noise."""
    name = "austen-0870.wav"
    clip = samples_of(shared_dir / "speech" / name)
    floor = np.random.default_rng(6).normal(0, 6, len(clip))
    quiet = clip / np.abs(clip).max() * 32768 * 10 ** (-44 / 20) + floor
    assert wer(references(shared_dir)[name], text(heard(whisper, quiet))) <= 0.1


def test_no_shorter_truth_than_was_said(whisper: Whisper, shared_dir: Path) -> None:
    """Too quiet above its noise: each stretch has its words, or the answer says it has none."""
    spoken = samples_of(shared_dir / "speech" / "jfk.flac")[: RATE_HZ * 10]
    floor = np.random.default_rng(6).normal(0, 6, len(spoken))
    for peak_db in (-50, -54, -58):
        quiet = spoken / np.abs(spoken).max() * 32768 * 10 ** (peak_db / 20) + floor
        whole = heard(whisper, quiet)
        there = [(word.start_s, word.end_s) for word in whole.words] + list(whole.unheard)
        assert there, peak_db
        told_s = max(end_s for _, end_s in there)
        assert told_s > 9.0, f"nothing is said of what follows {told_s} s at {peak_db} dBFS"


def test_words_said_again_after_a_pause_are_all_there(whisper: Whisper, shared_dir: Path) -> None:
    clip = samples_of(shared_dir / "speech" / "harvard-5.wav")
    sunday = clip[
        : int(0.49 * RATE_HZ)
    ]  # with the end of the word: half of it is not heard everywhere
    gap = np.zeros(int(1.2 * RATE_HZ))
    whole = heard(whisper, np.concatenate([gap, sunday, gap, sunday, gap, sunday, gap]))
    assert plain_words(text(whole)) == ["sunday"] * 3
    starts = [word.start_s for word in whole.words]
    assert starts == pytest.approx([1.2, 2.85, 4.5], abs=0.3)
    assert whole.belief == 0, "three words tell no language"


def test_what_language_it_sounds_like(whisper: Whisper, shared_dir: Path) -> None:
    """Asked for in German, an English answer is noticed."""
    pcm = pcm_of(shared_dir / "speech" / "jfk.flac")[: RATE_HZ * 2 * 8]
    whole = whisper.whole(pcm, language="de")
    assert (whole.language, whole.sounds_like) == ("de", "en")
    assert whole.belief > 0.9


def test_nothing_is_heard_where_nobody_speaks(whisper: Whisper, shared_dir: Path) -> None:
    noise = samples_of(shared_dir / "speech" / "noise.wav")
    for level in (1.0, 0.05):
        assert heard(whisper, noise * level).words == ()
    assert heard(whisper, np.zeros(RATE_HZ * 3)).words == ()
