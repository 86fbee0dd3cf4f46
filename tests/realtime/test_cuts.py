"""Clips out of a recording: copied packets, from a key frame on, on the clip's own clock."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from interview.errors import Unavailable
from realtime.cuts import RangeFile, cut


def recording(seconds: int = 12, key_every_s: int = 2) -> bytes:
    """A VP8 file whose brightness is twenty times the second, with a tone."""
    buffer = io.BytesIO()
    with av.open(buffer, mode="w", format="webm") as out:
        video = out.add_stream("libvpx", rate=10)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        video.codec_context.gop_size = 10 * key_every_s
        video.options = {"deadline": "realtime", "cpu-used": "8"}
        audio = out.add_stream("libopus", rate=48_000)
        audio.layout = "mono"
        for number in range(seconds * 10):
            level = np.full((120, 160, 3), 20 * (number // 10 % 12), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(level, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            out.mux(video.encode(frame))
            for piece in range(5):
                tone = np.zeros((1, 960), dtype=np.int16)
                sound = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
                sound.sample_rate, sound.pts = 48_000, (number * 5 + piece) * 960
                out.mux(audio.encode(sound))
        out.mux(video.encode(None))
        out.mux(audio.encode(None))
    return buffer.getvalue()


def seconds_in(clip: bytes) -> list[int]:
    """Which seconds of the recording the clip's pictures show."""
    with av.open(io.BytesIO(clip), mode="r") as container:
        assert {s.type for s in container.streams} == {"video", "audio"}
        frames = list(container.decode(video=0))
    assert frames[0].time is not None and frames[0].time < 0.2
    return [round(float(f.to_ndarray(format="gray").mean()) / 20) for f in frames]


def test_a_clip_begins_with_a_key_frame_before_its_start() -> None:
    shown = seconds_in(cut(io.BytesIO(recording()), 5.0, 8.0))
    assert shown[0] in (3, 4) and shown[-1] in (7, 8), shown
    assert shown == sorted(shown)


def test_only_the_needed_bytes_are_read() -> None:
    content = recording(60)
    read: list[int] = []

    def read_range(start: int, end: int) -> bytes:
        read.append(end - start)
        return content[start:end]

    shown = seconds_in(cut(RangeFile(len(content), read_range), 6.0, 8.0))
    assert 6 in shown and read


def test_the_beginning_and_the_end_are_kept_to() -> None:
    content = recording()
    assert seconds_in(cut(io.BytesIO(content), -3.0, 1.0))[0] == 0
    assert seconds_in(cut(io.BytesIO(content), 11.0, 99.0))[-1] == 11


def test_what_is_no_recording_is_an_error() -> None:
    with pytest.raises(Unavailable):
        cut(io.BytesIO(b"not a recording" * 100), 0, 1)
