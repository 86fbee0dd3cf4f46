"""Voices are refused before a session is created, not in the middle of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.tts.choices import espeak_languages, espeak_voice, installed, refusal, speaks
from interview.languages import OTHERWISE, RECOGNISED

JOE = "en_US-joe-medium"


@pytest.mark.parametrize(
    ("voice", "language", "engine", "why"),
    [
        (JOE, "en", "piper", None),
        (JOE, "en-GB", "piper", None),
        (JOE, "de", "piper", "does not speak German"),
        ("de_DE-thorsten-low", "de", "piper", None),
        ("fr_FR-siwis-low", "fr", "piper", "is not installed on this server"),
        ("joe", "en", "piper", "is not the name of a Piper voice, such as"),
        ("en-gb", "en", "espeak", None),
        ("klingon", "en", "espeak", "is not a voice of espeak-ng"),
        (JOE, "en", "none", "this server's voice cannot be chosen"),
        (JOE, "en", "livekit:openai.TTS", "this server's voice cannot be chosen"),
    ],
)
def test_refusals(tmp_path: Path, voice: str, language: str, engine: str, why: str | None) -> None:
    there = tmp_path / "piper-de_DE-thorsten-low"
    there.mkdir()
    (there / "de_DE-thorsten-low.onnx").write_bytes(b"x")
    said = refusal(voice, language, engine=engine, configured=JOE, models_dir=tmp_path)
    if said is None:
        assert voice in installed(engine, JOE, tmp_path), "what may be asked for is offered"
    if engine in ("none", "livekit:openai.TTS"):
        assert installed(engine, JOE, tmp_path) == []
    assert said is None if why is None else said is not None and why in said


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "en-US"), ("en-GB", "en"), ("en-AU", "en-US"), ("en_US", "en-US"),
        ("pt", "pt-BR"), ("pt-PT", "pt"), ("pt-AO", "pt-BR"), ("fr-CA", "fr"), ("fr", "fr"),
        ("nb", "nb"), ("no", "nb"), ("nb-NO", "nb"), ("zh", "cmn"), ("zh-CN", "cmn"),
        ("es-AR", "es"), ("es-MX", "es-419"), ("de-AT", "de"), ("deu", "de"), ("iw", "he"),
    ],
)  # fmt: skip
def test_regions_are_spoken_by_the_nearest_voice(language: str, voice: str) -> None:
    assert espeak_voice(language) == voice
    assert speaks(language, engine="espeak", configured="")


def test_what_is_understood_is_mostly_spoken() -> None:
    silent = {code for code in RECOGNISED if not speaks(code, engine="espeak", configured="")}
    assert len(silent) < 25
    assert not silent & {"en", "de", "fr", "es", "it", "pt", "ru", "zh", "ja", "ko", "ar", "hi"}
    assert not speaks(sorted(silent)[0], engine="piper", configured=JOE)
    assert set(OTHERWISE.values()) <= RECOGNISED


def test_espeak_knows_every_voice_that_is_named() -> None:
    """Its library is asked in a process of its own, as the voice does."""
    names = sorted({espeak_voice(code) for code in RECOGNISED} & set(espeak_languages().values()))
    program = (
        "import sys\nfrom agents.tts.espeak_worker import Espeak\nespeak = Espeak()\n"
        "ask = espeak._library.espeak_SetVoiceByName\n"
        "print([name for name in sys.argv[1:] if ask(name.encode())])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *names], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_without_a_voice_nothing_is_spoken() -> None:
    assert not speaks("en", engine="none", configured=JOE)
    assert speaks("xx", engine="livekit:openai.TTS", configured=JOE)
    assert speaks("en-IN", engine="piper", configured=JOE)
