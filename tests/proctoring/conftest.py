"""Real models where there are any: the shared folder's, and those fetched on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from interview.errors import Unavailable
from interview.models import ModelAsset, ModelFolders
from proctoring.models import DLIB_FACES, FACE_LANDMARKER, LITERT_FACES, NANODET, YUNET
from server.wiring.models.catalogue import ModelCatalogue

FETCHED = Path(os.environ.get("VIVA_MODELS_DIR", "~/.cache/vivavoce/models")).expanduser()
ALL = (YUNET, FACE_LANDMARKER, DLIB_FACES, LITERT_FACES, NANODET)


class Folders:
    """Some of the models, as if no others had been fetched."""

    def __init__(self, catalogue: ModelCatalogue, *assets: ModelAsset) -> None:
        self._catalogue = catalogue
        self._names = {asset.name for asset in assets}

    def locate(self, asset: ModelAsset) -> Path:
        """The folder, if the asset is among them. Raises Unavailable."""
        if asset.name not in self._names:
            raise Unavailable("models", f"{asset.name} has not been fetched")
        return self._catalogue.locate(asset)


def gathered(shared_dir: Path, folder: Path) -> ModelCatalogue:
    """A models folder with everything about pictures that can be found here."""
    for asset in ALL:
        for file in asset.files:
            for source in (shared_dir / "models" / file.name, FETCHED / asset.name / file.name):
                if source.is_file():
                    (folder / asset.name).mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, folder / asset.name / file.name)
                    break
    return ModelCatalogue(folder)


@pytest.fixture(scope="session")
def catalogue(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelCatalogue:
    """A models folder with everything that can be found here."""
    return gathered(shared_dir, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def vision_models(catalogue: ModelCatalogue) -> ModelFolders:
    """The official models; skips when one is missing."""
    return _all_of(catalogue, YUNET, FACE_LANDMARKER, DLIB_FACES)


@pytest.fixture(scope="session")
def index_models(catalogue: ModelCatalogue) -> ModelFolders:
    """Only what a Python package index gives."""
    return _all_of(catalogue, LITERT_FACES)


def _all_of(catalogue: ModelCatalogue, *assets: ModelAsset) -> Folders:
    for asset in assets:
        if catalogue.missing(asset):
            pytest.skip(f"{asset.name} has not been fetched (python -m server models)")
    return Folders(catalogue, *assets)
