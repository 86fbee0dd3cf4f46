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


def own_name() -> str:
    """A name for this process, never used before; others on this machine can look it up."""
    process = psutil.Process()
    started = round(process.create_time() * 1000)
    return f"{KNOWN}-{_machine()}-{process.pid}-{started}-{uuid.uuid4().hex[:8]}"


def has_ended(owner: str) -> bool:
    """Whether that process is known to have ended. False when it may live, here or elsewhere."""
    parts = owner.split("-")
    if len(parts) != 5 or parts[0] != KNOWN or not parts[1] or parts[1] != _machine():
        return False
    try:
        process = psutil.Process(int(parts[2]))
        same = abs(round(process.create_time() * 1000) - int(parts[3])) < 100
        return not same or process.status() == psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):
        return True
    except psutil.AccessDenied:
        return False
