"""A LiveKit server's rooms and tokens, through its own client library."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
from livekit import api

from interview.errors import Unavailable
from server.platform.services import LiveRoom
from server.platform.session_views import room_name

TOKEN_TTL_S = 3_600
CALL_TIMEOUT_S = 3.0


class LiveKitServer:
    """A configured LiveKit server. Implements `server.platform.services.LiveKitRooms`."""

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
