"""Limits hold in a real process, and a child does not outlive its parent."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interview import begin

ROOT = Path(__file__).resolve().parents[2]
LIMITS = "cpu_s=1, memory_bytes=400 << 20, file_bytes=0, descriptors=3"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")


def confined(code: str) -> subprocess.CompletedProcess[str]:
    """What this code does behind the limits."""
    lines = f"import socket\nfrom interview.confinement import confine\nconfine({LIMITS})\n{code}"
    return subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, timeout=100
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


def start_child(folder: Path, body: str) -> tuple[subprocess.Popen[str], int]:
    """A parent with a child that runs this module; the parent and the child's pid."""
    (folder / "the_child.py").write_text(f"import os, time\nprint(os.getpid(), flush=True)\n{body}")
    parent = (
        "import subprocess, sys, time; from interview import begin;"
        f"subprocess.Popen(begin.command('the_child'), env={{'PYTHONPATH': {str(folder)!r}}});"
        "time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@pytest.mark.parametrize("busy", ["time.sleep(60)", "while True: pass"])
def test_a_child_ends_with_its_parent_even_while_it_imports(tmp_path: Path, busy: str) -> None:
    process, pid = start_child(tmp_path, busy)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 40  # it would run for 60 s
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break  # ended; whoever inherited it has not looked yet
        time.sleep(0.02)
    else:
        assert not Path(f"/proc/{pid}").exists()


def test_a_child_whose_parent_is_gone_does_not_begin() -> None:
    command = [sys.executable, "-m", "interview.begin", "1", "timeit"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ended.returncode != 0 and "the parent has ended" in ended.stderr


def test_the_module_sees_its_own_arguments(tmp_path: Path) -> None:
    (tmp_path / "the_child.py").write_text("import sys; print(__name__, sys.argv[1:])")
    command = begin.command("the_child", "a", "b")
    environment = {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.stdout == "__main__ ['a', 'b']\n", done.stderr
