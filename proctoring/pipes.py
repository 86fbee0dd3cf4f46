"""Frames between the server and a worker: 4 bytes header length, 4 bytes payload length (both
big-endian), the header as JSON, the payload as bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

SIZES = struct.Struct(">II")
MAX_HEADER_BYTES = 1024 * 1024
MAX_PAYLOAD_BYTES = 64 * 1024 * 1024


def pack(header: Mapping[str, Any], payload: bytes = b"") -> tuple[bytes, bytes]:
    """What to write, in order."""
    encoded = json.dumps(header).encode()
    return SIZES.pack(len(encoded), len(payload)) + encoded, payload


def unpack_sizes(sizes: bytes) -> tuple[int, int]:
    """Header and payload length.

    Raises:
        ValueError: Above the limits: the stream is broken.
    """
    header_bytes, payload_bytes = SIZES.unpack(sizes)
    if header_bytes > MAX_HEADER_BYTES or payload_bytes > MAX_PAYLOAD_BYTES:
        raise ValueError("the stream is out of step")
    return header_bytes, payload_bytes


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, None at the end of the stream. Blocks."""
    sizes = stream.read(SIZES.size)
    if len(sizes) < SIZES.size:
        return None
    header_bytes, payload_bytes = unpack_sizes(sizes)
    header = json.loads(stream.read(header_bytes))
    return header, stream.read(payload_bytes)


def write(stream: BinaryIO, header: Mapping[str, Any], payload: bytes = b"") -> None:
    """Send a frame. Blocks."""
    for part in pack(header, payload):
        stream.write(part)
    stream.flush()
