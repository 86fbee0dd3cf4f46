"""News between two processes over a real Redis, and what is left when it goes away."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from server.live import redis_changes
from server.live.redis_changes import RedisChanges
from tests.servers.ports import free_port

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="redis-server is not installed"
)


class Heads:
    """A store that knows where each log stands."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        return {name: self.at[name] for name in session_ids if name in self.at}


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    chosen = free_port()
    options = ["--port", str(chosen), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = await asyncio.create_subprocess_exec(
        "redis-server", *options, stdout=asyncio.subprocess.DEVNULL
    )
    yield chosen
    if server.returncode is None:
        server.terminate()
    await server.wait()


async def until(true: Any) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - another connection brings it about
            await asyncio.sleep(0.01)


async def test_heads_and_frames_reach_the_other_process_and_not_oneself(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_changes, "AGAIN_S", 0.05)
    store: Any = Heads()
    here, there = (RedisChanges(store, f"redis://127.0.0.1:{port}", poll_s=60) for _ in range(2))
    heard: list[Any] = []
    own: list[Any] = []
    leave = there.follow("s", heard.append, lambda who, text: heard.append((who, text)))
    here.follow("s", own.append, lambda who, text: own.append((who, text)))
    there.follow("other", lambda seq: pytest.fail("another session's news"), lambda *_: None)
    await here.start()
    await there.start()
    try:
        async with asyncio.timeout(20):
            while not heard:
                here.show("s", "observer", "hello")
                await asyncio.sleep(0.05)
        assert heard[0] == ("observer", "hello")
        here.appended("s", 7)
        await until(lambda: 7 in heard)
        assert own == [7], "it heard its own frames"
        leave()
        heard.clear()
        here.appended("s", 8)
        await asyncio.sleep(0.1)
        assert heard == []
    finally:
        await here.aclose()
        await there.aclose()


async def test_without_redis_the_store_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    store: Any = Heads()
    store.at["s"] = 3
    changes = RedisChanges(store, f"redis://127.0.0.1:{free_port()}", poll_s=0.01)
    heard: list[int] = []
    changes.follow("s", heard.append, lambda *_: None)
    await changes.start()
    for number in range(redis_changes.MAX_WAITING + 10):
        changes.show("s", "all", str(number))
    await until(lambda: 3 in heard)
    await changes.aclose()
