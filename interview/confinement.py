"""What a process of ours does first: it ends with its parent, and it bounds what it may use.

Standard library only: every kind of child begins with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Be killed when the process that started this one ends, in whatever way (Linux).

    Elsewhere a child ends when its standard input does, after the request it is busy with.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def confine(*, cpu_s: int, memory_bytes: int, file_bytes: int, descriptors: int) -> None:
    """Set hard limits: of processor time, address space, the size of a file, open descriptors.

    With `descriptors=3` not one file, pipe or socket can be opened any more. Where the system has
    no such limits (Windows), only those of the parent hold.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, descriptors),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower one is in force already
            resource.setrlimit(kind, (limit, limit))
