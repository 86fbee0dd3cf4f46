"""Threads for one kind of work, so that no other kind waits for it.

What strangers or a long job can fill must not be what sign-in, pages and interviews need. What is
left to `asyncio.to_thread` is short: a file written or flushed, a name looked up.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

NICENESS = 10

P = ParamSpec("P")
Result = TypeVar("Result")


def give_way() -> None:
    """Lower the calling thread's own priority, where each thread has one; never raise it."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            before = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, max(before, NICENESS))


class Threads:
    """At most `at_once` calls of one kind, each in a thread; more wait for these, and only these.

    With `gives_way` the event loop goes first when both want the processor.
    """

    def __init__(self, name: str, at_once: int, *, gives_way: bool = False) -> None:
        begin = give_way if gives_way else None
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=name, initializer=begin)

    async def run(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        """What `work` returns or raises. Cancelled, it is not waited for; begun, it ends."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(work, *arguments, **named))
