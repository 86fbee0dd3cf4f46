"""Server-sent events: how a stream begins and how it waits."""

from __future__ import annotations

import asyncio

from aiohttp import web


async def begun(request: web.Request) -> web.StreamResponse:
    """The answer, its headers sent; proxies are told not to hold it back."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    return response


async def pause(closing: asyncio.Event, seconds: float) -> None:
    """Until it is time for more, or the server ends."""
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return
