"""How often a caller may ask: by class, each caller for itself, said with Retry-After."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interview.errors import RateLimited
from server.app import all_routes
from server.edge.auth.api_keys import make_key
from server.edge.auth.limits import Limits
from server.edge.auth.principals import Allow
from server.settings import Settings
from storage import open_storage
from storage.redis_allowances import RedisAllowances
from tests.server.doors import Clock, Edge, running
from tests.servers.ports import free_port

SESSIONS = "/api/parallel_interview/sessions"


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path, rate_general=4, rate_upload=2) as started:
        yield started


async def key(edge: Edge, name: str) -> dict[str, str]:
    _, secret = await make_key(
        edge.services.storage,
        "default",
        name=name,
        scopes=("*",),
        created_by="test",
        now=edge.clock(),
        key_id=name,
    )
    return {"X-API-Key": secret}


def test_the_classes_are_those_of_the_contract() -> None:
    chosen = Settings()
    assert (chosen.rate_auth, chosen.rate_general, chosen.rate_upload) == (10, 100, 20)


def test_every_closed_route_has_a_class_or_a_limit_of_its_own() -> None:
    without = {
        f"{r.method} {r.path}"
        for r in all_routes()
        if r.rate_class is None and r.kind == "json" and Allow.PUBLIC not in r.allow
    }
    assert without == {
        "GET /api/candidate/recording/{part_id}",
        "POST /api/candidate/recording/{part_id}/complete",
        "PUT /api/candidate/recording/{part_id}/{number}",
    }


async def test_a_caller_is_told_when_to_come_again(limited: Edge) -> None:
    mine, other = await key(limited, "mine"), await key(limited, "other")
    statuses = [(await limited.client.get(SESSIONS, headers=mine)).status for _ in range(4)]
    assert statuses == [200] * 4
    refused = await limited.client.get(SESSIONS, headers=mine)
    told = await refused.json()
    assert (refused.status, told["code"], told["retryable"]) == (429, "rate_limited", True)
    wait_s = int(refused.headers["Retry-After"])
    assert 1 <= wait_s <= 120
    assert (await limited.client.get(SESSIONS, headers=other)).status == 200
    assert (await limited.client.get("/api/reports", headers=mine)).status == 200
    limited.clock.forward(wait_s)
    assert (await limited.client.get(SESSIONS, headers=mine)).status == 200


async def test_the_operators_own_key_is_not_counted(limited: Edge) -> None:
    for _ in range(8):
        await limited.get(SESSIONS)


async def test_two_processes_count_together(limited: Edge) -> None:
    """A second process has the same store open; what it admits is missing here."""
    second = await open_storage(limited.services.settings.resolved_storage_url)
    there = Limits(second.allowances, limited.clock, auth=10, general=4, upload=2)
    try:
        for limits in (limited.services.limits, there):
            await limits.hit("upload", "somebody")
        for limits in (limited.services.limits, there):
            with pytest.raises(RateLimited):
                await limits.hit("upload", "somebody")
    finally:
        await second.close()


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
async def test_redis_counts_for_all_and_the_store_when_it_is_away(
    edge: Edge, tmp_path: Path
) -> None:
    port, store, clock = free_port(), edge.services.storage.allowances, Clock()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = await asyncio.create_subprocess_exec(
        "redis-server", *options, stdout=asyncio.subprocess.DEVNULL
    )
    first, second = (RedisAllowances(f"redis://127.0.0.1:{port}/0", store) for _ in range(2))
    try:
        async with asyncio.timeout(20):
            while not await _answers(port):  # noqa: ASYNC110 - another process brings it about
                await asyncio.sleep(0.02)
        takes = [one.take("a", 10, 60, clock()) for _ in range(12) for one in (first, second)]
        waits = await asyncio.gather(*takes)
        assert sum(wait == 0 for wait in waits) == 10
        assert await store.take("a", 1, 60, clock()) == 0  # the store was not asked
    finally:
        server.terminate()
        await server.wait()
    assert await first.take("a", 1, 60, clock()) > 0  # now it is
    assert await second.take("b", 1, 60, clock()) == 0
    await first.aclose()
    await second.aclose()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
