"""Which demuxer opens foreign bytes: an allow-list, decided from how they begin.

FFmpeg's own guess knows formats that open sockets and files (a session description, a playlist,
a list of files); none of those is here, and no guess is made.
"""

from __future__ import annotations

from typing import Any

import av

# How a file begins, at which byte, and the demuxer that may open it.
BEGINNINGS = (
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"#!AMR", "amr"),
    (0, b"caff", "caf"),
    (0, b".snd", "au"),
    (8, b"WAVE", "wav"),  # RIFF, RIFX, RF64
    (8, b"AIFF", "aiff"),
    (8, b"AIFC", "aiff"),
    *((4, box, "mov") for box in (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"wide", b"free")),
)
SEARCHED_BYTES = 4096
ID3_HEADER_BYTES = 10
MP3_KBPS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
MP3_HZ = (44_100, 48_000, 32_000)
# Nothing that a file refers to is opened, and no other demuxer is called by this one.
NO_PROTOCOL = "none"


def demuxer_of(content: bytes) -> str | None:
    """The name of the demuxer for these bytes; None when they are of no kind that is opened."""
    for at, magic, name in BEGINNINGS:
        if content[at : at + len(magic)] == magic:
            return name
    return _mpeg(content[_id3_bytes(content) :])


def open_media(source: Any, demuxer: str, **options: str) -> Any:
    """`av.open` for reading with this demuxer and nothing else.

    Args:
        source: A file-like object, never a name.
        options: More options of the demuxer.
    Raises:
        FFmpegError: It is no such file.
    """
    return av.open(
        source,
        mode="r",
        format=demuxer,
        metadata_errors="replace",
        options={
            **options,
            "protocol_whitelist": NO_PROTOCOL,
            "format_whitelist": av.format.ContainerFormat(demuxer, "r").name,
        },
    )


def _id3_bytes(content: bytes) -> int:
    """The length of an ID3v2 tag in front, 0 without one. Source: ID3v2.4 section 3.1."""
    if content[:3] != b"ID3" or len(content) < ID3_HEADER_BYTES:
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    return min(size, len(content)) + ID3_HEADER_BYTES


def _mpeg(content: bytes) -> str | None:
    """`flac`, `mp3` or `aac` behind a tag, or where a stream's frames begin soon."""
    if content[:4] == b"fLaC":
        return "flac"
    for at in range(min(len(content) - 1, SEARCHED_BYTES)):
        if content[at] != 0xFF:
            continue
        if length := _mp3_frame_bytes(content[at : at + 4]):
            if _follows(content, at + length, 0xE0):
                return "mp3"
        elif length := _adts_frame_bytes(content[at : at + 7]):
            if _follows(content, at + length, 0xF0):
                return "aac"
    return None


def _follows(content: bytes, at: int, mask: int) -> bool:
    """Whether another frame begins there, or the content ends before it could."""
    if at + 1 >= len(content):
        return True
    return content[at] == 0xFF and content[at + 1] & mask == mask


def _mp3_frame_bytes(header: bytes) -> int:
    """The length of the layer III frame with this header, 0 when it is none. ISO 11172-3."""
    if len(header) < 4 or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    kbps_at, hz_at, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer != 1 or kbps_at in (0, 15) or hz_at == 3:
        return 0
    first = version == 3
    kbps = MP3_KBPS[3 if first else 2][kbps_at]
    hz = MP3_HZ[hz_at] // {3: 1, 2: 2, 0: 4}[version]
    return (144_000 if first else 72_000) * kbps // hz + padding


def _adts_frame_bytes(header: bytes) -> int:
    """The length of the ADTS frame with this header, 0 when it is none. ISO 13818-7."""
    if len(header) < 7 or header[1] & 0xF6 != 0xF0:
        return 0
    return (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
