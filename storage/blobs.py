"""Bytes by key, through obstore: a local folder, S3, Google or Azure."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import (
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import LocalStore, ObjectStore, from_url

from interview.errors import InvalidInput, NotFound, Unavailable
from interview.threads import Threads

SETTING = "VIVA_BLOBS_URL"
COMPONENT = "blobs"
AT_ONCE = 16  # a slow store keeps those waiting that want it, and nobody else
MAX_KEY_CHARS = 512
PART = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9_.=-]*")  # never ".", "..", hidden or empty
OS_ERROR = re.compile(r"os error (\d+)")
DISK_FULL = {27, 28, 122}  # EFBIG, ENOSPC, EDQUOT


def checked(key: str) -> str:
    """The key, if it is one.

    Raises:
        InvalidInput: Empty, too long, or with characters or parts that could leave the store.
    """
    if len(key) > MAX_KEY_CHARS or not all(PART.fullmatch(part) for part in key.split("/")):
        raise InvalidInput("key", "letters, digits, '_', '-', '.', '=' between single slashes")
    return key


def open_blobs(where: str) -> Blobs:
    """A folder (`/path`, `file:///path`; made when missing) or `s3://…`, `gs://…`, `az://…`.

    Raises:
        InvalidInput: The address is none that a store serves.
        Unavailable: The folder cannot be made.
    """
    parts = urlsplit(where)
    if parts.scheme in ("", "file"):
        path = unquote(parts.path) if parts.scheme else where
        if parts.netloc or not path.startswith("/") or not path.strip("/"):
            raise InvalidInput(SETTING, "a folder must be given as an absolute path")
        return LocalBlobs(Path("/" + path.lstrip("/")))
    try:
        return Blobs(from_url(where))
    except (BaseError, ValueError) as error:
        raise InvalidInput(SETTING, _first_line(error)) from error


class Blobs:
    """A `BlobStore` over an obstore store. A put is seen whole or not at all.

    Calls wait in threads of our own: obstore's own futures end in a thread that the interpreter
    does not know, and one that ends as the process does aborts it (2 of 300 exits, seen).
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._threads = Threads("blobs", AT_ONCE)

    async def put(self, key: str, content: bytes) -> None:
        """Store or replace.

        Raises:
            Unavailable: The disk is full, or the store refuses.
        """
        with _translated(key):
            await self._threads.run(obstore.put, self._store, checked(key), content)

    async def get(self, key: str) -> bytes:
        """All of it. Raises NotFound, Unavailable."""
        with _translated(key):
            return await self._threads.run(_whole, self._store, checked(key))

    async def get_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes `start` (included) to `end` (excluded, at most the size).

        Raises:
            InvalidInput: `end` is not above `start`.
            NotFound: There is no such blob.
        """
        if not 0 <= start < end:
            raise InvalidInput("range", "the end must lie behind the start")
        with _translated(key):
            part = partial(obstore.get_range, start=start, end=end)
            return bytes(await self._threads.run(part, self._store, checked(key)))

    async def size(self, key: str) -> int | None:
        """Length in bytes; None when it is not there."""
        try:
            with _translated(key):
                return (await self._threads.run(obstore.head, self._store, checked(key)))["size"]
        except NotFound:
            return None

    async def put_file(self, key: str, path: str) -> None:
        """Store a file's bytes, streamed. Raises Unavailable."""
        with _translated(key):
            await self._threads.run(obstore.put, self._store, checked(key), Path(path))

    async def keys(self, prefix: str) -> list[str]:
        """All keys below a folder, sorted."""
        with _translated(prefix):
            return await self._threads.run(_listed, self._store, checked(prefix.rstrip("/")))

    async def delete(self, key: str) -> None:
        """Remove; harmless when it is not there."""
        with suppress(NotFound), _translated(key):
            await self._threads.run(obstore.delete, self._store, checked(key))

    async def delete_prefix(self, prefix: str) -> int:
        """Remove all below a folder; how many there were."""
        keys = await self.keys(prefix)
        for key in keys:
            await self.delete(key)
        return len(keys)


class LocalBlobs(Blobs):
    """A folder, private to its owner. What `put` acknowledged survives a power cut."""

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            why = f"the folder cannot be made ({error.strerror})"
            raise Unavailable(COMPONENT, why) from error
        super().__init__(LocalStore(root, automatic_cleanup=True))
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        """Store or replace, and flush to disk. Raises Unavailable."""
        await super().put(key, content)
        await self._flush(key)

    async def put_file(self, key: str, path: str) -> None:
        """Store a file's bytes, and flush to disk. Raises Unavailable."""
        await super().put_file(key, path)
        await self._flush(key)

    async def delete_prefix(self, prefix: str) -> int:
        """Remove all below a folder, half-written files of a killed process included."""
        count = await super().delete_prefix(prefix)
        folder = self._root / checked(prefix.rstrip("/"))
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return count

    async def _flush(self, key: str) -> None:
        path = self._root / key
        try:
            await asyncio.to_thread(_sync, path)
        except FileNotFoundError:
            return  # deleted in the meantime
        except OSError as error:
            raise _unavailable(error.errno, str(error.strerror)) from error


def _whole(store: ObjectStore, key: str) -> bytes:
    return bytes(obstore.get(store, key).bytes())


def _listed(store: ObjectStore, prefix: str) -> list[str]:
    return sorted(item["path"] for batch in obstore.list(store, prefix=prefix) for item in batch)


def _sync(path: Path) -> None:
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise NotFound("Blob", key) from None
    except (PermissionDeniedError, UnauthenticatedError, PermissionError) as error:
        raise Unavailable(COMPONENT, "the store refuses the access") from error
    except (BaseError, OSError) as error:
        found = OS_ERROR.search(str(error))
        number = int(found[1]) if found else getattr(error, "errno", None)
        raise _unavailable(number, _first_line(error)) from error


def _unavailable(number: int | None, why: str) -> Unavailable:
    return Unavailable(COMPONENT, "the disk is full" if number in DISK_FULL else why)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
