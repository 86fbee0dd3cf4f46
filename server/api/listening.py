"""Sound on demand for staff who watch a live session: listen-only, as the consent text says."""

from __future__ import annotations

from aiohttp import web

from interview.errors import IllegalTransition
from server.edge.audit import audit
from server.edge.routes import STAFF, Route
from server.platform.services import services_of

TYPE = "audio/L16"
SILENCE = b"\0\0"


async def listen(request: web.Request) -> web.StreamResponse:
    """What the candidate's microphone gives, as it comes: PCM16 mono 16 kHz.

    Raises:
        NotFound: There is no such session.
        IllegalTransition: It is not in progress.
        Unavailable: The candidate's connection is not held by this process.
    """
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    if state.status.final:
        raise IllegalTransition("listen", state.status)
    sound = services.live.sound(session_id)
    await audit(request, "listened_in", session_id)
    response = web.StreamResponse(
        headers={"Content-Type": TYPE + ";rate=16000;channels=1", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    try:
        async for samples in sound:
            if services.closing.is_set():
                break
            state = await services.live.state(session_id) if not samples else state
            if state.status.final:
                break
            await response.write(samples or SILENCE)
    except ConnectionError:
        pass  # who listened has gone
    return response


ROUTES = [
    Route(
        method="GET",
        path="/api/parallel_interview/session/{session_id}/sound",
        handler=listen,
        allow=STAFF,
        summary="Listen in",
        description="The candidate's microphone as it comes: PCM16 mono 16 kHz, little-endian.",
        kind="stream",
        produces="audio/L16",
        statuses=(404, 409, 503),
    ),
]
