"""Many askers, one look."""

from __future__ import annotations

import asyncio

import pytest

from server.edge.coalesce import Coalesced


class Look:
    def __init__(self) -> None:
        self.times = 0
        self.fail = False

    async def __call__(self) -> int:
        self.times += 1
        await asyncio.sleep(0)
        if self.fail:
            raise OSError("no")
        return self.times


async def test_many_askers_are_one_look_for_a_while() -> None:
    now, look = [0.0], Look()
    kept: Coalesced[int] = Coalesced(1.0, lambda: now[0])
    assert await asyncio.gather(*(kept.get(look) for _ in range(50))) == [1] * 50
    now[0] = 0.9
    assert await kept.get(look) == 1
    now[0] = 1.1
    assert await kept.get(look) == 2


async def test_a_failure_is_told_and_not_kept() -> None:
    look = Look()
    kept: Coalesced[int] = Coalesced(60.0)
    look.fail = True
    with pytest.raises(OSError, match="no"):
        await kept.get(look)
    look.fail = False
    assert await kept.get(look) == 2


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    look = Look()
    kept: Coalesced[int] = Coalesced(60.0)
    first = asyncio.create_task(kept.get(look))
    second = asyncio.create_task(kept.get(look))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1
