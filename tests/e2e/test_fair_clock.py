"""What the server's own faults cost a candidate's clock: at most 0.3 s, whatever the fault."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psutil
import pytest
import websockets

from tests.e2e.server_process import ServerProcess
from tests.e2e.told import Log, log_of
from tests.e2e.ws_client import PlainClient

pytestmark = pytest.mark.e2e

AT_MOST_S = 0.3
DOWN_S = 3.0

# When the fault began, and until when the candidate could go on answering all the same.
Fault = Callable[[ServerProcess, PlainClient], Awaitable[tuple[datetime, datetime]]]


def now() -> datetime:
    """The clock of this machine, as the server's events have it."""
    return datetime.now(UTC)


async def stopped(server: ServerProcess, client: PlainClient) -> tuple[datetime, datetime]:
    """The whole process stands still and goes on."""
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    since = now()
    await asyncio.sleep(DOWN_S)
    os.kill(server.process.pid, signal.SIGCONT)
    async with asyncio.timeout(20):
        while not (  # noqa: ASYNC110 - another process
            await told(server, client)
        ).since("outage_recorded", since):
            await asyncio.sleep(0.05)
    return since, since


async def killed(server: ServerProcess, client: PlainClient) -> tuple[datetime, datetime]:
    """The process is gone, without a goodbye, and another one starts."""
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    assert children, "vision has a process of its own"
    await server.kill()
    since, began = now(), time.monotonic()
    while any(map(alive, children)) and time.monotonic() < began + 20:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert not any(map(alive, children))
    print("children ended after, s:", round(time.monotonic() - began, 2))
    await asyncio.sleep(DOWN_S)
    await server.start()
    return since, since


async def restarted(server: ServerProcess, client: PlainClient) -> tuple[datetime, datetime]:
    """An operator installs a new version; until the line ends the candidate may answer."""
    since = now()
    await server.stop()
    with pytest.raises(websockets.ConnectionClosed):
        await client.until("never")
    until = (await told(server, client)).last("candidate_left")
    await asyncio.sleep(DOWN_S)
    await server.start()
    return since, until


async def told(server: ServerProcess, client: PlainClient) -> Log:
    """What the store has of the session."""
    return await log_of(f"sqlite:///{server.data_dir / 'vivavoce.db'}", client.session_id)


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
    await client.until("timer", lambda f: f["timer"]["state"] == "running")
    table: dict[str, float] = {}
    faults: tuple[Fault, ...] = (stopped, killed, restarted)
    for fault in faults:
        await asyncio.sleep(1.2)
        before = await told(text_server, client)
        since, until = await fault(text_server, client)
        ran_on_s = (until - since).total_seconds()
        if fault is not stopped:  # the same line goes on
            client = PlainClient(text_server, created)
            await client.connect()
            await client.until("timer", lambda f: f["timer"]["state"] == "running")
        after = await told(text_server, client)
        at = after.last("outage_recorded" if fault is stopped else "candidate_joined")
        lost_s = before.left_s(since) - ran_on_s - after.left_s(at)
        table[fault.__name__] = round(lost_s, 2)
    print("lost, s:", table)
    assert all(-10 < lost_s <= AT_MOST_S for lost_s in table.values()), table
