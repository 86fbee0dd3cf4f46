"""Trim and level."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tts.loudness import levelled, pcm16, trimmed

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


@pytest.mark.parametrize("level", [0.01, 0.1, 0.9])
def test_speech_comes_to_minus_20_dbfs_whatever_its_pauses(level: float) -> None:
    out = levelled(np.concatenate([tone(1, level), silence(2)]), RATE)
    loud = out[:RATE]
    assert 20 * np.log10(np.sqrt((loud**2).mean())) == pytest.approx(-20, abs=0.5)


def test_a_sharp_peak_is_not_clipped() -> None:
    audio = tone(1, 0.001)
    audio[100] = 0.5
    assert np.abs(levelled(audio, RATE)).max() <= 0.97


def test_pcm_is_little_endian_and_bounded() -> None:
    assert pcm16(np.array([0.0, 2.0, -2.0], dtype=np.float32)) == b"\x00\x00\xff\x7f\x01\x80"
