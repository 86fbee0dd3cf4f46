"""Decoders of a candidate's sound and pictures, bounded: they run in the server's process.

aiortc hands every frame that arrives to a thread with a decoder, over an unbounded queue. What one
claims decides what it costs: 155 bytes of VP8 that name 16383 x 16383 pixels took 0.7 s and 660 MB.
So pictures are refused by their size before they are decoded, and a stream that needs more than its
share of a processor is thinned out; aiortc then asks for a new key frame, as after a lost packet.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import av
from aiortc import codecs, rtcrtpreceiver
from aiortc.codecs.base import Decoder
from aiortc.codecs.h264 import H264Decoder
from aiortc.codecs.vpx import Vp8Decoder
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from interview.threads import give_way

MAX_FRAME_PIXELS = 9_000_000
SHARE = 0.5  # of one core, for one stream
BURST_S = 0.5
VP8_START = b"\x9d\x01\x2a"
VP8_HEADER_BYTES = 10

Clock = Callable[[], float]


class Refused(av.error.InvalidDataError):
    """A frame is not decoded; aiortc takes it as a damaged one."""

    def __init__(self, why: str) -> None:
        super().__init__(-1, why)


class Allowance:
    """How long a stream may keep a processor busy: `share` of the time, `burst_s` at once."""

    def __init__(self, share: float, burst_s: float, now_s: float) -> None:
        self._share, self._burst_s = share, burst_s
        self._left_s, self._at_s = burst_s, now_s

    def open(self, now_s: float) -> bool:
        """Whether something of it is left."""
        refilled = self._left_s + (now_s - self._at_s) * self._share
        self._left_s, self._at_s = min(self._burst_s, refilled), now_s
        return self._left_s > 0

    def use(self, seconds: float) -> None:
        """Take off what was used, if need be beyond what was left."""
        self._left_s -= seconds


class Bounded(Decoder):
    """A decoder whose frames are admitted first, and whose every failure is a damaged frame.

    Made and used in one thread; `busy` is that thread's processor time in seconds.
    """

    def __init__(
        self,
        decoder: Any,
        admit: Callable[[bytes], None],
        *,
        clock: Clock = time.monotonic,
        busy: Clock = time.thread_time,
    ) -> None:
        self._decoder, self._admit = decoder, admit
        self._clock, self._busy = clock, busy
        self._allowance = Allowance(SHARE, BURST_S, clock())

    def decode(self, encoded_frame: JitterFrame) -> list[Any]:
        """The decoded frames. Raises `av.FFmpegError` only: aiortc's thread survives no other."""
        if not encoded_frame.data:
            return []  # padding; libav would take it for the end, and nothing more after it
        if not self._allowance.open(self._clock()):
            raise Refused("the stream takes too long to decode")
        began = self._busy()
        try:
            self._admit(encoded_frame.data)
            return list(self._decoder.decode(encoded_frame))
        except av.error.FFmpegError:
            raise
        except Exception as error:  # foreign bytes in a library: it raises anything
            raise Refused(type(error).__name__) from error
        finally:
            self._allowance.use(self._busy() - began)


def admit_vp8(data: bytes) -> None:
    """Refuse a key frame (RFC 6386 9.1) of too many pixels, before libvpx makes room for it."""
    if data and not data[0] & 1 and data[3:6] == VP8_START and len(data) >= VP8_HEADER_BYTES:
        width = int.from_bytes(data[6:8], "little") & 0x3FFF
        height = int.from_bytes(data[8:10], "little") & 0x3FFF
        if width * height > MAX_FRAME_PIXELS:
            raise Refused("the picture has too many pixels")


def admit_any(data: bytes) -> None:
    """libav itself knows the bound, or there are no pixels."""


def get_decoder(codec: RTCRtpCodecParameters) -> Decoder:
    """aiortc's decoder for a codec, bounded. Called in the thread that will use it."""
    decoder: Any = codecs.get_decoder(codec)
    admit = admit_any
    if isinstance(decoder, Vp8Decoder | H264Decoder):
        give_way()
        decoder.codec.thread_count = 1
        decoder.codec.options = {"max_pixels": str(MAX_FRAME_PIXELS)}
    if isinstance(decoder, Vp8Decoder):
        admit = admit_vp8
    return Bounded(decoder, admit)


def bound_decoders() -> None:
    """Let every peer of this process decode with these. Harmless when repeated."""
    vars(rtcrtpreceiver)["get_decoder"] = get_decoder
