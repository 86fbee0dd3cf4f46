"""What is declared, and which engine follows from what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview.errors import Unavailable
from interview.models import ModelAsset
from proctoring.base import Input
from proctoring.models import (
    DLIB_FACES,
    FACE_LANDMARKER,
    LITERT_FACES,
    MODELS,
    NANODET,
    YUNET,
    plan_engines,
)
from server.wiring.models.catalogue import declared_assets


class Pretended:
    """Folders of some assets."""

    def __init__(self, *there: ModelAsset) -> None:
        self._there = there

    def locate(self, asset: ModelAsset) -> Path:
        if asset not in self._there:
            raise Unavailable("models", f"{asset.name} is missing")
        return Path("/models") / asset.name


@pytest.mark.parametrize("asset", [*MODELS, NANODET], ids=lambda asset: asset.name)
def test_every_file_has_its_hash_and_every_asset_its_price(asset: ModelAsset) -> None:
    assert all(len(file.sha256) == 64 and file.size_bytes for file in asset.files)
    assert asset.cost.endswith(".") and asset.licence


def test_the_one_command_fetches_them() -> None:
    names = {asset.name for asset in declared_assets()}
    assert {asset.name for asset in MODELS} <= names


def test_each_has_a_place_to_come_from() -> None:
    for asset in MODELS:
        assert asset.hub is not None or asset.wheels


def test_the_official_models_are_preferred() -> None:
    plan = plan_engines(Pretended(*MODELS))
    assert {value: choice.engine for value, choice in plan.chosen.items()} == {
        Input.FACES: "yunet",
        Input.LANDMARKS: "face_landmarker",
        Input.IDENTITY: "dlib",
    }
    assert "nanodet-m" in plan.missing[Input.OBJECTS]
    assert plan.chosen[Input.FACES].sha256 == YUNET.files[0].sha256


def test_a_package_index_alone_gives_faces_and_landmarks() -> None:
    plan = plan_engines(Pretended(LITERT_FACES, DLIB_FACES))
    assert plan.chosen[Input.FACES].engine == "litert_faces"
    assert plan.chosen[Input.LANDMARKS].engine == "litert_landmarks"
    assert Input.IDENTITY in plan.chosen


def test_one_missing_official_model_leaves_the_other() -> None:
    plan = plan_engines(Pretended(FACE_LANDMARKER, LITERT_FACES))
    assert plan.chosen[Input.FACES].engine == "litert_faces"
    assert plan.chosen[Input.LANDMARKS].engine == "face_landmarker"


def test_nothing_at_all_is_said_for_each_input() -> None:
    plan = plan_engines(Pretended())
    assert plan.chosen == {}
    assert set(plan.missing) == {Input.FACES, Input.LANDMARKS, Input.IDENTITY, Input.OBJECTS}
    assert plan.missing[Input.FACES] == "yunet-2026may is missing; litert-faces is missing"
