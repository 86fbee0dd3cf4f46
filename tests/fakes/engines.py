"""Speech engines without models: deterministic, in this process, true to the ports.

`ScriptedRecogniser` says what its script holds for the audio it hears: by the sha256 of a whole
segment's PCM (`hear`), or the next line of the script for any segment that is not silence.
`ToneSynthesiser` speaks each character as 60 ms of a tone.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import AsyncIterator, Sequence

import numpy as np

from interview.errors import Unavailable
from interview.nouns import Viseme, Word
from interview.ports.speech import (
    RECOGNITION_RATE_HZ,
    EngineHealth,
    Hypothesis,
    PcmFrame,
    SpokenAudio,
)

AUDIBLE_RMS = 60.0
INTERIM_S = 0.6
CONFIDENCE = 0.9


def audible(pcm: bytes) -> bool:
    """Whether any of it is louder than silence."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    return bool(len(samples)) and float(np.sqrt((samples**2).mean())) > AUDIBLE_RMS


def spread(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """Words evenly over a stretch of time."""
    words = text.split()
    step = (end_s - start_s) / max(1, len(words))
    return tuple(
        Word(
            text=word,
            start_s=start_s + index * step,
            end_s=start_s + (index + 1) * step,
            confidence=CONFIDENCE,
        )
        for index, word in enumerate(words)
    )


class ScriptedStream:
    """One stream: an interim every 0.6 s of audio, the words at `flush`."""

    def __init__(self, recogniser: ScriptedRecogniser) -> None:
        self._recogniser = recogniser
        self._audio = bytearray()
        self._start_s: float | None = None
        self._interim_at = INTERIM_S
        self._line: str | None = None
        # At most one hypothesis each 0.6 s of audio; nobody pushes hours into a test.
        self._out: asyncio.Queue[Hypothesis | None] = asyncio.Queue()
        self._closed = False

    @property
    def lag_s(self) -> float:
        """Everything is heard at once."""
        return 0.0

    def push(self, frame: PcmFrame) -> None:
        """Take audio."""
        if frame.sample_rate_hz != RECOGNITION_RATE_HZ:
            raise ValueError(f"{frame.sample_rate_hz} Hz instead of {RECOGNITION_RATE_HZ}")
        if self._start_s is None:
            self._start_s = frame.start_s
        self._audio += frame.samples
        self._recogniser.pushed_bytes += len(frame.samples)
        if self._seconds >= self._interim_at:
            self._interim_at = self._seconds + INTERIM_S
            self._interim()

    async def flush(self) -> None:
        """Commit the line of this segment."""
        await self._recogniser.wait_allowed()
        start_s = self._start_s or 0.0
        end_s = start_s + self._seconds
        text = self._text() if self._audio else ""
        self._out.put_nowait(Hypothesis(spread(text, start_s, end_s), "", end_s, final=True))
        self._audio.clear()
        self._start_s, self._interim_at, self._line = None, INTERIM_S, None

    async def __aiter__(self) -> AsyncIterator[Hypothesis]:
        while (hypothesis := await self._out.get()) is not None:
            yield hypothesis

    async def aclose(self) -> None:
        """End the iteration. Harmless twice."""
        if not self._closed:
            self._closed = True
            self._recogniser.open_streams -= 1
            self._out.put_nowait(None)

    @property
    def _seconds(self) -> float:
        return len(self._audio) / 2 / RECOGNITION_RATE_HZ

    def _interim(self) -> None:
        words = self._text(peek=True).split()
        shown = " ".join(words[: max(1, int(self._seconds * 3))])
        end_s = (self._start_s or 0.0) + self._seconds
        if shown:
            self._out.put_nowait(Hypothesis((), shown, end_s))

    def _text(self, *, peek: bool = False) -> str:
        known = self._recogniser.heard(bytes(self._audio))
        if known is not None:
            return known
        if self._line is None and audible(bytes(self._audio)):
            self._line = self._recogniser.next_line()
        return self._line or ""


class ScriptedRecogniser:
    """A `Recogniser` that follows a script.

    Args:
        lines: Said one after another, one for each audible segment; "" when they are used up.
        reason: Makes it unavailable, with this sentence.
    """

    name = "scripted"

    def __init__(self, lines: Sequence[str] = (), *, reason: str = "") -> None:
        self._lines = list(lines)
        self._by_hash: dict[str, str] = {}
        self._reason = reason
        self._allowed = asyncio.Event()
        self._allowed.set()
        self.pushed_bytes = 0
        self.open_streams = 0
        self.languages: list[str | None] = []

    def hear(self, pcm: bytes, text: str) -> None:
        """From now on this very segment (16 kHz mono PCM) means this text."""
        self._by_hash[hashlib.sha256(pcm).hexdigest()] = text

    def heard(self, pcm: bytes) -> str | None:
        """What a segment means, if it was told."""
        return self._by_hash.get(hashlib.sha256(pcm).hexdigest())

    def next_line(self) -> str:
        """Take the next line of the script."""
        return self._lines.pop(0) if self._lines else ""

    def hold(self) -> None:
        """Let every flush wait (a busy recogniser) until `release`."""
        self._allowed.clear()

    def release(self) -> None:
        """Let the waiting flushes go on."""
        self._allowed.set()

    async def wait_allowed(self) -> None:
        """Returns when the recogniser is not held."""
        await self._allowed.wait()

    async def start(self) -> None:
        """Raises Unavailable when a reason was given."""
        if self._reason:
            raise Unavailable("stt", self._reason)

    def open_stream(self, *, language: str | None, hotwords: Sequence[str] = ()) -> ScriptedStream:
        """A new stream."""
        if self._reason:
            raise Unavailable("stt", self._reason)
        self.languages.append(language)
        self.open_streams += 1
        return ScriptedStream(self)

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """A whole clip."""
        if self._reason:
            raise Unavailable("stt", self._reason)
        end_s = len(pcm) / 2 / RECOGNITION_RATE_HZ
        text = self.heard(pcm)
        if text is None:
            text = self.next_line() if audible(pcm) else ""
        return Hypothesis(spread(text, 0.0, end_s), "", end_s, final=True)

    def health(self) -> EngineHealth:
        """Available unless a reason was given."""
        return EngineHealth(self.name, available=not self._reason, reason=self._reason)

    async def aclose(self) -> None:
        """Nothing to end."""


class ToneSynthesiser:
    """A `Synthesiser` of tones: 60 ms a character, at least five of them, with moving lips.

    Args:
        failures: So many of the first calls fail.
        reason: Makes it unavailable, with this sentence.
    """

    name = "tone"

    def __init__(
        self,
        *,
        failures: int = 0,
        reason: str = "",
        rate_hz: int = 22_050,
        char_s: float = 0.06,
    ) -> None:
        self.failures = failures
        self.texts: list[str] = []
        self._reason = reason
        self._rate_hz = rate_hz
        self._char_s = char_s

    def fail(self, reason: str) -> None:
        """From now on it cannot speak."""
        self._reason = reason

    async def start(self) -> None:
        """Raises Unavailable when a reason was given."""
        if self._reason:
            raise Unavailable("tts", self._reason)

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        """A tone as long as the text."""
        if self._reason or self.failures:
            self.failures = max(0, self.failures - 1)
            raise Unavailable("tts", self._reason or "the script says that it fails")
        self.texts.append(text)
        seconds = self._char_s * max(5, len(text))
        times = np.arange(int(seconds * self._rate_hz)) / self._rate_hz
        pcm = (np.sin(2 * math.pi * 220 * times) * 6_000).astype("<i2").tobytes()
        shapes = ("aa", "PP", "E", "DD", "oh", "SS")
        step = 0.12
        count = max(1, int(seconds / step))
        visemes = tuple(
            Viseme(at_s=index * step, duration_s=step, shape=shapes[index % len(shapes)])
            for index in range(count)
        )
        return SpokenAudio(pcm, self._rate_hz, visemes, self.name, voice or "tone")

    def health(self) -> EngineHealth:
        """Available unless a reason was given."""
        return EngineHealth(self.name, available=not self._reason, reason=self._reason)

    async def aclose(self) -> None:
        """Nothing to end."""
