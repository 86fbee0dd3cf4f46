"""UTC that runs evenly: the wall clock may jump, the machine may sleep, and nobody loses a second.

Source: ADR 0007.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

FILE = "clock.json"
JUMP_S = 1.0  # a smaller difference is the wall clock's usual drift

log = structlog.get_logger(__name__)


def _wall() -> datetime:
    return datetime.now(UTC)


def boot_name() -> str:
    """This boot of this machine; "" where it has no name: then nothing is shared."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class SteadyClock:
    """The time of a process: the wall clock's at its anchor, then the monotonic clock's steps.

    All processes of one boot that share `folder` share the anchor, so that what they store can be
    compared. The anchor moves only in `settle`.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        wall: Callable[[], datetime] = _wall,
        monotonic: Callable[[], float] = time.monotonic,
        boot: str | None = None,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._boot = boot_name() if boot is None else boot
        self._file = folder / FILE if folder is not None and self._boot else None
        self._offset_s = self._wall_offset_s()
        kept = self._kept()
        if kept is None:
            self._keep()
        else:
            self._offset_s = kept

    def __call__(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.fromtimestamp(0, UTC) + timedelta(
            seconds=self._offset_s + self._monotonic()
        )

    @property
    def behind_s(self) -> float:
        """How far the wall clock is ahead; below zero: behind."""
        return self._wall_offset_s() - self._offset_s

    def follow(self) -> None:
        """Take over an anchor that another process has set."""
        kept = self._kept()
        if kept is not None:
            self._offset_s = kept

    def not_before(self, latest: datetime) -> None:
        """Go on from `latest` when the wall clock was set back before this start."""
        gap_s = (latest - self()).total_seconds()
        if gap_s > 0:
            self._offset_s += gap_s
            self._keep()

    def settle(self, newest: datetime | None = None) -> bool:
        """Go by the wall clock again, when nothing runs that a jump could harm.

        Not while it lies before `newest`, the latest time that was stored: time never goes back
        behind what has happened. Returns whether the clock was moved by more than a drift.
        """
        moved_s = self.behind_s
        if newest is not None and self._wall() < newest:
            return False
        self._offset_s += moved_s
        self._keep()
        if abs(moved_s) < JUMP_S:
            return False
        log.warning("clock_moved", seconds=round(moved_s, 1))
        return True

    def _wall_offset_s(self) -> float:
        return self._wall().timestamp() - self._monotonic()

    def _kept(self) -> float | None:
        if self._file is None:
            return None
        try:
            kept = json.loads(self._file.read_text(encoding="ascii"))
            return float(kept["offset_s"]) if kept["boot"] == self._boot else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _keep(self) -> None:
        """Without the file each process keeps a clock of its own: nothing else depends on it."""
        if self._file is None:
            return
        made = self._file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            made.write_text(json.dumps({"boot": self._boot, "offset_s": self._offset_s}))
            made.replace(self._file)
