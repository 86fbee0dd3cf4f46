"""`python -m agents.stt.check CLIP --model NAME`: how well and how soon a clip is recognised.

Prints each word with its times and when it was final, the word error rate against a reference,
the delay and the speed. The clip is heard as if spoken now; its end is the flush.
"""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from faster_whisper import decode_audio

from agents.stt.heard import RATE_HZ
from agents.stt.playback import Played, play
from agents.stt.whisper import Whisper


def folder_of(model: str) -> Path:
    """A folder, or the name of a model among the server's (VIVA_MODELS_DIR)."""
    if Path(model).is_dir():
        return Path(model)
    own = os.environ.get("VIVA_MODELS_DIR")
    models = Path(own) if own else Path.home() / ".cache" / "vivavoce" / "models"
    return models / f"whisper-{model}"


def plain_words(text: str) -> list[str]:
    """Lower case, no punctuation; a hyphen parts words, an apostrophe does not."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("-", " ")
    text = text.replace("mr.", "mister")
    return "".join(c for c in text if c.isalnum() or c.isspace()).split()


def word_errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Words to change, put in or take out to make one the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, said in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, word in enumerate(heard, 1):
            cost = before + (said != word)
            before = row[j]
            row[j] = min(cost, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def read_pcm(path: Path) -> bytes:
    """Any recording as PCM16 mono 16 kHz."""
    samples = np.asarray(decode_audio(str(path), sampling_rate=RATE_HZ))
    return bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def report(played: Played, reference: str) -> str:
    """What is printed."""
    lines = [f"{'start':>7} {'end':>7} {'final':>7} {'sure':>5}  word"]
    lines += [
        f"{word.start_s:7.2f} {word.end_s:7.2f} {at_s:7.2f} {word.confidence:5.2f}  {word.text}"
        for word, at_s in played.committed
    ]
    delays = sorted(played.delays)
    if delays:
        p95 = delays[min(len(delays) - 1, int(0.95 * len(delays)))]
        mean = sum(delays) / len(delays)
        lines.append(f"delay: mean {mean:.2f} s, p95 {p95:.2f} s, longest {delays[-1]:.2f} s")
    if reference:
        said = plain_words(reference)
        errors = word_errors(said, plain_words(played.text))
        lines.append(f"word error rate: {errors / max(1, len(said)):.3f} ({errors} of {len(said)})")
    length_s = max(played.audio_s, 1e-9)
    lines.append(
        f"CPU per second of audio: {played.cpu_s / length_s:.3f} s "
        f"(gate {played.gate_s / length_s:.3f}, encoder {played.encoder_s / length_s:.3f}, "
        f"decoder {played.decoder_s / length_s:.3f}); {played.passes} passes"
    )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report of one clip."""
    parser = argparse.ArgumentParser(prog="agents.stt.check", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--model", default="base", help="a name, or a folder")
    parser.add_argument("--language", default=None, help="two letters; detected when absent")
    parser.add_argument("--hotwords", default="")
    parser.add_argument("--reference", default="", help="what is said in the clip")
    options = parser.parse_args(arguments)
    folder = folder_of(options.model)
    if not (folder / "model.bin").is_file():
        print(f"There is no model in {folder}. Run `make models`.", file=sys.stderr)
        return 2
    if not options.clip.is_file():
        print(f"There is no clip {options.clip}.", file=sys.stderr)
        return 2
    whisper = Whisper(str(folder))
    ears = partial(whisper.hear, language=options.language, hotwords=options.hotwords)
    print(report(play(read_pcm(options.clip), ears), options.reference))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
