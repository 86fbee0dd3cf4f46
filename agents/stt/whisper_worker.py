"""The child process that runs Whisper: one model, one pass at a time, windows as short as speech.

`python -m agents.stt.whisper_worker FOLDER` reads requests {language, margin_s, hotwords} with
PCM16 mono 16 kHz and answers {words: [[text, start_s, end_s, probability], …], language,
no_speech, logprob, passes}. Times count from the first sample.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from agents.sidecar import Message, serve

RATE_HZ = 16_000
WINDOW_S = 30.0
FRAMES_PER_S = 100
TOKENS_PER_S = 9.0
MIN_TOKENS = 24
MAX_TOKENS = 220
MAX_COMPRESSION = 2.4
REPEATED_TIMES = 4
QUIET_RMS = 0.002
LOUD_SHARE = 0.2
UNHEARD_TAIL_S = 0.6
DOUBTFUL_LOGPROB = -0.6
NO_SPEECH = 0.6
LOW_LOGPROB = -1.0
HALLUCINATED_LOGPROB = -0.7

Audio = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass over a window gave."""

    words: list[tuple[str, float, float, float]]
    text: str
    no_speech: float
    logprob: float

    @property
    def repeats(self) -> bool:
        """Whether something is said twice over: a decoder in a loop, or a person who repeats."""
        return self.loops or self._repeated(times=2, shortest=3)

    @property
    def loops(self) -> bool:
        """Whether the text says the same again and again, as nobody would."""
        raw = self.text.encode()
        if len(raw) > 40 and len(raw) / len(zlib.compress(raw)) > MAX_COMPRESSION:
            return True
        return self._repeated(times=REPEATED_TIMES, shortest=1)

    def _repeated(self, *, times: int, shortest: int) -> bool:
        words = [word.lower().strip(".,!?") for word in self.text.split()]
        for size in range(shortest, len(words) // times + 1):
            for start in range(len(words) - size * times + 1):
                if all(
                    words[start + i] == words[start + i + size] for i in range(size * (times - 1))
                ):
                    return True
        return False

    @property
    def silent(self) -> bool:
        """Whether the model itself doubts that anything was said."""
        if not self.text.strip():
            return True
        unsure = self.no_speech > NO_SPEECH and self.logprob < HALLUCINATED_LOGPROB
        return unsure or self.logprob < LOW_LOGPROB - 0.4


class Whisper:
    """A model and what it needs to decode short windows."""

    def __init__(self, folder: str) -> None:
        self._model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)

    def recognise(
        self, audio: Audio, *, language: str | None, margin_s: float, hotwords: str | None
    ) -> Mapping[str, Any]:
        """One window; when the result repeats itself or stops early, once more padded to 30 s.

        What the padded pass repeats too was said twice; only a loop is thrown away.
        """
        if not _audible(audio):
            return _answer(None, language or "", 0)
        tokenizer = self._tokenizer(audio, language)
        first = self._pass(audio, tokenizer, margin_s, hotwords)
        passes = 1
        early = first.logprob < DOUBTFUL_LOGPROB or _cut_short(first, audio)
        if first.repeats or (early and not first.silent):
            first = self._pass(audio, tokenizer, WINDOW_S - len(audio) / RATE_HZ, None)
            passes = 2
        good = not first.silent and not first.loops
        return _answer(first if good else None, tokenizer.language_code, passes, first)

    def _tokenizer(self, audio: Audio, language: str | None) -> Tokenizer:
        if language is None:
            language = str(self._model.detect_language(audio)[0])
        return Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="transcribe",
            language=language,
        )

    def _pass(
        self, audio: Audio, tokenizer: Tokenizer, margin_s: float, hotwords: str | None
    ) -> Pass:
        duration_s = len(audio) / RATE_HZ
        padded_s = min(WINDOW_S, duration_s + max(0.0, margin_s))
        # Zeros after the features, as in the model's own 30 s windows: silence appended to the
        # audio instead changed words ("ill-sposed") on the recordings this was measured on.
        heard = self._model.feature_extractor(audio)[..., :-1]
        frames = int(padded_s * FRAMES_PER_S)
        missing = max(0, frames - heard.shape[-1])
        features = np.pad(heard, ((0, 0), (0, missing)))[:, :frames]
        encoded = self._model.encode(features)
        prompt = self._model.get_prompt(
            tokenizer, [], without_timestamps=True, hotwords=hotwords or None
        )
        limit = int(min(MAX_TOKENS, MIN_TOKENS + TOKENS_PER_S * duration_s))
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=1,
            max_length=len(prompt) + limit,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        text = tokenizer.decode(tokens).strip()
        spoken = min(frames, int(duration_s * FRAMES_PER_S) + 20)
        words = self._words(tokenizer, tokens, encoded, spoken, duration_s) if text else []
        return Pass(words, text, float(result.no_speech_prob), float(result.scores[0]))

    def _words(
        self, tokenizer: Tokenizer, tokens: list[int], encoded: Any, frames: int, duration_s: float
    ) -> list[tuple[str, float, float, float]]:
        aligned = self._model.find_alignment(tokenizer, [tokens], encoded, frames)[0]
        words: list[tuple[str, float, float, float]] = []
        for item in aligned:
            text = str(item["word"])
            if not text.strip():
                continue
            start, end = (float(min(duration_s, item[key])) for key in ("start", "end"))
            probability = float(min(1.0, max(0.0, item["probability"])))
            if words and (not any(c.isalnum() for c in text) or not text.startswith(" ")):
                before = words[-1]
                words[-1] = (before[0] + text.strip(), before[1], max(end, before[2]), before[3])
            else:
                words.append((text.strip(), start, max(start, end), probability))
        return words


def _audible(audio: Audio) -> bool:
    """Whether any 30 ms are louder than a quiet room."""
    size = RATE_HZ * 30 // 1000
    count = len(audio) // size
    if count == 0:
        return False
    frames = audio[: count * size].reshape(count, size)
    return bool(np.sqrt((frames**2).mean(axis=1)).max() > QUIET_RMS)


def _cut_short(heard: Pass, audio: Audio) -> bool:
    """Whether someone still speaks well after the last word: the decoder stopped too early."""
    size = RATE_HZ * 30 // 1000
    count = len(audio) // size
    level = np.sqrt((audio[: count * size].reshape(count, size) ** 2).mean(axis=1))
    loud = np.flatnonzero(level > max(QUIET_RMS, float(level.max()) * LOUD_SHARE))
    ends_s = heard.words[-1][2] if heard.words else 0.0
    tail = loud[loud * size / RATE_HZ > ends_s]
    return len(tail) * size / RATE_HZ > UNHEARD_TAIL_S


def _answer(
    heard: Pass | None, language: str, passes: int, tried: Pass | None = None
) -> Mapping[str, Any]:
    return {
        "words": heard.words if heard is not None else [],
        "language": language,
        "no_speech": tried.no_speech if tried is not None else 1.0,
        "logprob": tried.logprob if tried is not None else 0.0,
        "dropped": tried.text[:200] if tried is not None and heard is None else "",
        "passes": passes,
    }


def load() -> Callable[[Message], tuple[Mapping[str, Any], bytes]]:
    """Load the model named on the command line and say one second of silence through it."""
    whisper = Whisper(sys.argv[1])
    quiet = (np.sin(np.arange(RATE_HZ) / 20) * 0.01).astype(np.float32)
    whisper.recognise(quiet, language="en", margin_s=1.0, hotwords=None)

    def answer(message: Message) -> tuple[Mapping[str, Any], bytes]:
        audio = np.frombuffer(message.payload, dtype="<i2").astype(np.float32) / 32768.0
        header = message.header
        return (
            whisper.recognise(
                audio,
                language=header.get("language"),
                margin_s=float(header.get("margin_s", 1.0)),
                hotwords=header.get("hotwords"),
            ),
            b"",
        )

    return answer


if __name__ == "__main__":
    serve(load)
