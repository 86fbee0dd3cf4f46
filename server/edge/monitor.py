"""How late the event loop runs: a task that sleeps a known time and measures what it got."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import psutil

PERIOD_S = 0.02
WINDOW = 3_000  # one minute of measurements; the oldest are forgotten
USAGE_EVERY_S = 0.9
SAMPLE_EVERY_S = 5.0
KEPT = 60  # five minutes


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU since the last look (100 is one core), resident memory, and that of the sidecars."""

    cpu_percent: float
    memory_bytes: int
    sidecar_memory_bytes: int


class Monitor:
    """Loop lag over the last minute, and this process's CPU and memory."""

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=WINDOW)
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._measuring = asyncio.Lock()
        self._usage: Usage | None = None
        self._usage_at = 0.0
        self.history: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def keep(self, sample: dict[str, Any]) -> None:
        """Remember what a chart shows of one moment; the oldest is forgotten."""
        self.history.append(sample)

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            due = time.monotonic() + PERIOD_S
            await asyncio.sleep(PERIOD_S)
            self.note(max(0.0, time.monotonic() - due))

    def note(self, lag_s: float) -> None:
        """Take one measurement."""
        self._lags.append(lag_s)

    def lag_ms(self, percentile: float) -> float | None:
        """The loop lag at a percentile (0-100), or None before the first measurement."""
        if not self._lags:
            return None
        ordered = sorted(self._lags)
        place = min(len(ordered) - 1, round(percentile / 100 * (len(ordered) - 1)))
        return round(ordered[place] * 1_000, 2)

    async def usage(self) -> Usage:
        """CPU and memory, measured in a thread at most once a second for all who ask."""
        async with self._measuring:
            if self._usage is None or time.monotonic() - self._usage_at >= USAGE_EVERY_S:
                self._usage = await asyncio.to_thread(self._measure)
                self._usage_at = time.monotonic()
            return self._usage

    def memory_bytes(self) -> int:
        """Resident memory of this process."""
        return int(self._process.memory_info().rss)

    def _measure(self) -> Usage:
        sidecars = 0
        for child in self._process.children(recursive=True):
            try:
                sidecars += int(child.memory_info().rss)
            except psutil.Error:  # it ended between the listing and the look
                continue
        cpu = round(float(self._process.cpu_percent()), 1)
        return Usage(cpu, self.memory_bytes(), sidecars)
