"""Whisper on windows as short as the speech: gate, encoder, decoder, times, guards.

Runs in a process of its own (`whisper_worker`); the only file that knows CTranslate2.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from agents.stt.gate import Audio, Gate, Voices
from agents.stt.heard import (
    LOOP_TIMES,
    NO_WORD,
    RATE_HZ,
    Ask,
    Heard,
    HeardWord,
    plain,
    without_loops,
)
from agents.stt.whole import LongEars, Whole

WINDOW_S = 30.0
FRAMES_PER_S = 100
TOKENS_PER_S = 9.0
FEW_TOKENS, MIN_TOKENS, MAX_TOKENS = 8, 24, 200
PROMPT_TOKENS = 60
MAX_COMPRESSION = 2.4
UNHEARD_S = 0.6
NEW_VOICE_S = 0.1
TAIL_S = 0.2
DOUBTFUL_LOGPROB = -0.6
NO_SPEECH = 0.6
LOW_LOGPROB = -1.4
# Of a word or two the end of the text is most of the score, and says little about the words.
FEW_WORDS, FEW_LOGPROB, SPOKEN = 2, -2.0, 0.3
ROOM_S = 0.25  # of voice for each word, where one is said twice running
HALLUCINATED_LOGPROB = -0.7
UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True, slots=True)
class Pass:
    """What one decoding of a window gave; `words` follow the prefix."""

    words: tuple[HeardWord, ...]
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
        return self._repeated(times=LOOP_TIMES, shortest=1)

    def _repeated(self, *, times: int, shortest: int) -> bool:
        words = [plain(word) for word in self.text.split()]
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
        few = len(self.text.split()) <= FEW_WORDS and self.no_speech < SPOKEN
        return unsure or self.logprob < (FEW_LOGPROB if few else LOW_LOGPROB)

    def crowded(self, voiced_s: float) -> bool:
        """Whether a word is said twice running in less voice than that takes."""
        words = [plain(word.text) for word in self.words]
        twice = any(one == other for one, other in pairwise(words))
        return twice and len(words) * ROOM_S > voiced_s


class Whisper:
    """A model and what it needs to hear short windows. One pass at a time, on one core."""

    def __init__(self, folder: str) -> None:
        self._model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
        self._gate = Gate()
        self._encoder_s = 0.0
        self._long = LongEars(self._model)

    def whole(self, pcm: bytes, *, language: str | None = None) -> Whole:
        """A whole answer (PCM16 mono 16 kHz, any length) in the library's own long-form pass."""
        audio = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        return self._long.hear(audio, self._gate.listen(audio, careful=True), language=language)

    def warm(self, pcm: bytes) -> None:
        """Run every part once, so that the first pass is as quick as the others."""
        audio = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        self._words_of(Ask(0.0, pcm), audio, self._gate.listen(audio), "en", "")

    def align(self, pcm: bytes, text: str, language: str) -> tuple[HeardWord, ...]:
        """When each word of a known text is said, in at most 30 s."""
        audio = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        tokenizer = self._tokenizer(language)
        aligned = self._model.find_alignment(
            tokenizer,
            [tokenizer.encode(" " + text)],
            self._encode(audio, WINDOW_S),
            int(len(audio) / RATE_HZ * FRAMES_PER_S),
        )[0]
        voices = self._gate.listen(audio)
        words = joined(aligned, 0, unspaced=language in UNSPACED)
        return tuple(_voiced(word, voices, len(audio) / RATE_HZ) for word in words)

    def hear(self, ask: Ask, *, language: str | None = None, hotwords: str = "") -> Heard:
        """One pass; silence and noise never reach the model.

        A pass that loops, and a final one that repeats itself, doubts or stops early, is decoded
        once more, padded to 30 s. What the padded pass repeats too was said twice, unless it is
        said in no time.

        Args:
            language: None detects it anew; the answer names it.
            hotwords: Names and terms that are likely.
        """
        began_s = time.process_time()
        audio = np.frombuffer(ask.audio, dtype="<i2").astype(np.float32) / 32768.0
        voices = self._gate.listen(audio, careful=ask.final)
        gate_s = time.process_time() - began_s
        end_s = voices.end_s
        quiet = end_s is None or not voices.after(ask.prefix_end_s)
        known = ask.known_s is not None and end_s is not None
        if quiet or (known and (end_s or 0.0) <= (ask.known_s or 0.0) + NEW_VOICE_S):
            return Heard(same=True, speech_end_s=end_s, language=language or "", gate_s=gate_s)
        self._encoder_s = 0.0
        words, language = self._words_of(ask, audio, voices, language, hotwords)
        spent_s = time.process_time() - began_s - gate_s
        return Heard(
            words,
            speech_end_s=end_s,
            voiced_s=voices.voiced_s_after(ask.prefix_end_s),
            language=language,
            gate_s=gate_s,
            encoder_s=self._encoder_s,
            decoder_s=spent_s - self._encoder_s,
        )

    def _words_of(
        self, ask: Ask, audio: Audio, voices: Voices, language: str | None, hotwords: str
    ) -> tuple[tuple[HeardWord, ...], str]:
        encoded = self._encode(audio, ask.margin_s)
        language = language or self._detect(encoded)
        tokenizer = self._tokenizer(language)
        best = self._decode(ask, encoded, tokenizer, voices, hotwords)
        crowded = best.crowded(voices.voiced_s_after(ask.prefix_end_s))
        if best.loops or (ask.final and (crowded or _doubtful(best, voices))):
            encoded = self._encode(audio, WINDOW_S)
            best = self._decode(ask, encoded, tokenizer, voices, "")
        if best.silent:
            return (), language
        return tuple(without_loops(best.words, len(audio) / RATE_HZ)), language

    def _encode(self, audio: Audio, margin_s: float) -> Any:
        """The window and its margin through the encoder."""
        began_s = time.process_time()
        # Zeros after the features, as in the model's own 30 s windows: silence appended to the
        # audio instead changed words ("ill-sposed") on the recordings this was measured on.
        heard = self._model.feature_extractor(audio)[..., :-1]
        frames = int(min(WINDOW_S, len(audio) / RATE_HZ + max(0.0, margin_s)) * FRAMES_PER_S)
        missing = max(0, frames - heard.shape[-1])
        encoded = self._model.encode(np.pad(heard, ((0, 0), (0, missing)))[:, :frames])
        self._encoder_s += time.process_time() - began_s
        return encoded

    def _tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="transcribe",
            language=language,
        )

    def _detect(self, encoded: Any) -> str:
        if not self._model.model.is_multilingual:
            return "en"
        token = self._model.model.detect_language(encoded)[0][0][0]
        return str(token).strip("<|>")

    def _decode(
        self, ask: Ask, encoded: Any, tokenizer: Tokenizer, voices: Voices, hotwords: str
    ) -> Pass:
        prefix = [token for word in ask.prefix for token in word.tokens]
        duration_s = len(ask.audio) / 2 / RATE_HZ
        prompt = self._prompt(tokenizer, ask.prompt, hotwords)
        room = (MIN_TOKENS if ask.final else FEW_TOKENS) + TOKENS_PER_S * (
            duration_s - ask.prefix_end_s
        )
        result = self._model.model.generate(
            encoded,
            [[*prompt, *prefix]],
            beam_size=1,
            max_length=_max_length(len(prompt), len(prefix) + int(min(MAX_TOKENS, room))),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=not prefix,
            suppress_tokens=[-1],
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        said = tokens[len(prefix) :]
        text = tokenizer.decode(said).strip()
        words: tuple[HeardWord, ...] = ()
        if text:
            spoken = min(
                int((duration_s + ask.margin_s) * FRAMES_PER_S),
                int((duration_s + TAIL_S) * FRAMES_PER_S),
            )
            aligned = self._model.find_alignment(tokenizer, [tokens], encoded, spoken)[0]
            words = joined(aligned, len(prefix), tokenizer.language_code in UNSPACED)
            words = tuple(_voiced(word, voices, duration_s) for word in words)
        return Pass(words, text, float(result.no_speech_prob), float(result.scores[0]))

    def _prompt(self, tokenizer: Tokenizer, before: Sequence[int], hotwords: str) -> list[int]:
        start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        words = tokenizer.encode(" " + hotwords.strip()) if hotwords.strip() else []
        context = [*words[:PROMPT_TOKENS], *before[-PROMPT_TOKENS:]]
        return [tokenizer.sot_prev, *context, *start] if context else start


def _max_length(prompt: int, room: int) -> int:
    """CTranslate2 takes at most half of it for the text, and no more than follows the prompt."""
    return max(2 * room, prompt + room)


def _doubtful(heard: Pass, voices: Voices) -> bool:
    """Whether a window deserves a second, padded pass."""
    if heard.repeats:
        return True
    return not heard.silent and (heard.logprob < DOUBTFUL_LOGPROB or cut_short(heard, voices))


def cut_short(heard: Pass, voices: Voices) -> bool:
    """Whether someone still speaks well after the last word: the decoder stopped too early."""
    ends_s = heard.words[-1].end_s if heard.words else 0.0
    return voices.voiced_s_after(ends_s) > UNHEARD_S


def joined(
    aligned: Sequence[dict[str, Any]], skip: int, unspaced: bool = False
) -> tuple[HeardWord, ...]:
    """Words with their punctuation, after so many tokens of a known prefix."""
    words: list[HeardWord] = []
    for item in aligned:
        skip -= len(item["tokens"])
        text = str(item["word"])
        if skip >= 0 or not text.strip():
            continue
        tokens = tuple(item["tokens"])
        starts = any(char.isalnum() for char in text) and (unspaced or text.startswith(" "))
        if words and not starts:
            before = words[-1]
            words[-1] = HeardWord(
                before.text + text.strip(),
                before.start_s,
                max(before.end_s, float(item["end"])),
                before.confidence,
                before.tokens + tokens,
            )
        elif any(char.isalnum() for char in text):
            sure = float(min(1.0, max(0.0, item["probability"])))
            start_s, end_s = float(item["start"]), float(item["end"])
            tidy = text.strip().lstrip(NO_WORD)
            words.append(HeardWord(tidy, start_s, max(start_s, end_s), sure, tokens))
    return tuple(words)


def _voiced(word: HeardWord, voices: Voices, duration_s: float) -> HeardWord:
    """The word without the silence that the alignment gave it."""
    start_s, end_s = min(duration_s, word.start_s), min(duration_s, word.end_s)
    start_s, end_s = voices.within(start_s, max(start_s, end_s))
    return HeardWord(word.text, start_s, max(start_s, end_s), word.confidence, word.tokens)
