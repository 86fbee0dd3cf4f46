"""The policy and the gate on the real model, on a computed clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.stt.check import main
from agents.stt.heard import BYTES_PER_S, RATE_HZ, Ask, Heard, HeardWord
from agents.stt.incremental import Incremental, Plan
from agents.stt.playback import play
from agents.stt.transcriber import Transcriber
from agents.stt.whisper import Whisper
from agents.stt.whisper_models import WHISPER_BASE
from tests.agents.speech import pcm_of, references, require, wer

pytestmark = pytest.mark.models

MINUTES = 10
COST_S = 0.15


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper(str(require(WHISPER_BASE).locate(WHISPER_BASE)))


def steady(whisper: Whisper) -> Callable[[Ask], Heard]:
    """Passes that cost the same on any machine, so that the same windows are heard."""

    def hear(ask: Ask) -> Heard:
        heard = whisper.hear(ask, language="en")
        return replace(heard, gate_s=0.0, encoder_s=COST_S, decoder_s=0.0)

    return hear


def test_words_are_final_while_somebody_speaks_and_right(
    whisper: Whisper, shared_dir: Path
) -> None:
    names = ["harvard-6.wav", "austen-0880.wav"]
    pcm = b"".join(pcm_of(shared_dir / "speech" / name) for name in names)
    played = play(pcm, steady(whisper))
    said = " ".join(references(shared_dir)[name] for name in names)
    assert wer(said, played.text) <= 0.15, played.text
    early = [at_s for _, at_s in played.committed if at_s < played.audio_s]
    assert len(early) >= len(played.committed) // 2
    assert max(played.delays) <= 2.0 + Plan().every_s + 2 * COST_S
    starts = [word.start_s for word, _ in played.committed]
    assert starts == sorted(starts)


@pytest.mark.parametrize("first_s", [2.1, 2.3, 2.6, 3.1])
@pytest.mark.parametrize("second_s", [0.5, 1.0, 2.0])
def test_a_recogniser_away_after_the_first_words_says_none_of_them_twice(
    whisper: Whisper, shared_dir: Path, first_s: float, second_s: float
) -> None:
    """Known words, a pause, and then much to hear at once: here the decoder likes to begin anew."""
    pcm = pcm_of(shared_dir / "speech" / "jfk.flac")
    segment = Incremental()
    words: list[HeardWord] = []
    sent = 0
    for until_s in (first_s, first_s + second_s, len(pcm) / BYTES_PER_S):
        upto = int(until_s * RATE_HZ) * 2
        segment.push(pcm[sent:upto])
        sent = upto
        ask = segment.ask(final=upto == len(pcm))
        words += segment.take(ask, whisper.hear(ask, language="en"))
    text = " ".join(word.text for word in words)
    assert text.lower().count("fellow") == 1
    assert wer(references(shared_dir)["jfk.flac"], text) <= 2 / 22, text


@pytest.mark.parametrize("kind", ["silence", "white", "recorded"])
def test_ten_minutes_without_a_voice_have_no_words(
    whisper: Whisper, shared_dir: Path, kind: str
) -> None:
    """Gated: the model is asked next to never."""
    size = MINUTES * 60 * RATE_HZ
    if kind == "silence":
        samples = np.zeros(size, dtype="<i2")
    elif kind == "white":
        samples = (np.random.default_rng(1).normal(size=size) * 1500).astype("<i2")
    else:
        recorded = np.frombuffer(pcm_of(shared_dir / "speech" / "noise.wav"), dtype="<i2")
        samples = np.resize(recorded, size)
    asked: list[bool] = []

    def hear(ask: Ask) -> Heard:
        heard = whisper.hear(ask)
        asked.append(heard.encoder_s > 0)
        return replace(heard, gate_s=0.0, encoder_s=0.0, decoder_s=0.0)  # the same windows always

    played = play(samples.tobytes(), hear, plan=Plan(every_s=2.0))
    assert played.passes >= 250
    assert played.text == ""
    assert sum(asked) <= (0 if kind == "silence" else 3), "noise may touch the gate once or twice"


def test_alone_as_documented(whisper: Whisper, shared_dir: Path) -> None:
    """Two segments; the second's times go on where the first ended; its language is detected."""
    pcm = pcm_of(shared_dir / "speech" / "harvard-6.wav")
    hearing = Transcriber(whisper, hotwords=["pencils"])
    words: list[HeardWord] = []
    for _ in range(2):
        for start in range(0, len(pcm), RATE_HZ):
            words += hearing.push(pcm[start : start + RATE_HZ]).committed
        words += hearing.flush().committed
    said = references(shared_dir)["harvard-6.wav"]
    assert wer(f"{said} {said}", " ".join(word.text for word in words)) <= 0.1
    assert words[len(words) // 2].start_s >= len(pcm) / 2 / RATE_HZ


def test_check_prints_words_errors_delay_and_speed(
    shared_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = require(WHISPER_BASE).locate(WHISPER_BASE)
    clip = shared_dir / "speech" / "harvard-6.wav"
    arguments = [str(clip), "--model", str(folder), "--language", "en"]
    assert main([*arguments, "--reference", references(shared_dir)["harvard-6.wav"]]) == 0
    out = capsys.readouterr().out
    assert "pencils" in out and "word error rate: 0.0" in out and "delay: mean" in out
