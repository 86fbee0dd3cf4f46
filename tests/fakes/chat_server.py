"""A small real server that speaks chat completions, with prepared behaviours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Behaviour = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


class ChatServer:
    """Serves each request with the next behaviour; the last one serves all that follow."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self._behaviours = list(behaviours)
        self._address = ""

    @property
    def base_url(self) -> str:
        return f"{self._address}v1"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[ChatServer]:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._answer)
        server = TestServer(app)
        await server.start_server(shutdown_timeout=0.1)
        self._address = str(server.make_url("/"))
        try:
            yield self
        finally:
            await server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.authorizations.append(request.headers.get("Authorization"))
        behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
        return await behaviour(request, body)


def says(content: Any) -> Behaviour:
    """A completion with that content (objects become JSON)."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)

    async def behave(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return web.json_response(
            {
                "id": "c1",
                "object": "chat.completion",
                "created": 1,
                "model": body["model"],
                "choices": [choice],
            }
        )

    return behave


def refuses(status: int, message: str = "no", **headers: str) -> Behaviour:
    """An error with that status."""

    async def behave(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": {"message": message}}, status=status, headers=headers)

    return behave


def hangs() -> Behaviour:
    """No answer until the client goes away."""

    async def behave(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    return behave


def drips() -> Behaviour:
    """A byte now and then, for ever: a timeout that restarts with each byte never ends."""

    async def behave(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(1_000):
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    return behave
