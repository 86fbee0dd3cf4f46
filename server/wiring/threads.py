"""Threads beside the event loop, which lets nobody else go first.

What takes a processor for long has threads of its own (`interview/threads.py`). Seen on one
full core: six at once delayed a loop that wakes each 20 ms by 26 ms, and by 9 ms with a lower
priority.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from interview.threads import give_way

SWITCH_S = 0.001  # Python's own 5 ms are waited for at each turn of the loop
ARENAS = 2
M_ARENA_MAX = -8  # glibc's malloc.h


def put_loop_first(loop: asyncio.AbstractEventLoop) -> None:
    """Threads of `asyncio.to_thread` give way, and hand the interpreter over within 1 ms."""
    loop.set_default_executor(background_threads())
    sys.setswitchinterval(SWITCH_S)


def share_memory() -> bool:
    """Let threads take turns with freed memory, where glibc would keep some for each of them.

    Returns whether the system could be told.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and bool(mallopt(M_ARENA_MAX, ARENAS))


def background_threads() -> ThreadPoolExecutor:
    """One more than cores: most of what they do needs one, and each keeps 20 MB of a model."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    workers = min(32, cores + 1)
    return ThreadPoolExecutor(workers, thread_name_prefix="background", initializer=give_way)
