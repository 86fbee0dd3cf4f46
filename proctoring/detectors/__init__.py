"""One detector a file, found by its name, imported when it is wanted."""

from __future__ import annotations

import importlib
import pkgutil

from interview.errors import InvalidInput
from proctoring.base import DetectorSpec


def names() -> tuple[str, ...]:
    """Every detector there is: the files of this folder."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(__path__)))


def load(name: str) -> DetectorSpec:
    """What the file declares as `DETECTOR`.

    Raises:
        InvalidInput: There is no such file.
    """
    if name not in names():
        raise InvalidInput("detectors", f"there is no detector {name}")
    spec = importlib.import_module(f"{__name__}.{name}").DETECTOR
    assert isinstance(spec, DetectorSpec)
    return spec


def load_all() -> tuple[DetectorSpec, ...]:
    """Every detector's declaration."""
    return tuple(load(name) for name in names())
