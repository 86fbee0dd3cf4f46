"""What a stream may cost the server's process, whatever it says it is."""

from __future__ import annotations

import fractions
from typing import Any

import av
import numpy as np
import pytest
from aiortc import rtcrtpreceiver
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from realtime import decoders
from realtime.decoders import MAX_FRAME_PIXELS, Allowance, Bounded, Refused, admit_any, admit_vp8
from tests.realtime.candidate import Candidate
from tests.realtime.test_peer import Server

OPTIONS = {
    "libvpx": {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0"},
    "libx264": {"preset": "ultrafast", "tune": "zerolatency"},
}
MIME = {"libvpx": "video/VP8", "libx264": "video/H264"}


def key_frame(codec: str, width: int, height: int) -> bytes:
    """A grey picture as one encoded key frame."""
    encoder: Any = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.options = fractions.Fraction(1, 30), OPTIONS[codec]
    grey = np.full((height * 3 // 2, width), 128, np.uint8)
    frame = av.VideoFrame.from_ndarray(grey, format="yuv420p")
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


def decoder_of(mime: str) -> Any:
    return decoders.get_decoder(
        RTCRtpCodecParameters(mimeType=mime, clockRate=90_000, payloadType=97)
    )


@pytest.mark.parametrize("codec", sorted(MIME))
def test_an_empty_frame_is_not_the_end(codec: str) -> None:
    decoder, key = decoder_of(MIME[codec]), key_frame(codec, 320, 240)
    assert decoder.decode(JitterFrame(data=b"", timestamp=0)) == []
    assert len(decoder.decode(JitterFrame(data=key, timestamp=3000))) == 1


def sized(key: bytes, side: int) -> bytes:
    """The same VP8 key frame, said to be a square of that side."""
    return key[:6] + side.to_bytes(2, "little") * 2 + key[10:]


@pytest.mark.parametrize("codec", sorted(MIME))
def test_usual_pictures_are_decoded_and_huge_ones_refused(codec: str) -> None:
    decoder = decoder_of(MIME[codec])
    [frame] = decoder.decode(JitterFrame(data=key_frame(codec, 640, 480), timestamp=0))
    assert (frame.width, frame.height) == (640, 480)
    assert 4096 * 2304 > MAX_FRAME_PIXELS
    huge = JitterFrame(data=key_frame(codec, 4096, 2304), timestamp=3000)
    with pytest.raises(av.error.FFmpegError):
        decoder.decode(huge)


def test_a_small_frame_that_claims_to_be_huge_is_refused_before_it_is_decoded() -> None:
    key = key_frame("libvpx", 320, 240)
    admit_vp8(key)
    for side in (3001, 16_383):
        with pytest.raises(Refused):
            admit_vp8(sized(key, side))
    for short in (b"", key[:3], key[:9], b"\x01" + sized(key, 16_383)[1:]):
        admit_vp8(short)  # no key frame: it has no size


class Costly:
    """Takes 0.2 s of the processor for each frame, or fails."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.error: Exception | None = None

    def decode(self, frame: JitterFrame) -> list[str]:
        if self.error is not None:
            raise self.error
        self.now_s += 0.2
        return ["a picture"]


def test_a_stream_has_its_share_of_the_processor_and_no_more() -> None:
    costly, wall_s = Costly(), 0.0
    bounded = Bounded(costly, admit_any, clock=lambda: wall_s, busy=lambda: costly.now_s)
    frame = JitterFrame(data=b"x", timestamp=0)
    seen = 0
    for number in range(300):  # thirty a second, for ten seconds
        wall_s = number / 30
        try:
            seen += len(bounded.decode(frame))
        except av.error.FFmpegError:
            continue
    assert 0.45 <= seen * 0.2 / 10 <= 0.6


@pytest.mark.parametrize("error", [MemoryError(), ValueError("bad"), IndexError()])
def test_any_failure_is_a_damaged_frame(error: Exception) -> None:
    """aiortc's thread ends at any other, and its queue would grow for ever."""
    costly = Costly()
    costly.error = error
    with pytest.raises(av.error.FFmpegError):
        Bounded(costly, admit_any).decode(JitterFrame(data=b"x", timestamp=0))


def test_what_is_used_beyond_the_allowance_is_waited_for() -> None:
    allowance = Allowance(0.5, 0.5, 0.0)
    assert allowance.open(0.0)
    allowance.use(1.0)
    assert not allowance.open(0.9)
    assert allowance.open(1.1)


async def test_a_peer_decodes_with_them() -> None:
    candidate = Candidate(video=True)
    peer = await Server().answer(await candidate.offer())
    assert vars(rtcrtpreceiver)["get_decoder"] is decoders.get_decoder
    await peer.aclose()
    await candidate.aclose()
