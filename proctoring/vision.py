"""The port between the monitor and the processes that look at pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from interview.errors import Unavailable
from interview.nouns import Noun
from interview.ports.speech import EngineHealth
from proctoring.base import EngineTag, FaceBox, Input, InputCapability, Reading
from proctoring.frames import Picture


class FrameKilled(Unavailable):
    """The worker was lost while it looked at this frame: the frame may be what it died of."""


class Embedding(Noun):
    """A face as numbers, and what made them. Biometric: stored encrypted or not at all."""

    values: tuple[float, ...]
    engine: EngineTag


@dataclass(frozen=True, slots=True)
class Seen:
    """What a worker made of a frame.

    Attributes:
        still: A JPEG of it, when one was asked for.
        anew: Another worker looked at the candidate's last frame and is gone since.
    """

    reading: Reading
    still: bytes | None = None
    anew: bool = False


class ReferenceFindings(Noun):
    """What is in a would-be reference picture. Pixels are those of the picture as decoded."""

    width: int
    height: int
    luma: float
    face_luma: float = 0.0
    face_detail: float = 0.0
    faces: tuple[FaceBox, ...] = ()
    embedding: Embedding | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What is wanted of one frame.

    Attributes:
        wants: Frame inputs to measure; those without an engine are left out of the answer.
        reference: Compare the one face with this; needed for `Input.IDENTITY`.
        still: Whether to encode a JPEG.
    """

    session_id: str
    picture: Picture
    at_s: float
    wants: frozenset[Input]
    reference: Embedding | None = None
    still: bool = False


class Vision(Protocol):
    """Looks at pictures outside the event loop. One frame of a candidate at a time."""

    async def start(self) -> None:
        """Make ready; engines without a model are then named by `capabilities`."""

    def capabilities(self) -> Mapping[Input, InputCapability]:
        """Which frame inputs can be measured."""

    async def look(self, look: Look) -> Seen:
        """Measure one frame.

        Raises:
            InvalidInput: The picture does not decode.
            Unavailable: The worker died or missed its deadline; it is being replaced.
        """

    async def examine(self, picture: Picture, *, embed: bool) -> ReferenceFindings:
        """What a would-be reference picture shows; makes an embedding only when `embed`.

        Raises:
            InvalidInput, Unavailable: As `look`.
        """

    async def forget(self, session_id: str) -> None:
        """Drop what is kept of a candidate (tracking state). Harmless twice."""

    def health(self) -> EngineHealth: ...
    async def aclose(self) -> None: ...
