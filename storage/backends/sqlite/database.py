"""One file, one writer that commits in groups, and a connection for reads."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from interview.errors import Unavailable, VivaError
from storage.backends.sqlite.schema import migrate

MAX_WAITING = 1_024
MAX_GROUP = 64
BUSY_S = 5.0

Row = tuple[Any, ...]
Work = Callable[[aiosqlite.Connection], Awaitable[Any]]
Waiting = tuple[Work, "asyncio.Future[Any]"]


def translated(error: sqlite3.Error) -> Unavailable:
    """The sentence for a library error."""
    return Unavailable("storage", str(error).strip() or type(error).__name__)


class Database:
    """Writes wait for their commit; those that wait together share one.

    What if full: with 1024 writes waiting, the next one waits for a place before it is queued.
    """

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(MAX_WAITING)
        self._task = asyncio.create_task(self._commit_groups(), name="sqlite-writer")
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> Database:
        """Open or create the file and bring its schema up to date.

        Raises:
            Unavailable: The file cannot be opened or is of a newer release.
        """
        try:
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            writer = await _connect(path)
            await migrate(writer)
            reader = await _connect(path)
        except sqlite3.Error as error:
            raise translated(error) from error
        except OSError as error:
            raise Unavailable("storage", str(error)) from error
        return cls(writer, reader)

    async def write(self, work: Work) -> Any:
        """Run `work` in a transaction; returns after the commit.

        Raises:
            Unavailable: The disk or the file refuses; nothing of it was stored.
        """
        if self._closed:
            raise Unavailable("storage", "closed")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self._queue.put((work, done))
        return await asyncio.shield(done)

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """One writing statement; returns how many rows it changed."""

        async def work(db: aiosqlite.Connection) -> int:
            return (await db.execute(sql, parameters)).rowcount

        changed: int = await self.write(work)
        return changed

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query. Raises Unavailable."""
        try:
            async with self._reader.execute(sql, parameters) as cursor:
                return [tuple(row) for row in await cursor.fetchall()]
        except (sqlite3.Error, ValueError) as error:
            if isinstance(error, sqlite3.Error):
                raise translated(error) from error
            raise Unavailable("storage", str(error)) from error

    async def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        found = await self.rows(sql, parameters)
        return found[0] if found else None

    async def close(self) -> None:
        """Finish what waits, then close the file. Harmless twice."""
        if self._closed:
            return
        self._closed = True
        await self._queue.join()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._writer.close()
        await self._reader.close()

    async def _commit_groups(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < MAX_GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            await self._commit(group)

    async def _commit(self, group: list[Waiting]) -> None:
        outcomes: list[tuple[asyncio.Future[Any], Any, Exception | None]] = []
        failure: Exception | None = None
        try:
            await self._writer.execute("BEGIN IMMEDIATE")
            for work, done in group:
                result, error = await self._one(work)
                outcomes.append((done, result, error))
            await self._writer.commit()
        except Exception as error:  # task root: every waiter must be told, whatever went wrong
            failure = Unavailable("storage", str(error) or type(error).__name__)
            await self._roll_back()
        for number, (_, done) in enumerate(group):
            self._queue.task_done()
            if done.done():
                continue
            own = outcomes[number][2] if number < len(outcomes) else None
            if own is not None or failure is not None:
                done.set_exception(own or failure or Unavailable("storage", "not stored"))
            else:
                done.set_result(outcomes[number][1])

    async def _one(self, work: Work) -> tuple[Any, Exception | None]:
        """One writer's part, undone alone when it fails."""
        await self._writer.execute("SAVEPOINT one")
        try:
            result = await work(self._writer)
        except VivaError as error:
            await self._writer.execute("ROLLBACK TO one")
            await self._writer.execute("RELEASE one")
            return None, error
        except sqlite3.IntegrityError as error:
            await self._writer.execute("ROLLBACK TO one")
            await self._writer.execute("RELEASE one")
            return None, translated(error)
        await self._writer.execute("RELEASE one")
        return result, None

    async def _roll_back(self) -> None:
        try:
            await self._writer.rollback()
        except (sqlite3.Error, ValueError):
            return


async def _connect(path: Path) -> aiosqlite.Connection:
    db = await aiosqlite.connect(path, isolation_level=None, timeout=BUSY_S)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        await db.execute(f"PRAGMA {pragma}")
    return db
