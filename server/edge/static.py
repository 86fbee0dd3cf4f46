"""Files of the web client: found below one folder only, typed, cached, compressed ahead."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from interview.errors import NotFound

TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
COMPRESSED = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file to send: the one on disk, its type, and its encoding when it was compressed."""

    path: Path
    content_type: str
    encoding: str | None


def find(folder: Path, name: str, accepts: str) -> StaticFile:
    """The file `name` below `folder`, compressed if there is such a twin and it is accepted.

    Raises:
        NotFound: No such file, or it lies outside the folder.
    """
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        inside = path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # a name that no file can have (too long, a null byte)
        inside = False
    if not inside:
        raise NotFound("File", "of that name")
    suffix = path.suffix.lower()
    guessed = TYPES.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    for encoding, ending in COMPRESSED:
        twin = path.with_name(path.name + ending)
        if encoding in accepts and twin.is_file():
            return StaticFile(twin, guessed, encoding)
    return StaticFile(path, guessed, None)
