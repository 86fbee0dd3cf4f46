"""Whoever fills one pool of threads delays nobody who needs another."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from agents.evaluation import rules
from agents.evaluation.rules import RuleEvaluator
from interview.threads import Threads
from server.app import build_app
from server.edge.auth import passwords
from server.live import mouth
from server.platform.reports import pdf
from server.settings import Settings
from server.wiring import jobs
from server.wiring.process import assemble
from server.wiring.threads import background_threads
from tests.agents.evaluation.test_rules import request
from tests.server.doors import bearer
from tests.server.ws.test_interview_socket import Sitting

ADMIN, PASSWORD = "admin@localhost", "correct horse battery"
HEAVY = {"evaluation": rules, "reports": jobs, "pdf": pdf}
BLOCKERS = 64
WAIT_S = 20.0


@pytest.fixture
async def sitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sitting]:
    monkeypatch.setattr(mouth, "READING_S_PER_WORD", 0.0)
    settings = Settings(data_dir=tmp_path / "data", stt="none", tts="none", admin_password=PASSWORD)
    process = await assemble(settings)
    client = TestClient(TestServer(build_app(process.services)))
    await client.start_server()
    await process.start()
    yield Sitting(process, client)
    await client.close()
    await process.close()


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Threads wait until it is set; nobody waits for them for ever."""
    event = threading.Event()
    yield event
    event.set()


def fill(threads: Threads, stuck: threading.Event) -> list[asyncio.Task[Any]]:
    return [asyncio.create_task(threads.run(stuck.wait, 60)) for _ in range(BLOCKERS)]


async def sign_in(sitting: Sitting) -> int:
    form = {"username": ADMIN, "password": PASSWORD}
    return (await sitting.client.post("/api/v1/auth/login", data=form)).status


async def test_sign_in_pages_and_interviews_wait_for_no_heavy_work(
    sitting: Sitting, stuck: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = []
    for name, module in HEAVY.items():
        threads = Threads(name, 2)
        monkeypatch.setattr(module, "_threads", threads)
        waiting += fill(threads, stuck)
    async with asyncio.timeout(WAIT_S):
        assert await sign_in(sitting) == 200
        assert (await sitting.client.get("/readyz")).status == 200
        assert (await sitting.client.get("/staff")).status in (200, 503)  # 503: not built here
        created = await sitting.create()
        line = await sitting.join(created)
        await line.consent()
        await line.question(1)
        await line.send(type="text_response", content="Last in, first out.", id="1")
        await line.until("ack", lambda frame: frame["ref"] == "1")
        await line.question(2)
        await sent_a_piece(sitting, created)
    stuck.set()
    await asyncio.gather(*waiting)


async def sent_a_piece(sitting: Sitting, created: dict[str, Any]) -> None:
    """A piece of a recording is stored and flushed."""
    piece = b"\x1aE\xdf\xa3" * 100
    headers = bearer(created["candidate_token"]) | {
        "Content-Type": "video/webm",
        "X-Chunk-Sha256": hashlib.sha256(piece).hexdigest(),
        "X-Part-Start-S": "0",
        "X-Chunk-Duration-S": "1",
    }
    path = "/api/candidate/recording/part-1/0"
    answer = await sitting.client.put(path, data=piece, headers=headers)
    assert answer.status == 200, await answer.text()


async def test_sign_in_and_pages_wait_for_no_default_thread(
    sitting: Sitting, stuck: threading.Event
) -> None:
    threads = background_threads()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(threads)
    waiting = [loop.run_in_executor(None, stuck.wait, 60) for _ in range(BLOCKERS)]
    async with asyncio.timeout(WAIT_S):
        assert await sign_in(sitting) == 200
        assert (await sitting.client.get("/staff")).status in (200, 503)
        line = await sitting.join(await sitting.create())
        await line.consent()
        await line.question(1)
        await line.send(type="text_response", content="Last in, first out.", id="1")
        await line.question(2)
        scored = await RuleEvaluator().evaluate(request("A queue keeps the order of arrival."))
        assert scored.scores
    stuck.set()
    await asyncio.gather(*waiting)


async def test_floods_of_wrong_passwords_hold_up_sign_in_only(
    sitting: Sitting, stuck: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = Threads("passwords", passwords.AT_ONCE)
    monkeypatch.setattr(passwords, "_threads", threads)
    waiting = fill(threads, stuck)
    async with asyncio.timeout(WAIT_S):
        assert (await sitting.client.get("/readyz")).status == 200
        line = await sitting.join(await sitting.create())
        await line.consent()
        await line.question(1)
    stuck.set()
    await asyncio.gather(*waiting)
