"""Foreign media in a process of its own, with limits on its time, memory, files and output.

Neither a fault of FFmpeg nor what a file makes it do is felt by the server. The child's side is
`realtime.apart_child`; it reads its input through ranges that this side hands over.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from interview import begin
from interview.errors import Unavailable
from realtime.apart_child import ASK, LIMITS, MAX_RANGE_BYTES, REFUSED, RESULT, Limits
from realtime.clips import Clip, ClipTooLong, UnreadableClip
from realtime.pieces import PartFiles
from realtime.recording import AssembledRecording
from realtime.voices import JoinOrder, PromptAudio

ROOT = Path(__file__).resolve().parent.parent
COMPONENT = "recording"
FAILED = {"join": "the pieces cannot be joined", "cut": "the clip cannot be cut"}
UNREADABLE = "the file cannot be read as audio"
# Numerical libraries start a thread for each core otherwise, each with memory of its own.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}

ReadRange = Callable[[int, int], Awaitable[bytes]]


class Ended(Exception):
    """The child ended without a result: it crashed, or a limit was reached."""


class Refused(Exception):
    """The child said why it has no result: `kind` is for programs, `why` for people."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


async def decode_apart(content: bytes, *, max_s: float) -> Clip:
    """`realtime.clips.decode_clip`, apart. Cancelling kills the child.

    Raises:
        UnreadableClip: No audio, or decoding it reached a limit.
        ClipTooLong: There is more than `max_s` of audio.
    """
    try:
        result = await _run("clip", [str(max_s)], len(content), _ranges_of(content))
    except Refused as error:
        if error.kind == "too_long":
            raise ClipTooLong from None
        raise UnreadableClip(error.why if error.kind == "unreadable" else UNREADABLE) from None
    except Ended:
        raise UnreadableClip(UNREADABLE) from None
    facts, _, pcm = result.partition(b"\n")
    return Clip(pcm=pcm, **json.loads(facts))


async def assemble_apart(
    parts: Sequence[PartFiles], folder: Path, prompts: Sequence[PromptAudio] = ()
) -> AssembledRecording:
    """`realtime.recording.assemble`, with the interviewer's voice in it, apart.

    Cancelling kills the child.

    Raises:
        Unavailable: The child failed or reached a limit.
    """
    asked = JoinOrder(parts=tuple(parts), prompts=tuple(prompts)).model_dump_json().encode()
    result = await _media("join", [str(folder)], len(asked), _ranges_of(asked))
    return AssembledRecording.model_validate_json(result)


async def cut_apart(size: int, read_range: ReadRange, start_s: float, end_s: float) -> bytes:
    """`realtime.cuts.cut` of a file of `size` bytes, apart. Cancelling kills the child.

    Raises:
        Unavailable: The file cannot be read there, or a limit was reached.
    """
    return await _media("cut", [str(start_s), str(end_s)], size, read_range)


async def _media(task: str, arguments: list[str], size: int, read_range: ReadRange) -> bytes:
    try:
        return await _run(task, arguments, size, read_range)
    except Refused as error:
        why = f"{FAILED[task]} ({error.why})" if error.kind == "failed" else error.why
    except Ended as error:
        why = f"{FAILED[task]} ({error})"
    raise Unavailable(COMPONENT, why)


def _ranges_of(content: bytes) -> ReadRange:
    async def read(start: int, end: int) -> bytes:
        return content[start:end]

    return read


async def _run(task: str, arguments: list[str], size: int, read_range: ReadRange) -> bytes:
    limits = LIMITS[task]
    child = await asyncio.create_subprocess_exec(
        *begin.command("realtime.apart_child", task, str(size), *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
    )
    try:
        async with asyncio.timeout(limits.wall_s):
            return await _converse(child, limits, read_range)
    except TimeoutError:
        raise Ended(f"not done after {limits.wall_s:.0f} s") from None
    except (asyncio.IncompleteReadError, ConnectionError):
        raise Ended("its process ended") from None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
        await child.wait()


async def _converse(
    child: asyncio.subprocess.Process, limits: Limits, read_range: ReadRange
) -> bytes:
    """Hand over what the child asks for, until it has a result."""
    source, sink = child.stdout, child.stdin
    assert source is not None and sink is not None
    while True:
        kind, first, second = struct.unpack(">cQQ", await source.readexactly(17))
        if kind == ASK:
            if second - first > MAX_RANGE_BYTES:
                raise Ended("it asked for too much")
            content = await read_range(first, second)
            sink.write(struct.pack(">Q", len(content)) + content)
            await sink.drain()
            continue
        if kind not in (RESULT, REFUSED) or first > limits.output_bytes:
            raise Ended("its result is too long")
        content = await _read(source, first)
        if kind == REFUSED:
            raise Refused(**json.loads(content))
        return content


async def _read(source: asyncio.StreamReader, size: int) -> bytes:
    buffer = io.BytesIO()
    while (left := size - buffer.tell()) > 0:
        piece = await source.read(min(left, 1 << 20))
        if not piece:
            raise asyncio.IncompleteReadError(b"", left)
        buffer.write(piece)
    return buffer.getvalue()
