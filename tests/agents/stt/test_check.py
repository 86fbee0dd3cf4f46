"""The report of a clip, without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.stt.check import folder_of, main, plain_words, report, word_errors
from agents.stt.heard import HeardWord
from agents.stt.playback import Played


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b", "a x b", 1), ("a b", "", 2), ("", "a", 1)],
)
def test_errors_are_words_to_change(said: str, heard: str, errors: int) -> None:
    assert word_errors(said.split(), heard.split()) == errors


def test_punctuation_and_case_are_no_errors() -> None:
    assert plain_words("Ill-disposed, isn't he?") == ["ill", "disposed", "isnt", "he"]


def test_the_report_has_words_errors_delay_and_speed() -> None:
    words = [HeardWord("Hello", 0.1, 0.5, 0.9), HeardWord("word.", 0.6, 1.0, 0.8)]
    played = Played(2.0, [(words[0], 1.0), (words[1], 2.0)], passes=3, encoder_s=0.2, decoder_s=0.4)
    text = report(played, "hello world")
    assert "   0.10    0.50    1.00  0.90  Hello" in text
    assert "delay: mean 0.75 s, p95 1.00 s, longest 1.00 s" in text
    assert "word error rate: 0.500 (1 of 2)" in text
    assert "CPU per second of audio: 0.300 s" in text


def test_what_is_missing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_MODELS_DIR", str(tmp_path))
    assert folder_of("base") == tmp_path / "whisper-base"
    assert main([str(tmp_path / "none.wav")]) == 2
    assert "There is no model in" in capsys.readouterr().err
    (tmp_path / "model.bin").write_bytes(b"")
    assert main([str(tmp_path / "none.wav"), "--model", str(tmp_path)]) == 2
    assert "There is no clip" in capsys.readouterr().err
