"""The pictures and clips that belong to signals."""

from __future__ import annotations

from aiohttp import web

from interview.errors import NotFound
from interview.records import State
from realtime.apart import cut_apart
from realtime.cuts import LEAD_S, TAIL_S
from realtime.formats import demuxer_of
from server.edge.auth.principals import Allow
from server.edge.ranges import ranged
from server.edge.routes import Route
from server.platform.evidence import violation_in
from server.platform.recordings import JoinedFile
from server.platform.services import CoreServices, services_of

VIEWERS = frozenset({Allow.STAFF, Allow.SERVICE, Allow.SIGNED})


async def still(request: web.Request) -> web.Response:
    """The picture that belongs to a signal."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    key = violation_in(state, request.match_info["violation_id"]).violation.still
    if key is None:
        raise NotFound("Still", request.match_info["violation_id"])
    content = await services.blobs.get(key)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return ranged(request, content, kind, cache="private, max-age=3600")


async def clip(request: web.Request) -> web.Response:
    """A few seconds of the recording around a signal, copied out without transcoding."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    found = violation_in(state, request.match_info["violation_id"]).violation
    content = await _clip(services, state, found.start_s, found.end_s)
    kind = "video/mp4" if demuxer_of(content) == "mov" else "video/webm"
    return ranged(request, content, kind, cache="private, max-age=3600")


async def _clip(services: CoreServices, state: State, start_s: float, end_s: float) -> bytes:
    """Raises NotFound where nothing was recorded, Unavailable where it cannot be cut."""
    if not state.status.final:
        raise NotFound("Recording", state.session_id)
    joined = await services.recordings.joined(state.session_id)
    for file in joined.files if joined is not None else ():
        place = _place(file, start_s)
        if place is not None:
            lasting = min(end_s - start_s, 30.0)
            return await _cut(services, file, place - LEAD_S, place + lasting + TAIL_S)
    raise NotFound("Recording", state.session_id)


def _place(file: JoinedFile, at_s: float) -> float | None:
    """A session time as a time in the file; None where nothing was recorded."""
    for span in file.spans:
        into_s = at_s - span.session_start_s
        if -LEAD_S <= into_s < span.duration_s:
            return span.recording_start_s + max(0.0, into_s)
    return None


async def _cut(services: CoreServices, file: JoinedFile, start_s: float, end_s: float) -> bytes:
    async def read_range(start: int, end: int) -> bytes:
        return await services.blobs.get_range(file.key, start, end)

    return await cut_apart(file.size_bytes, read_range, start_s, end_s)


ROUTES = [
    Route(
        method="GET",
        path="/api/recordings/{session_id}/stills/{violation_id}",
        handler=still,
        allow=VIEWERS,
        summary="The picture of a signal",
        kind="file",
        statuses=(404, 416),
        produces="image/jpeg",
    ),
    Route(
        method="GET",
        path="/api/recordings/{session_id}/clips/{violation_id}",
        handler=clip,
        allow=VIEWERS,
        summary="The recording around a signal",
        kind="file",
        statuses=(404, 416, 503),
        produces="video/webm",
    ),
]
