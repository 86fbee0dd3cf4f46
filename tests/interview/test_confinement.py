"""Limits hold in a real process, and a child does not outlive its parent."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = "cpu_s=1, memory_bytes=400 << 20, file_bytes=0, descriptors=3"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")


def confined(code: str) -> subprocess.CompletedProcess[str]:
    """What this code does behind the limits."""
    lines = f"import socket\nfrom interview.confinement import confine\nconfine({LIMITS})\n{code}"
    return subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, timeout=20
    )


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("open('/etc/hosts')", "Too many open files"),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "Too many open files"),
        ("bytearray(500 << 20)", "MemoryError"),
    ],
)
def test_more_than_the_limit_is_refused(code: str, error: str) -> None:
    ended = confined(code)
    assert ended.returncode != 0 and error in ended.stderr, ended.stderr


def test_what_never_ends_is_killed() -> None:
    assert confined("while True: pass").returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_a_busy_child_ends_with_its_parent() -> None:
    child = (
        "import time; from interview.confinement import end_with_parent; end_with_parent();"
        "print(__import__('os').getpid(), flush=True); time.sleep(60)"
    )
    parent = (
        "import subprocess, sys, time;"
        f"subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    process.kill()
    process.wait()
    deadline = time.monotonic() + 2
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break  # ended; whoever inherited it has not looked yet
        time.sleep(0.02)
    else:
        assert not Path(f"/proc/{pid}").exists()
