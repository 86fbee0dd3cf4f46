"""The other side of a voice in tests: a session that notes what it is told, and a microphone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.audio.resampler import AudioResampler

from interview.channel import RoomSide
from interview.conversation import (
    CandidateSpeaking,
    Hush,
    Listen,
    Listening,
    Speak,
    VoiceSays,
)
from interview.ports.speech import PcmFrame, SpokenAudio

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
    """One message."""

    what: str
    at_s: float
    values: dict[str, Any] = field(default_factory=dict)


class NotingRoom:
    """The room's side of a voice: notes every message; `refuse` has the next of a kind raise."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = asyncio.Condition()
        self._audio: dict[str, SpokenAudio] = {}
        self.side = RoomSide(self._take, clock)
        self.told: list[Told] = []
        self.refuse: dict[str, Exception] = {}

    def of(self, what: str) -> list[Told]:
        """All messages of one kind."""
        return [told for told in self.told if told.what == what]

    async def wait(self, what: str, count: int = 1, timeout_s: float = 60.0) -> Told:
        """The `count`-th message of a kind, waiting for it."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: len(self.of(what)) >= count)
        return self.of(what)[count - 1]

    async def _take(self, message: VoiceSays) -> None:
        what: str = message.kind
        if isinstance(message, CandidateSpeaking):
            what = "speaking" if message.speaking else "silent"
        error = self.refuse.pop(what, None)
        values = {name: getattr(message, name) for name in type(message).model_fields}
        values.pop("kind")
        async with self._changed:
            name = what if error is None else f"refused_{what}"
            self.told.append(Told(name, self._clock(), values))
            self._changed.notify_all()
        if error is not None:
            raise error

    # --- what a room says ------------------------------------------------------------------------

    async def fetch(self, address: str) -> SpokenAudio:
        """The audio of a prompt that was given to `speak`."""
        return self._audio[address]

    def speak(self, prompt_id: str, text: str, audio: SpokenAudio, *, aside: bool = False) -> None:
        """Have the voice say it."""
        self._audio[prompt_id] = audio
        self.side.say(
            Speak(
                prompt_id=prompt_id,
                text=text,
                audio=prompt_id,
                duration_s=audio.duration_s,
                aside=aside,
            )
        )

    def hush(self) -> None:
        """Have it be silent."""
        self.side.say(Hush())

    def listen(self, mode: Listening, **wanted: Any) -> None:
        """Have it listen."""
        self.side.say(Listen(mode=mode, **wanted))

    async def flush(self) -> None:
        """All that was heard so far has been told."""
        await self.side.flush()


class Microphone:
    """An `AudioIn` in real time: what was given to `say`, else silence."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pieces: deque[bytes] = deque()
        self._due: float | None = None
        self._ended = False
        self.sent: Callable[[], Awaitable[None]] | None = None
        self.said_at_s: float | None = None  # when the first piece was sent

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
        at_s = max(0.0, self._clock() - 0.02)
        if piece and self.said_at_s is None:
            self.said_at_s = at_s
        return PcmFrame(piece.ljust(PIECE, b"\0"), RATE_HZ, at_s)
