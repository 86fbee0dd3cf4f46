"""The product on a MongoDB-protocol server that is killed in mid-interview and comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from interview.events import OutageRecorded
from interview.nouns import CONSENT_TEXT_VERSION
from storage.opening import open_storage
from tests.e2e.server_process import SERVICE_KEY, ServerProcess
from tests.e2e.ws_client import PlainClient
from tests.servers.mongo_server import MongoServer, NotBuilt, running

pytestmark = pytest.mark.e2e

SETTINGS = {"VIVA_STT": "none", "VIVA_TTS": "none", "VIVA_DEMO": "false"}
QUESTIONS = ["What is a queue?", "What is a heap?"]
AWAY_S = 5.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[MongoServer]:
    """A server that the test may kill."""
    try:
        with running(tmp_path / "mongo") as server:
            yield server
    except NotBuilt as error:
        pytest.skip(str(error))


async def test_an_interview_goes_on_when_its_database_comes_back(
    tmp_path: Path, database: MongoServer
) -> None:
    url = database.url("interviews")
    address = {"MONGODB_URI": f"{url}?serverSelectionTimeoutMS=500"}
    server = ServerProcess(tmp_path / "data", {**SETTINGS, **address})
    try:
        await server.start()
        created = await server.create(questions=QUESTIONS)
        client = PlainClient(server, created)
        await client.connect()
        await client.send(type="consent", granted=True, text_version=CONSENT_TEXT_VERSION)
        await client.question(1)
        await say(client, "m1", 1, "First in, first out.")
        await client.until("ack", lambda frame: frame["ref"] == "m1")
        await client.question(2)

        database.kill()
        lost = time.monotonic()
        await say(client, "m2", 2, "The smallest is at the root.")
        refused = await client.until("error")
        assert refused["code"] == "unavailable", refused
        assert await status(server, "/readyz") == 503
        listed = f"/api/parallel_interview/session/{created['session_id']}"
        assert await status(server, listed) == 503
        await asyncio.sleep(max(0.0, AWAY_S - (time.monotonic() - lost)))
        database.start()
        away_s = time.monotonic() - lost

        while True:  # as the page does: the same answer again until it is stored
            await say(client, "m2", 2, "The smallest is at the root.")
            frame = await client.receive()
            while frame["type"] not in ("ack", "error"):
                frame = await client.receive()
            if frame["type"] == "ack":
                break
            await asyncio.sleep(0.3)
        await client.until("interview_concluded")
        report = await server.report(client.session_id)
        assert [item["content"] for item in report["answers"]] == [
            "First in, first out.",
            "The smallest is at the root.",
        ]
        assert await outage_s(url, client.session_id) > away_s - 2.0, "it was the candidate's"
    finally:
        await server.stop()


async def say(client: PlainClient, message: str, number: int, content: str) -> None:
    await client.send(
        type="text_response",
        id=message,
        answer_id=f"answer-{number}",
        content=content,
        question_number=number,
    )


async def status(server: ServerProcess, path: str) -> int:
    async with aiohttp.ClientSession(headers={"X-API-Key": SERVICE_KEY}) as http:
        async with http.get(server.url + path) as answer:
            return answer.status


async def outage_s(url: str, session_id: str) -> float:
    """For how long the clock stood since the store was away."""
    storage = await open_storage(url)
    try:
        stored = [item.event for item in await storage.events.read(session_id)]
    finally:
        await storage.close()
    outages = [event for event in stored if isinstance(event, OutageRecorded)]
    return sum((event.at - event.from_at).total_seconds() for event in outages)
