"""Workers that hang, die and lie: the loop goes on, the others are served, nothing is invented."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from interview.errors import InvalidInput, Unavailable
from interview.models import ModelAsset
from proctoring.base import Input
from proctoring.frames import from_array
from proctoring.pool import VisionPool
from proctoring.vision import FrameKilled, Look
from sidecars.crash_loop import FREE_FAULTS

PICTURE = from_array(np.zeros((480, 640, 3), np.uint8))


class NoModels:
    """An empty folder."""

    def locate(self, asset: ModelAsset) -> Path:
        raise Unavailable("models", f"{asset.name} is missing")


def look(session: str, at_s: float = 1.0) -> Look:
    return Look(session, PICTURE, at_s, frozenset())


@pytest.fixture
async def pool() -> AsyncIterator[VisionPool]:
    vision = VisionPool(
        NoModels(), workers=2, deadline_s=20, worker_module="tests.fakes.stubborn_worker"
    )
    await vision.start()
    yield vision
    await vision.aclose()


@contextmanager
def hasty(pool: VisionPool) -> Iterator[None]:
    """The first worker's next frames have a deadline that a test can wait for."""
    worker = pool._workers[0]
    usual, worker._deadline_s = worker._deadline_s, 0.6
    yield
    worker._deadline_s = usual


async def under_way(pool: VisionPool) -> None:
    """Until a worker has been asked for a frame."""
    async with asyncio.timeout(20):
        while not any(one._sidecar.pending for one in pool._workers):  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.001)


async def pid_of(pool: VisionPool, session: str) -> str:
    seen = await pool.look(look(session))
    return seen.reading.engines[Input.PICTURE].name


async def test_a_candidate_stays_with_one_worker_and_the_next_gets_another(
    pool: VisionPool,
) -> None:
    first = [await pid_of(pool, "a") for _ in range(3)]
    assert len(set(first)) == 1
    assert await pid_of(pool, "b") != first[0]


async def test_a_dead_worker_is_said_and_replaced(pool: VisionPool) -> None:
    before = await pid_of(pool, "a")  # with the first worker
    await pid_of(pool, "b")
    with pytest.raises(Unavailable, match="its process ended"):
        await pool.look(look("die"))
    assert await pid_of(pool, "a") != before
    assert pool.health().restarts == 1


async def test_a_frame_after_a_replaced_worker_says_so(pool: VisionPool) -> None:
    assert not (await pool.look(look("a"))).anew
    old = pool.pids[0]
    assert old is not None
    os.kill(old, signal.SIGSTOP)  # nothing is under way: nobody's frame is lost with it
    async with asyncio.timeout(20):
        while pool.pids[0] == old:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    assert (await pool.look(look("a"))).anew
    assert not (await pool.look(look("a"))).anew


async def test_a_hung_worker_is_killed_at_its_deadline_and_replaced(pool: VisionPool) -> None:
    await pid_of(pool, "a")  # pinned to the first worker
    await pid_of(pool, "b")
    hung = pool.pids[0]
    assert hung is not None
    with hasty(pool), pytest.raises(Unavailable, match="no answer within"):
        await pool.look(look("hang"))
    with pytest.raises(ProcessLookupError):
        os.kill(hung, 0)
    assert await pid_of(pool, "a") != f"pid-{hung}"


async def test_the_loop_and_the_other_worker_do_not_wait_for_a_hung_one(
    pool: VisionPool,
) -> None:
    for session in ("a", "b"):
        await pid_of(pool, session)
    hanging = asyncio.create_task(pool.look(look("hang")))
    await under_way(pool)
    for _ in range(5):
        await pid_of(pool, "b")
    assert not hanging.done(), "the other waited for it"
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def test_a_worker_that_keeps_dying_is_given_a_rest(pool: VisionPool) -> None:
    for _ in range(FREE_FAULTS + 1):
        with pytest.raises(FrameKilled, match="ended"):
            await pool.look(look("die"))
    with pytest.raises(Unavailable, match="rests"):
        await pool.look(look("die"))


async def test_a_cancelled_look_does_not_give_its_answer_to_the_next(pool: VisionPool) -> None:
    await pid_of(pool, "a")
    hanging = asyncio.create_task(pool.look(look("hang-then-cancel")))
    await under_way(pool)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    seen = await pool.look(look("a", at_s=7.5))
    assert seen.reading.at_s == 7.5


async def test_bad_pictures_and_failing_engines_are_told_apart(pool: VisionPool) -> None:
    with pytest.raises(InvalidInput, match="does not decode"):
        await pool.look(look("unreadable"))
    with pytest.raises(Unavailable, match="ValueError"):
        await pool.look(look("broken"))
    assert pool.health().restarts == 0


async def test_without_models_only_the_picture_is_measured(pool: VisionPool) -> None:
    await pid_of(pool, "a")
    abilities = pool.capabilities()
    assert [value for value, c in abilities.items() if c.available] == [Input.PICTURE]
    assert "yunet-2026may is missing" in abilities[Input.FACES].reason
    assert "is missing" in pool.health().reason


async def test_workers_end_with_the_pool() -> None:
    vision = VisionPool(NoModels(), workers=1, worker_module="tests.fakes.stubborn_worker")
    await vision.start()
    await pid_of(vision, "a")
    pid = vision.pids[0]
    assert pid is not None
    await vision.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(Unavailable, match="closed"):
        await vision.look(look("a"))
