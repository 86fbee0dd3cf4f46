"""Quiet voices are brought up; nothing else is touched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.level import SpeakersLevel

RATE_HZ = 16_000
FRAME = 320
Samples = np.ndarray[Any, Any]


def talk(peak_db: float, noise_db: float, seconds: float = 6.0) -> Samples:
    """Syllables of a tone over noise, after a second of noise alone."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    syllables = (np.sin(2 * np.pi * 3 * t) > 0) * (t > 1)
    voice = np.sin(2 * np.pi * 180 * t) * syllables * 10 ** (peak_db / 20)
    noise = np.random.default_rng(1).normal(0, 10 ** (noise_db / 20), len(t))
    return np.asarray(np.clip((voice + noise) * 32768, -32768, 32767).astype("<i2"))


def through(samples: Samples, **how: bool) -> tuple[Samples, SpeakersLevel]:
    level = SpeakersLevel()
    pieces = [
        level.take(samples[at : at + FRAME].tobytes(), **how)
        for at in range(0, len(samples), FRAME)
    ]
    return np.frombuffer(b"".join(pieces), "<i2"), level


def db(samples: Samples) -> float:
    return float(20 * np.log10(np.sqrt((samples.astype(float) ** 2).mean()) / 32768))


@pytest.mark.parametrize("peak_db", [-3.0, -12.0, -24.0])
def test_usual_voices_pass_untouched(peak_db: float) -> None:
    said = talk(peak_db, -70)
    heard, _ = through(said)
    assert np.array_equal(heard, said)


@pytest.mark.parametrize(("peak_db", "noise_db"), [(-38.0, -75.0), (-44.0, -75.0), (-50.0, -80.0)])
def test_a_quiet_voice_comes_up_within_a_syllable(peak_db: float, noise_db: float) -> None:
    heard, level = through(talk(peak_db, noise_db))
    spoken = heard[round(1.02 * RATE_HZ) : round(1.16 * RATE_HZ)]
    assert db(spoken) > -38
    assert level.gain_db <= 30


def test_noise_alone_stays_where_it_is() -> None:
    for noise_db in (-70.0, -50.0, -30.0):
        noise = talk(-200, noise_db)
        heard, _ = through(noise)
        assert abs(db(heard) - db(noise)) < 3


def test_noise_between_words_is_not_brought_up_to_a_voice() -> None:
    heard, _ = through(talk(-42, -55))
    assert db(heard[: RATE_HZ // 2]) < -45


def test_the_avatars_echo_teaches_nothing() -> None:
    echo = talk(-44, -75)
    heard, level = through(echo, deaf=True)
    assert np.array_equal(heard, echo) and level.gain_db == 0


def test_a_voice_that_becomes_loud_is_let_down_without_clipping_for_long() -> None:
    heard, level = through(np.concatenate([talk(-44, -75), talk(-6, -75, 4.0)]))
    assert level.gain_db < 1
    assert np.abs(heard[-RATE_HZ:].astype(float)).max() < 20_000
