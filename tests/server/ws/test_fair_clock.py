"""What leaving costs a candidate, in every way of leaving: at most 0.3 s of the time to answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from interview import machine
from server.app import build_app
from server.live import mouth
from server.settings import Settings
from server.wiring.process import assemble
from server.ws import routes
from tests.server.ws.test_interview_socket import Line, Sitting

AT_MOST_S = 0.3
AWAY_S = 1.0


@pytest.fixture
async def sitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sitting]:
    monkeypatch.setattr(mouth, "READING_S_PER_WORD", 0.0)
    monkeypatch.setattr(routes, "HEARTBEAT_S", 2.0)
    process = await assemble(
        Settings(data_dir=tmp_path / "data", stt="none", tts="none", host="127.0.0.1")
    )
    client = TestClient(TestServer(build_app(process.services)))
    await client.start_server()
    await process.start()
    yield Sitting(process, client)
    await client.close()
    await process.close()


async def clean(line: Line) -> None:
    """The page says goodbye."""
    await line.socket.close()


async def reset(line: Line) -> None:
    """The browser was killed."""
    line.socket._writer.transport.abort()


async def dead(line: Line) -> None:
    """The cable was pulled: nothing comes any more, and nothing says so."""
    line.socket._writer.transport.pause_reading()


async def tab_closed(line: Line) -> None:
    """The browser leaves the page: 1001, as RFC 6455 7.4.1 has it."""
    await line.socket.close(code=1001)


async def half_closed(line: Line) -> None:
    """A proxy ends the stream without a closing frame."""
    line.socket._writer.transport.close()


WAYS: dict[str, Callable[[Line], Awaitable[None]]] = {
    "clean": clean,
    "tab closed": tab_closed,
    "half closed": half_closed,
    "reset": reset,
    "dead": dead,
}


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_leaving_costs_nothing(sitting: Sitting, way: str) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    await line.until("timer", lambda f: f["timer"]["state"] == "running")
    clock: Callable[[], datetime] = sitting.process.services.clock
    # A living line answers each second; the cut comes just after an answer.
    await asyncio.sleep(1.1)
    before = await sitting.process.services.live.state(created["session_id"])
    left_at = clock()
    left_s = machine.remaining_s(before, left_at)
    assert left_s is not None
    await WAYS[way](line)
    async with asyncio.timeout(20):
        while (  # noqa: ASYNC110 - the state has no event
            state := await sitting.process.services.live.state(created["session_id"])
        ).seat:
            await asyncio.sleep(0.02)
    await reset(line)  # who hears nothing would wait for a goodbye
    kept_s = machine.remaining_s(state, clock())
    assert kept_s is not None
    lost_s = left_s - kept_s
    noticed_s = (clock() - left_at).total_seconds()
    print(f"{way:11s} noticed after {noticed_s:5.2f} s, lost {lost_s:5.2f} s")
    assert -1.3 < lost_s <= AT_MOST_S, way
    await asyncio.sleep(AWAY_S)
    back = await sitting.join(created)
    after = back.welcome["snapshot"]["timer"]["remaining_s"]
    assert kept_s - after <= AT_MOST_S


async def test_coming_back_before_the_old_line_is_missed_costs_nothing(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    await line.until("timer", lambda f: f["timer"]["state"] == "running")
    clock = sitting.process.services.clock
    await asyncio.sleep(1.1)
    state = await sitting.process.services.live.state(created["session_id"])
    left_s = machine.remaining_s(state, clock())
    assert left_s is not None
    await dead(line)
    await asyncio.sleep(2.7)  # the heartbeat would miss it after 3 s
    back = await sitting.join(created)
    await reset(line)
    assert left_s - back.welcome["snapshot"]["timer"]["remaining_s"] <= 3.2
    await back.until("timer", lambda f: f["timer"]["state"] == "running")
    state = await sitting.process.services.live.state(created["session_id"])
    kept_s = machine.remaining_s(state, clock())
    assert kept_s is not None and left_s - kept_s <= AT_MOST_S + 0.2
