"""Received audio without aiortc's fixed delay.

aiortc holds four frames (80 ms) back before it gives the first one on, which is right for a
loudspeaker, and after one lost packet it stays sixteen behind. Here only detectors and a recogniser
listen, and they may hear unevenly: what is next in order is given on at once.
"""

from __future__ import annotations

from aiortc import RTCPeerConnection
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket

PAYLOAD = "_data"  # where aiortc leaves what a packet holds for the decoder
BUFFER = "_RTCRtpReceiver__jitter_buffer"
CAPACITY = 16
HELD_PACKETS = 3  # so many wait for a missing one: 60 ms of Opus
MAX_GAP = 500  # beyond it the sender has begun anew
SEQUENCES = 1 << 16


class EarlyBuffer(JitterBuffer):
    """Packets in their order, each a whole frame, as Opus sends them (RFC 7587).

    A missing packet is waited for while three others come, then given up; it is dropped when it
    comes after that.
    """

    def __init__(self) -> None:
        super().__init__(CAPACITY)
        self._next: int | None = None
        self._waiting: dict[int, RtpPacket] = {}

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """Take a packet; what is next in order, if it is there. Never asks for a key frame."""
        if self._next is None or self._ahead(packet.sequence_number) is None:
            self._next, self._waiting = packet.sequence_number, {}
        if (self._ahead(packet.sequence_number) or 0) >= 0:
            self._waiting[packet.sequence_number] = packet
        if self._next not in self._waiting and len(self._waiting) > HELD_PACKETS:
            self._next = min(self._waiting, key=lambda number: self._ahead(number) or 0)
        found = self._waiting.pop(self._next, None)
        if found is None:
            return False, None
        self._next = (self._next + 1) % SEQUENCES
        return False, JitterFrame(data=_depayloaded(found), timestamp=found.timestamp)

    def _ahead(self, number: int) -> int | None:
        """Places from the next in order, below zero when late; None when it is out of all reach."""
        assert self._next is not None
        ahead = (number - self._next + SEQUENCES // 2) % SEQUENCES - SEQUENCES // 2
        return ahead if abs(ahead) <= MAX_GAP else None


def _depayloaded(packet: RtpPacket) -> bytes:
    """What the decoder gets. Opus has no payload descriptor, so the payload itself is the same."""
    data: bytes = getattr(packet, PAYLOAD, packet.payload)
    return data


def receive_early(pc: RTCPeerConnection) -> int:
    """Shorten the wait of all audio receivers that have begun nothing yet; how many were.

    Source: `aiortc.rtcrtpreceiver` of aiortc 1.x, which has no setting for it. Where the name is
    not there, the delay stays.
    """
    changed = 0
    for receiver in pc.getReceivers():
        if receiver.track is None or receiver.track.kind != "audio":
            continue
        if isinstance(getattr(receiver, BUFFER, None), JitterBuffer):
            setattr(receiver, BUFFER, EarlyBuffer())
            changed += 1
    return changed
