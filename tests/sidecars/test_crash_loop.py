"""The rest between crashes: growing, bounded, forgotten."""

from __future__ import annotations

from sidecars.crash_loop import FREE_FAULTS, LONGEST_PAUSE_S, WINDOW_S, CrashLoop


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0  # a machine that has just started

    def __call__(self) -> float:
        return self.now_s


def test_the_first_faults_cost_nothing() -> None:
    loop = CrashLoop(Clock())
    assert (loop.rest_s, loop.faults) == (0.0, 0)
    for number in range(1, FREE_FAULTS + 1):
        loop.fault()
        assert (loop.rest_s, loop.faults) == (0.0, number)


def test_each_further_fault_doubles_the_rest_up_to_a_minute() -> None:
    clock = Clock()
    loop = CrashLoop(clock)
    for _ in range(FREE_FAULTS):
        loop.fault()
    rests = []
    for _ in range(8):
        loop.fault()
        rests.append(loop.rest_s)
        clock.now_s += loop.rest_s
        assert loop.rest_s == 0.0
    assert rests == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE_S, LONGEST_PAUSE_S]


def test_a_thousand_faults_do_not_overflow() -> None:
    loop = CrashLoop(Clock())
    for _ in range(2000):
        loop.fault()
    assert loop.rest_s == LONGEST_PAUSE_S


def test_a_minute_of_good_work_is_a_new_beginning() -> None:
    clock = Clock()
    loop = CrashLoop(clock)
    for _ in range(FREE_FAULTS + 3):
        loop.fault()
    clock.now_s += loop.rest_s + WINDOW_S - 0.1
    loop.fault()
    assert loop.faults == FREE_FAULTS + 4
    clock.now_s += loop.rest_s + WINDOW_S
    loop.fault()
    assert (loop.faults, loop.rest_s) == (1, 0.0)
