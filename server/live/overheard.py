"""Sound on demand: what the candidate's microphone gives, for staff who listen in. Nothing is kept.

Only in the process that has the room. A listener that is slow loses the oldest sound, and the
interview never waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection

import numpy as np

from interview.ports.conversation import AudioIn
from interview.ports.speech import PcmFrame

RATE_HZ = 16_000
WAITING_FRAMES = 100  # about two seconds

Ear = Callable[[bytes], None]


class Overheard:
    """A source of audio whose frames are also given to `ears`, as PCM16 mono at 16 kHz."""

    def __init__(self, inner: AudioIn, ears: Collection[Ear]) -> None:
        self._inner = inner
        self._ears = ears

    async def receive(self) -> PcmFrame:
        """The next frame of the source. Raises EOFError when it has ended."""
        frame = await self._inner.receive()
        if self._ears:
            heard = at_16_khz(frame)
            for ear in list(self._ears):
                ear(heard)
        return frame


def at_16_khz(frame: PcmFrame) -> bytes:
    """The samples at 16 kHz: means where the rate is a multiple, else the nearest in time."""
    if frame.sample_rate_hz == RATE_HZ:
        return frame.samples
    samples = np.frombuffer(frame.samples, "<i2")
    step, rest = divmod(frame.sample_rate_hz, RATE_HZ)
    if step and not rest:
        whole = samples[: len(samples) // step * step].reshape(-1, step)
        return bytes(whole.mean(axis=1).astype("<i2").tobytes())
    count = len(samples) * RATE_HZ // frame.sample_rate_hz
    places = (np.arange(count) * (frame.sample_rate_hz / RATE_HZ)).astype(int)
    return bytes(samples[places].tobytes())


async def listen(ears: set[Ear]) -> AsyncIterator[bytes]:
    """What is heard from now on, and b"" after each second without sound, to look around.

    Ends when its consumer does.
    """
    queue: asyncio.Queue[bytes] = asyncio.Queue(WAITING_FRAMES)

    def ear(samples: bytes) -> None:
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(samples)

    ears.add(ear)
    try:
        while True:
            try:
                async with asyncio.timeout(1):
                    heard = await queue.get()
            except TimeoutError:
                heard = b""
            yield heard
    finally:
        ears.discard(ear)
