"""What the server's own faults cost a candidate's clock: at most 0.3 s, whatever the fault."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any

import psutil
import pytest

from tests.e2e.server_process import ServerProcess
from tests.e2e.ws_client import PlainClient

pytestmark = pytest.mark.e2e

AT_MOST_S = 0.3
DOWN_S = 3.0


async def stopped(server: ServerProcess) -> None:
    """The whole process stands still and goes on."""
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    await asyncio.sleep(DOWN_S)
    os.kill(server.process.pid, signal.SIGCONT)


async def killed(server: ServerProcess) -> None:
    """The process is gone, without a goodbye, and another one starts."""
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    assert children, "vision has a process of its own"
    await server.kill()
    began = time.monotonic()
    while any(map(alive, children)) and time.monotonic() < began + 20:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert not any(map(alive, children))
    print("children ended after, s:", round(time.monotonic() - began, 2))
    await asyncio.sleep(DOWN_S)
    await server.start()


async def restarted(server: ServerProcess) -> None:
    """An operator installs a new version."""
    await server.stop()
    await asyncio.sleep(DOWN_S)
    await server.start()


def alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that ended and that nobody has looked at does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def test_our_faults_are_not_the_candidates_time(text_server: ServerProcess) -> None:
    created = await text_server.create(
        questions=["What is a queue?"], text_question_timer=300, silence_prompt_s=200
    )
    await text_server.api("POST", f"/api/parallel_interview/session/{created['session_id']}/start")
    client = PlainClient(text_server, created)
    await client.connect()
    await client.send(type="consent", granted=True, text_version="2026-11")
    await client.question(1)
    shown: dict[str, Any] = {"state": "waits"}
    table: dict[str, float] = {}
    for fault in (stopped, killed, restarted):
        if shown["state"] != "running":
            ticks = await client.until("timer", lambda f: f["timer"]["state"] == "running")
            shown = ticks["timer"]
        began, left_s = time.monotonic(), shown["remaining_s"]
        await asyncio.sleep(1.2)
        used_s = time.monotonic() - began
        await fault(text_server)
        await asyncio.sleep(0.3)
        client = PlainClient(text_server, created)
        shown = (await client.connect())["snapshot"]["timer"]
        # After a pause the clock runs on until the connection is replaced.
        ran_on_s = 0.3 if fault is stopped else 0.0
        table[fault.__name__] = round(left_s - used_s - ran_on_s - shown["remaining_s"], 2)
    print("lost, s:", table)
    assert all(lost_s <= AT_MOST_S for lost_s in table.values()), table
