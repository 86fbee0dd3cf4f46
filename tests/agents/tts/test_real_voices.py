"""The real voices: what they say can be understood, and the lips fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.stt.base import build_recogniser
from agents.stt.whisper_models import WHISPER_BASE
from agents.tts.base import build_synthesiser
from agents.tts.espeak import EspeakSynthesiser
from agents.tts.loudness import integrated_lufs
from agents.tts.piper_voices import DEFAULT_VOICE, JOE
from interview.errors import Unavailable
from interview.ports.speech import SpokenAudio
from server.wiring.models.catalogue import ModelCatalogue
from tests.agents.speech import require, resampled, wer

TEXT = "Please tell me about a project that makes you proud."


def check_audio(spoken: SpokenAudio) -> None:
    """Length, loudness, no clipping, and lips that cover the sound and move with it."""
    samples = np.frombuffer(spoken.pcm, dtype="<i2").astype(np.float64) / 32768
    assert 2.0 < spoken.duration_s < 6.0
    assert -25 < 20 * np.log10(np.sqrt((samples**2).mean())) < -17
    assert np.abs(samples).max() < 0.99
    last = spoken.visemes[-1]
    assert spoken.visemes[0].at_s == 0
    assert last.at_s + last.duration_s == pytest.approx(spoken.duration_s, abs=0.05)
    assert len({viseme.shape for viseme in spoken.visemes}) >= 8
    loud = {"aa": [0.0], "sil": [0.0]}
    for viseme in spoken.visemes:
        if viseme.shape in loud:
            a = int(viseme.at_s * spoken.sample_rate_hz)
            b = int((viseme.at_s + viseme.duration_s) * spoken.sample_rate_hz)
            loud[viseme.shape].append(float(np.sqrt((samples[a:b] ** 2).mean())))
    assert max(loud["aa"]) > 4 * max(loud["sil"]), loud


SENTENCES = "Now tell me about a project. Many people worked on it. All of them, even you?"


def onsets(spoken: SpokenAudio) -> list[float]:
    """When sound begins after at least 150 ms of quiet, by the samples (no sentence starts with
    a closed mouth or a breath, whose beginning cannot be heard)."""
    size = spoken.sample_rate_hz // 200
    samples = np.frombuffer(spoken.pcm, dtype="<i2").astype(np.float64) / 32768
    level = np.sqrt((samples[: len(samples) // size * size].reshape(-1, size) ** 2).mean(axis=1))
    quiet = level < level.max() * 0.02
    found, run = [], 30  # the beginning counts
    for index, silent in enumerate(quiet):
        if not silent and run >= 30:
            found.append(index / 200)
        run = run + 1 if silent else 0
    return found


def check_lips(spoken: SpokenAudio) -> None:
    """The mouth opens within 40 ms of each sound that follows a silence."""
    shapes = ["sil", *(viseme.shape for viseme in spoken.visemes)]
    opened = [
        viseme.at_s
        for before, viseme in zip(shapes, spoken.visemes, strict=False)
        if before == "sil" and viseme.shape != "sil"
    ]
    heard = onsets(spoken)
    assert len(heard) >= 3
    for at_s in heard:
        assert min(abs(at_s - lips_s) for lips_s in opened) <= 0.04, (at_s, opened)


def check_rate(slow: SpokenAudio, plain: SpokenAudio, quick: SpokenAudio) -> None:
    """The speed changes, the loudness does not, and the lips still fit."""
    assert slow.duration_s > 1.08 * plain.duration_s
    assert quick.duration_s < 0.92 * plain.duration_s
    for spoken in (slow, plain, quick):
        check_lips(spoken)
        samples = (np.frombuffer(spoken.pcm, dtype="<i2") / 32768).astype(np.float32)
        loudness = integrated_lufs(samples, spoken.sample_rate_hz)
        assert loudness == pytest.approx(-20, abs=1.5)


async def test_espeak_speaks_at_the_rate_that_is_asked_for() -> None:
    synthesiser = EspeakSynthesiser()
    said = [
        await synthesiser.synthesise(SENTENCES, language="en", rate=rate)
        for rate in (0.8, 1.0, 1.3)
    ]
    await synthesiser.aclose()
    check_rate(*said)


@pytest.mark.models
async def test_piper_speaks_at_the_rate_that_is_asked_for() -> None:
    synthesiser = build_synthesiser("piper", DEFAULT_VOICE, require(JOE))
    await synthesiser.start()
    said = [
        await synthesiser.synthesise(SENTENCES, language="en", rate=rate)
        for rate in (0.75, 1.0, 1.35)
    ]
    await synthesiser.aclose()
    assert {spoken.engine for spoken in said} == {"piper"}
    check_rate(*said)


@pytest.mark.models
async def test_piper_is_understood_and_its_lips_fit() -> None:
    catalogue = require(JOE)
    synthesiser = build_synthesiser("piper", DEFAULT_VOICE, catalogue)
    await synthesiser.start()
    spoken = await synthesiser.synthesise(TEXT, language="en")
    health = synthesiser.health()
    await synthesiser.aclose()
    assert (spoken.engine, spoken.voice, health.name) == ("piper", DEFAULT_VOICE, "piper")
    check_audio(spoken)
    recogniser = build_recogniser("faster-whisper", "base", require(WHISPER_BASE), 1)
    await recogniser.start()
    heard = await recogniser.transcribe(resampled(spoken.pcm, spoken.sample_rate_hz), language="en")
    await recogniser.aclose()
    assert wer(TEXT, " ".join(word.text for word in heard.committed)) <= 0.1


async def test_without_a_piper_voice_espeak_speaks_and_says_why(tmp_path: Path) -> None:
    synthesiser = build_synthesiser("piper", DEFAULT_VOICE, ModelCatalogue(tmp_path))
    await synthesiser.start()
    spoken = await synthesiser.synthesise(TEXT, language="en")
    health = synthesiser.health()
    await synthesiser.aclose()
    assert spoken.engine == "espeak"
    assert health.available and "python -m server models" in health.reason
    check_audio(spoken)


async def test_espeak_speaks_other_languages_and_refuses_unknown_ones() -> None:
    synthesiser = EspeakSynthesiser()
    spoken = await synthesiser.synthesise("Guten Tag, wie geht es Ihnen?", language="de")
    assert spoken.voice == "de" and spoken.duration_s > 1
    with pytest.raises(Unavailable, match="no voice"):
        await synthesiser.synthesise("Hello", language="xx-unknown")
    with pytest.raises(Unavailable, match="nothing to say"):
        await synthesiser.synthesise("…", language="en")
    assert synthesiser.health().restarts == 0
    await synthesiser.aclose()
