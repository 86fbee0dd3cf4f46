"""Which engine measures what, with which files: worked out by the server, loaded by the worker."""

from __future__ import annotations

from typing import Literal

from interview.nouns import Noun
from proctoring.base import EngineTag, Input

EngineName = Literal[
    "yunet", "litert_faces", "face_landmarker", "litert_landmarks", "dlib", "nanodet"
]


class EngineChoice(Noun):
    """One engine and its files; `sha256` names the model whose answers these are."""

    engine: EngineName
    files: dict[str, str]
    sha256: str


class EnginePlan(Noun):
    """The engine of each frame input that has one, and why the others have none."""

    chosen: dict[Input, EngineChoice] = {}
    missing: dict[Input, str] = {}


class LoadedEngines(Noun):
    """What a worker says when it is ready."""

    tags: dict[Input, EngineTag]
    failed: dict[Input, str]
