"""The words of an outage come back in front of the live audio."""

import asyncio

from interview.ports.speech import PcmFrame
from server.live.gap_audio import BYTES_PER_S, GapAudio


class Live:
    """Live audio: numbered 20 ms frames from `start_s`."""

    def __init__(self, start_s: float) -> None:
        self.start_s = start_s
        self.count = 0

    async def receive(self) -> PcmFrame:
        await asyncio.sleep(0)
        frame = PcmFrame(b"\x02\x00" * 320, 16_000, self.start_s + self.count * 0.02)
        self.count += 1
        return frame


def silence(seconds: float) -> bytes:
    return b"\x01\x00" * round(seconds * 16_000)


async def collect(audio: GapAudio, frames: int) -> list[PcmFrame]:
    return [await audio.receive() for _ in range(frames)]


async def test_backlog_is_cut_where_the_live_audio_begins() -> None:
    asked: list[bool] = []
    gap = GapAudio(
        Live(10.0),
        request=lambda: asked.append(True),
        join=lambda backlog, live: 2 * 16_000,
        given_up=lambda: None,
    )
    assert gap.offer(silence(1.0), 8.9, last=False)
    assert gap.offer(silence(0.5), 9.9, last=True)
    frames = await collect(gap, 51)
    head = b"".join(frame.samples for frame in frames[:50])
    assert asked and head == silence(1.0)
    assert abs(frames[0].start_s - 9.0) < 1e-6 and frames[50].samples[:2] == b"\x02\x00"


async def test_without_an_overlap_the_session_clock_decides() -> None:
    gap = GapAudio(
        Live(10.0), request=lambda: None, join=lambda backlog, live: None, given_up=lambda: None
    )
    gap.offer(silence(3.0), 8.0, last=True)
    frames = await collect(gap, 101)
    assert sum(len(f.samples) for f in frames[:100]) == 2 * BYTES_PER_S
    assert frames[100].start_s == 10.0


async def test_a_page_that_sends_nothing_is_given_up(monkeypatch: object) -> None:
    import server.live.gap_audio as module  # noqa: PLC0415

    given_up: list[bool] = []
    gap = GapAudio(
        Live(5.0),
        request=lambda: None,
        join=lambda backlog, live: None,
        given_up=lambda: given_up.append(True),
    )
    before = module.MAX_WAIT_S
    module.MAX_WAIT_S = 0.0
    try:
        frame = await gap.receive()
    finally:
        module.MAX_WAIT_S = before
    assert given_up and frame.start_s == 5.0
    assert not gap.offer(silence(1), 4.0, last=True)


async def test_a_backlog_above_its_limit_is_refused() -> None:
    gap = GapAudio(
        Live(500.0), request=lambda: None, join=lambda backlog, live: None, given_up=lambda: None
    )
    assert gap.offer(silence(170), 300.0, last=False)
    assert not gap.offer(silence(20), 470.0, last=False)


async def test_a_page_that_kept_nothing_gives_the_gap_up_at_once() -> None:
    given_up: list[bool] = []
    gap = GapAudio(
        Live(5.0),
        request=lambda: None,
        join=lambda backlog, live: None,
        given_up=lambda: given_up.append(True),
    )
    assert not gap.offer(b"", 4.0, last=True)
    assert given_up and (await gap.receive()).start_s == 5.0
