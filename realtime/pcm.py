"""Microphone audio that a client without WebRTC pushes over its socket."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from interview.ports.speech import RECOGNITION_RATE_HZ, PcmFrame

MAX_HELD_S = 10.0
PIECE_BYTES = RECOGNITION_RATE_HZ // 50 * 2
LATE_S = 0.5

log = structlog.get_logger(__name__)


class PcmQueueAudioIn:
    """An `AudioIn` fed by `push` with PCM16 mono 16 kHz.

    Times are counted by samples from the first push and anchored anew when the client has sent
    nothing for more than half a second. Holds 10 s; when full the oldest audio is dropped, the
    frames after it keep their true times, and `dropped_s` says how much is missing.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._frames: deque[PcmFrame] = deque()
        self._held_s = 0.0
        self._next_s: float | None = None
        self._rest = b""
        self._ready = asyncio.Event()
        self._ended = False
        self.dropped_s = 0.0

    def push(self, samples: bytes) -> None:
        """Take audio of any length that is a whole number of samples."""
        if self._ended or not samples:
            return
        self._anchor(len(samples))
        data = self._rest + samples
        whole = len(data) - len(data) % PIECE_BYTES
        for at in range(0, whole, PIECE_BYTES):
            self._add(data[at : at + PIECE_BYTES])
        self._rest = data[whole:]
        self._ready.set()

    def end(self) -> None:
        """No more audio comes; what is held can still be received."""
        self._ended = True
        self._ready.set()

    async def receive(self) -> PcmFrame:
        """The next 20 ms. Raises EOFError after `end`, when all has been received."""
        while not self._frames:
            if self._ended:
                raise EOFError
            self._ready.clear()
            await self._ready.wait()
        frame = self._frames.popleft()
        self._held_s -= _length_s(frame.samples)
        return frame

    def _anchor(self, size: int) -> None:
        length_s = size / 2 / RECOGNITION_RATE_HZ
        began_s = max(0.0, self._clock() - length_s)
        if self._next_s is None or began_s > self._next_s + LATE_S:
            self._next_s = began_s
            self._rest = b""

    def _add(self, piece: bytes) -> None:
        if self._next_s is None:
            self._next_s = 0.0
        self._frames.append(PcmFrame(piece, RECOGNITION_RATE_HZ, self._next_s))
        length_s = _length_s(piece)
        self._next_s += length_s
        self._held_s += length_s
        while self._held_s > MAX_HELD_S + 1e-6:
            lost_s = _length_s(self._frames.popleft().samples)
            self._held_s -= lost_s
            if self.dropped_s == 0:
                log.warning("microphone_audio_dropped", held_s=MAX_HELD_S)
            self.dropped_s += lost_s


def _length_s(samples: bytes) -> float:
    return len(samples) / 2 / RECOGNITION_RATE_HZ
