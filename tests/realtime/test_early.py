"""Received audio is given on at once."""

from __future__ import annotations

from typing import Any

import pytest
from aiortc import RTCPeerConnection
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket

from realtime import early
from realtime.early import BUFFER, EarlyBuffer, receive_early


def given_on(buffer: Any, order: list[int]) -> list[int]:
    """Numbers of the frames that come out while packets arrive in this order; -1 is none."""
    found = []
    for number in order:
        packet = RtpPacket(payload_type=96, sequence_number=number % 65536, timestamp=number * 960)
        packet._data = str(number).encode()  # type: ignore[attr-defined]
        _, frame = buffer.add(packet)
        found.append(frame.timestamp // 960 if frame is not None else -1)
        assert frame is None or frame.data == str(found[-1]).encode()
    return found


async def test_the_next_frame_is_given_on_when_it_comes() -> None:
    pc = RTCPeerConnection()
    pc.addTransceiver("audio")
    pc.addTransceiver("video")
    receiver = pc.getReceivers()[0]
    receiver._track = type("Track", (), {"kind": "audio"})()
    assert receive_early(pc) == 1, "aiortc has changed: look at realtime/early.py"
    late = JitterBuffer(capacity=16, prefetch=4)
    assert given_on(late, [0, 1, 2, 3, 4]) == [-1, -1, -1, -1, 0]
    assert given_on(getattr(receiver, BUFFER), [0, 1, 2, 3]) == [0, 1, 2, 3]
    receiver._track = None
    await pc.close()


async def test_with_another_aiortc_the_delay_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "BUFFER", "_renamed")
    pc = RTCPeerConnection()
    pc.addTransceiver("audio")
    receiver = pc.getReceivers()[0]
    receiver._track = type("Track", (), {"kind": "audio"})()
    assert receive_early(pc) == 0
    assert not isinstance(getattr(receiver, BUFFER), EarlyBuffer)
    receiver._track = None
    await pc.close()


def test_a_packet_without_the_private_name_still_has_its_payload() -> None:
    packet = RtpPacket(payload_type=96, sequence_number=7, timestamp=960, payload=b"opus")
    assert not hasattr(packet, early.PAYLOAD)
    _, frame = EarlyBuffer().add(packet)
    assert frame is not None and frame.data == b"opus"


@pytest.mark.parametrize(
    ("order", "given"),
    [
        ([0, 1, 3, 4, 2, 5, 6], [0, 1, -1, -1, 2, 3, 4]),  # late: put in order
        ([0, 2, 3, 4, 5, 6], [0, -1, -1, -1, 2, 3]),  # lost: given up after 60 ms
        ([0, 2, 3, 4, 5, 1, 6], [0, -1, -1, -1, 2, 3, 4]),  # later than that: dropped
        ([0, 0, 1, 1], [0, -1, 1, -1]),  # doubled
        ([65534, 65535, 65536, 65537], [65534, 65535, 65536, 65537]),  # round the end
        ([10, 40_000, 40_001], [10, 40_000, 40_001]),  # begun anew
    ],
)
def test_packets_that_do_not_come_as_they_were_sent(order: list[int], given: list[int]) -> None:
    assert given_on(EarlyBuffer(), order) == given


def test_however_many_are_lost_the_delay_stays_within_three_frames() -> None:
    order = [number for number in range(400) if number % 10]
    given = given_on(EarlyBuffer(), order)
    assert all(at - number <= 4 for at, number in zip(order, given, strict=True) if number >= 0)
    assert [number for number in given if number >= 0] == order[: len(order) - 3]
