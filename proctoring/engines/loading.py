"""Imports and opens the planned engines; one that fails is named and the others go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from proctoring.base import EngineTag, Input
from proctoring.engines.base import Embedder, FaceFinder, Landmarks, ObjectFinder
from proctoring.engines.plan import EngineChoice, EnginePlan


@dataclass
class Engines:
    """What a worker measures with."""

    faces: FaceFinder | None = None
    landmarks: Landmarks | None = None
    identity: Embedder | None = None
    objects: ObjectFinder | None = None
    failed: dict[Input, str] = field(default_factory=dict)

    def tags(self) -> dict[Input, EngineTag]:
        """Which engine measures what."""
        engines = {
            Input.FACES: self.faces,
            Input.LANDMARKS: self.landmarks,
            Input.IDENTITY: self.identity,
            Input.OBJECTS: self.objects,
        }
        return {value: engine.tag for value, engine in engines.items() if engine is not None}


def load(plan: EnginePlan) -> Engines:
    """Open all of the plan."""
    engines = Engines()
    for value, choice in plan.chosen.items():
        try:
            _open(engines, choice)
        except Exception as error:  # an engine's own root: the other engines must still load
            engines.failed[value] = f"{choice.engine}: {type(error).__name__}: {error}"[:300]
    return engines


def _open(engines: Engines, choice: EngineChoice) -> None:
    files = {name: Path(path) for name, path in choice.files.items()}
    if choice.engine == "yunet":
        from proctoring.engines.yunet import YuNet

        engines.faces = YuNet(files["model"], choice.sha256)
    elif choice.engine == "face_landmarker":
        from proctoring.engines.face_landmarker import FaceLandmarker

        landmarker = FaceLandmarker(files["model"], choice.sha256)
        landmarker.tracker().close()  # a broken bundle must show now, not in an interview
        engines.landmarks = landmarker
    elif choice.engine == "dlib":
        from proctoring.engines.dlib_faces import DlibEmbedder

        engines.identity = DlibEmbedder(files["shape"], files["net"], choice.sha256)
    elif choice.engine == "litert_faces":
        from proctoring.engines.litert_faces import LitertFaces

        engines.faces = LitertFaces(files["detector"], choice.sha256)
    elif choice.engine == "litert_landmarks":
        from proctoring.engines.litert_landmarks import LitertLandmarks

        engines.landmarks = LitertLandmarks(
            files["detector"], files["mesh"], files["iris"], choice.sha256
        )
    else:
        from proctoring.engines.nanodet import NanoDet

        engines.objects = NanoDet(files["model"], choice.sha256)
