"""Staff who listen in hear what the microphone gives; nobody else notices."""

from __future__ import annotations

import asyncio
from itertools import islice

import numpy as np
import pytest

from interview.errors import Unavailable
from interview.ports.speech import PcmFrame
from server.live.overheard import WAITING_FRAMES, Ear, Overheard, at_16_khz, listen
from tests.server.live.rig import NoFrames, Rig


class Frames:
    """Some frames, then the end."""

    def __init__(self, *frames: PcmFrame) -> None:
        self._frames = iter(frames)

    async def receive(self) -> PcmFrame:
        for frame in islice(self._frames, 1):
            return frame
        raise EOFError


def frame(value: int, rate_hz: int = 16_000, count: int = 320) -> PcmFrame:
    return PcmFrame(np.full(count, value, "<i2").tobytes(), rate_hz, 0.0)


async def test_what_is_received_is_heard_by_those_who_listen_and_by_nobody_after() -> None:
    ears: set[Ear] = set()
    source = Overheard(Frames(frame(1), frame(2), frame(3)), ears)
    sound = listen(ears)
    first = asyncio.ensure_future(anext(sound))
    await asyncio.sleep(0)
    assert await source.receive() == frame(1), "the voice hears what it heard before"
    assert await first == frame(1).samples
    await source.receive()
    assert await anext(sound) == frame(2).samples
    await sound.aclose()  # type: ignore[attr-defined]
    assert ears == set()
    await source.receive()
    with pytest.raises(EOFError):
        await source.receive()


async def test_a_slow_listener_loses_the_oldest_and_delays_nothing() -> None:
    ears: set[Ear] = set()
    sound = listen(ears)
    first = asyncio.ensure_future(anext(sound))
    await asyncio.sleep(0)
    for number in range(WAITING_FRAMES + 50):
        for ear in ears:
            ear(bytes([number % 256]))
    heard = [await first, *[await anext(sound) for _ in range(WAITING_FRAMES - 1)]]
    assert heard[-1] == bytes([WAITING_FRAMES + 49]) and heard[0] != bytes([1])


@pytest.mark.parametrize("rate_hz", [16_000, 48_000, 44_100, 32_000])
def test_any_rate_is_heard_at_16_khz(rate_hz: int) -> None:
    heard = np.frombuffer(at_16_khz(frame(900, rate_hz, rate_hz // 50)), "<i2")
    assert abs(len(heard) - 320) <= 1 and set(heard) == {900}


async def test_a_session_without_a_room_here_has_no_sound(rig: Rig) -> None:
    with pytest.raises(Unavailable):
        rig.registry.sound("nobody")
    live = await rig.seated()
    live.room.media._begin(NoFrames(), live.room.state.media)  # type: ignore[arg-type]
    sound = rig.registry.sound(live.room.session_id)
    waiting = asyncio.ensure_future(anext(sound))
    await asyncio.sleep(0)
    for ear in live.room.heard_by:
        ear(b"\1\0")
    assert await waiting == b"\1\0"
