"""A plain WebSocket client as another program would write it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import websockets
from websockets.asyncio.client import ClientConnection

from tests.e2e.server_process import ServerProcess

Frame = dict[str, Any]


async def candidate_ticket(server: ServerProcess, token: str) -> Frame:
    """Exchange the candidate's token for a one-use ticket."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.post(server.url + "/api/candidate/ticket") as answer:
            assert answer.status == 200, await answer.text()
            body: Frame = await answer.json()
            return body


class PlainClient:
    """Sends and receives JSON frames; keeps all that came."""

    def __init__(self, server: ServerProcess, created: Frame) -> None:
        self.server = server
        self.created = created
        self.frames: list[Frame] = []
        self.socket: ClientConnection | None = None

    @property
    def session_id(self) -> str:
        """The session."""
        return str(self.created["session_id"])

    async def connect(self, **query: object) -> Frame:
        """Join; returns the welcome."""
        grant = await candidate_ticket(self.server, self.created["candidate_token"])
        extra = "".join(f"&{key}={value}" for key, value in query.items())
        url = self.server.url.replace("http", "ws", 1)
        self.socket = await websockets.connect(
            f"{url}/ws/interview?session_id={self.session_id}&ticket={grant['ticket']}{extra}"
        )
        return await self.until("welcome")

    async def send(self, **frame: object) -> None:
        """Send one frame."""
        assert self.socket is not None
        await self.socket.send(json.dumps(frame))

    async def receive(self, timeout_s: float = 30) -> Frame:
        """The next frame."""
        assert self.socket is not None
        frame: Frame = json.loads(await asyncio.wait_for(self.socket.recv(), timeout_s))
        self.frames.append(frame)
        return frame

    async def until(
        self, kind: str, where: Callable[[Frame], bool] = lambda _: True, timeout_s: float = 30
    ) -> Frame:
        """Skip frames until one of that type."""
        while True:
            frame = await self.receive(timeout_s)
            if frame["type"] == kind and where(frame):
                return frame

    async def question(self, number: int) -> Frame:
        """Wait until question `number` is asked."""
        return await self.until("question", lambda f: f.get("question_number") == number)

    async def close(self) -> None:
        """Go away."""
        if self.socket is not None:
            await self.socket.close()
