"""Short clips out of a recording, by copying packets: nothing is decoded or encoded."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.error import FFmpegError

from interview.errors import Unavailable
from realtime.files import MP4, WEBM
from realtime.formats import demuxer_of, open_media

LEAD_S = 3.0
TAIL_S = 2.0
MAX_CLIP_S = 60.0
COMPONENT = "recording"
READ_BYTES = 256 * 1024
SIZE_WHENCE = 65_536  # FFmpeg asks for the size by seeking with it


class RangeFile(io.RawIOBase):
    """A blob as a seekable file: `read_range(start, end)` gives its bytes. Blocks."""

    def __init__(self, size: int, read_range: Callable[[int, int], bytes]) -> None:
        self._size = size
        self._read_range = read_range
        self._at = 0
        self._start = 0
        self._buffer = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; with FFmpeg's whence for the size, tell the size."""
        if whence == SIZE_WHENCE:
            return self._size
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = min(max(0, base + offset), self._size)
        return self._at

    def tell(self) -> int:
        """Where it is."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes from here; fewer at the end of what was fetched."""
        wanted = self._size - self._at if size < 0 else min(size, self._size - self._at)
        if wanted <= 0:
            return b""
        if not self._start <= self._at < self._start + len(self._buffer):
            end = min(self._size, self._at + max(wanted, READ_BYTES))
            self._start, self._buffer = self._at, self._read_range(self._at, end)
        offset = self._at - self._start
        data = self._buffer[offset : offset + wanted]
        self._at += len(data)
        return data


def cut(source: BinaryIO | RangeFile, start_s: float, end_s: float) -> bytes:
    """About `start_s` to `end_s` of a joined file. Blocks: see `realtime.apart`.

    MP4 of MP4, WebM of the others.
    It begins with the last key frame at or before `start_s`, so it may be longer, at most a minute.

    Raises:
        Unavailable: The file cannot be read there.
    """
    buffer = io.BytesIO()
    demuxer = demuxer_of(source.read(16)) or "matroska"
    source.seek(0)
    kind = MP4 if demuxer == "mov" else WEBM
    try:
        with open_media(source, demuxer) as container:
            streams = [s for s in container.streams if s.type in ("video", "audio")]
            lead = next((s for s in streams if s.type == "video"), streams[0])
            ticks = lead.time_base or Fraction(1, 1000)
            container.seek(int(max(0.0, start_s) / ticks), stream=lead)
            with av.open(buffer, mode="w", format=kind.format) as out:
                copies = {s.index: out.add_stream_from_template(s) for s in streams}
                written = _copy(container, streams, lead, copies, out, end_s)
    except (FFmpegError, ValueError, EOFError, IndexError, StopIteration) as error:
        raise Unavailable(COMPONENT, "the clip cannot be cut") from error
    if not written:
        raise Unavailable(COMPONENT, "the recording has nothing there")
    return buffer.getvalue()


def _copy(
    container: Any, streams: list[Any], lead: Any, copies: dict[int, Any], out: Any, end_s: float
) -> int:
    """Copy from the first key frame of `lead` on; returns how many packets were written."""
    origin_s: float | None = None
    written = 0
    for packet in container.demux(streams):
        if packet.pts is None or not packet.size:
            continue
        at_s = float(packet.pts * packet.time_base)
        if origin_s is None:
            if packet.stream.index != lead.index or not packet.is_keyframe:
                continue
            origin_s = at_s
        if at_s < origin_s:
            continue
        if at_s > min(end_s, origin_s + MAX_CLIP_S) and packet.stream.index == lead.index:
            break
        shift = int(Fraction(origin_s).limit_denominator(1_000_000) / packet.time_base)
        packet.pts -= shift
        packet.dts = packet.pts if packet.dts is None else packet.dts - shift
        packet.stream = copies[packet.stream.index]
        out.mux(packet)
        written += 1
    return written
