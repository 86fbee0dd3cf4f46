"""A second process works off the jobs of one that works off none."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from storage.opening import open_storage

ROOT = Path(__file__).resolve().parents[3]
KEY = "test-service-key-0123456789abcdef"
ANSWERS = ("A stack is last in, first out.", "A heap keeps its smallest at the root.")


@asynccontextmanager
async def process(tmp_path: Path, *arguments: str, **settings: str) -> AsyncIterator[str]:
    """`python -m server …` until the block ends; the first line it prints."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIVA_", "LIVEKIT_"))}
    ours = {"DATA_DIR": str(tmp_path / "data"), "STT": "none", "TTS": "none", "PORT": "0"}
    ours |= {"PROCTORING": "false", "SERVICE_KEY": KEY, "DEMO": "false", "JOB_WORKERS": "0"}
    env = kept | {f"VIVA_{name}": value for name, value in (ours | settings).items()}
    errors = (tmp_path / f"stderr-{'-'.join(arguments) or 'web'}").open("w+b")
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        *arguments,
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(60):
            while not (line := (await child.stdout.readline()).decode()).strip():
                assert line, (errors.seek(0), errors.read())
        yield line
        child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await child.wait() == 0, "it must end in order"
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
        errors.close()


async def interview(http: aiohttp.ClientSession, url: str) -> str:
    """A typed interview from the link to the end; the session's id."""
    body = {
        "name": "Ada",
        "email": "ada@example.com",
        "questions": ["Stack?", "Heap?"],
        "proctoring_profile": "off",
    }
    async with http.post(f"{url}/api/parallel_interview/create", json=body) as answer:
        created = await answer.json()
    bearer = {"Authorization": f"Bearer {created['candidate_token']}"}
    async with http.post(f"{url}/api/candidate/ticket", headers=bearer) as answer:
        ticket = (await answer.json())["ticket"]
    query = {"session_id": created["session_id"], "ticket": ticket}
    async with http.ws_connect(f"{url}/ws/interview", params=query) as socket:
        await socket.send_json({"type": "consent", "granted": True, "text_version": "2026-11"})
        for number, content in enumerate(ANSWERS, start=1):
            await until(socket, "question", question_number=number)
            await socket.send_json({"type": "text_response", "content": content})
        await until(socket, "interview_concluded")
    return str(created["session_id"])


async def until(socket: aiohttp.ClientWebSocketResponse, kind: str, **fields: Any) -> None:
    async with asyncio.timeout(30):
        async for message in socket:
            frame = json.loads(message.data)
            if frame["type"] == kind and all(frame.get(k) == v for k, v in fields.items()):
                return
    raise AssertionError(f"no {kind}")


async def report(http: aiohttp.ClientSession, url: str, session_id: str) -> dict[str, Any]:
    """The answer to a request for the report: status and body."""
    async with http.get(f"{url}/api/reports/{session_id}") as answer:
        return {"http": answer.status, **(await answer.json())}


@pytest.mark.e2e
async def test_a_worker_process_makes_the_report_of_a_web_that_makes_none(tmp_path: Path) -> None:
    async with process(tmp_path) as announced:
        url = announced.split()[-1]
        async with aiohttp.ClientSession(headers={"X-API-Key": KEY}) as http:
            session_id = await interview(http, url)
            storage = await open_storage(f"sqlite:///{tmp_path / 'data' / 'vivavoce.db'}")
            open_jobs = (await storage.jobs.counts())["open"]
            await storage.close()
            assert open_jobs == 4, "two evaluations, a report and the news of the end wait"
            assert (await report(http, url, session_id))["http"] == 202
            async with process(tmp_path, "worker") as words:
                assert "works off jobs, 2 at a time" in words
                async with asyncio.timeout(60):
                    while True:
                        found = await report(http, url, session_id)
                        if found["http"] == 200 and found["status"] == "ready":
                            break
                        await asyncio.sleep(0.1)
            said = json.dumps(found["report"])
            assert all(content in said for content in ANSWERS)
            # The web, which runs the session, goes on with what the worker wrote.
            path = f"{url}/api/parallel_interview/session/{session_id}"
            async with http.get(path) as answer:
                assert (await answer.json())["session"]["status"] == "completed"
