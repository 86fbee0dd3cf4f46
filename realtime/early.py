"""Received audio without aiortc's fixed delay.

aiortc holds four frames (80 ms) back before it gives the first one on, which is right for a
loudspeaker. Here only detectors and a recogniser listen, and they may hear unevenly: a frame is
given on when the next one has come. Late packets are still put in order (up to 16), as before.
"""

from __future__ import annotations

from aiortc import RTCPeerConnection
from aiortc.jitterbuffer import JitterBuffer

BUFFER = "_RTCRtpReceiver__jitter_buffer"
CAPACITY = 16
HELD_FRAMES = 1


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
            setattr(receiver, BUFFER, JitterBuffer(capacity=CAPACITY, prefetch=HELD_FRAMES))
            changed += 1
    return changed
