"""Received audio is given on at once."""

from __future__ import annotations

from typing import Any

import pytest
from aiortc import RTCPeerConnection
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket

from realtime.early import BUFFER, receive_early


def given_on(buffer: Any, order: list[int]) -> list[int]:
    """Timestamps of the frames that come out while packets arrive in this order."""
    found = []
    for number in order:
        packet = RtpPacket(payload_type=96, sequence_number=number, timestamp=number * 960)
        packet._data = b"x"  # type: ignore[attr-defined]
        _, frame = buffer.add(packet)
        found.append(frame.timestamp // 960 if frame is not None else -1)
    return found


@pytest.fixture
def late() -> JitterBuffer:
    return JitterBuffer(capacity=16, prefetch=4)


async def test_a_frame_waits_for_one_packet_instead_of_four(late: JitterBuffer) -> None:
    pc = RTCPeerConnection()
    pc.addTransceiver("audio")
    pc.addTransceiver("video")
    receiver = pc.getReceivers()[0]
    receiver._track = type("Track", (), {"kind": "audio"})()
    assert receive_early(pc) == 1, "aiortc has changed: look at realtime/early.py"
    assert given_on(late, [0, 1, 2, 3, 4]) == [-1, -1, -1, -1, 0]
    assert given_on(getattr(receiver, BUFFER), [0, 1, 2, 3]) == [-1, 0, 1, 2]
    receiver._track = None
    await pc.close()


async def test_late_packets_are_still_put_in_order() -> None:
    pc = RTCPeerConnection()
    pc.addTransceiver("audio")
    receiver = pc.getReceivers()[0]
    receiver._track = type("Track", (), {"kind": "audio"})()
    receive_early(pc)
    assert given_on(getattr(receiver, BUFFER), [0, 1, 3, 4, 2, 5, 6]) == [-1, 0, -1, -1, 1, 2, 3]
    receiver._track = None
    await pc.close()
