"""Backends by the scheme of their address."""

from __future__ import annotations

import importlib
from typing import cast

from interview.errors import InvalidInput
from interview.ports import Storage

BACKENDS = {"sqlite": "storage.backends.sqlite"}


async def open_storage(url: str) -> Storage:
    """Open the backend of an address such as `sqlite:///var/lib/viva/viva.db`.

    Raises:
        InvalidInput: Nothing serves that scheme.
        Unavailable: The backend cannot be opened.
    """
    scheme = url.partition(":")[0]
    module = BACKENDS.get(scheme)
    if module is None:
        known = ", ".join(sorted(BACKENDS))
        raise InvalidInput("VIVA_STORAGE_URL", f"no backend for {scheme!r} (known: {known})")
    backend = importlib.import_module(module)
    return cast(Storage, await backend.open_backend(url))
