"""What the engines declared, and what of it is there and verified.

A file's checksum is computed once and remembered with its size and modification time in
`verified.json` beside it; a file that changed is computed again, a wrong one removed and named.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import structlog

from interview.errors import IntegrityError, Unavailable
from interview.models import ModelAsset, ModelFile
from server.platform.services import ModelEntry

ENGINE_PACKAGES = ("agents.stt", "agents.tts", "agents.evaluation", "proctoring")
STAMP = "verified.json"
REMEDY = "run `python -m server models`"
PUT_THERE = "no download carries it: put it into the models folder"

log = structlog.get_logger(__name__)


class ModelCatalogue:
    """The one cache folder. Cheap calls: hashing happens only when a file is new or changed."""

    def __init__(self, models_dir: Path, extra: Iterable[ModelAsset] = ()) -> None:
        self.models_dir = models_dir
        self._extra = tuple(extra)

    def folder(self, asset: ModelAsset) -> Path:
        """Where the asset's files belong."""
        return self.models_dir / asset.name

    def assets(self) -> tuple[ModelAsset, ...]:
        """Everything declared by an engine, then what the settings name beyond it."""
        found = {asset.name: asset for asset in declared_assets()}
        found.update({asset.name: asset for asset in self._extra})
        return tuple(found.values())

    def missing(self, asset: ModelAsset) -> list[str]:
        """Names of files that are not there or wrong (wrong ones are gone after this call)."""
        folder = self.folder(asset)
        return [file.name for file in asset.files if not self._whole(folder, file)]

    def locate(self, asset: ModelAsset) -> Path:
        """The asset's folder, every file verified.

        Raises:
            Unavailable: A file is missing or was wrong.
        """
        missing = self.missing(asset)
        if missing:
            remedy = REMEDY if asset.hub or asset.wheels else PUT_THERE
            raise Unavailable("models", f"{asset.name}: {', '.join(missing)} is missing; {remedy}")
        return self.folder(asset)

    def entries(self) -> list[ModelEntry]:
        """One line for each asset, for the readiness page."""
        return [
            ModelEntry(name=asset.name, present=not self.missing(asset), cost=asset.cost)
            for asset in self.assets()
        ]

    def _whole(self, folder: Path, file: ModelFile) -> bool:
        try:
            verify(folder, file)
        except FileNotFoundError:
            return False
        except IntegrityError as error:
            log.warning(
                "models.wrong_file_removed", file=str(folder / file.name), why=error.message
            )
            return False
        return True


def verify(folder: Path, file: ModelFile) -> None:
    """Check a file against its checksum (the declared one, else the one recorded at the fetch).

    Raises:
        FileNotFoundError: It is not there.
        IntegrityError: Its bytes are wrong; it has been removed.
    """
    path = folder / file.name
    stat = path.stat()
    stamps = read_stamps(folder)
    stamp = stamps.get(file.name, {})
    expected = file.sha256 or str(stamp.get("sha256", ""))
    now = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": expected}
    if expected and stamp == now:
        return
    actual = hash_file(path)
    if expected and actual != expected:
        path.unlink(missing_ok=True)
        raise IntegrityError(
            f"{file.name} had the wrong contents and was removed", expected=expected, actual=actual
        )
    write_stamp(folder, file.name, {**now, "sha256": actual})


def hash_file(path: Path) -> str:
    """Its sha256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_stamps(folder: Path) -> dict[str, dict[str, Any]]:
    """What was verified before; empty when nothing was or the note is unreadable."""
    try:
        stamps = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def write_stamp(folder: Path, name: str, stamp: dict[str, Any]) -> None:
    """Remember a verification; a folder that cannot be written is verified each time instead."""
    stamps = {**read_stamps(folder), name: stamp}
    partial = folder / f"{STAMP}.{os.getpid()}"
    try:
        partial.write_text(json.dumps(stamps, indent=1))
        partial.replace(folder / STAMP)
    except OSError as error:
        log.debug("models.folder_not_writable", folder=str(folder), error=type(error).__name__)


def declared_assets() -> Iterator[ModelAsset]:
    """The `MODELS` of every engine file, read without importing what declares none."""
    for package_name in ENGINE_PACKAGES:
        package = importlib.import_module(package_name)
        for info in pkgutil.iter_modules(package.__path__, prefix=f"{package_name}."):
            if _declares(info.name):
                yield from importlib.import_module(info.name).MODELS


def _declares(module: str) -> bool:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return False
    return "\nMODELS = (" in Path(spec.origin).read_text(encoding="utf-8")
