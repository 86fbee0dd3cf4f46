"""Names of processes that tell whether their process still runs, as far as can be seen here."""

from __future__ import annotations

import functools
import hashlib
import os
import uuid
from pathlib import Path

import psutil

KNOWN = "local"


@functools.cache
def _machine() -> str:
    """This boot of this machine, as seen from this process's namespace; "" where unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
    return hashlib.sha256(f"{boot} {namespace}".encode()).hexdigest()[:16]


def _started(pid: int) -> int:
    """When that process started, in ms; on Linux since the boot, so that no clock can move it."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return round(float(psutil.Process(pid).create_time()) * 1000)
    try:
        ticks = int(
            stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        )
    except (OSError, IndexError) as error:
        raise psutil.NoSuchProcess(pid) from error
    return round(ticks * 1000 / os.sysconf("SC_CLK_TCK"))


def own_name() -> str:
    """A name for this process, never used before; others on this machine can look it up."""
    pid = os.getpid()
    return f"{KNOWN}-{_machine()}-{pid}-{_started(pid)}-{uuid.uuid4().hex[:8]}"


def has_ended(owner: str) -> bool:
    """Whether that process is known to have ended. False when it may live, here or elsewhere."""
    parts = owner.split("-")
    if len(parts) != 5 or parts[0] != KNOWN or not parts[1] or parts[1] != _machine():
        return False
    try:
        pid = int(parts[2])
        same = abs(_started(pid) - int(parts[3])) < 100
        return not same or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):
        return True
    except psutil.AccessDenied:
        return False
