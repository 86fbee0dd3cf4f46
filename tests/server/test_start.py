"""The process as an operator starts it: one command, a clear word when it cannot, a clean end."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from interview.accounts import ORGANISATIONS, Role
from server.edge.auth.accounts import by_name
from server.platform.demo import demo_link
from server.platform.services import utc_now
from server.settings import Settings
from server.wiring.bootstrap import ensure_first_account
from storage.opening import open_storage
from tests.server.doors import running

ROOT = Path(__file__).resolve().parents[2]
OFF = {"VIVA_STT": "none", "VIVA_TTS": "none", "VIVA_PORT": "0"}


def environment(tmp_path: Path, **settings: str) -> dict[str, str]:
    """This environment with nothing of ours but `settings`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIVA_", "LIVEKIT_"))}
    return kept | OFF | {"VIVA_DATA_DIR": str(tmp_path / "data")} | settings


async def launch(env: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    """`python -m server …` with its output piped."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        *arguments,
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def started(env: dict[str, str]) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A running process and what it announced."""
    process = await launch(env)
    assert process.stdout is not None and process.stderr is not None
    lines: list[str] = []
    try:
        while True:
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
            if not line:
                raise AssertionError((await process.stderr.read()).decode())
            lines.append(line)
            if "candidate" in line:
                break
        yield process, "".join(lines)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.e2e
async def test_start_prints_what_people_need_and_ends_on_a_signal(tmp_path: Path) -> None:
    env = environment(tmp_path)
    async with started(env) as (process, announced):
        url = re.search(r"answers on (http://127\.0\.0\.1:\d+)", announced)
        password = re.search(r"password\s+([a-z0-9]{4}(?:-[a-z0-9]{4}){3})", announced)
        link = re.search(r"candidate\s+(http://\S+)/interview/([0-9a-f-]{36})#t=(\S+)", announced)
        assert url and password and link and link[1] == url[1]
        async with aiohttp.ClientSession() as http:
            form = {"username": "admin@localhost", "password": password[1]}
            async with http.post(f"{url[1]}/api/v1/auth/login", data=form) as answer:
                assert answer.status == 200
                assert (await answer.json())["user"]["must_change_password"] is True
            headers = {"Authorization": f"Bearer {link[3]}"}
            async with http.get(f"{url[1]}/api/candidate/session", headers=headers) as answer:
                shown = await answer.json()
                assert (shown["question_count"], shown["has_coding"]) == (3, True)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
        assert process.stderr is not None
        log = (await process.stderr.read()).decode()
        assert password[1] not in log and link[3] not in log
    for file in (tmp_path / "data" / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with started(env) as (_, again):
        assert "password" not in again
        assert link[2] in again  # the same demo interview, not a second one


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"VIVA_PORT": "eighty"}, "VIVA_PORT"),
        ({"VIVA_PROT": "8080"}, "VIVA_PORT"),
        ({"VIVA_STORAGE_URL": "oracle://x"}, "VIVA_STORAGE_URL"),
        ({"VIVA_DATA_DIR": "/proc/nowhere"}, "VIVA_DATA_DIR"),
        ({"MONGODB_URI": "http://127.0.0.1"}, "MONGODB_URI"),
        (
            {"MONGODB_URI": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200"},
            "the database cannot be reached",
        ),
    ],
)
async def test_wrong_setting_stops_the_start_with_one_sentence(
    tmp_path: Path, settings: dict[str, str], name: str
) -> None:
    process = await launch(environment(tmp_path, **settings))
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode not in (0, None)
    lines = err.decode().strip().splitlines()
    assert len(lines) == 1 and name in lines[0], err.decode()
    assert out == b""


@pytest.mark.e2e
async def test_taken_port_is_named(tmp_path: Path) -> None:
    blocker = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = blocker.sockets[0].getsockname()[1]
    process = await launch(environment(tmp_path, VIVA_PORT=str(port)))
    _, err = await asyncio.wait_for(process.communicate(), 60)
    blocker.close()
    assert process.returncode == 1
    assert f"127.0.0.1:{port} is not free" in err.decode()
    assert "Traceback" not in err.decode()


async def test_first_account_is_made_once(tmp_path: Path) -> None:
    storage = await open_storage(f"sqlite:///{tmp_path / 'a.db'}")
    try:
        settings = Settings(data_dir=tmp_path)
        password = await ensure_first_account(storage.documents, settings, utc_now())
        assert password is not None
        assert await ensure_first_account(storage.documents, settings, utc_now()) is None
        found = await by_name(storage.documents, "admin@localhost")
        assert found is not None and found.document.must_change_password
        assert set(found.document.roles) == {Role.OWNER, Role.ADMINISTRATOR}
        assert password not in found.document.model_dump_json()
        company = await storage.documents.of(ORGANISATIONS, found.organisation_id).get("default")
        assert company is not None and company.document.name == settings.company
    finally:
        await storage.close()


async def test_given_password_is_never_printed(tmp_path: Path) -> None:
    storage = await open_storage(f"sqlite:///{tmp_path / 'a.db'}")
    try:
        settings = Settings(admin_email="Boss@Example.com", admin_password="a given password")
        assert await ensure_first_account(storage.documents, settings, utc_now()) is None
        found = await by_name(storage.documents, "boss@example.com")
        assert found is not None and not found.document.must_change_password
    finally:
        await storage.close()


async def test_demo_is_offered_once_until_it_is_used(tmp_path: Path) -> None:
    async with running(tmp_path) as edge:
        await edge.create()
        first, again = await demo_link(edge.services), await demo_link(edge.services)
        assert first.partition("#")[0] == again.partition("#")[0]
        session_id = first.partition("#")[0].rpartition("/")[2]
        await edge.post(f"/api/parallel_interview/session/{session_id}/start")
        third = await demo_link(edge.services)
        assert session_id not in third


async def test_end_tells_live_sessions_before_the_sockets_close(tmp_path: Path) -> None:
    async with running(tmp_path) as edge:
        body = await edge.create()
        await edge.post(f"/api/parallel_interview/session/{body['session_id']}/start")
        await edge.registry.enter(body["session_id"])
        assert edge.registry.counters()["in_memory_sessions"] == 1
        runner = edge.client.server.runner
        assert runner is not None
        await runner.shutdown()
        assert edge.services.closing.is_set()
        assert edge.registry.counters()["in_memory_sessions"] == 0


@pytest.mark.e2e
async def test_headers_have_a_limit(tmp_path: Path) -> None:
    async with started(environment(tmp_path)) as (_, announced):
        found = re.search(r"answers on http://127\.0\.0\.1:(\d+)", announced)
        assert found
        reader, writer = await asyncio.open_connection("127.0.0.1", int(found[1]))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n")
        status = await asyncio.wait_for(reader.readline(), 20)
        writer.close()
        assert b" 400 " in status
        async with aiohttp.ClientSession() as http:
            async with http.get(f"http://127.0.0.1:{found[1]}/healthz") as answer:
                assert answer.status == 200
