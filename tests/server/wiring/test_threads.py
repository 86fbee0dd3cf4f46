"""Background threads give way to the loop."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
import threading

import pytest

from interview.threads import NICENESS
from server.wiring.threads import background_threads


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities on Linux")
async def test_background_threads_and_only_they_have_a_lower_priority() -> None:
    def of_this_thread() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = of_this_thread()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(background_threads())
    assert await asyncio.to_thread(of_this_thread) == max(before, NICENESS)
    assert of_this_thread() == before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="an option of glibc's malloc")
def test_glibc_takes_the_option() -> None:
    """In a process of its own: it holds for good."""
    code = "from server.wiring.threads import share_memory; print(share_memory())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_numerical_libraries_start_no_threads_of_their_own() -> None:
    """They spin while they wait for each other, which costs more than they compute here."""
    code = (
        "import server.app, os, numpy; one = numpy.ones((300, 300)); one @ one; "
        "print(len(os.listdir('/proc/self/task')))"
    )
    alone = {name: value for name, value in os.environ.items() if not name.endswith("NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=alone
    )
    assert done.stdout.strip() == "1"
