"""The LiveKit side of a session, when LIVEKIT_* is set; honest when it does not answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import aiohttp
import structlog
from livekit import api

from interview.errors import Unavailable
from interview.state import State
from server.services import LiveRoom, Services
from server.session_views import room_name
from server.settings import Settings

TOKEN_TTL_S = 3_600
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


class LiveKitServer:
    """A configured LiveKit server. Implements `server.services.LiveKitRooms`."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self.url = "ws" + url.removeprefix("http") if url.startswith("http") else url
        self._key, self._secret = key, secret

    async def check(self) -> None:
        """Raises Unavailable (`livekit`) when it does not answer."""
        await self._list([])

    async def room(self, name: str) -> LiveRoom | None:
        """The room of that name, if it exists. Raises Unavailable."""
        found = await self._list([name])
        return found[0] if found else None

    async def count(self) -> int:
        """How many interview rooms are open. Raises Unavailable."""
        return sum(room.name.startswith("interview-") for room in await self._list([]))

    async def delete(self, name: str) -> None:
        """Close a room; harmless when there is none. Raises Unavailable."""
        async with self._client() as client:
            try:
                await client.room.delete_room(api.DeleteRoomRequest(room=name))
            except api.TwirpError as error:
                if error.code != "not_found":
                    raise Unavailable("livekit", f"it answered {error.code}") from None
            except (TimeoutError, aiohttp.ClientError):
                raise Unavailable("livekit", "it does not answer") from None

    def token(self, session_id: str, name: str) -> str:
        """A token for the candidate, for its room only, valid for an hour."""
        grants = api.VideoGrants(
            room_join=True,
            room=room_name(session_id),
            can_publish=True,
            can_subscribe=True,
            can_publish_data=True,
        )
        return (
            api.AccessToken(self._key, self._secret)
            .with_identity(f"candidate-{session_id}")
            .with_name(name)
            .with_grants(grants)
            .with_ttl(timedelta(seconds=TOKEN_TTL_S))
            .to_jwt()
        )

    async def _list(self, names: list[str]) -> list[LiveRoom]:
        async with self._client() as client:
            try:
                found = await client.room.list_rooms(api.ListRoomsRequest(names=names))
            except api.TwirpError as error:
                raise Unavailable("livekit", f"it answered {error.code}") from None
            except (TimeoutError, aiohttp.ClientError):
                raise Unavailable("livekit", "it does not answer") from None
        return [
            LiveRoom(
                name=room.name,
                num_participants=room.num_participants,
                creation_time=room.creation_time,
                sid=room.sid,
            )
            for room in found.rooms
        ]

    def _client(self) -> api.LiveKitAPI:
        timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_S)
        return api.LiveKitAPI(self.url, self._key, self._secret, timeout=timeout)


def open_rooms(settings: Settings) -> LiveKitServer | None:
    """The configured LiveKit server; None when LIVEKIT_* is not set."""
    if not settings.livekit_configured:
        return None
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
        await asyncio.wait_for(services.rooms.delete(room_name(session_id)), CALL_TIMEOUT_S)
    except (Unavailable, TimeoutError):
        log.warning("room_not_closed", session=session_id)
