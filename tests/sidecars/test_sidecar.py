"""The sidecar against real child processes: what they answer, and every way in which they fail."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable

import pytest

from interview.errors import Unavailable
from sidecars.crash_loop import FREE_FAULTS
from sidecars.sidecar import ROOT, Sidecar, SidecarCrashed

WORKER = "tests.fakes.sidecar_worker"

Make = Callable[..., Sidecar]


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[Sidecar] = []

    def one(*arguments: str, module: str = WORKER, **options: object) -> Sidecar:
        made.append(Sidecar("stt", module, arguments, **options))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for sidecar in made:
        await sidecar.aclose()
        assert sidecar.pid is None
        assert not sidecar._tasks, "a reader was left behind"


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so."""
    while not true():  # noqa: ASYNC110 - what is watched is in another process
        await asyncio.sleep(0)


def gone(pid: int) -> bool:
    """Whether the process has ended and been reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_it_starts_once_and_answers_each_request_its_own(make: Make) -> None:
    sidecar = make()
    assert sidecar.pid is None
    await asyncio.gather(sidecar.start(), sidecar.start())
    answers = await asyncio.gather(
        *(sidecar.request({"text": f"é{n}"}, bytes([n]) * n * 1000) for n in range(20))
    )
    for n, answer in enumerate(answers):
        assert (answer.header["echo"], answer.payload) == (f"é{n}", bytes([n]) * n * 1000)
        assert answer.header["pid"] == sidecar.pid
    assert (sidecar.starts, sidecar.pending, sidecar.fault) == (1, 0, "")


async def test_a_request_that_raises_is_refused_and_the_child_lives_on(make: Make) -> None:
    sidecar = make()
    with pytest.raises(Unavailable, match="ValueError: no such word") as refused:
        await sidecar.request({"do": "raise"})
    assert not isinstance(refused.value, SidecarCrashed)
    assert refused.value.component == "stt"
    assert (await sidecar.request({"text": "b"})).header["echo"] == "b"
    assert sidecar.starts == 1


async def test_a_crash_fails_all_requests_under_way_and_the_next_starts_anew(make: Make) -> None:
    sidecar = make()
    await sidecar.start()
    before = sidecar.pid
    results = await asyncio.gather(
        sidecar.request({"do": "crash"}),
        sidecar.request({"text": "behind"}),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [SidecarCrashed, SidecarCrashed]
    answer = await sidecar.request({"text": "again"})
    assert answer.header["echo"] == "again"
    assert answer.header["pid"] == sidecar.pid != before
    assert sidecar.starts == 2


async def test_a_child_killed_while_idle_is_replaced(make: Make) -> None:
    sidecar = make()
    await sidecar.start()
    pid = sidecar.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: sidecar.pid is None)
    assert (await sidecar.request({"text": "c"})).header["pid"] != pid


async def test_a_hang_is_a_timeout_and_the_child_is_replaced(make: Make) -> None:
    sidecar = make()
    await sidecar.start()
    pid = sidecar.pid
    assert pid is not None
    with pytest.raises(Unavailable, match="no answer within 0.2 s"):
        await sidecar.request({"do": "hang"}, timeout_s=0.2)
    assert gone(pid)
    assert (await sidecar.request({"text": "d"})).header["echo"] == "d"


async def test_a_child_that_does_not_read_cannot_hold_up_a_large_request(make: Make) -> None:
    """More than a pipe holds: the sending itself must time out."""
    sidecar = make()
    await sidecar.start()
    stuck = asyncio.create_task(sidecar.request({"do": "hang"}))
    await until(lambda: sidecar.pending > 0)
    with pytest.raises(Unavailable, match="no answer within 0.3 s"):
        await sidecar.request({"text": "large"}, bytes(4_000_000), timeout_s=0.3)
    with pytest.raises(SidecarCrashed):
        await stuck


async def test_what_the_model_prints_does_not_get_into_the_frames(make: Make) -> None:
    sidecar = make("noise")
    answer = await sidecar.request({"do": "noise", "text": "e"}, b"\x00\xff")
    assert (answer.header["echo"], answer.payload) == ("e", b"\x00\xff")
    assert (await sidecar.request({"text": "f"})).header["echo"] == "f"
    assert sidecar.starts == 1


async def test_a_module_that_speaks_no_frames_is_unavailable(make: Make) -> None:
    with pytest.raises(Unavailable):
        await make(module="this").request({})  # prints the Zen of Python


async def test_a_model_that_does_not_load_says_why(make: Make) -> None:
    sidecar = make("fail")
    for _ in range(2):
        with pytest.raises(Unavailable, match="FileNotFoundError: no such weights"):
            await sidecar.start()
    assert sidecar.pid is None


async def test_a_library_that_ends_the_process_is_quoted(make: Make) -> None:
    with pytest.raises(Unavailable, match="the library gave up"):
        await make("vanish").start()


async def test_a_module_that_is_not_there_is_unavailable(make: Make) -> None:
    with pytest.raises(Unavailable, match="No module named tests.fakes.no_such_worker"):
        await make(module="tests.fakes.no_such_worker").start()


async def test_a_model_that_loads_for_ever_is_given_up(make: Make) -> None:
    sidecar = make("hang", start_timeout_s=0.5)
    with pytest.raises(Unavailable, match="did not start in time"):
        await sidecar.start()
    assert sidecar.pid is None


async def test_a_cancelled_start_leaves_the_child_to_the_next_request(make: Make) -> None:
    sidecar = make()
    starting = asyncio.create_task(sidecar.start())
    await until(lambda: sidecar.starts > 0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert (await sidecar.request({"text": "g"})).header["echo"] == "g"
    assert sidecar.starts == 1


async def test_the_answer_to_a_cancelled_request_is_no_other_ones(make: Make) -> None:
    sidecar = make()
    await sidecar.start()
    waiting = asyncio.create_task(sidecar.request({"text": "given up"}))
    await until(lambda: sidecar.pending > 0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await sidecar.request({"text": "mine"})).header["echo"] == "mine"
    assert sidecar.pending == 0


async def test_the_end_of_an_old_child_does_not_touch_the_new_one(make: Make) -> None:
    sidecar = make()
    await sidecar.start()
    old = sidecar._child
    assert old is not None
    await sidecar.kill()
    request = asyncio.create_task(sidecar.request({"text": "h"}))
    await until(lambda: sidecar.starts == 2 and sidecar.pending > 0)
    sidecar._lose(old)
    assert (await request).header["echo"] == "h"


async def test_a_kill_on_purpose_is_no_fault(make: Make) -> None:
    sidecar = make()
    for _ in range(FREE_FAULTS + 2):
        await sidecar.start()
        await sidecar.kill()
    assert sidecar.fault == ""


async def test_a_crash_loop_rests_for_growing_whiles(make: Make) -> None:
    clock = Clock()
    sidecar = make("vanish", clock=clock)
    for _ in range(FREE_FAULTS + 1):
        assert sidecar.fault == ""
        with pytest.raises(Unavailable):
            await sidecar.request({})
    assert "rests for 1 s" in sidecar.fault
    assert "failed 5 times in a row" in sidecar.fault
    with pytest.raises(Unavailable, match="rests for 1 s"):
        await sidecar.request({})
    assert sidecar.starts == FREE_FAULTS + 1, "a resting child is not started"
    clock.now_s += 1.0
    with pytest.raises(Unavailable):
        await sidecar.request({})
    assert sidecar.starts == FREE_FAULTS + 2
    assert "rests for 2 s" in sidecar.fault


async def test_a_child_that_recovers_after_its_rest_answers(make: Make) -> None:
    clock = Clock()
    sidecar = make(clock=clock)
    for _ in range(FREE_FAULTS + 1):
        with pytest.raises(SidecarCrashed):
            await sidecar.request({"do": "crash"})
    with pytest.raises(Unavailable, match="rests"):
        await sidecar.request({"text": "too soon"})
    clock.now_s += 1.0
    assert (await sidecar.request({"text": "rested"})).header["echo"] == "rested"
    assert sidecar.fault == ""


async def test_our_own_pause_costs_no_child(make: Make) -> None:
    """The answer was there long before anybody looked."""
    sidecar = make()
    await sidecar.start()
    pid = sidecar.pid
    asked = asyncio.create_task(sidecar.request({"text": "i"}, timeout_s=0.5))
    await until(lambda: sidecar.pending > 0)
    await asyncio.sleep(0)
    time.sleep(2.0)  # noqa: ASYNC251 - as SIGSTOP would
    assert (await asked).header["echo"] == "i"
    assert (sidecar.pid, sidecar.starts) == (pid, 1)


async def test_closing_ends_the_child_for_good(make: Make) -> None:
    sidecar = make()
    await sidecar.start()
    pid = sidecar.pid
    assert pid is not None
    await sidecar.aclose()
    await sidecar.aclose()
    assert gone(pid)
    with pytest.raises(Unavailable, match="closed"):
        await sidecar.request({})


async def test_closing_does_not_wait_for_a_child_that_hangs(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecars.sidecar.CLOSE_S", 0.1)
    sidecar = make()
    await sidecar.start()
    hanging = asyncio.create_task(sidecar.request({"do": "hang"}))
    await until(lambda: sidecar.pending > 0)
    await sidecar.aclose()
    with pytest.raises(SidecarCrashed):
        await hanging


def test_a_child_ends_when_its_parent_is_gone() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", WORKER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None and child.stdout is not None
    assert child.stdout.read(8)
    child.stdin.close()
    assert child.wait(timeout=20) == 0
    child.stdout.close()


async def test_a_child_that_is_stopped_is_replaced_in_a_second(make: Make) -> None:
    sidecar = make()
    await sidecar.start()
    first = sidecar.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(SidecarCrashed):
        async with asyncio.timeout(20):
            await sidecar.request({"text": "stopped"})
    await until(lambda: gone(first))
    assert (await sidecar.request({"text": "next"})).header["pid"] != first


async def test_a_child_that_stands_still_is_replaced_and_a_busy_one_is_not(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecars.sidecar.STILL_S", 1.0)
    sidecar = make()
    await sidecar.start()
    with pytest.raises(SidecarCrashed):
        async with asyncio.timeout(20):
            await sidecar.request({"do": "hang"})
    assert (await sidecar.request({"do": "work", "for_s": 3.0})).header["echo"] == ""
    assert sidecar.starts == 2
