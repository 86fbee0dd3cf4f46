"""A part's bytes as stretches that can be read: around lost chunks, from cluster to cluster.

A cluster of WebM is a fragment of MP4 (Safari's recorder): a `moof` box with its `mdat`.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from interview.nouns import Noun
from realtime.formats import demuxer_of

# Matroska: a cluster's id, its size (1-8 bytes, often unknown), and its timestamp as first child.
CLUSTER = re.compile(
    rb"\x1f\x43\xb6\x75(?:[\x80-\xff]|[\x40-\x7f].|[\x02-\x3f].{2,6}?|\x01.{7})\xe7", re.DOTALL
)
# ISO 14496-12: a movie fragment's size and name, and the header box that is its first child.
FRAGMENT = re.compile(rb"[\x00-\x0f].{3}moof\x00\x00\x00\x10mfhd", re.DOTALL)
LOOKAHEAD_BYTES = 32
MAX_HEADER_BYTES = 4 * 1024 * 1024


class PartFiles(Noun):
    """One MediaRecorder run: its chunks' files by number (a missing number is a hole).

    `start_s` is the session clock at which it began; `expected` how many chunks there should be,
    when the browser has said so.
    """

    part_id: str
    start_s: float
    chunks: dict[int, str]
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one part without a hole, as readable bytes: `header` first when it is cut off.

    `skip` bytes of the first chunk lie before its first cluster and belong to a lost one.
    """

    part: PartFiles
    paths: tuple[str, ...]
    header: bytes = b""
    skip: int = 0

    @property
    def demuxer(self) -> str:
        """What reads it."""
        if self.header:
            return _demuxer(self.header)
        with open(self.paths[0], "rb") as file:
            return _demuxer(file.read(16))


class PieceBytes(io.RawIOBase):
    """The bytes of a piece, read file by file; nothing is held in memory but the header."""

    def __init__(self, piece: Piece) -> None:
        super().__init__()
        self._head = io.BytesIO(piece.header)
        self._paths = iter(piece.paths)
        self._skip = piece.skip
        self._file: io.BufferedIOBase | io.BytesIO = self._head

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end."""
        while not (found := self._file.read(size)):
            path = next(self._paths, None)
            if path is None:
                return b""
            self._file.close()
            self._file = open(path, "rb")  # noqa: SIM115 - closed when the next one opens
            self._file.seek(self._skip)
            self._skip = 0
        return found

    def close(self) -> None:
        """Close the file that is open."""
        self._file.close()
        super().close()


def pieces(part: PartFiles, problems: list[str]) -> Iterator[Piece]:
    """The stretches of a part between its holes, each readable on its own."""
    if 0 not in part.chunks:
        problems.append("The beginning of a part was never received; it cannot be played.")
        return
    runs = _runs(sorted(part.chunks))
    missing = _missing(part, runs)
    if missing:
        problems.append(f"{missing} of {_wanted(part)} pieces of a part were never received.")
    first = [part.chunks[number] for number in runs[0]]
    with open(first[0], "rb") as file:
        begins = FRAGMENT if _demuxer(file.read(16)) == "mov" else CLUSTER
    header = _header(first, begins)
    for index, run in enumerate(runs):
        paths = [part.chunks[number] for number in run]
        if index == 0:
            yield Piece(part, tuple(paths))
        elif header:
            yield from _cut_off(part, paths, header, begins)


def _demuxer(head: bytes) -> str:
    """`mov` or `matroska`, whose reader names what is neither."""
    return "mov" if demuxer_of(head) == "mov" else "matroska"


def _cut_off(
    part: PartFiles, paths: list[str], header: bytes, begins: re.Pattern[bytes]
) -> Iterator[Piece]:
    """What follows a hole: from its first cluster on, with the part's header put before."""
    for index, path in enumerate(paths):
        # Where a cluster begins may lie across two chunks.
        content = Path(path).read_bytes() + b"".join(_starts(paths[index + 1 : index + 2]))
        found = begins.search(content)
        if found is not None and found.start() < os.path.getsize(path):
            yield Piece(part, tuple(paths[index:]), header, found.start())
            return


def _starts(paths: list[str]) -> Iterator[bytes]:
    for path in paths:
        with open(path, "rb") as file:
            yield file.read(LOOKAHEAD_BYTES)


def _runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _wanted(part: PartFiles) -> int:
    return max(part.expected or 0, max(part.chunks) + 1)


def _missing(part: PartFiles, runs: list[list[int]]) -> int:
    return _wanted(part) - sum(len(run) for run in runs)


def _header(paths: Sequence[str], begins: re.Pattern[bytes]) -> bytes:
    """Everything before the first cluster: what a decoder must know."""
    content = b""
    for path in paths:
        content += Path(path).read_bytes()
        found = begins.search(content)
        if found is not None:
            return content[: found.start()]
        if len(content) > MAX_HEADER_BYTES:
            break
    return b""
