"""The tasks of a session or a room: they end with it, and a failure of one ends nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from interview.errors import VivaError

log = structlog.get_logger(__name__)


class Tasks:
    """Runs coroutine functions until `close`."""

    def __init__(self, session_id: str) -> None:
        self._session_id = session_id
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    def spawn(self, work: Callable[[], object], name: str) -> None:
        """Run a coroutine function in a task that ends with its owner; failures are logged."""
        if not self._closed:
            self._begin(work, name)

    async def see_through(self, work: Callable[[], object], name: str) -> None:
        """Wait for a coroutine function that is carried out even if the caller is cancelled."""
        if not self._closed:
            await asyncio.shield(self._begin(work, name))

    def _begin(self, work: Callable[[], object], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guard(work, name), name=f"{name}-{self._session_id[:8]}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _guard(self, work: Callable[[], object], name: str) -> None:
        try:
            result = work()
            if asyncio.iscoroutine(result):
                await result
        except VivaError as error:
            log.info("session_task_refused", task=name, code=error.code, session=self._session_id)
        except Exception:  # task root: one session's failure must not end the server
            log.exception("session_task_failed", task=name, session=self._session_id)

    async def close(self) -> None:
        """Cancel all that runs, but for the task that asks."""
        self._closed = True
        others = [task for task in self._running if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
