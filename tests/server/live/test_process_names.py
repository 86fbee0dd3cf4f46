"""Whether another process still runs, told without a wall clock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from server.live import processes
from server.live.processes import has_ended, own_name


def test_a_process_lives_although_the_wall_clock_jumped(monkeypatch: pytest.MonkeyPatch) -> None:
    name = own_name()
    assert not has_ended(name)
    stepped = psutil.Process().create_time() + 600
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: stepped)
    assert not has_ended(name)


def test_a_process_that_has_ended_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    monkeypatch.setattr(os, "getpid", lambda: child.pid)
    name = own_name()
    monkeypatch.undo()
    assert not has_ended(name)
    child.communicate(b"\n")
    assert has_ended(name)


def test_another_process_under_the_same_number_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, machine, pid, started, rest = own_name().split("-")
    assert has_ended("-".join([kind, machine, pid, str(int(started) - 5_000), rest]))


def test_where_there_is_no_proc_the_library_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert processes._started(os.getpid()) == round(psutil.Process().create_time() * 1000)
