"""The outgoing queue: what a slow client may miss, and what closes its connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from server.live.connection import MAX_QUEUED_FRAMES, VOLATILE_FRAMES, Connection
from server.live.messages import Ack, ErrorFrame, Pong


class StuckSocket:
    """A client that takes nothing until `free` is set."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.sent: list[str] = []
        self.closed: tuple[int, bytes] | None = None

    async def send_str(self, text: str) -> None:
        await self.free.wait()
        self.sent.append(text)

    async def close(self, *, code: int, message: bytes) -> None:
        self.closed = (code, message)


def pong() -> Pong:
    return Pong(server_time=datetime(2026, 1, 1, tzinfo=UTC))


async def test_a_slow_client_misses_pongs_but_never_an_error_or_an_ack() -> None:
    socket = StuckSocket()
    connection = Connection("c", "candidate", socket)  # type: ignore[arg-type]
    for _ in range(VOLATILE_FRAMES * 3):
        connection.send(pong())
    connection.send(ErrorFrame(code="too_many_frames", content="Too many messages."))
    connection.send(Ack(ref="a1", last_seq=7))
    socket.free.set()
    connection.close(1000, "done")
    await connection.flushed()
    kinds = [json.loads(text)["type"] for text in socket.sent]
    assert kinds[-2:] == ["error", "ack"]
    assert kinds.count("pong") == VOLATILE_FRAMES
    assert socket.closed == (1000, b"done")


async def test_too_many_frames_that_matter_close_the_connection() -> None:
    socket = StuckSocket()
    connection = Connection("c", "candidate", socket)  # type: ignore[arg-type]
    for number in range(MAX_QUEUED_FRAMES + 1):
        connection.send(Ack(ref=str(number), last_seq=number))
    assert connection.closing
    socket.free.set()
    await connection.flushed()
    assert socket.closed == (1013, b"slow_client")


async def test_a_long_log_is_sent_as_the_client_takes_it() -> None:
    socket = StuckSocket()
    connection = Connection("c", "candidate", socket)  # type: ignore[arg-type]
    made: list[int] = []

    def old() -> Iterator[Ack]:
        for number in range(20 * MAX_QUEUED_FRAMES):
            made.append(number)
            yield Ack(ref="old", last_seq=number)

    connection.send(Ack(ref="welcome", last_seq=0))
    connection.replay(old())
    connection.send(Ack(ref="live", last_seq=0))
    await asyncio.sleep(0)
    assert len(made) <= 1  # nothing is made for a client that takes nothing
    socket.free.set()
    connection.close(1000, "done")
    await connection.flushed()
    sent = [json.loads(text) for text in socket.sent]
    assert [f["last_seq"] for f in sent if f["ref"] == "old"] == list(range(20 * MAX_QUEUED_FRAMES))
    assert (sent[0]["ref"], sent[-1]["ref"]) == ("welcome", "live")
    assert socket.closed == (1000, b"done")


async def test_a_connection_that_is_put_out_hears_no_more_of_the_log() -> None:
    socket = StuckSocket()
    socket.free.set()
    connection = Connection("c", "candidate", socket)  # type: ignore[arg-type]

    def old() -> Iterator[Ack]:
        for number in range(1_000):
            if number == 3:
                connection.close(1008, "taken_over")
            yield Ack(ref="old", last_seq=number)

    connection.replay(old())
    await connection.flushed()
    assert len(socket.sent) <= 4 and socket.closed == (1008, b"taken_over")
