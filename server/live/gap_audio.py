"""Live audio with the words of an outage put back in front of it.

After a reconnect the page still has the microphone audio of the gap. It is asked for once live
audio flows again, put in front of the live frames where the two overlap, and only then heard, so
that no word is lost, doubled or cut in two.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from interview.ports.conversation import AudioIn
from interview.ports.speech import RECOGNITION_RATE_HZ, PcmFrame

BYTES_PER_S = RECOGNITION_RATE_HZ * 2
MAX_BACKLOG_S = 180.0
MAX_WAIT_S = 6.0
OVERLAP_S = 1.2
CHUNK_BYTES = BYTES_PER_S // 50

log = structlog.get_logger(__name__)

Join = Callable[[bytes, bytes], int | None]


class GapAudio:
    """An AudioIn that waits for a backlog, joins it with the live audio, then passes live audio on.

    The page is asked when 1.2 s of live audio are here, so that the two surely overlap.

    `join(backlog, live)` answers at which byte of the backlog the live audio begins, or None when
    the two do not overlap recognisably; then the session clock decides.
    Without a backlog within 6 s the live audio goes on alone and `given_up` is called.
    """

    def __init__(
        self,
        live: AudioIn,
        *,
        request: Callable[[], None],
        join: Join,
        given_up: Callable[[], None],
    ) -> None:
        self._live = live
        self._request = request
        self._join = join
        self._given_up = given_up
        self._backlog = bytearray()
        self._start_s: float | None = None
        self._complete = asyncio.Event()
        self._ready: deque[PcmFrame] = deque()
        self._started = False

    def offer(self, pcm: bytes, start_s: float, *, last: bool) -> bool:
        """Take a piece of backlog (PCM16 mono 16 kHz); False when it cannot be used."""
        if self._complete.is_set() or len(self._backlog) + len(pcm) > MAX_BACKLOG_S * BYTES_PER_S:
            return False
        if self._start_s is None:
            self._start_s = start_s
        self._backlog += pcm
        if last:
            self._complete.set()
            if not self._backlog:
                self._given_up()
        return bool(self._backlog)

    async def receive(self) -> PcmFrame:
        """Backlog first, then what came meanwhile, then live. EOFError at the end."""
        if not self._started:
            self._started = True
            await self._fill()
        if self._ready:
            return self._ready.popleft()
        return await self._live.receive()

    async def _fill(self) -> None:
        held: list[PcmFrame] = []
        while _length_s(held) < OVERLAP_S:
            held.append(await self._live.receive())
        self._request()
        deadline = asyncio.get_running_loop().time() + MAX_WAIT_S
        while not self._complete.is_set():
            if asyncio.get_running_loop().time() > deadline:
                self._complete.set()
                self._backlog.clear()
                self._given_up()
                break
            held.append(await self._live.receive())
        self._ready.extend(self._merge(held))

    def _merge(self, held: list[PcmFrame]) -> list[PcmFrame]:
        if not self._backlog or self._start_s is None:
            return held
        live = b"".join(frame.samples for frame in held)
        cut = self._join(bytes(self._backlog), live)
        if cut is None:
            by_clock = round((held[0].start_s - self._start_s) * RECOGNITION_RATE_HZ) * 2
            cut = min(len(self._backlog), max(0, by_clock))
            log.info("gap_joined_by_clock", backlog_s=len(self._backlog) / BYTES_PER_S)
        head = bytes(self._backlog[: cut - cut % 2])
        base_s = max(0.0, held[0].start_s - len(head) / BYTES_PER_S)
        pieces = [
            PcmFrame(head[i : i + CHUNK_BYTES], RECOGNITION_RATE_HZ, base_s + i / BYTES_PER_S)
            for i in range(0, len(head), CHUNK_BYTES)
        ]
        return pieces + held


def _length_s(frames: list[PcmFrame]) -> float:
    return sum(len(frame.samples) / 2 / frame.sample_rate_hz for frame in frames)
