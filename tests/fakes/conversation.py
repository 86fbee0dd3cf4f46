"""The other side of a voice in tests: a session that notes what it is told, and a microphone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.audio.resampler import AudioResampler

from interview.nouns import TurnEnd, Utterance, Word
from interview.ports.speech import PcmFrame

RATE_HZ = 16_000
PIECE = RATE_HZ // 50 * 2


def clip(path: Path, rate_hz: int = RATE_HZ) -> bytes:
    """A recording as PCM16 mono."""
    pcm = bytearray()
    resampler = AudioResampler(format="s16", layout="mono", rate=rate_hz)
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            for piece in resampler.resample(frame):
                pcm += bytes(piece.planes[0])[: piece.samples * 2]
    return bytes(pcm)


def seconds(pcm: bytes) -> float:
    """Length of 16 kHz PCM."""
    return len(pcm) / 2 / RATE_HZ


@dataclass
class Told:
    """One call to the link."""

    what: str
    at_s: float
    values: dict[str, Any] = field(default_factory=dict)


class NotingLink:
    """A `ConversationLink` that notes every call; `answers` may raise instead."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = asyncio.Condition()
        self.told: list[Told] = []
        self.refuse: dict[str, Exception] = {}

    def of(self, what: str) -> list[Told]:
        """All calls of one kind."""
        return [told for told in self.told if told.what == what]

    async def wait(self, what: str, count: int = 1, timeout_s: float = 20.0) -> Told:
        """The `count`-th call of a kind, waiting for it."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: len(self.of(what)) >= count)
        return self.of(what)[count - 1]

    async def _note(self, what: str, **values: Any) -> None:
        error = self.refuse.pop(what, None)
        async with self._changed:
            name = what if error is None else f"refused_{what}"
            self.told.append(Told(name, self._clock(), values))
            self._changed.notify_all()
        if error is not None:
            raise error

    async def candidate_speaking(self, speaking: bool, at_s: float) -> None:
        await self._note("speaking" if speaking else "silent", at_s=at_s)

    async def hypothesis(self, text: str, tentative: str, words: Sequence[Word]) -> None:
        await self._note("hypothesis", text=text, tentative=tentative, words=tuple(words))

    async def utterance(self, utterance: Utterance) -> None:
        await self._note("utterance", utterance=utterance)

    async def turn_offered(self, end: TurnEnd) -> None:
        await self._note("turn_offered", end=end)

    async def turn_resumed(self) -> None:
        await self._note("turn_resumed")

    async def turn_ended(self, turn_id: str | None, end: TurnEnd | None = None) -> None:
        await self._note("turn_ended", turn_id=turn_id, end=end)

    async def turn_expected(self, expected: bool) -> None:
        await self._note("turn_expected", expected=expected)

    async def spoken_command(self, command: str, words: str) -> None:
        await self._note("spoken_command", command=command, words=words)

    async def prompt_started(self, prompt_id: str, duration_s: float) -> None:
        await self._note("prompt_started", prompt_id=prompt_id, duration_s=duration_s)

    async def prompt_ended(
        self,
        prompt_id: str,
        played_s: float,
        *,
        duration_s: float = 0.0,
        interrupted: bool,
        failure: str | None = None,
    ) -> None:
        await self._note(
            "prompt_ended",
            prompt_id=prompt_id,
            played_s=played_s,
            duration_s=duration_s,
            interrupted=interrupted,
            failure=failure,
        )

    async def voice_failed(self, component: str, why: str) -> None:
        await self._note("voice_failed", component=component, why=why)


class Microphone:
    """An `AudioIn` in real time: what was given to `say`, else silence."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pieces: deque[bytes] = deque()
        self._due: float | None = None
        self._ended = False
        self.sent: Callable[[], Awaitable[None]] | None = None

    def say(self, *parts: bytes | float) -> float:
        """Queue PCM and pauses in seconds; returns the length in seconds."""
        pcm = b"".join(
            part if isinstance(part, bytes) else b"\0\0" * round(part * RATE_HZ) for part in parts
        )
        self._pieces.extend(pcm[at : at + PIECE] for at in range(0, len(pcm), PIECE))
        return seconds(pcm)

    def end(self) -> None:
        """The source ends."""
        self._ended = True

    async def receive(self) -> PcmFrame:
        if self._ended:
            raise EOFError
        loop = asyncio.get_running_loop()
        self._due = (self._due or loop.time()) + 0.02
        await asyncio.sleep(max(0.0, self._due - loop.time()))
        piece = self._pieces.popleft() if self._pieces else b""
        return PcmFrame(piece.ljust(PIECE, b"\0"), RATE_HZ, max(0.0, self._clock() - 0.02))
