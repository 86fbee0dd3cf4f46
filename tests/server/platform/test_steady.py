"""Time that runs evenly while the wall clock jumps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.platform.steady import FILE, SteadyClock

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@dataclass
class Machine:
    """A wall clock that can be moved and a monotonic one that cannot."""

    passed_s: float = 1_000.0
    moved_s: float = 0.0

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s - 1_000 + self.moved_s)

    def monotonic(self) -> float:
        return self.passed_s

    def clock(self, folder: Path | None = None, boot: str = "boot-1") -> SteadyClock:
        return SteadyClock(folder, wall=self.wall, monotonic=self.monotonic, boot=boot)


@pytest.mark.parametrize("jump_s", [600.0, -600.0, 8 * 3_600.0])
def test_a_jump_of_the_wall_clock_passes_no_time(jump_s: float) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.passed_s += 10
    machine.moved_s = jump_s
    assert clock() == NOON + timedelta(seconds=10)
    assert clock.behind_s == pytest.approx(jump_s)


def test_it_settles_when_told() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.moved_s = 600
    assert clock.settle()
    assert clock() == machine.wall()
    machine.moved_s += 0.2
    assert not clock.settle()
    assert clock() == machine.wall()


def test_it_does_not_settle_behind_what_has_happened() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.moved_s = -600
    assert not clock.settle(newest=NOON)
    assert clock() == NOON
    machine.passed_s += 601
    assert clock.settle(newest=NOON)
    assert clock() == machine.wall() > NOON


def test_processes_of_one_boot_tell_one_time(tmp_path: Path) -> None:
    machine = Machine()
    first = machine.clock(tmp_path)
    machine.moved_s = 600
    second = machine.clock(tmp_path)
    assert first() == second() == NOON
    second.settle()
    assert first() == NOON
    first.follow()
    assert first() == second() == machine.wall()


def test_another_boot_begins_anew(tmp_path: Path) -> None:
    machine = Machine()
    machine.clock(tmp_path)
    machine.passed_s, machine.moved_s = 1_000, -600
    clock = machine.clock(tmp_path, boot="boot-2")
    assert clock() == machine.wall() < NOON
    clock.not_before(NOON)
    assert clock() == NOON
    clock.not_before(NOON - timedelta(seconds=5))
    assert clock() == NOON


@pytest.mark.parametrize("content", ["", "{", "[]", '{"boot": "boot-1", "offset_s": "x"}'])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    assert Machine().clock(tmp_path)() == NOON
    assert "offset_s" in (tmp_path / FILE).read_text()


def test_without_a_place_or_a_name_a_process_keeps_its_own(tmp_path: Path) -> None:
    machine = Machine()
    assert machine.clock(tmp_path / "nowhere")() == NOON
    machine.clock(tmp_path, boot="")
    assert not (tmp_path / FILE).exists()
