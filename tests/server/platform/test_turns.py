"""Strangers wait for strangers, never for one of them."""

from __future__ import annotations

import asyncio

import pytest

from interview.errors import RateLimited, Unavailable
from server.platform.turns import FairTurns


async def test_one_owner_never_takes_two_turns() -> None:
    turns = FairTurns("stt", at_once=2, per_owner=5, in_all=9)
    running: list[str] = []
    let_go = asyncio.Event()

    async def work(owner: str) -> None:
        async with turns.place(owner) as place, place.turn():
            running.append(owner)
            await let_go.wait()

    tasks = [asyncio.create_task(work(owner)) for owner in ("eve", "eve", "eve", "ada", "bob")]
    for _ in range(10):
        await asyncio.sleep(0)
    assert running == ["eve", "ada"]
    let_go.set()
    await asyncio.gather(*tasks)
    assert sorted(running) == ["ada", "bob", "eve", "eve", "eve"]


async def test_a_full_queue_refuses_and_forgets() -> None:
    turns = FairTurns("stt", at_once=1, per_owner=2, in_all=3)
    async with turns.place("eve"), turns.place("eve"):
        with pytest.raises(RateLimited):
            async with turns.place("eve"):
                pass
        async with turns.place("ada"):
            with pytest.raises(Unavailable):
                async with turns.place("bob"):
                    pass
    async with turns.place("eve"), turns.place("eve"), turns.place("bob"):
        pass
    assert not turns._asked and not turns._locks


async def test_a_cancelled_wait_leaves_its_place() -> None:
    turns = FairTurns("stt", at_once=1, per_owner=1, in_all=1)

    async def wait() -> None:
        async with turns.place("eve") as place, place.turn():
            await asyncio.sleep(60)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with turns.place("eve") as place, place.turn():
        pass
