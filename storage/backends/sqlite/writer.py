"""The one writing connection of a process: many callers, one transaction, one flush to disk.

What queues up while a commit is being flushed is carried out together in the next transaction,
each write in a savepoint of its own. A caller goes on only after the COMMIT that holds its write.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from interview.errors import Unavailable
from storage.backends.sqlite.faults import COMPONENT, unavailable
from storage.backends.sqlite.killing import KillPoint

QUEUE_SIZE = 1_024
BATCH_SIZE = 128
QUEUE_WAIT_S = 10.0

T = TypeVar("T")
Write = Callable[[sqlite3.Connection], T]
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Waiting:
    write: Write[Any]
    done: asyncio.Future[Any]
    routine: bool = False
    result: Any = None
    error: BaseException | None = field(default=None)


class Writer:
    """Carries out writes in order, several in one transaction, in a thread of its own."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], kill: KillPoint | None = None
    ) -> None:
        self._connect = connect
        self._kill = kill
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(QUEUE_SIZE)
        self._db: sqlite3.Connection | None = None
        self._busy = False
        self._closed = False

    async def start(self, prepare: Write[None]) -> None:
        """Open the connection, prepare it, and begin to work.

        Raises:
            Unavailable: The file cannot be opened or written.
        """
        loop = asyncio.get_running_loop()
        try:
            self._db = await loop.run_in_executor(self._thread, self._open, prepare)
        except sqlite3.Error as error:
            self._thread.shutdown()
            raise unavailable(error) from error
        except BaseException:
            self._thread.shutdown()
            raise

    def _open(self, prepare: Write[None]) -> sqlite3.Connection:
        db = self._connect()
        try:
            prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    async def run(self, write: Write[T], *, routine: bool = False) -> T:
        """Carry out `write` and return its result when it is on disk.

        `routine`: it says nothing about any interview (a heartbeat); see `killing.py`.

        A caller that is cancelled no longer waits, but its write may still be carried out. When
        the queue is full the caller waits for room, at most 10 s.

        Raises:
            Unavailable: The database refuses, is overloaded, or is closed.
        """
        if self._closed:
            raise Unavailable(COMPONENT, "it has been closed")
        waiting = _Waiting(write, asyncio.get_running_loop().create_future(), routine)
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            await self._wait_for_room(waiting)
        self._wake()
        result: T = await waiting.done
        return result

    async def aside(self, action: Write[T]) -> T:
        """Run something on the connection between two batches, outside any transaction."""
        if self._db is None or self._closed:
            raise Unavailable(COMPONENT, "it has been closed")
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, action, self._db)
        except sqlite3.Error as error:
            raise unavailable(error) from error

    async def close(self) -> None:
        """Finish what is queued, then close. Later writes are refused."""
        if self._closed:
            return
        self._closed = True
        await self._queue.join()
        if self._db is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._db.close)
        self._thread.shutdown(wait=False)

    async def _wait_for_room(self, waiting: _Waiting) -> None:
        try:
            async with asyncio.timeout(QUEUE_WAIT_S):
                await self._queue.put(waiting)
        except TimeoutError:
            raise Unavailable(COMPONENT, "too many writes are waiting") from None

    def _wake(self) -> None:
        """Begin a batch once everybody who is ready now has queued, unless one is under way."""
        if not self._busy:
            self._busy = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        """Hand a batch to the thread; no task stands between, for each hand-over is waited for."""
        batch: list[_Waiting] = []
        while len(batch) < BATCH_SIZE and not self._queue.empty():
            batch.append(self._queue.get_nowait())
        self._busy = bool(batch)
        if not batch:
            return
        loop = asyncio.get_running_loop()
        done = self._thread.submit(self._carry_out, batch)
        done.add_done_callback(lambda done: loop.call_soon_threadsafe(self._settle, batch, done))

    def _settle(self, batch: list[_Waiting], done: Future[None]) -> None:
        """Tell the callers of a batch what came of it, and go on with what queued meanwhile."""
        fault = done.exception()
        if fault is not None:  # the waiting callers must hear of any fault
            log.error("storage_batch_failed", error=type(fault).__name__, exc_info=fault)
        for waiting in batch:
            waiting.error = waiting.error or fault
            _resolve(waiting)
            self._queue.task_done()
        asyncio.get_running_loop().call_soon(self._begin)

    def _carry_out(self, batch: list[_Waiting]) -> None:
        """Run a batch in one transaction; every outcome is left in its `_Waiting`."""
        assert self._db is not None
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for waiting in batch:
                self._one(waiting)
            kill = None if all(item.routine for item in batch) else self._kill
            if kill is not None:
                kill(False)
            self._db.execute("COMMIT")
            if kill is not None:
                kill(True)
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            fault = unavailable(error)
            for waiting in batch:
                waiting.error = waiting.error or fault

    def _one(self, waiting: _Waiting) -> None:
        db = self._db
        assert db is not None
        db.execute("SAVEPOINT one")
        try:
            waiting.result = waiting.write(db)
        except Exception as error:  # root of a write: only its own caller may suffer
            if not db.in_transaction:  # SQLite gave up the whole transaction (disk full)
                raise
            db.execute("ROLLBACK TO one")
            waiting.error = unavailable(error) if isinstance(error, sqlite3.Error) else error
        db.execute("RELEASE one")


def _resolve(waiting: _Waiting) -> None:
    if waiting.done.done():  # the caller was cancelled
        return
    if waiting.error is not None:
        waiting.done.set_exception(waiting.error)
    else:
        waiting.done.set_result(waiting.result)
