"""The LiveKit side of a session, when LIVEKIT_* is set; honest when it does not answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

import structlog

from interview.errors import Unavailable
from interview.state import State
from server.platform.services import LiveKitRooms, LiveRoom, Services
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


async def transport(services: Services) -> Chosen:
    """LiveKit when it is configured and answers; else the embedded WebRTC, with a warning."""
    if services.rooms is None:
        return Chosen("webrtc")
    try:
        await services.rooms.check()
    except Unavailable as error:
        log.warning("livekit_unavailable", why=error.why)
        return Chosen(
            "webrtc", "The LiveKit server cannot be reached. The interview runs without it."
        )
    return Chosen("livekit")


def credentials(services: Services, chosen: Chosen, state: State) -> Credentials:
    """Token and address for the candidate's room; empty when the media travel otherwise."""
    if chosen.name != "livekit" or services.rooms is None:
        return Credentials()
    url = services.settings.livekit_url or ""
    return Credentials(
        token=services.rooms.token(state.session_id, state.candidate.name),
        url="ws" + url.removeprefix("http") if url.startswith("http") else url,
    )


async def look(services: Services, session_id: str) -> tuple[LiveRoom | None, str | None]:
    """The session's room, or why it cannot be known."""
    if services.rooms is None:
        return None, None
    try:
        return await services.rooms.room(room_name(session_id)), None
    except Unavailable as error:
        return None, error.message


async def count(services: Services) -> tuple[int | None, str]:
    """How many rooms are open (null: unknown), and a word on LiveKit."""
    if services.rooms is None:
        return 0, "not configured"
    try:
        return await services.rooms.count(), "available"
    except Unavailable as error:
        return None, error.message


async def close(services: Services, session_id: str) -> None:
    """Close the session's room; LiveKit closes an empty one itself if it cannot be reached."""
    if services.rooms is None:
        return
    try:
        async with asyncio.timeout(CALL_TIMEOUT_S):
            await services.rooms.delete(room_name(session_id))
    except (Unavailable, TimeoutError):
        log.warning("room_not_closed", session=session_id)
