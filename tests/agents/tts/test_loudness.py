"""Trim and level."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tts.loudness import integrated_lufs, levelled, paced, pcm16, trimmed

RATE = 16_000


def tone(seconds: float, level: float) -> np.ndarray:
    return (np.sin(np.arange(int(seconds * RATE)) / 5) * level).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def test_excess_silence_goes_and_a_little_stays() -> None:
    audio, cut = trimmed(np.concatenate([silence(1), tone(0.5, 0.3), silence(1)]), RATE)
    assert cut / RATE == pytest.approx(0.97, abs=0.011)
    assert len(audio) / RATE == pytest.approx(0.68, abs=0.02)


def test_silence_alone_stays() -> None:
    audio, cut = trimmed(silence(0.4), RATE)
    assert (len(audio), cut) == (6_400, 0)


def measured(audio: np.ndarray) -> float:
    loudness = integrated_lufs(audio, RATE)
    assert loudness is not None
    return loudness


def test_the_measure_is_that_of_ebu_r128() -> None:
    """EBU Tech 3341, case 1, for one channel: a 1 kHz sine at -23 dBFS (peak) is -26 LUFS."""
    sine = np.sin(2 * np.pi * 1_000 * np.arange(5 * RATE) / RATE) * 10 ** (-23 / 20)
    assert measured(sine.astype(np.float32)) == pytest.approx(-26, abs=0.15)


@pytest.mark.parametrize("level", [0.01, 0.05, 0.3])
@pytest.mark.parametrize("pause_s", [0, 2])
def test_speech_comes_to_minus_20_lufs_whatever_its_pauses(level: float, pause_s: float) -> None:
    out = levelled(np.concatenate([tone(1, level), silence(pause_s), tone(1, level)]), RATE)
    assert measured(out) == pytest.approx(-20, abs=0.1)


def test_a_short_word_is_as_loud_as_a_sentence() -> None:
    """Shorter than one block of the measure."""
    word, sentence = levelled(tone(0.3, 0.02), RATE), levelled(tone(3, 0.3), RATE)
    rms = [float(np.sqrt((audio**2).mean())) for audio in (word, sentence)]
    assert 20 * np.log10(rms[0] / rms[1]) == pytest.approx(0, abs=1.5)
    assert integrated_lufs(word, RATE) is None


def test_silence_and_nothing_stay_as_they_are() -> None:
    assert np.array_equal(levelled(silence(1), RATE), silence(1))
    assert len(levelled(silence(0), RATE)) == 0
    assert integrated_lufs(silence(1), RATE) is None


@pytest.mark.parametrize("rate", [0.5, 0.8, 1.25, 1.5])
def test_pacing_changes_the_length_and_not_the_pitch(rate: float) -> None:
    out = paced(tone(2, 0.3), RATE, rate)
    assert len(out) / RATE == pytest.approx(2 / rate, rel=0.05)
    loud = [np.abs(np.fft.rfft(audio[1_000:9_000])).argmax() for audio in (tone(2, 0.3), out)]
    assert abs(int(loud[0]) - int(loud[1])) <= 3
    assert paced(out, RATE, 1.0) is out


def test_a_sharp_peak_is_not_clipped() -> None:
    audio = tone(1, 0.001)
    audio[100] = 0.5
    assert np.abs(levelled(audio, RATE)).max() <= 0.9


def test_pcm_is_little_endian_and_bounded() -> None:
    assert pcm16(np.array([0.0, 2.0, -2.0], dtype=np.float32)) == b"\x00\x00\xff\x7f\x01\x80"
