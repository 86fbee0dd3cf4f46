"""`python -m server models`."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.wiring.models.cli import main


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_MODELS_DIR", str(tmp_path))


def test_the_list_says_what_is_missing_and_what_that_costs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--list"]) == 0
    out = capsys.readouterr().out
    assert "missing  whisper-base" in out
    assert "candidates type their answers" in out


def test_strict_fails_when_something_is_missing() -> None:
    assert main(["--list", "--strict"]) == 1


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "nothing"]) == 2
    assert "whisper-base" in capsys.readouterr().err


def test_another_model_by_name_is_listed_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIVA_STT_MODEL", "small")
    monkeypatch.setenv("VIVA_TTS_VOICE", "en_GB-alba-medium")
    main(["--list"])
    out = capsys.readouterr().out
    assert "whisper-small" in out and "piper-en_GB-alba-medium" in out
