"""One WebSocket's outgoing side: a bounded queue, so that a slow client delays nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

import structlog
from aiohttp import ClientConnectionResetError, WSCloseCode, web

from server.live.messages import ServerFrame

MAX_QUEUED_FRAMES = 256
MAX_QUEUED_BYTES = 2 * 1024 * 1024
VOLATILE_FRAMES = MAX_QUEUED_FRAMES // 4

log = structlog.get_logger(__name__)

Role = Literal["candidate", "observer"]


class Connection:
    """Sends frames in order from its own task.

    What if full: a volatile frame (captions, pictures) is dropped once a quarter of the queue is
    taken; any other (stored events, answers, errors) closes the connection with 1013 `slow_client`.
    The client comes back with `last_seq` and misses nothing. What is replayed takes no room in the
    queue: each frame is made when the client has taken the one before.
    """

    def __init__(self, connection_id: str, role: Role, socket: web.WebSocketResponse) -> None:
        self.connection_id = connection_id
        self.role = role
        self.socket = socket
        self.veil: Callable[[str], str | None] | None = None  # what is not for this reader's eyes
        self.heard_at: datetime | None = None  # when the client last said anything
        self._queue: asyncio.Queue[str | Iterator[ServerFrame] | None] = asyncio.Queue()
        self._queued_bytes = 0
        self._taken = 0
        self._closing: tuple[int, str] | None = None
        self._task = asyncio.create_task(self._write(), name=f"ws-write-{connection_id}")

    @property
    def closing(self) -> bool:
        """Whether the connection takes no more frames."""
        return self._closing is not None

    def send(self, frame: ServerFrame) -> None:
        """Queue one frame; see the class for what happens when the client is slow."""
        self.send_text(frame.model_dump_json(), volatile=frame.volatile)

    def send_text(self, text: str, *, volatile: bool) -> None:
        """Queue one serialised frame."""
        shown = self._shown(text)
        if self._closing is not None or shown is None:
            return
        text = shown
        queued = self._queue.qsize()
        if volatile and queued >= VOLATILE_FRAMES:
            return
        if queued >= MAX_QUEUED_FRAMES or self._queued_bytes + len(text) > MAX_QUEUED_BYTES:
            log.info("websocket_slow_client", connection_id=self.connection_id, queued=queued)
            self.close(WSCloseCode.TRY_AGAIN_LATER, "slow_client", drop=True)
            return
        self._queued_bytes += len(text)
        self._queue.put_nowait(text)

    def replay(self, frames: Iterator[ServerFrame]) -> None:
        """Send old frames after what is queued and before what follows, as the client takes them.

        A client is slow only by what it does not take, however long the log is.
        """
        if self._closing is None:
            self._queue.put_nowait(frames)

    def close(self, code: int, reason: str, *, drop: bool = False) -> None:
        """Close after what is queued (or at once, with `drop`). Harmless when already closing."""
        if self._closing is not None:
            return
        self._closing = (code, reason)
        if drop:
            while not self._queue.empty():
                self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def aclose(self) -> None:
        """End the writer; pending frames are given up."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def flushed(self, timeout_s: float = 2.0) -> None:
        """Wait after `close` until all is sent, or nothing was taken for that long."""
        taken = -1
        while not self._task.done() and self._taken != taken:
            taken = self._taken
            await asyncio.wait({self._task}, timeout=timeout_s)

    async def _write(self) -> None:
        try:
            while (item := await self._queue.get()) is not None:
                if isinstance(item, str):
                    self._queued_bytes -= len(item)
                    await self.socket.send_str(item)
                    self._taken += 1
                else:
                    await self._write_old(item)
            code, reason = self._closing or (WSCloseCode.OK, "")
            await self.socket.close(code=code, message=reason.encode()[:120])
        except (ClientConnectionResetError, ConnectionResetError, RuntimeError) as error:
            self._closing = self._closing or (WSCloseCode.ABNORMAL_CLOSURE, "gone")
            log.debug("websocket_write_ended", connection_id=self.connection_id, error=str(error))

    async def _write_old(self, frames: Iterator[ServerFrame]) -> None:
        for frame in frames:
            if self._closing is not None and self._closing[0] != WSCloseCode.OK:
                return
            shown = self._shown(frame.model_dump_json())
            if shown is not None:
                await self.socket.send_str(shown)
            self._taken += 1
            await asyncio.sleep(0)  # a long log is read between other people's turns

    def _shown(self, text: str) -> str | None:
        """The frame as this client may see it; None where it may not."""
        return text if self.veil is None else self.veil(text)
