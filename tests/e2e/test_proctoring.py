"""Real pictures, real models, real workers: two candidates at once, then in each other's seats."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
import websockets

from proctoring.models import DLIB_FACES
from server.wiring.models.catalogue import ModelCatalogue
from tests.e2e.server_process import ServerProcess
from tests.e2e.ws_client import Frame, PlainClient, candidate_ticket
from tests.proctoring.clips import Pixels, jpeg, landscape, person
from tests.proctoring.conftest import FETCHED

pytestmark = [pytest.mark.e2e, pytest.mark.alone]

FRAME_S = 0.2
IDENTITY_S = 20.0


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    if ModelCatalogue(FETCHED).missing(DLIB_FACES):
        pytest.skip("dlib-faces has not been fetched (python -m server models)")
    process = ServerProcess(tmp_path / "data", {"VIVA_STT": "none", "VIVA_TTS": "none"})
    await process.start()
    yield process
    await process.stop()


def live(pixels: Pixels) -> Callable[[], str]:
    """A picture with a camera's noise: no two frames are the same."""
    noise = np.random.default_rng(7)
    counter = itertools.count()

    def frame() -> str:
        shaken = np.roll(pixels, next(counter) % 3 - 1, axis=1).astype(np.int16)
        shaken += noise.integers(-3, 4, size=pixels.shape, dtype=np.int16)
        return data_url(np.clip(shaken, 0, 255).astype(np.uint8))

    return frame


def head(shared: Path, name: str) -> Pixels:
    """The upper part of a portrait, as somebody sits before a camera."""
    portrait = person(shared, name)
    return landscape(portrait[: int(portrait.shape[1] * 1.2)])


def data_url(pixels: Pixels) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg(pixels)).decode()


class Sitter:
    """One candidate: a text interview, and a camera that shows `face`."""

    def __init__(self, server: ServerProcess, created: Frame, face: Pixels) -> None:
        self.server, self.created, self.face = server, created, live(face)
        self.line = PlainClient(server, created)
        self.socket: Any = None
        self.replies: list[Frame] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def sit_down(self) -> None:
        """Consent to the comparison, give the reference face, begin the interview."""
        bearer = {"Authorization": f"Bearer {self.created['candidate_token']}"}
        consent = {"granted": True, "text_version": "2026-11"}
        async with aiohttp.ClientSession(headers=bearer) as http:
            url = self.server.url + "/api/candidate/biometric_consent"
            async with http.post(url, json=consent) as answer:
                assert answer.status == 200
        ticket = (await candidate_ticket(self.server, self.created["candidate_token"]))["ticket"]
        address = self.server.url.replace("http", "ws", 1) + "/ws/proctoring"
        session = self.created["session_id"]
        self.socket = await websockets.connect(f"{address}?session_id={session}&ticket={ticket}")
        await self.socket.send(
            json.dumps({"type": "set_reference_face", "image_data": self.face()})
        )
        taken = json.loads(await self.socket.recv())
        assert taken["result"]["status"] == "success", taken
        await self.line.connect()
        await self.line.send(type="consent", granted=True, text_version="2026-11")
        await self.line.until("proctoring_state", lambda f: f["proctoring"]["watching"])
        self._tasks = [asyncio.create_task(self._show()), asyncio.create_task(self._listen())]

    async def _show(self) -> None:
        while True:
            await self.socket.send(json.dumps({"type": "process_frame", "image_data": self.face()}))
            await asyncio.sleep(FRAME_S)

    async def _listen(self) -> None:
        async for message in self.socket:
            self.replies.append(json.loads(message))

    async def leave(self) -> None:
        """End the camera and the line."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.socket.close()
        await self.line.close()

    async def kinds(self) -> list[str]:
        """What was recorded of this session."""
        session = self.created["session_id"]
        answer = await self.server.api(
            "GET", f"/api/parallel_interview/session/{session}/proctoring"
        )
        return [found["code"] for found in answer["violations"]]


async def test_swapped_candidates_are_noticed_each_in_their_own_session(
    server: ServerProcess, shared_dir: Path
) -> None:
    faces = [head(shared_dir, name) for name in ("person_a", "person_b")]
    sitters = [
        Sitter(
            server,
            await server.create(proctoring_profile="warn", proctoring_kinds=["identity_change"]),
            face,
        )
        for face in faces
    ]
    for sitter in sitters:
        await sitter.sit_down()
    await asyncio.sleep(8)
    for sitter in sitters:
        assert await sitter.kinds() == [], "the right person is no violation"
        seen = [r["result"] for r in sitter.replies if r["result"].get("sampled")]
        assert seen and seen[-1]["face_count"] == 1
    first, second = sitters
    first.face, second.face = second.face, first.face
    for sitter in sitters:
        found = await sitter.line.until("proctoring_violation", timeout_s=IDENTITY_S)
        assert found["kind"] == "identity_change" and found["severity"] == "high"
        assert 4 <= found["end_s"] - found["start_s"] < 7
    first.face = live(faces[0])
    await asyncio.sleep(1)
    for sitter in sitters:
        assert set(await sitter.kinds()) == {"identity_change"}
        await sitter.leave()
