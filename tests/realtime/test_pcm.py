from __future__ import annotations

import asyncio

import pytest

from realtime.pcm import PcmQueueAudioIn

SECOND = b"\1\0" * 16_000


class Clock:
    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


async def test_times_are_counted_by_samples() -> None:
    clock = Clock()
    source = PcmQueueAudioIn(clock)
    source.push(SECOND[:1000])
    clock.now = 5.1
    source.push(SECOND[: 1280 * 2 - 1000])
    frames = [await source.receive() for _ in range(4)]
    assert frames[0].start_s == pytest.approx(5.0 - 1000 / 32_000)
    assert [len(frame.samples) for frame in frames] == [640] * 4
    assert frames[3].start_s - frames[0].start_s == pytest.approx(0.06)


async def test_a_pause_in_sending_anchors_anew() -> None:
    clock = Clock()
    source = PcmQueueAudioIn(clock)
    source.push(SECOND[:640])
    clock.now = 9.0
    source.push(SECOND[:640])
    await source.receive()
    assert (await source.receive()).start_s == pytest.approx(8.98)


async def test_full_means_the_oldest_goes_and_is_counted() -> None:
    clock = Clock()
    source = PcmQueueAudioIn(clock)
    for _ in range(12):
        clock.now += 1
        source.push(SECOND)
    assert source.dropped_s == pytest.approx(2.0)
    assert (await source.receive()).start_s == pytest.approx(7.0)


async def test_the_end_comes_after_what_is_held() -> None:
    source = PcmQueueAudioIn(Clock())
    waiting = asyncio.create_task(source.receive())
    await asyncio.sleep(0)
    source.push(SECOND[:640])
    await waiting
    source.push(SECOND[:640])
    source.end()
    source.push(SECOND)
    await source.receive()
    with pytest.raises(EOFError):
        await source.receive()
