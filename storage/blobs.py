"""Bytes by key, through obstore: a local folder, S3, Google or Azure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, from_url

from interview.errors import InvalidInput, NotFound, Unavailable

KEY = re.compile(r"^[A-Za-z0-9_.=-]+(/[A-Za-z0-9_.=-]+)*$")


def checked(key: str) -> str:
    """The key, if it is one.

    Raises:
        InvalidInput: Empty, too long, or with characters or parts that could leave the store.
    """
    if len(key) > 512 or not KEY.match(key) or ".." in key.split("/"):
        raise InvalidInput("key", "letters, digits, '_', '-', '.', '=' between slashes")
    return key


def _refused(error: BaseError | OSError) -> Unavailable:
    return Unavailable("blobs", str(error).splitlines()[0][:200])


class Blobs:
    """A `BlobStore` over an obstore store; a local put is atomic (temporary file and rename)."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def put(self, key: str, content: bytes) -> None:
        """Store or replace. Raises Unavailable (disk full, no permission)."""
        try:
            await obstore.put_async(self._store, checked(key), content)
        except (BaseError, OSError) as error:
            raise _refused(error) from error

    async def get(self, key: str) -> bytes:
        """All of it. Raises NotFound, Unavailable."""
        try:
            found = await obstore.get_async(self._store, checked(key))
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError) as error:
            raise NotFound("Blob", key) from error
        except (BaseError, OSError) as error:
            raise _refused(error) from error

    async def get_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes `start` (included) to `end` (excluded)."""
        try:
            found = await obstore.get_range_async(self._store, checked(key), start=start, end=end)
            return bytes(found)
        except (NotFoundError, FileNotFoundError) as error:
            raise NotFound("Blob", key) from error
        except (BaseError, OSError) as error:
            raise _refused(error) from error

    async def size(self, key: str) -> int | None:
        """Length in bytes; None when it is not there."""
        try:
            return int((await obstore.head_async(self._store, checked(key)))["size"])
        except (NotFoundError, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise _refused(error) from error

    async def put_file(self, key: str, path: str) -> None:
        """Store a file's bytes, streamed."""
        try:
            await obstore.put_async(self._store, checked(key), Path(path))
        except (BaseError, OSError) as error:
            raise _refused(error) from error

    async def keys(self, prefix: str) -> list[str]:
        """All keys below a folder, sorted."""
        found: list[str] = []
        try:
            async for batch in obstore.list(self._store, prefix=checked(prefix.rstrip("/"))):
                found.extend(str(item["path"]) for item in batch)
        except (BaseError, OSError) as error:
            raise _refused(error) from error
        return sorted(found)

    async def delete(self, key: str) -> None:
        """Remove; harmless when it is not there."""
        try:
            await obstore.delete_async(self._store, checked(key))
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise _refused(error) from error

    async def delete_prefix(self, prefix: str) -> int:
        """Remove all below a folder; how many there were."""
        keys = await self.keys(prefix)
        for key in keys:
            await self.delete(key)
        return len(keys)


def open_blobs(where: str) -> Blobs:
    """A folder (made when missing) or an object store's address (`s3://…`, `gs://…`, `az://…`).

    Raises:
        InvalidInput: The address is none that a store serves.
        Unavailable: The folder cannot be made.
    """
    if "://" in where and not where.startswith("file://"):
        try:
            return Blobs(from_url(where))
        except (BaseError, ValueError) as error:
            raise InvalidInput("VIVA_BLOBS_URL", str(error).splitlines()[0]) from error
    folder = Path(where.removeprefix("file://"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable("blobs", str(error)) from error
    return Blobs(LocalStore(folder, automatic_cleanup=True))
