"""The sidecar that runs Piper (GPL-3.0-or-later): nothing else imports `piper`.

`python -m agents.tts.piper_worker MODEL CONFIG` answers {text, rate} with {rate_hz, visemes:
[[at_s, duration_s, shape], …]} and PCM16 mono.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from piper import PiperVoice, SynthesisConfig

from agents.tts.loudness import Audio, levelled, pcm16, trimmed
from agents.tts.visemes import TimedPhoneme, visemes_of
from sidecars.child import Message, serve

SENTENCE_PAUSE_S = 0.22


def synthesise(voice: PiperVoice, text: str, rate: float = 1.0) -> tuple[dict[str, Any], bytes]:
    """Speech of all sentences, trimmed and levelled, with its mouth shapes."""
    how = SynthesisConfig(length_scale=voice.config.length_scale / rate)
    rate_hz = int(voice.config.sample_rate)
    pause = np.zeros(int(SENTENCE_PAUSE_S * rate_hz), dtype=np.float32)
    pieces: list[Audio] = []
    phonemes: list[TimedPhoneme] = []
    at = 0
    for chunk in voice.synthesize(text, how, include_alignments=True):
        if pieces:
            phonemes.append(TimedPhoneme(" ", at / rate_hz, (at + len(pause)) / rate_hz))
            pieces.append(pause)
            at += len(pause)
        audio = np.asarray(chunk.audio_float_array, dtype=np.float32).reshape(-1)
        phonemes += _timed(chunk, at, len(audio), rate_hz)
        pieces.append(audio)
        at += len(audio)
    if not pieces:
        raise ValueError("there is nothing to say")
    audio, cut = trimmed(np.concatenate(pieces), rate_hz)
    shifted = _within(phonemes, cut / rate_hz, len(audio) / rate_hz)
    visemes = [[v.at_s, v.duration_s, v.shape] for v in visemes_of(shifted)]
    return {"rate_hz": rate_hz, "visemes": visemes}, pcm16(levelled(audio, rate_hz))


def _timed(chunk: Any, at: int, length: int, rate_hz: int) -> list[TimedPhoneme]:
    """The sentence's phonemes on the clock of the whole audio.

    Durations come from the model; where it gives none each phoneme gets the same share.
    """
    if chunk.phoneme_alignments:
        parts = [(item.phoneme, float(item.num_samples)) for item in chunk.phoneme_alignments]
    else:
        parts = [(phoneme, 1.0) for phoneme in chunk.phonemes]
    scale = length / max(1.0, sum(samples for _, samples in parts))
    timed: list[TimedPhoneme] = []
    position = float(at)
    for symbol, samples in parts:
        end = position + samples * scale
        timed.append(TimedPhoneme(symbol, position / rate_hz, end / rate_hz))
        position = end
    return timed


def _within(phonemes: list[TimedPhoneme], cut_s: float, length_s: float) -> list[TimedPhoneme]:
    """Phonemes after the start was cut away, none beyond the end."""
    moved = (
        TimedPhoneme(p.symbol, max(0.0, p.start_s - cut_s), min(length_s, p.end_s - cut_s))
        for p in phonemes
    )
    return [p for p in moved if p.end_s > p.start_s]


def load() -> Callable[[Message], tuple[Mapping[str, Any], bytes]]:
    """Load the voice named on the command line."""
    model, config = sys.argv[1:3]
    marked = model.endswith(".aligned.onnx")
    voice = PiperVoice.load(model, config_path=config, include_alignments=not marked)
    synthesise(voice, "Ready.")  # the first run allocates

    def answer(message: Message) -> tuple[Mapping[str, Any], bytes]:
        rate = float(message.header.get("rate", 1.0))
        return synthesise(voice, str(message.header["text"]), rate)

    return answer


if __name__ == "__main__":
    serve(load, niceness=0)  # somebody waits for these words
