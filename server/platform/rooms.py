"""The LiveKit side of a session, when LIVEKIT_* is set; honest when it does not answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

import structlog

from interview.errors import Unavailable
from interview.state import State
from server.platform.services import LiveKitRooms, LiveRoom
from server.platform.session_views import room_name
from server.settings import Settings

CALL_TIMEOUT_S = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the candidate's media will travel, and a warning when it is not as configured."""

    name: Literal["webrtc", "livekit"]
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the candidate's client needs to enter its room; empty without LiveKit."""

    token: str | None = None
    url: str | None = None


def open_rooms(settings: Settings) -> LiveKitRooms | None:
    """The configured LiveKit server; None (and its library not loaded) without LIVEKIT_*."""
    if not settings.livekit_configured:
        return None
    from server.platform.livekit_server import LiveKitServer

    secret = settings.livekit_api_secret
    assert settings.livekit_url and settings.livekit_api_key and secret
    return LiveKitServer(settings.livekit_url, settings.livekit_api_key, secret.get_secret_value())


async def transport(rooms: LiveKitRooms | None) -> Chosen:
    """LiveKit when it is configured and answers; else the embedded WebRTC, with a warning."""
    if rooms is None:
        return Chosen("webrtc")
    try:
        await rooms.check()
    except Unavailable as error:
        log.warning("livekit_unavailable", why=error.why)
        return Chosen(
            "webrtc", "The LiveKit server cannot be reached. The interview runs without it."
        )
    return Chosen("livekit")


def credentials(
    rooms: LiveKitRooms | None, settings: Settings, chosen: Chosen, state: State
) -> Credentials:
    """Token and address for the candidate's room; empty when the media travel otherwise."""
    if chosen.name != "livekit" or rooms is None:
        return Credentials()
    url = settings.livekit_url or ""
    return Credentials(
        token=rooms.token(state.session_id, state.candidate.name),
        url="ws" + url.removeprefix("http") if url.startswith("http") else url,
    )


async def look(rooms: LiveKitRooms | None, session_id: str) -> tuple[LiveRoom | None, str | None]:
    """The session's room, or why it cannot be known."""
    if rooms is None:
        return None, None
    try:
        return await rooms.room(room_name(session_id)), None
    except Unavailable as error:
        return None, error.message


async def count(rooms: LiveKitRooms | None) -> tuple[int | None, str]:
    """How many rooms are open (null: unknown), and a word on LiveKit."""
    if rooms is None:
        return 0, "not configured"
    try:
        return await rooms.count(), "available"
    except Unavailable as error:
        return None, error.message


async def close(rooms: LiveKitRooms | None, session_id: str) -> None:
    """Close the session's room; LiveKit closes an empty one itself if it cannot be reached."""
    if rooms is None:
        return
    try:
        async with asyncio.timeout(CALL_TIMEOUT_S):
            await rooms.delete(room_name(session_id))
    except (Unavailable, TimeoutError):
        log.warning("room_not_closed", session=session_id)
