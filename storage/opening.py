"""Opens the storage that an address names."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol

import storage.backends
from interview.errors import InvalidInput
from interview.ports.storage import Storage
from storage.moving import Movable

SETTING = "VIVA_STORAGE_URL"


class MovableStorage(Storage, Protocol):
    """What every backend gives: its ports, and all its content as plain rows."""

    content: Movable


async def open_storage(url: str) -> MovableStorage:
    """The storage at `url`; its scheme names a module of `storage/backends`, imported here.

    What follows a `+` is the backend's own (`mongodb+srv://`).

    Raises:
        InvalidInput: No backend has this scheme, or the address is unusable for it.
        Unavailable: The database cannot be opened.
    """
    scheme = url.partition("://")[0].partition("+")[0] if "://" in url else ""
    if scheme not in backend_names():
        known = ", ".join(f"{name}://" for name in backend_names())
        raise InvalidInput(SETTING, f"no storage backend for {scheme!r}; there are: {known}")
    backend = importlib.import_module(f"storage.backends.{scheme}")
    opened: MovableStorage = await backend.open_backend(url)
    return opened


def backend_names() -> list[str]:
    """The schemes that can be opened."""
    return sorted(item.name for item in pkgutil.iter_modules(storage.backends.__path__))
