"""`python -m server` on one core with a scripted recogniser and a voice of tones.

    python -m bench.scripted_server LAGS_FILE CORE

Everything else is the product: sockets, peers, voice activity, turns, log, timers, reports. At
the end every loop-lag measurement is written to LAGS_FILE as JSON
pairs of monotonic time and seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2])})

import server.wiring.engines  # noqa: E402  threads that libraries start must already see one core
from interview.ports.speech import EngineHealth, Hypothesis, PcmFrame  # noqa: E402
from server.__main__ import main  # noqa: E402
from server.edge import monitor  # noqa: E402
from tests.fakes.engines import ToneSynthesiser, spread  # noqa: E402

LINE = "I would first measure where the time goes and only then change the code"
INTERIM_S = 0.6
WORDS_PER_S = 2.5
lags: list[tuple[float, float]] = []


class Stream:
    """One stream: a hypothesis every 0.6 s, as a real recogniser gives, and all at `flush`."""

    def __init__(self) -> None:
        self._start_s: float | None = None
        self._seconds = 0.0
        self._interim_at = INTERIM_S
        # One hypothesis each 0.6 s of audio; the session reads them at once.
        self._out: asyncio.Queue[Hypothesis | None] = asyncio.Queue()

    lag_s = 0.0

    def push(self, frame: PcmFrame) -> None:
        """Take audio."""
        if self._start_s is None:
            self._start_s = frame.start_s
        self._seconds += len(frame.samples) / 2 / frame.sample_rate_hz
        if self._seconds >= self._interim_at:
            self._interim_at += INTERIM_S
            shown = " ".join(self._words()[: max(1, int(self._seconds * WORDS_PER_S))])
            self._out.put_nowait(Hypothesis((), shown, self._start_s + self._seconds))

    async def flush(self) -> None:
        """Commit the words of this segment."""
        start_s = self._start_s or 0.0
        end_s = start_s + self._seconds
        text = " ".join(self._words())
        self._out.put_nowait(Hypothesis(spread(text, start_s, end_s), "", end_s, final=True))
        self._start_s, self._seconds, self._interim_at = None, 0.0, INTERIM_S

    def _words(self) -> list[str]:
        return LINE.split() if self._seconds > 0 else []

    async def __aiter__(self) -> AsyncIterator[Hypothesis]:
        while (hypothesis := await self._out.get()) is not None:
            yield hypothesis

    async def aclose(self) -> None:
        """End the iteration."""
        self._out.put_nowait(None)


class Recogniser:
    """Hears the same line in every segment and costs nothing."""

    name = "scripted"

    async def start(self) -> None:
        """Nothing to load."""

    def open_stream(self, *, language: str | None, hotwords: Sequence[str] = ()) -> Stream:
        """A new stream."""
        del language, hotwords
        return Stream()

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """A whole clip."""
        del language
        end_s = len(pcm) / 32_000
        return Hypothesis(spread(LINE, 0.0, end_s), "", end_s, final=True)

    def health(self) -> EngineHealth:
        """Always available."""
        return EngineHealth(self.name, available=True)

    async def aclose(self) -> None:
        """Nothing to end."""


async def _measure(self: monitor.Monitor) -> None:
    # As bench/peers.py does. uvloop's own clock stands still within a turn of the loop.
    while True:
        due = time.monotonic() + monitor.PERIOD_S
        await asyncio.sleep(monitor.PERIOD_S)
        now = time.monotonic()
        lags.append((now, max(0.0, now - due)))
        self.note(lags[-1][1])


if __name__ == "__main__":
    monitor.Monitor.run = _measure  # type: ignore[method-assign]
    vars(server.wiring.engines)["build_recogniser"] = lambda *_: Recogniser()
    vars(server.wiring.engines)["build_synthesiser"] = lambda *_: ToneSynthesiser()
    status = main([])
    Path(sys.argv[1]).write_text(json.dumps(lags))
    sys.exit(status)
