"""Strangers' connections: deadlines, bounds, and who gives way to whom."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import WSMsgType

from server.edge import bodies, connections
from server.edge.connections import Bounds, Doorkeeper, Guest, bounds_for
from tests.server.doors import BoundedTestServer, Edge, running

SMALL = Bounds(in_all=8, strangers=6, per_address=4)


class Room:
    """Guests by name, and which were closed."""

    def __init__(self, bounds: Bounds = SMALL, exempt: str = "") -> None:
        self.door = Doorkeeper(bounds, lambda address: address == exempt)
        self.closed: list[str] = []
        self.busy: set[str] = set()

    def comes(self, name: str, address: str = "a", now_s: float = 0.0) -> Guest | None:
        guest = Guest(address, lambda: self.closed.append(name), lambda: name in self.busy)
        return guest if self.door.admit(guest, now_s) else None


def test_the_bounds_leave_room_for_files_and_sessions() -> None:
    for descriptors in (256, 1024, 65_536):
        bounds = bounds_for(descriptors)
        assert bounds.per_address < bounds.strangers < bounds.in_all <= descriptors - 64
    assert bounds_for(256) == Bounds(192, 144, 72)


def test_the_idle_one_used_longest_ago_gives_way() -> None:
    room = Room()
    guests = [room.comes(f"g{n}") for n in range(4)]
    assert all(guests)
    room.door.used(guests[0])  # type: ignore[arg-type]
    room.busy.add("g1")
    assert room.comes("new") and room.closed == ["g2"]
    assert len(room.door) == 4


def test_who_is_busy_is_not_closed_and_the_next_is_turned_away() -> None:
    room = Room()
    for n in range(4):
        room.comes(f"g{n}")
        room.busy.add(f"g{n}")
    assert room.comes("new") is None and room.closed == [] and room.door.turned_away == 1
    assert room.comes("from elsewhere", "b")  # one address fills its own places only


def test_strangers_cannot_take_the_places_of_those_who_take_part() -> None:
    room = Room()
    known = room.comes("candidate", "home")
    assert known is not None
    room.door.vouch(known, 0.0)
    for n in range(5):
        room.busy.add(f"s{n}")
        assert room.comes(f"s{n}", f"stranger {n}")
    assert room.comes("s9", "stranger 9") is not None  # in the place of the idle candidate's
    assert room.closed == ["candidate"]
    room.busy.add("s9")
    assert room.comes("s10", "stranger 10") is None
    assert room.comes("again", "home", now_s=1.0)  # the reserve
    assert room.comes("again", "home", now_s=connections.KNOWN_FOR_S + 1) is None or room.closed


def test_a_proxy_speaks_for_many() -> None:
    room = Room(exempt="proxy")
    for n in range(6):
        room.busy.add(f"g{n}")
        assert room.comes(f"g{n}", "proxy")


def test_who_left_is_forgotten() -> None:
    room = Room()
    for n in range(100):
        guest = room.comes(f"g{n}")
        assert guest is not None
        room.door.gone(guest)
        room.door.gone(guest)
    assert len(room.door) == 0 and not room.door._by_address


# --- over real sockets ---------------------------------------------------------------------------


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that a test can wait for."""
    monkeypatch.setattr(connections, "HEADERS_WAIT_S", 0.3)
    monkeypatch.setattr(bodies, "BODY_WAIT_S", 0.3)
    monkeypatch.setattr(connections, "STRANGER_REQUEST_S", 1.0)


@asynccontextmanager
async def stranger(edge: Edge, sent: bytes = b"") -> AsyncIterator[asyncio.StreamReader]:
    """A connection that sent this and then nothing."""
    server = edge.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(sent)
    try:
        yield reader
    finally:
        writer.close()


SOON_S = connections.HEADERS_WAIT_S - 1  # sooner than without what `hasty` sets
HALF = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("sent", [b"", b"GET", HALF])
async def test_who_sends_no_whole_header_is_closed(hasty: None, edge: Edge, sent: bytes) -> None:
    began = time.monotonic()
    async with stranger(edge, sent) as reader, asyncio.timeout(20):
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    assert 0.2 < time.monotonic() - began < SOON_S


async def test_a_trickle_does_not_move_the_deadline(hasty: None, edge: Edge) -> None:
    server = edge.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        async with asyncio.timeout(60):
            for letter in HALF * 9:
                writer.write(bytes([letter]))
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.02):
                        await reader.readexactly(1)
    writer.close()


async def test_an_unfinished_body_is_answered_and_closed(hasty: None, edge: Edge) -> None:
    head = HALF + b"Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
    async with stranger(edge, head) as reader, asyncio.timeout(20):
        answer = await reader.readuntil(b"\r\n")
    assert answer == b"HTTP/1.1 408 Request Timeout\r\n"


async def test_a_socket_without_a_ticket_is_not_kept(hasty: None, edge: Edge) -> None:
    upgrade = (
        b"GET /ws/interview?session_id=a&ticket=b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    async with stranger(edge, upgrade) as reader, asyncio.timeout(20):
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(100_000)


async def test_others_get_in_under_any_number_of_idle_strangers(tmp_path: Path) -> None:
    async with running(tmp_path) as edge:
        server = edge.client.server
        assert isinstance(server, BoundedTestServer)
        server.door.bounds = Bounds(in_all=40, strangers=30, per_address=20)
        created = await edge.create()
        grant = await edge.client.post(
            "/api/candidate/ticket",
            headers={"Authorization": f"Bearer {created['candidate_token']}"},
        )
        socket = await edge.client.ws_connect(
            "/ws/interview",
            params={
                "session_id": created["session_id"],
                "ticket": (await grant.json())["ticket"],
            },
        )
        assert (await socket.receive_json())["type"] == "welcome"
        writers = []
        for n in range(120):
            _, writer = await asyncio.open_connection(server.host, server.port)
            writer.write(HALF if n % 2 else b"")
            writers.append(writer)
            if n % 20 == 19:
                answer = await edge.client.get("/healthz")
                assert answer.status == 200
        assert len(server.door) <= 20 and server.door.closed_for_room >= 100
        await socket.send_json({"type": "ping", "t": 1})
        while (await socket.receive_json(timeout=5))["type"] != "pong":
            pass  # the session goes on
        for writer in writers:
            writer.close()
        await socket.close()


async def test_who_floods_a_socket_is_read_later_and_goes_on(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fragments that carry nothing and never end are no message that could be counted."""
    monkeypatch.setattr(connections, "SOCKET_BURST_BYTES", 200_000)
    monkeypatch.setattr(connections, "SOCKET_BYTES_PER_S", 200_000)
    created = await edge.create()
    answer = await edge.client.post(
        "/api/candidate/ticket", headers={"Authorization": f"Bearer {created['candidate_token']}"}
    )
    query = {"session_id": created["session_id"], "ticket": (await answer.json())["ticket"]}
    socket = await edge.client.ws_connect("/ws/interview", params=query)
    line = socket._writer.transport
    assert line is not None
    line.write(b"\x01\x80" + bytes(4) + (b"\x00\x80" + bytes(4)) * 50_000)

    async def reads(wanted: bool) -> None:
        runner = edge.client.server.runner
        assert runner is not None and runner.server is not None
        async with asyncio.timeout(20):
            while wanted is not all(  # noqa: ASYNC110 - no event tells it
                one.transport.is_reading()
                for one in runner.server.connections
                if one.transport is not None
            ):
                await asyncio.sleep(0.001)

    await reads(False)
    assert (await edge.client.get("/healthz")).status == 200
    await reads(True)
    line.write(b"\x80\x80" + bytes(4))  # the message ends
    await socket.send_json({"type": "ping", "t": 1})
    while (await socket.receive_json(timeout=20))["type"] != "pong":
        pass
    await socket.close()


@pytest.mark.parametrize("door", ["/ws/interview", "/ws/proctoring"])
async def test_pings_are_answered_and_a_flood_of_them_ends_the_socket(
    edge: Edge, door: str
) -> None:
    created = await edge.create()
    answer = await edge.client.post(
        "/api/candidate/ticket", headers={"Authorization": f"Bearer {created['candidate_token']}"}
    )
    query = {"session_id": created["session_id"], "ticket": (await answer.json())["ticket"]}
    socket = await edge.client.ws_connect(door, params=query, autoping=False)
    await socket.ping(b"there?")
    async with asyncio.timeout(20):
        while (message := await socket.receive()).type is not WSMsgType.PONG:
            pass
    assert message.data == b"there?"
    line = socket._writer.transport
    assert line is not None
    line.write((b"\x89\x80" + bytes(4)) * 20_000)
    async with asyncio.timeout(60):
        while (message := await socket.receive()).type in (WSMsgType.TEXT, WSMsgType.PONG):
            pass
    # What was still on the way when the line ended may have reset it before the reason was read.
    assert message.type is not WSMsgType.CLOSE or message.data == 1008
