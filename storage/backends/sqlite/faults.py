"""Turns what SQLite raises into the errors of this program."""

from __future__ import annotations

import sqlite3

from interview.errors import Unavailable

COMPONENT = "storage"
REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "the database is locked by another program",
    "SQLITE_LOCKED": "the database is locked by another program",
    "SQLITE_CORRUPT": "the database file is damaged",
    "SQLITE_NOTADB": "the file is not a database",
    "SQLITE_IOERR": "the disk cannot be read or written",
    "SQLITE_READONLY": "the database may not be written",
    "SQLITE_PERM": "the database may not be written",
    "SQLITE_CANTOPEN": "the database file cannot be opened",
    "SQLITE_NOMEM": "there is no memory left",
}


def unavailable(error: sqlite3.Error) -> Unavailable:
    """The sentence for a library error; its extended codes (SQLITE_IOERR_FSYNC) are folded."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    base = "_".join(name.split("_")[:2])
    return Unavailable(COMPONENT, REASONS.get(base, f"the database failed ({error})"))


def foreign_key_broken(error: sqlite3.IntegrityError) -> bool:
    """Whether the row refers to a session that is not there."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_FOREIGNKEY"
