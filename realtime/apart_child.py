"""The process that opens foreign media: `python -m realtime.apart_child TASK SIZE ARGUMENT…`.

It limits itself before it reads the first foreign byte. To its parent it writes frames: one byte
of kind and two numbers; ASK has the two ends of a range (the answer is 8 bytes of length and the
bytes), RESULT and REFUSED have the length of what follows.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import pkgutil
import struct
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from interview.confinement import confine

ASK, RESULT, REFUSED = b"?", b"!", b"-"
MAX_RANGE_BYTES = 16 * 1024 * 1024
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one task. `descriptors` counts the three standard ones.

    `niceness`: the live interviews come first, but somebody waits for a clip: with 10 it would get
    a twentieth of a core beside two busy processes, and miss its time.
    """

    wall_s: float
    cpu_s: int
    memory_bytes: int
    output_bytes: int
    descriptors: int = 3
    niceness: int = 5


# A clip of ten minutes is decoded in about a second; a recording of an hour is joined in
# about ten, and the interviewer put into it in half a minute.
LIMITS = {
    "clip": Limits(wall_s=60, cpu_s=15, memory_bytes=1024 * MIB, output_bytes=32 * MIB),
    "cut": Limits(wall_s=60, cpu_s=20, memory_bytes=1024 * MIB, output_bytes=256 * MIB),
    "join": Limits(
        wall_s=900,
        cpu_s=600,
        memory_bytes=2048 * MIB,
        output_bytes=64 * MIB,
        descriptors=64,
        niceness=10,
    ),
}


class Refusal(Exception):
    """There is no result: what kind of fault, and a sentence."""


class Parent:
    """The process that asked."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink

    def read_range(self, start: int, end: int) -> bytes:
        """Bytes of the input."""
        self._sink.write(struct.pack(">cQQ", ASK, start, end))
        self._sink.flush()
        (size,) = struct.unpack(">Q", self._source.read(8))
        return self._source.read(size)

    def read_all(self, size: int) -> bytes:
        """The whole input."""
        content = io.BytesIO()
        for start in range(0, size, MAX_RANGE_BYTES):
            content.write(self.read_range(start, min(size, start + MAX_RANGE_BYTES)))
        return content.getvalue()

    def give(self, kind: bytes, content: bytes) -> None:
        """The last word."""
        self._sink.write(struct.pack(">cQQ", kind, len(content), 0))
        self._sink.write(content)
        self._sink.flush()


def _clip(parent: Parent, size: int, arguments: list[str]) -> bytes:
    from realtime.clips import ClipTooLong, UnreadableClip, decode_clip

    _limit("clip")
    try:
        clip = decode_clip(parent.read_all(size), max_s=float(arguments[0]))
    except UnreadableClip as error:
        raise Refusal("unreadable", str(error)) from error
    except ClipTooLong as error:
        raise Refusal("too_long", "it is too long") from error
    facts = {name: value for name, value in asdict(clip).items() if name != "pcm"}
    return json.dumps(facts).encode() + b"\n" + clip.pcm


def _cut(parent: Parent, size: int, arguments: list[str]) -> bytes:
    from interview.errors import Unavailable
    from realtime.cuts import RangeFile, cut

    _limit("cut")
    try:
        start_s, end_s = map(float, arguments)
        return cut(RangeFile(size, parent.read_range), start_s, end_s)
    except Unavailable as error:
        raise Refusal("unavailable", error.why) from error


def _join(parent: Parent, size: int, arguments: list[str]) -> bytes:
    from realtime.recording import assemble
    from realtime.voices import JoinOrder, with_prompts

    order = JoinOrder.model_validate_json(parent.read_all(size))
    stored = sum(Path(path).stat().st_size for part in order.parts for path in part.chunks.values())
    _limit("join", file_bytes=2 * stored + 64 * MIB)
    made = assemble(order.parts, Path(arguments[0]))
    return with_prompts(made, order.prompts).model_dump_json().encode()


def _limit(task: str, *, file_bytes: int = 0) -> None:
    """From here on no module can be opened: those that PyAV imports late are imported now."""
    import av

    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    limits = LIMITS[task]
    confine(
        cpu_s=limits.cpu_s,
        memory_bytes=limits.memory_bytes,
        file_bytes=file_bytes,
        descriptors=limits.descriptors,
    )


TASKS: dict[str, Callable[[Parent, int, list[str]], bytes]] = {
    "clip": _clip,
    "cut": _cut,
    "join": _join,
}


def main(arguments: list[str]) -> None:
    """Do the task and give its result."""
    if hasattr(os, "nice"):
        os.nice(LIMITS[arguments[0]].niceness)
    parent = Parent(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # what libraries print must not look like a frame
    try:
        parent.give(RESULT, TASKS[arguments[0]](parent, int(arguments[1]), arguments[2:]))
    except Refusal as error:
        kind, why = error.args
        parent.give(REFUSED, json.dumps({"kind": kind, "why": why}).encode())
    except Exception as error:  # the root of the process: the parent must learn what it was
        parent.give(REFUSED, json.dumps({"kind": "failed", "why": type(error).__name__}).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
