"""Speech engines. PCM is always signed 16-bit little-endian mono."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from interview.nouns import Viseme, Word

RECOGNITION_RATE_HZ = 16_000
PLAYOUT_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class PcmFrame:
    """Audio on the session clock: `start_s` is the time of the first sample."""

    samples: bytes
    sample_rate_hz: int
    start_s: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recogniser knows now: new committed words (never retracted) and the tentative tail.

    Of a whole clip also `language`, what it was heard as, and `sounds_like`, the likeliest one by
    its sound, with how much `belief` (0-1); empty when the engine cannot tell. `unheard` are
    stretches (start and end in seconds) with a voice of which no word could be made out.
    """

    committed: tuple[Word, ...]
    tentative: str
    audio_end_s: float
    final: bool = False
    language: str = ""
    sounds_like: str = ""
    belief: float = 0.0
    unheard: tuple[tuple[float, float], ...] = ()


SURE_OF_LANGUAGE = 0.9


def other_language(heard: Hypothesis) -> str:
    """What a clip surely sounds like when that is not what it was heard as; else nothing."""
    sure = heard.belief >= SURE_OF_LANGUAGE and bool(heard.committed)
    return heard.sounds_like if sure and heard.sounds_like != heard.language else ""


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """`lag_s`: age of the oldest audio not yet recognised. `reason` is a sentence for the user."""

    name: str
    available: bool
    reason: str = ""
    queue: int = 0
    lag_s: float = 0.0
    restarts: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


class RecogniserStream(Protocol):
    """One candidate's stream of speech. Times are on the clock of the pushed frames."""

    def push(self, frame: PcmFrame) -> None:
        """Take 16 kHz audio; never blocks, never drops (passes are coalesced, audio is not)."""

    @property
    def lag_s(self) -> float:
        """Age of the oldest audio of this stream that is not yet recognised."""

    async def flush(self) -> None:
        """End of the segment: all that was pushed is recognised, committed, yielded as `final`."""

    def __aiter__(self) -> AsyncIterator[Hypothesis]: ...

    async def aclose(self) -> None: ...


class Recogniser(Protocol):
    """A speech recogniser in sidecar processes."""

    name: str

    async def start(self) -> None: ...
    def open_stream(
        self, *, language: str | None, hotwords: Sequence[str] = ()
    ) -> RecogniserStream: ...
    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """A whole clip, 16 kHz mono: all words committed, final. In the background: it may take
        a tenth of the clip's length and more, and goes after everybody who is speaking now.

        Raises:
            InvalidInput: The engine does not know the language.
            Unavailable: It cannot.
        """

    def health(self) -> EngineHealth: ...
    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True, weakref_slot=True)
class SpokenAudio:
    """A synthesised prompt: PCM at `sample_rate_hz`, its mouth shapes, and what made it."""

    pcm: bytes
    sample_rate_hz: int
    visemes: tuple[Viseme, ...]
    engine: str
    voice: str

    @property
    def duration_s(self) -> float:
        """Length of the audio in seconds."""
        return len(self.pcm) / 2 / self.sample_rate_hz


class Synthesiser(Protocol):
    """A speech synthesiser in a sidecar process."""

    name: str

    async def start(self) -> None: ...
    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        """Speech at `rate` times the voice's own speed, its mouth shapes in step.

        Raises Unavailable (`component="tts"`) when it cannot; the text is then shown.
        """

    def health(self) -> EngineHealth: ...
    async def aclose(self) -> None: ...
