"""Two real web processes on one store: commands, observers and a candidate on different ones.

One story, since each process takes seconds to start: staff elsewhere, a killed process in
mid-answer, a process that stands still and finds itself replaced.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import websockets

from interview.nouns import CONSENT_TEXT_VERSION
from tests.e2e.server_process import SERVICE_KEY, ServerProcess
from tests.e2e.told import log_of
from tests.e2e.ws_client import PlainClient

pytestmark = pytest.mark.e2e

QUIET = {f"VIVA_{k}": v for k, v in {"STT": "none", "TTS": "none", "DEMO": "false"}.items()}
AT_MOST_S = 0.5
QUESTIONS = ["What is a queue?", "What is a heap?", "What is a tree?"]


class Observer:
    """Staff watching from one process."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.socket: Any = None

    async def watch(self, session_id: str) -> None:
        """Open the socket."""
        path = f"{self.server.url}/api/parallel_interview/session/{session_id}/ticket"
        async with aiohttp.ClientSession(headers={"X-API-Key": SERVICE_KEY}) as http:
            async with http.post(path) as answer:
                ticket = (await answer.json())["ticket"]
        url = self.server.url.replace("http", "ws", 1)
        self.socket = await websockets.connect(
            f"{url}/ws/interview?session_id={session_id}&ticket={ticket}"
        )
        await self.sees('"type":"welcome"')  # it holds all that was so far

    async def sees(self, text: str) -> None:
        """Wait until a frame says it."""
        async with asyncio.timeout(20):
            while text not in await self.socket.recv():
                pass


async def answer(client: PlainClient, number: int, content: str) -> None:
    await client.send(
        type="text_response", id=f"m{number}", content=content, question_number=number
    )
    await client.until("ack", lambda frame: frame["ref"] == f"m{number}")


async def paused(server: ServerProcess, url: str) -> datetime:
    """When it was stopped, outside of any write: SQLite has one writer, who would keep the rest."""
    assert server.process is not None
    async with asyncio.timeout(60):
        while True:
            server.process.send_signal(signal.SIGSTOP)
            stopped_at = datetime.now(UTC)
            if not url.startswith("sqlite:///") or writable(url.removeprefix("sqlite:///")):
                return stopped_at
            server.process.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.05)


def writable(path: str) -> bool:
    """Whether nobody is writing."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        database.execute("ROLLBACK")
        return True


async def gone(server: ServerProcess) -> datetime:
    """When it was killed."""
    await server.kill()
    return datetime.now(UTC)


@pytest.fixture(params=["sqlite", "mongodb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The store that both use."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'vivavoce.db'}"
    fresh: Callable[[], str] = request.getfixturevalue("mongo_url")
    return fresh()


async def test_two_processes_share_what_happens_and_one_acts(tmp_path: Path, url: str) -> None:
    settings = {**QUIET, "VIVA_STORAGE_URL": url}
    a, b = (ServerProcess(tmp_path / "data", dict(settings)) for _ in range(2))
    try:
        await a.start()
        created = await a.create(questions=QUESTIONS)
        session = created["session_id"]
        client = PlainClient(a, created)
        await client.connect()
        await client.send(type="consent", granted=True, text_version=CONSENT_TEXT_VERSION)
        await client.question(1)

        await b.start()  # by starting it disturbs nobody
        watcher = Observer(b)
        await watcher.watch(session)
        await b.api("POST", f"/api/parallel_interview/session/{session}/start")
        await answer(client, 1, "First in, first out.")
        await watcher.sees("First in, first out.")
        await client.question(2)
        await watcher.sees("What is a heap?")

        await client.send(type="typing")
        await asyncio.sleep(1.0)
        before, killed_at = await log_of(url, session), await gone(a)
        await a.start()
        there = PlainClient(b, created)
        welcome = await there.connect(last_seq=5)
        assert welcome["resumed"] and welcome["snapshot"]["question_number"] == 2
        await there.send(type="ping", t=1)
        await there.until("pong")  # by then it has the seat
        after = await log_of(url, session)
        lost_s = before.left_s(killed_at) - after.left_s(after.last("candidate_joined"))
        assert -10 < lost_s <= AT_MOST_S, "the outage was the candidate's"

        assert b.process is not None
        stopped_at = await paused(b, url)
        await asyncio.sleep(5.0)
        back = PlainClient(a, created)
        welcome = await back.connect(last_seq=5)
        assert welcome["snapshot"]["question_number"] == 2
        await back.send(type="ping", t=2)
        await back.until("pong")
        now = await log_of(url, session)
        lost_s = after.left_s(stopped_at) - now.left_s(now.last("candidate_joined"))
        assert -10 < lost_s <= AT_MOST_S, "the pause was the candidate's"
        await answer(back, 2, "The smallest is at the root.")
        b.process.send_signal(signal.SIGCONT)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            while True:
                await there.receive(30)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
        await back.question(3)
        await answer(back, 3, "Nodes without a cycle.")
        await back.until("interview_concluded")
        report = await b.report(session)
        assert [item["content"] for item in report["answers"]] == [
            "First in, first out.",
            "The smallest is at the root.",
            "Nodes without a cycle.",
        ]
        events = (await log_of(url, session)).events
        assert [event.epoch for event in events if event.type == "room_opened"] == [1, 2, 3]
        await watcher.socket.close()
    finally:
        await b.stop()
        await a.stop()
