"""Which kind of file a joined recording becomes, by its codecs: what browsers play."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

WEBM_CODECS = frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})
MP4_CODECS = frozenset({"h264", "hevc", "av1", "vp9", "aac", "opus", "mp3"})


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file: FFmpeg's name, the second half of its MIME type, and its index in front."""

    suffix: str
    format: str
    subtype: str
    option: tuple[str, str]
    sound: str = "libopus"
    demuxer: str = "matroska"

    @property
    def options(self) -> dict[str, str]:
        """For the writer."""
        return dict([self.option])


CUES = ("cues_to_front", "1")
WEBM = Container(".webm", "webm", "webm", CUES)
MATROSKA = Container(".mkv", "matroska", "x-matroska", CUES)
MP4 = Container(".mp4", "mp4", "mp4", ("movflags", "faststart"), sound="aac", demuxer="mov")


def container_for(codecs: AbstractSet[str]) -> Container:
    """WebM where all may be in it, else MP4, else Matroska, which not all browsers play."""
    if codecs <= WEBM_CODECS:
        return WEBM
    return MP4 if codecs <= MP4_CODECS else MATROSKA


def container_at(path: Path) -> Container:
    """What a joined file is, by its name."""
    return next(
        kind for kind in (WEBM, MP4, MATROSKA) if path.name.split(".")[1] == kind.suffix[1:]
    )


def demuxer_at(path: Path) -> str:
    """What reads a joined file."""
    return container_at(path).demuxer
