"""Where everything is kept. `open_storage` and `open_blobs` choose by the address's scheme."""

from __future__ import annotations

from storage.blobs import open_blobs
from storage.opening import open_storage

__all__ = ["open_blobs", "open_storage"]
