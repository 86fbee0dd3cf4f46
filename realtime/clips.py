"""Short uploaded clips: the containers of `realtime.formats`, to 16 kHz mono PCM.

People send what breaks off, is damaged or glued together: what can be decoded is decoded, what is
missing stays silent in its place, and `Clip.complete` says whether all of it is there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from realtime.channels import PACKED, Mixer, channels_of
from realtime.formats import demuxer_of, open_media

RATE_HZ = 16_000
GAP_S = 0.1  # shorter jumps of the timestamps are codec delay
SHORT_S = 0.3  # so much may an encoder's padding be
ERRORS = (FFmpegError, ValueError, EOFError)
STRICT = {"err_detect": "crccheck"}
# Containers that state their length; elsewhere it is a guess from the bit rate.
TIMED = ("mov", "matroska", "flac")
XING = re.compile(rb"Xing|Info")  # the frame that counts an MP3's frames
# Where a file begins: RIFF, EBML with its document type, Ogg's first page, FLAC, MP4, MP3's tag.
BEGINS = re.compile(
    rb"RIFF....WAVE|\x1aE\xdf\xa3(?=.{0,60}?(?:webm|matroska))|OggS\x00\x02\x00{8}"
    rb"|fLaC[\x00\x80]\x00\x00\x22|\x00\x00\x00.ftyp|ID3[\x02-\x04]\x00",
    re.DOTALL,
)


class UnreadableClip(Exception):
    """The bytes hold no audio that can be decoded; the message is for people."""


class ClipTooLong(Exception):
    """Decoding was stopped at the stated length."""


@dataclass(frozen=True, slots=True)
class Clip:
    """`pcm`: PCM16 little-endian mono at 16 kHz.

    `complete`: nothing was damaged, skipped or cut off, as far as the file tells.
    `missing_s`: so much sound is missing at least, by the file's own times, whether silence stands
    for it or it was cut off; 0 only when complete, None when the file does not tell.
    """

    pcm: bytes
    complete: bool = True
    missing_s: float | None = 0.0


def decode_clip(content: bytes, *, max_s: float) -> Clip:
    """The clip's audio. Blocks, and the bytes are a stranger's: `realtime.apart` calls it.

    Several files glued together are decoded one after the other.

    Raises:
        UnreadableClip: No audio stream, or not one frame of it can be decoded.
        ClipTooLong: There is more than `max_s` of audio; memory stays bounded by it.
    """
    tape = _Tape(int(max_s * RATE_HZ))
    broken: UnreadableClip | None = None
    for piece in _files(content):
        try:
            _File(piece, tape).decode()
        except UnreadableClip as error:
            broken, tape.complete = error, False
    samples = tape.samples()
    if not len(samples):
        raise broken or UnreadableClip("the file has no audio")
    return Clip(samples.tobytes(), tape.complete, tape.known_missing_s())


def _files(content: bytes) -> Iterator[bytes]:
    """The content, parted where another file of the same kind begins."""
    begins = list(BEGINS.finditer(content))
    first = begins[0] if begins and begins[0].start() == 0 else None
    places = [0]
    if first is not None:
        for found in begins[1:]:
            same = _kind(found) == _kind(first)
            if same and not _opening_pages(content[places[-1] : found.start()]):
                places.append(found.start())
    for start, end in zip(places, [*places[1:], len(content)], strict=True):
        yield content[start:end]


def _kind(begin: re.Match[bytes]) -> bytes:
    return b"ftyp" if begin.group().endswith(b"ftyp") else begin.group()[:3]


def _opening_pages(pages: bytes) -> bool:
    """Whether they are only the first pages of Ogg streams: one file with several streams."""
    return pages[:4] == b"OggS" and pages.count(b"OggS") == pages.count(b"OggS\x00\x02")


class _Tape:
    """What was decoded so far, within its limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[np.ndarray[Any, np.dtype[np.int16]]] = []
        self._length = 0
        self.complete = True
        self.missing_s = 0.0

    def add(self, samples: np.ndarray[Any, np.dtype[np.int16]]) -> None:
        self._length += len(samples)
        if self._length > self._limit:
            raise ClipTooLong
        self._pieces.append(samples)

    def lost(self, seconds: float) -> None:
        """Silence in the place of sound that is not there."""
        self.complete = False
        self.missing_s += seconds
        length = max(0, round(seconds * RATE_HZ))
        if self._length + length > self._limit:  # a file may claim a gap of years
            raise ClipTooLong
        self.add(np.zeros(length, dtype=np.int16))

    def known_missing_s(self) -> float | None:
        """None: something is missing, and nothing tells how much."""
        return 0.0 if self.complete else round(self.missing_s, 3) or None

    def samples(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        if not self._pieces:
            return np.zeros(0, dtype=np.int16)
        return np.concatenate(self._pieces)


class _File:
    """One file of the clip; its frames go to the tape in the order of time."""

    def __init__(self, content: bytes, tape: _Tape) -> None:
        content = self._content = _read_on(content)
        self._tape = tape
        self._mixer = Mixer()
        self._resampler: AudioResampler | None = None
        self._shape: tuple[Any, ...] = ()
        self._next_s: float | None = None  # where the next frame should begin
        self._decoded_s = 0.0
        self._endless = _endless_wav(content)

    def decode(self) -> None:
        """Raises UnreadableClip, ClipTooLong."""
        demuxer = demuxer_of(self._content)
        if demuxer is None:
            raise UnreadableClip("the file is of no kind of audio that is read")
        try:
            with open_media(io.BytesIO(self._content), demuxer, **STRICT) as container:
                if not container.streams.audio:
                    raise UnreadableClip("the file has no audio")
                self._frames(container)
                self._flush()
                self._end(container)
        except ERRORS:
            if not self._decoded_s:
                raise UnreadableClip("the file cannot be read as audio") from None
            self._tape.complete = False

    def _frames(self, container: Any) -> None:
        stream = container.streams.audio[0]
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except ERRORS:
                self._tape.complete = False  # the file breaks off
                return
            if packet is None:
                return
            if packet.is_corrupt and not self._endless:
                self._tape.complete = False
            try:
                frames = packet.decode()
            except ERRORS:
                self._tape.complete = False
                continue
            for frame in frames:
                self._take(frame)

    def _take(self, frame: Any) -> None:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            self._flush()
            self._shape = shape
            self._mixer = Mixer()
            self._resampler = AudioResampler(format=PACKED, rate=RATE_HZ)
        if frame.is_corrupt:
            self._tape.complete = False
        self._mind_gap(frame)
        assert self._resampler is not None
        for piece in self._resampler.resample(frame):
            self._tape.add(self._mixer.mix(channels_of(piece)))

    def _mind_gap(self, frame: Any) -> None:
        length_s = frame.samples / frame.sample_rate
        self._decoded_s += length_s
        if frame.time is None:
            return
        if self._next_s is not None and frame.time > self._next_s + GAP_S:
            gap_s = frame.time - self._next_s
            self._flush()
            self._tape.lost(gap_s)
            self._resampler = AudioResampler(format=PACKED, rate=RATE_HZ)
            self._decoded_s += gap_s
        self._next_s = frame.time + length_s

    def _flush(self) -> None:
        if self._resampler is not None:
            for piece in self._resampler.resample(None):
                self._tape.add(self._mixer.mix(channels_of(piece)))
            self._resampler = None

    def _end(self, container: Any) -> None:
        """Compare with the length that the file states."""
        if self._content[:4] == b"OggS" and not _ended_ogg(self._content):
            self._tape.complete = False
        stated_s = _stated_s(container, self._content)
        if stated_s is not None and self._decoded_s < stated_s - SHORT_S:
            self._tape.complete = False
            self._tape.missing_s += stated_s - self._decoded_s


def _stated_s(container: Any, content: bytes) -> float | None:
    name = container.format.name
    if name == "wav":
        return _wav_s(content)
    timed = any(kind in name for kind in TIMED) or (name == "mp3" and XING.search(content[:8_192]))
    if not timed or not container.duration:
        return None
    start = max(0, container.start_time or 0)
    return float(container.duration - start) / av.time_base


def _wav_s(content: bytes) -> float | None:
    """A RIFF file's length by its own header; None when the header does not say."""
    at = content.find(b"data", 12)
    bytes_per_s = int.from_bytes(content[28:32], "little")
    if at < 0 or content[12:16] != b"fmt " or not bytes_per_s or _endless_wav(content):
        return None
    return int.from_bytes(content[at + 4 : at + 8], "little") / bytes_per_s


def _read_on(content: bytes) -> bytes:
    """A RIFF file whose header was not written again to the end: what lies behind is sound, too."""
    at = content.find(b"data", 12)
    if content[:4] != b"RIFF" or at < 0 or _endless_wav(content):
        return content
    size = int.from_bytes(content[at + 4 : at + 8], "little")
    if _chunks(content[at + 8 + size + size % 2 :]):
        return content
    return content[:4] + b"\xff" * 4 + content[8 : at + 4] + b"\xff" * 4 + content[at + 8 :]


def _chunks(rest: bytes) -> bool:
    """Whether these are whole chunks of a RIFF file: a name, a length, so many bytes."""
    while len(rest) > len(b"LISTsize"):
        size = int.from_bytes(rest[4:8], "little")
        if size > len(rest) - 8 or not all(32 <= char < 127 for char in rest[:4]):
            return False
        rest = rest[8 + size + size % 2 :]
    return True


def _endless_wav(content: bytes) -> bool:
    """Whether a RIFF header was written before the length was known, and never again."""
    at = content.find(b"data", 12)
    size = content[at + 4 : at + 8]
    return content[:4] == b"RIFF" and at > 0 and size in (bytes(4), b"\xff" * 4)


def _ended_ogg(content: bytes) -> bool:
    """Whether the last page is whole and says that it is the last (RFC 3533, section 6)."""
    at = content.rfind(b"OggS")
    table = content[at + 27 : at + 27 + content[at + 26]] if len(content) > at + 27 else b""
    whole = len(content) >= at + 27 + len(table) + sum(table) and bool(table)
    return whole and bool(content[at + 5] & 4)
