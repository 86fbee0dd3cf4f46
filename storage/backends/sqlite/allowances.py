"""How often something happened: in a file of its own, which a loss of power may take along.

Counts of the last minute need no flush to disk, and must not wait for one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from storage.allowance import Window, sweep_before
from storage.backends.sqlite.writer import Writer

SUFFIX = "-allowances"
SWEEP_EVERY = 512


class SqliteAllowances:
    """`Allowances`."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._writer = Writer(connect)
        self._takes = 0

    async def start(self) -> None:
        """Open the file. Raises Unavailable."""
        await self._writer.start(_prepare)

    async def close(self) -> None:
        """Close the file."""
        await self._writer.close()

    async def take(self, key: str, limit: int, window_s: int, now: datetime) -> float:
        """Count one if there is room and answer 0; else the seconds to wait."""
        window = Window.at(now, window_s)
        self._takes += 1
        sweep = self._takes % SWEEP_EVERY == 0

        def write(db: sqlite3.Connection) -> float:
            if sweep:
                db.execute("DELETE FROM allowances WHERE ends_at < ?", (sweep_before(now),))
            found = db.execute(
                "SELECT number, count FROM allowances WHERE key = ? AND number IN (?, ?)",
                (key, window.number - 1, window.number),
            ).fetchall()
            counts = dict(found)
            previous, current = counts.get(window.number - 1, 0), counts.get(window.number, 0)
            wait_s = window.wait_s(previous, current, limit)
            if wait_s == 0:
                db.execute(
                    "INSERT INTO allowances (key, number, count, ends_at) VALUES (?, ?, 1, ?)"
                    " ON CONFLICT (key, number) DO UPDATE SET count = count + 1",
                    (key, window.number, window.forgotten_at()),
                )
            return wait_s

        return await self._writer.run(write)


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL").fetchone()
    db.execute("PRAGMA synchronous = OFF")
    db.execute(
        "CREATE TABLE IF NOT EXISTS allowances (key TEXT NOT NULL, number INTEGER NOT NULL,"
        " count INTEGER NOT NULL, ends_at INTEGER NOT NULL, PRIMARY KEY (key, number))"
        " WITHOUT ROWID"
    )
    db.execute("CREATE INDEX IF NOT EXISTS allowances_by_end ON allowances (ends_at)")
