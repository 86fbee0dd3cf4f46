"""SIGKILL at a chosen write, before or after the flush: everything acknowledged is there, once.

A few writes in `make test`, every one of them under `make soak` (VIVA_SOAK=1).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import websockets

from interview.nouns import CONSENT_TEXT_VERSION
from storage.backends.sqlite.killing import NAME
from storage.opening import open_storage
from tests.e2e.server_process import ServerProcess
from tests.e2e.ws_client import Frame, PlainClient

pytestmark = pytest.mark.e2e

QUESTIONS = ("What is a queue?", "What is a heap?")
ANSWERS = {1: "First in, first out.", 2: "The smallest is at the root."}
QUIET = {"STT": "none", "TTS": "none", "PROCTORING": "false", "DEMO": "false"}
GONE = (OSError, aiohttp.ClientError, websockets.ConnectionClosed, AssertionError, TimeoutError)
SOAK = os.environ.get("VIVA_SOAK") == "1"
POINTS = [f"{n}{when}" for n in range(1, 61) for when in ("", ":after")]
QUICK = ["9:after", "14"]  # the commit of the first answer; the end of the interview


class Candidate:
    """Answers what is asked; what was acknowledged is remembered."""

    def __init__(self, server: ServerProcess, created: Frame) -> None:
        self.server = server
        self.created = created
        self.acknowledged: set[int] = set()
        self.concluded = False

    async def take_part(self) -> None:
        """One connection's life; ends when the server dies or the interview does."""
        client = PlainClient(self.server, self.created)
        try:
            welcome = await client.connect()
            if welcome["snapshot"]["status"] == "completed":
                self.concluded = True
                return
            await client.send(type="consent", granted=True, text_version=CONSENT_TEXT_VERSION)
            while not self.concluded:
                await self._take(client, await client.receive(20))
        except GONE:
            await asyncio.sleep(0)
        finally:
            await client.close()

    async def _take(self, client: PlainClient, frame: Frame) -> None:
        number = frame.get("question_number")
        if frame["type"] == "question" and number in ANSWERS:
            await client.send(
                type="text_response",
                id=f"m{number}",
                answer_id=f"answer-{number}",
                question_number=number,
                content=ANSWERS[number],
            )
        elif frame["type"] == "ack":
            self.acknowledged.add(int(frame["ref"].removeprefix("m")))
        elif frame["type"] == "interview_concluded":
            self.concluded = True


async def log_of(server: ServerProcess, session_id: str) -> tuple[list[Any], int]:
    """The stored events, and how many jobs are open."""
    storage = await open_storage(f"sqlite:///{server.data_dir / 'vivavoce.db'}")
    try:
        stored = await storage.events.read(session_id)
        return [item.event for item in stored], (await storage.jobs.counts())["open"]
    finally:
        await storage.close()


@pytest.mark.parametrize("point", POINTS if SOAK else QUICK)
async def test_an_interview_survives_a_kill_at_any_write(tmp_path: Path, point: str) -> None:
    settings = {f"VIVA_{name}": value for name, value in QUIET.items()}
    server = ServerProcess(tmp_path / "data", settings | {NAME: point})
    try:
        candidate = None
        for _ in range(6):
            if await ended(server):
                await started(server)
            if candidate is None:
                candidate = await begun(server)
            if candidate is not None:
                await candidate.take_part()
                if candidate.concluded and await reported(server, candidate):
                    await idle(server, candidate)
                    break
        assert candidate is not None and candidate.concluded
    finally:
        await server.stop()
    events, open_jobs = await log_of(server, candidate.created["session_id"])
    kinds = Counter(event.type for event in events)
    answers = {e.question_number: e.content for e in events if e.type == "answer_recorded"}
    assert answers == ANSWERS and kinds["answer_recorded"] == 2
    assert candidate.acknowledged <= answers.keys()
    assert kinds["session_ended"] == kinds["report_requested"] == 1
    assert kinds["evaluation_recorded"] == 2 and open_jobs == 0


async def ended(server: ServerProcess) -> bool:
    """Whether the process is not there (any more)."""
    if server.process is None:
        return True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await server.process.wait()
    return server.process.returncode is not None


async def started(server: ServerProcess) -> None:
    """Start; a server that dies of the fault while it starts is started without it."""
    try:
        await server.start()
    except AssertionError:
        server.settings.pop(NAME, None)
        await server.start()
    finally:
        server.settings.pop(NAME, None)


async def begun(server: ServerProcess) -> Candidate | None:
    """A session, or None when the server died over it (nothing was acknowledged then)."""
    try:
        return Candidate(server, await server.create(questions=list(QUESTIONS)))
    except GONE:
        assert server.process is not None
        await server.process.wait()
        return None


async def idle(server: ServerProcess, candidate: Candidate) -> None:
    """Until no job is open; the report may be written once more for the last evaluation."""
    async with asyncio.timeout(60):
        while (  # noqa: ASYNC110 - another process
            await log_of(server, candidate.created["session_id"])
        )[1]:
            await asyncio.sleep(0.1)


async def reported(server: ServerProcess, candidate: Candidate) -> bool:
    """Whether the report is there; False when the server died before."""
    try:
        report = await server.report(candidate.created["session_id"])
    except GONE:
        return False
    assert [answer["content"] for answer in report["answers"]] == list(ANSWERS.values())
    return True
