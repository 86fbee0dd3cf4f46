"""Reading connections: they see what is committed and never wait for the writer (WAL)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite

from interview.errors import Unavailable
from storage.backends.sqlite.faults import COMPONENT, unavailable

Row = tuple[Any, ...]


class Readers:
    """A few connections that take turns; a caller waits when all are busy."""

    def __init__(self, uri: str, count: int, busy_timeout_s: float) -> None:
        self._uri = uri
        self._count = count
        self._busy_timeout_s = busy_timeout_s
        self._open: list[aiosqlite.Connection] = []
        self._free: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue(count)
        self._closed = False

    async def start(self) -> None:
        """Open the connections. Raises Unavailable."""
        try:
            for _ in range(self._count):
                db = await aiosqlite.connect(
                    self._uri, uri=True, isolation_level=None, timeout=self._busy_timeout_s
                )
                self._open.append(db)
                await db.execute("PRAGMA query_only = ON")
                self._free.put_nowait(db)
        except sqlite3.Error as error:
            await self.close()
            raise unavailable(error) from error

    async def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows of a query. Raises Unavailable."""
        if self._closed:
            raise Unavailable(COMPONENT, "it has been closed")
        db = await self._free.get()
        try:
            return [tuple(row) for row in await db.execute_fetchall(sql, parameters)]
        except sqlite3.Error as error:
            raise unavailable(error) from error
        finally:
            self._free.put_nowait(db)

    async def one(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row of a query, or None. Raises Unavailable."""
        rows = await self.all(sql, parameters)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Close the connections; reads under way end first."""
        self._closed = True
        for db in self._open:
            await db.close()
        self._open.clear()
