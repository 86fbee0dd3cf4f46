"""Joins the pieces that a browser's MediaRecorder sent to one seekable file, without transcoding.

A *part* is one MediaRecorder run: its chunks, appended byte by byte, are one WebM stream (in
Safari one fragmented MP4), also when it ends abruptly. Where a chunk is missing, the stream goes on
at its next cluster or fragment. WebM becomes WebM, MP4 becomes MP4. What can be
read is laid end to end in the file; `spans` say where each stretch lies on the session clock.

Everything here blocks; `realtime.apart` runs it in a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import av
from av.container import OutputContainer
from av.error import FFmpegError

from interview.nouns import Noun
from realtime.files import Container, container_for, demuxer_at
from realtime.formats import open_media
from realtime.pieces import PartFiles, Piece, PieceBytes, pieces

KINDS = ("video", "audio")
TICKS = Fraction(1, 1000)  # Matroska's clock
KEPT_APART = {"h264", "hevc", "aac"}  # parts with another set-up of these make another file
COPY_BYTES = 1 << 20


class Span(Noun):
    """Where a stretch of the file lies on the session clock."""

    session_start_s: float
    recording_start_s: float
    duration_s: float
    part_id: str


class StreamFacts(Noun):
    """What a probe found in a file."""

    kind: str
    codec: str
    width: int | None = None
    height: int | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None


class RecordedFile(Noun):
    """One playable file. More than one exist only when the parts' codecs differ."""

    path: str
    mime: str
    size_bytes: int
    duration_s: float
    streams: tuple[StreamFacts, ...]
    spans: tuple[Span, ...]


class AssembledRecording(Noun):
    """The longest file first; `problems` are sentences about what could not be used."""

    files: tuple[RecordedFile, ...]
    problems: tuple[str, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """The stretches of all files."""
        return tuple(span for file in self.files for span in file.spans)


def assemble(parts: Sequence[PartFiles], folder: Path) -> AssembledRecording:
    """Write the recording's file (files, when codecs differ) into `folder`. Blocks.

    Parts are laid one after the other in the order of their start. A part whose last chunk is
    truncated is used up to its last whole frame.
    """
    problems: list[str] = []
    files: list[_Output] = []
    for part in sorted(parts, key=lambda part: (part.start_s, part.part_id)):
        for piece in pieces(part, problems):
            _add(piece, files, folder, problems)
    finished = [file for output in files if (file := output.finish()) is not None]
    if len(finished) > 1:
        problems.append("The parts have different codecs and are kept as separate files.")
    finished.sort(key=lambda file: -file.duration_s)
    return AssembledRecording(files=tuple(finished), problems=tuple(problems))


def _add(piece: Piece, files: list[_Output], folder: Path, problems: list[str]) -> None:
    source = _source(piece, folder / "piece")
    try:
        with open_media(source, piece.demuxer) as container:
            codecs = {
                str(stream.type): _codec(stream)
                for stream in reversed(container.streams)
                if stream.type in KINDS
            }
            if not codecs:
                problems.append("A part holds neither picture nor sound.")
                return
            output = next((file for file in files if file.takes(codecs)), None)
            if output is None:
                output = _Output(folder / f"recording-{len(files)}", codecs)
                files.append(output)
            output.add(piece, container)
    except (FFmpegError, ValueError, EOFError):
        problems.append("A part of the recording cannot be read.")
    finally:
        source.close()
        (folder / "piece").unlink(missing_ok=True)


def _source(piece: Piece, whole: Path) -> BinaryIO | PieceBytes:
    """The piece's bytes; MP4's reader jumps, so that it gets one file."""
    content = PieceBytes(piece)
    if piece.demuxer != "mov":
        return content
    with content, whole.open("wb") as file:
        while block := content.read(COPY_BYTES):
            file.write(block)
    return whole.open("rb")


def _codec(stream: Any) -> Codec:
    context = stream.codec_context
    # Their packets cannot be read without it, and a file has it once for each stream.
    setup = bytes(context.extradata or b"") if context.name in KEPT_APART else b""
    return Codec(context.name, setup)


class Codec(NamedTuple):
    """What the packets of a stream need to be read."""

    name: str
    setup: bytes = b""


@dataclass
class _Output:
    """One file being written; `end_s` is how long it is so far."""

    base: Path
    codecs: dict[str, Codec]
    end_s: float = 0.0
    spans: list[Span] = field(default_factory=list)
    _container: OutputContainer | None = None
    _streams: dict[str, Any] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> Container:
        return container_for({codec.name for codec in self.codecs.values()})

    @property
    def path(self) -> Path:
        return self.base.with_suffix(self.kind.suffix)

    def takes(self, codecs: dict[str, Codec]) -> bool:
        """A file's streams are fixed by its first part; later parts may lack some of them."""
        return all(self.codecs.get(kind) == codec for kind, codec in codecs.items())

    def add(self, piece: Piece, container: Any) -> None:
        """Copy the packets of a piece behind what is there, up to the first fault."""
        sources = [next((s for s in container.streams if s.type == k), None) for k in KINDS]
        streams = [stream for stream in sources if stream is not None]
        self._open(streams)
        clock = _PieceClock(self.end_s)
        if piece.demuxer == "mov" and container.start_time is not None:
            # Its first packet need not be the earliest: pictures are decoded before they are shown.
            clock.begin(container.start_time / av.time_base)
        try:
            for packet in container.demux(streams):
                if packet.pts is None or packet.is_corrupt or not packet.size:
                    continue
                if clock.place(packet):
                    self._write(packet)
        except FFmpegError:
            pass  # broken off: all before it is kept
        if clock.end_s > self.end_s:
            self.spans.append(
                Span(
                    session_start_s=round(piece.part.start_s + max(0.0, clock.first_s), 3),
                    recording_start_s=round(self.end_s, 3),
                    duration_s=round(clock.end_s - self.end_s, 3),
                    part_id=piece.part.part_id,
                )
            )
            self.end_s = clock.end_s

    def finish(self) -> RecordedFile | None:
        """Write the index; None (and no file) when not one packet came."""
        if self._container is not None:
            self._container.close()
        if not self.spans:
            self.path.unlink(missing_ok=True)
            return None
        streams, duration_s = probe(self.path)
        kind = "video" if any(stream.kind == "video" for stream in streams) else "audio"
        return RecordedFile(
            path=str(self.path),
            mime=f"{kind}/{self.kind.subtype}",
            size_bytes=self.path.stat().st_size,
            duration_s=round(duration_s or self.end_s, 3),
            streams=streams,
            spans=tuple(self.spans),
        )

    def _open(self, streams: list[Any]) -> None:
        if self._container is not None:
            return
        self._container = av.open(
            str(self.path),
            mode="w",
            format=self.kind.format,
            options=self.kind.options,
        )
        for stream in streams:
            self._streams[stream.type] = self._container.add_stream_from_template(stream)

    def _write(self, packet: Any) -> None:
        kind = packet.stream.type
        dts = max(int(packet.dts or 0), self._last.get(kind, -1) + 1)
        self._last[kind] = dts
        packet.pts, packet.dts = max(int(packet.pts or 0), dts), dts
        packet.stream = self._streams[kind]
        assert self._container is not None
        self._container.mux(packet)


@dataclass
class _PieceClock:
    """Moves a piece's packets to where the file ends; drops pictures before the first key frame."""

    offset_s: float
    end_s: float = 0.0
    first_s: float = 0.0
    _base_s: float | None = None
    _keyed: bool = False
    _previous_s: dict[str, float] = field(default_factory=dict)

    def begin(self, at_s: float) -> None:
        """Where the piece begins by its own clock; else where its first packet does."""
        self._base_s = self.first_s = at_s

    def place(self, packet: Any) -> bool:
        """Set the packet's times in the file, in milliseconds; False when it cannot be shown."""
        kind = packet.stream.type
        if kind == "video" and not self._keyed:
            if not packet.is_keyframe:
                return False
            self._keyed = True
        at_s = float((packet.pts or 0) * packet.time_base)
        if self._base_s is None:
            self._base_s = self.first_s = at_s
        relative_s = max(0.0, at_s - self._base_s)
        length_s = float((packet.duration or 0) * packet.time_base)
        if not length_s:
            length_s = max(0.0, at_s - self._previous_s.get(kind, at_s))
        self._previous_s[kind] = at_s
        self.end_s = max(self.end_s, self.offset_s + relative_s + length_s)
        later_s = 0.0  # pictures may be decoded in another order than they are shown
        if packet.dts is not None:
            later_s = max(0.0, float((packet.pts - packet.dts) * packet.time_base))
        packet.pts = round((self.offset_s + relative_s) * 1000)
        packet.dts = packet.pts - round(later_s * 1000)
        packet.time_base = TICKS
        packet.duration = round(length_s * 1000)
        return True


def probe(path: Path) -> tuple[tuple[StreamFacts, ...], float]:
    """What is in a file, and how long its index says it is in seconds.

    Raises:
        FFmpegError: It is no media file.
    """
    with path.open("rb") as file, open_media(file, demuxer_at(path)) as container:
        facts = tuple(_facts(stream) for stream in container.streams if stream.type in KINDS)
        return facts, float(container.duration or 0) / av.time_base


def _facts(stream: Any) -> StreamFacts:
    context = stream.codec_context
    if stream.type == "video":
        return StreamFacts(
            kind="video", codec=context.name, width=context.width, height=context.height
        )
    return StreamFacts(
        kind="audio",
        codec=context.name,
        sample_rate_hz=context.sample_rate,
        channels=context.channels,
    )
