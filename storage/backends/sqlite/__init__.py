"""The embedded backend: one SQLite file in WAL mode."""

from __future__ import annotations

from storage.backends.sqlite.backend import SqliteStorage, open_backend

__all__ = ["SqliteStorage", "open_backend"]
