"""A `Vision` that sees what the test says, without models; same port as the worker pool."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from interview.errors import VivaError
from interview.ports.speech import EngineHealth
from proctoring.base import (
    VISION_INPUTS,
    EngineTag,
    FaceBox,
    HeadReading,
    IdentityReading,
    Input,
    InputCapability,
    PictureReading,
    Reading,
)
from proctoring.frames import Picture
from proctoring.vision import Embedding, Look, ReferenceFindings, Seen

ENGINE = EngineTag(name="scripted", model_sha256="0" * 64)
FACE = FaceBox(x=200, y=100, width=200, height=240, score=0.95)
FRONTAL = HeadReading(yaw=0, pitch=0, roll=0, gaze_x=0, gaze_y=0, mouth=0.01, eyes=0.9)
LIT = PictureReading(luma=118, spread=46, structure=40, detail=120, change=2.0, moved=0.1)


def reading(at_s: float, **parts: object) -> Reading:
    """One face that looks into the camera, unless said otherwise."""
    values: dict[str, object] = {
        "at_s": at_s,
        "width": 640,
        "height": 480,
        "picture": LIT,
        "faces": (FACE,),
        "landmarks": True,
        "head": FRONTAL,
        "engines": {value: ENGINE for value in VISION_INPUTS},
    }
    return Reading.model_validate({**values, **parts})


class ScriptedVision:
    """Answers every frame with `parts` laid over a good one, or raises `fault`.

    `hold` keeps answers back until `release` is called.
    """

    def __init__(self, missing: Mapping[Input, str] | None = None) -> None:
        self.parts: dict[str, object] = {}
        self.fault: VivaError | None = None
        self.findings = ReferenceFindings(
            width=640, height=480, luma=118, face_luma=120, face_detail=200, faces=(FACE,)
        )
        self.missing = dict(missing or {})
        self.looks: list[Look] = []
        self.forgotten: list[str] = []
        self.closed = False
        self.anew = False
        self._free = asyncio.Event()
        self._free.set()

    def hold(self) -> None:
        """Keep answers back."""
        self._free.clear()

    def release(self) -> None:
        """Let them go."""
        self._free.set()

    async def start(self) -> None:
        """Nothing to start."""

    def capabilities(self) -> Mapping[Input, InputCapability]:
        """All, but those said to be missing."""
        return {
            value: InputCapability(
                value,
                value not in self.missing,
                None if value in self.missing else ENGINE,
                self.missing.get(value, ""),
            )
            for value in VISION_INPUTS
        }

    async def look(self, look: Look) -> Seen:
        """The scripted reading; a distance of 0.3 where a reference was given."""
        self.looks.append(look)
        await self._free.wait()
        if self.fault is not None:
            raise self.fault
        parts = dict(self.parts)
        if Input.IDENTITY in look.wants and "identity" not in parts:
            parts["identity"] = IdentityReading(distance=0.3)
        still = b"still" if look.still else None
        return Seen(reading(look.at_s, **parts), still, self.anew)

    async def examine(self, picture: Picture, *, embed: bool) -> ReferenceFindings:
        """The scripted findings; an embedding when one is asked for."""
        if self.fault is not None:
            raise self.fault
        made = Embedding(values=(0.1,) * 128, engine=ENGINE) if embed else None
        return self.findings.model_copy(update={"embedding": made})

    async def forget(self, session_id: str) -> None:
        """Note it."""
        self.forgotten.append(session_id)

    def health(self) -> EngineHealth:
        """Always well."""
        return EngineHealth(name="scripted", available=True)

    async def aclose(self) -> None:
        """Note it."""
        self.closed = True
