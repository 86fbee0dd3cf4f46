"""How late the event loop runs: a task that sleeps a known time and measures what it got."""

from __future__ import annotations

import asyncio
from collections import deque

import psutil

PERIOD_S = 0.02
WINDOW = 3_000  # one minute of measurements; the oldest are forgotten


class Monitor:
    """Loop lag over the last minute, and this process's CPU and memory."""

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=WINDOW)
        self._process = psutil.Process()
        self._process.cpu_percent()

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + PERIOD_S
            await asyncio.sleep(PERIOD_S)
            self.note(max(0.0, loop.time() - due))

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

    def cpu_percent(self) -> float:
        """CPU use of this process since the last call; 100 is one core."""
        return round(float(self._process.cpu_percent()), 1)

    def memory_bytes(self) -> int:
        """Resident memory of this process."""
        return int(self._process.memory_info().rss)

    def sidecar_memory_bytes(self) -> int:
        """Resident memory of the processes that this one started."""
        total = 0
        for child in self._process.children(recursive=True):
            try:
                total += int(child.memory_info().rss)
            except psutil.Error:  # it ended between the listing and the look
                continue
        return total
