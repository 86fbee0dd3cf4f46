"""WebM and MP4 as browsers' MediaRecorders write them: live, without index or length."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from realtime.pieces import PartFiles

FPS = 10


class _Stream(io.RawIOBase):
    """A place to write to that cannot be sought in, as a network is."""

    def __init__(self) -> None:
        super().__init__()
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """Append."""
        self.content += content
        return len(content)


def live_webm(
    duration_s: float, *, video: str | None = "libvpx", audio: bool = True, size: int = 64
) -> bytes:
    """A recording of moving noise and a tone; a cluster and key frame each second."""
    target = _Stream()
    options = {"live": "1", "cluster_time_limit": "1000"}
    with av.open(target, mode="w", format="webm", container_options=options) as container:
        _record(container, duration_s, video, "libopus" if audio else None, size)
    return bytes(target.content)


def live_mp4(
    duration_s: float, *, video: str | None = "libx264", audio: bool = True, size: int = 64
) -> bytes:
    """The same as Safari records it: MP4 with H.264 and AAC, a fragment each second."""
    target = _Stream()
    flags = "frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets"
    options = {"movflags": flags}
    with av.open(target, mode="w", format="mp4", container_options=options) as container:
        _record(container, duration_s, video, "aac" if audio else None, size)
    return bytes(target.content)


def _record(
    container: Any, duration_s: float, video: str | None, audio: str | None, size: int
) -> None:
    picture: Any = container.add_stream(video, rate=FPS) if video else None
    if picture is not None:
        picture.width = picture.height = size
        picture.pix_fmt = "yuv420p"
        picture.codec_context.gop_size = FPS
        quick = {"deadline": "realtime", "cpu-used": "8"}
        if video == "libx264":
            quick = {"preset": "ultrafast", "bf": "2"}  # pictures that are decoded before others
        picture.codec_context.options = quick
    sound: Any = container.add_stream(audio, rate=48_000, layout="mono") if audio else None
    noise = np.random.default_rng(1)
    for tick in range(int(duration_s * FPS)):
        if picture is not None:
            pixels = noise.integers(0, 255, (size, size, 3), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = tick, Fraction(1, FPS)
            container.mux(picture.encode(frame))
        if sound is not None:
            for part in range(5):
                container.mux(sound.encode(_tone(tick * 5 + part)))
    for stream in (picture, sound):
        if stream is not None:
            container.mux(stream.encode(None))


def _tone(number: int) -> av.AudioFrame:
    times = (np.arange(960) + number * 960) / 48_000
    wave = (np.sin(2 * np.pi * 440 * times) * 8_000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
    return frame


def split(content: bytes, pieces: int) -> list[bytes]:
    """Cut at uneven places that have nothing to do with the container's structure."""
    step = len(content) / pieces
    cuts = [0, *(int(step * n) + (n * 7919) % 101 for n in range(1, pieces)), len(content)]
    return [content[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]


def stored_part(
    folder: Path, part_id: str, start_s: float, chunks: list[bytes], without: tuple[int, ...] = ()
) -> PartFiles:
    """The chunks as files, some of them lost."""
    files: dict[int, str] = {}
    for number, content in enumerate(chunks):
        if number not in without:
            path = folder / f"{part_id}-{number}"
            path.write_bytes(content)
            files[number] = str(path)
    return PartFiles(part_id=part_id, start_s=start_s, chunks=files, expected=len(chunks))
