"""A model runtime's side of `sidecars.sidecar`: frames on standard input and output.

Standard library only, so that a child starts in no time and holds nothing it does not need.

A frame is: 4 bytes header length, 4 bytes payload length (both big-endian), the header as JSON,
the payload as bytes. The child answers each request (`id`) with one frame; `event` frames may come
at any time. The child ends when its standard input does, and at once when its parent is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

SIZES = struct.Struct(">II")
NICENESS = 5


@dataclass(frozen=True, slots=True)
class Message:
    """One frame."""

    header: dict[str, Any]
    payload: bytes = b""


def read_message(stream: BinaryIO) -> Message | None:
    """The next frame, or None at the end of the stream. Blocks."""
    sizes = stream.read(SIZES.size)
    if len(sizes) < SIZES.size:
        return None
    header_size, payload_size = SIZES.unpack(sizes)
    header = json.loads(stream.read(header_size))
    return Message(header, stream.read(payload_size))


def write_message(stream: BinaryIO, header: Mapping[str, Any], payload: bytes = b"") -> None:
    """Send a frame. Blocks."""
    encoded = json.dumps(header).encode()
    stream.write(SIZES.pack(len(encoded), len(payload)) + encoded + payload)
    stream.flush()


def serve(
    load: Callable[[], Callable[[Message], tuple[Mapping[str, Any], bytes]]],
    *,
    niceness: int = NICENESS,
) -> None:
    """The main loop of a child: load the model, say `ready`, answer requests until the end.

    A request that raises is answered with `error`; the child lives on. What the model's libraries
    print goes to standard error.
    """
    source = sys.stdin.buffer
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(OSError):
        os.nice(niceness)
    try:
        answer = load()
    except Exception as error:  # task root: the parent must learn why there is no model
        write_message(out, {"event": "failed", "error": f"{type(error).__name__}: {error}"})
        return
    write_message(out, {"event": "ready", "pid": os.getpid()})
    while (message := read_message(source)) is not None:
        request = message.header.get("id")
        try:
            header, payload = answer(message)
        except Exception as error:  # task root: one bad request must not end the model
            header, payload = {"error": f"{type(error).__name__}: {error}"}, b""
        write_message(out, {**header, "id": request}, payload)
