"""SQLite in one file: the embedded default. Address: `sqlite:///absolute/path.db`. ADR 0003."""

from storage.backends.sqlite.backend import SqliteStorage, open_backend

__all__ = ["SqliteStorage", "open_backend"]
