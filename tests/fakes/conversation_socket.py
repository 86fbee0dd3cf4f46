"""A conversation over a real socket that a test may cut: what an agent process will speak over."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from interview.channel import RoomSide, VoiceSide, _Side
from interview.conversation import Envelope


class SocketChannel:
    """One line of JSON for each envelope, over a socket pair."""

    def __init__(self, room: RoomSide, voice: VoiceSide) -> None:
        self._sides = (room, voice)
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> None:
        """A new socket between the two sides."""
        for side, end in zip(self._sides, socket.socketpair(), strict=True):
            reader, writer = await asyncio.open_connection(sock=end)
            self._writers.append(writer)
            self._tasks.append(asyncio.create_task(self._read(side, reader)))
            side.attach(lambda each, out=writer: out.write(each.model_dump_json().encode() + b"\n"))  # type: ignore[misc]

    @staticmethod
    async def _read(side: _Side, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if line.endswith(b"\n"):
                    side.arrived(Envelope.model_validate_json(line))

    async def cut(self) -> None:
        """The socket breaks; what is on its way is lost."""
        for side in self._sides:
            side.detach()
        writers, self._writers = self._writers, []
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
