"""The avatar's prompts as WAV: `/audio/{session_id}/{prompt_id}.wav`."""

from __future__ import annotations

import re

from aiohttp import web

from interview.errors import NotFound
from server.edge.auth.principals import Allow
from server.edge.ranges import ranged
from server.edge.routes import Route
from server.platform.services import core_of

SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEPT_S = 3_600


async def prompt_audio(request: web.Request) -> web.StreamResponse:
    """A prompt's audio, whole or in ranges."""
    session_id, prompt_id = request.match_info["session_id"], request.match_info["prompt_id"]
    if not SAFE_ID.fullmatch(session_id) or not SAFE_ID.fullmatch(prompt_id):
        raise NotFound("Audio", "with that name")
    content = await core_of(request).blobs.get(f"speech/{session_id}/{prompt_id}.wav")
    return ranged(request, content, "audio/wav", cache=f"private, max-age={KEPT_S}")


ROUTES = [
    Route(
        method="GET",
        path="/audio/{session_id}/{prompt_id}.wav",
        handler=prompt_audio,
        allow=frozenset({Allow.SIGNED, Allow.CANDIDATE, Allow.STAFF, Allow.SERVICE}),
        summary="A prompt's audio",
        description="The address in `question.audio_file` is signed and expires.",
        kind="file",
        statuses=(404, 416),
        produces="audio/wav",
    ),
]
