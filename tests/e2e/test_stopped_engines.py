"""The voice's and the vision's processes stand still: replaced, said, and on nobody's clock."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.server_process import ServerProcess
from tests.e2e.test_proctoring import Sitter, head
from tests.e2e.ws_client import PlainClient

pytestmark = [pytest.mark.e2e, pytest.mark.models, pytest.mark.timeout(180)]

REPLACED_S = 60.0
ASKED_S = 25.0


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server with the real voice and nobody who listens."""
    server = ServerProcess(tmp_path / "data", {"VIVA_STT": "none"})
    await server.start()
    yield server
    await server.stop()


def pids(server: ServerProcess, part: str) -> set[int]:
    """The child processes whose command line has that part."""
    assert server.process is not None
    found = set()
    for child in psutil.Process(server.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # gone meanwhile
            if part in " ".join(child.cmdline()):
                found.add(child.pid)
    return found


async def replaced(server: ServerProcess, part: str, old: set[int]) -> None:
    """Until other processes do the work."""
    async with asyncio.timeout(REPLACED_S):
        while not (now := pids(server, part)) or now & old:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.1)


async def test_a_voice_that_stands_still_is_replaced_and_costs_no_time(
    speaking: ServerProcess,
) -> None:
    old = pids(speaking, "tts")
    assert old
    for pid in old:
        os.kill(pid, signal.SIGSTOP)
    line = PlainClient(speaking, await speaking.create(questions=["One?", "What is a heap?"]))
    await line.connect()
    began = time.monotonic()
    await line.send(type="consent", granted=True, text_version="2026-11")
    await line.question(1)
    assert time.monotonic() - began < ASKED_S, "it is asked all the same, to be read"
    await replaced(speaking, "tts", old)
    await line.send(type="text_response", content="The first one.")
    second = await line.question(2)
    assert second["audio_file"], "the new process speaks"
    timer = await line.until("timer", lambda f: f["question_number"] == 2)
    assert timer["timer"]["remaining_s"] > timer["timer"]["allotted_s"] - 1
    await line.close()


async def test_eyes_that_stand_still_are_replaced_and_the_stretch_is_a_gap(
    text_server: ServerProcess, shared_dir: Path
) -> None:
    created = await text_server.create(proctoring_profile="warn", proctoring_kinds=["no_face"])
    sitter = Sitter(text_server, created, head(shared_dir, "person_a"))
    await sitter.sit_down()
    await sitter.line.question(1)  # nothing is noted before
    async with asyncio.timeout(REPLACED_S):
        while not any(r["result"].get("sampled") for r in sitter.replies):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    old = pids(text_server, "proctoring.worker")
    assert old
    for pid in old:
        os.kill(pid, signal.SIGSTOP)
    await replaced(text_server, "proctoring.worker", old)
    path = f"/api/parallel_interview/session/{created['session_id']}/proctoring"
    async with asyncio.timeout(REPLACED_S):
        while not (  # noqa: ASYNC110 - another process
            gaps := (await text_server.api("GET", path))["integrity"]["gaps"]
        ):
            await asyncio.sleep(0.2)
    assert gaps[0]["end_s"] > gaps[0]["start_s"], "as long as nobody looked"
    assert await sitter.kinds() == [], "what nobody saw is no violation"
    await sitter.leave()
