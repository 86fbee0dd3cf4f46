"""The avatar's voice in the candidate's microphone, and the candidate over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.echo import EchoGuard
from tests.fakes.conversation import clip

WINDOW = 512
Floats = NDArray[np.float64]


def floats(path: Path, rate_hz: int) -> Floats:
    return np.frombuffer(clip(path, rate_hz), dtype="<i2").astype(np.float64)


def verdicts(
    guard: EchoGuard, played: Floats, heard: Floats, *, while_loud: Floats | None = None
) -> list[bool]:
    """Play at 48 kHz and listen at 16 kHz on one clock.

    A verdict for each window that is audible, and in which `while_loud` (if given) is loud.
    """
    loud = heard if while_loud is None else while_loud
    limit = 250 if while_loud is None else 1_000
    found, at = [], 0
    for index in range(len(heard) // WINDOW):
        while at + 960 <= (index + 1) * WINDOW * 3:
            piece = played[at : at + 960]
            at += 960
            guard.played(piece.astype("<i2").tobytes() if len(piece) == 960 else None, 960)
        window = heard[index * WINDOW : (index + 1) * WINDOW]
        guard.heard(window.astype(np.int16))
        if np.sqrt((loud[index * WINDOW : (index + 1) * WINDOW] ** 2).mean()) > limit:
            found.append(guard.is_echo())
    return found


@pytest.fixture
def speech(shared_dir: Path) -> Path:
    return shared_dir / "speech"


def echo_of(prompt: Floats, delay_s: float) -> Floats:
    return 0.2 * np.concatenate((np.zeros(round(delay_s * 16_000)), prompt))


@pytest.mark.parametrize("delay_s", [0.04, 0.2, 0.45])
def test_a_fifth_of_the_prompt_coming_back_is_echo(speech: Path, delay_s: float) -> None:
    name = "austen-0870.wav"
    heard = echo_of(floats(speech / name, 16_000), delay_s)
    found = verdicts(EchoGuard(), floats(speech / name, 48_000), heard)
    assert len(found) > 50
    assert sum(found) / len(found) > 0.97


def test_a_room_is_learned_within_one_prompt(speech: Path) -> None:
    name = "austen-0870.wav"
    impulse = floats(speech / "room-impulse.wav", 16_000)
    impulse /= np.sqrt((impulse**2).sum())
    echo = echo_of(floats(speech / name, 16_000), 0.2)
    heard = np.convolve(echo, impulse)[: len(echo)]
    guard = EchoGuard()
    verdicts(guard, floats(speech / name, 48_000), heard)
    found = verdicts(guard, floats(speech / name, 48_000), heard)
    assert sum(found) / len(found) > 0.9


@pytest.mark.parametrize("name", ["harvard-1.wav", "harvard-4.wav", "jfk.flac", "lj050-0131.wav"])
def test_somebody_who_speaks_over_the_prompt_is_heard(speech: Path, name: str) -> None:
    prompt = floats(speech / "austen-0870.wav", 16_000)
    voice = floats(speech / name, 16_000)[: len(prompt)]
    heard = voice + echo_of(prompt, 0.1)[: len(voice)]
    for sound in (voice, heard):
        found = verdicts(
            EchoGuard(), floats(speech / "austen-0870.wav", 48_000), sound, while_loud=voice
        )
        assert sum(found) / len(found) < 0.35  # the rest is enough to stop the avatar


def test_without_a_prompt_nothing_is_echo(speech: Path) -> None:
    voice = floats(speech / "harvard-1.wav", 16_000)
    assert not any(verdicts(EchoGuard(), np.zeros(0), voice))
