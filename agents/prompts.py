"""What was said, reported exactly once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from interview.ports.conversation import ConversationLink

MAX_REPORTS = 256

log = structlog.get_logger(__name__)

Report = Callable[[], Awaitable[None]]


class Reporter:
    """Carries reports to the session one after another, in the order they were posted.

    Full (256 waiting) means that the session does not take anything any more: the report is
    dropped and logged; the session's own timers go on without it.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Report] = asyncio.Queue(MAX_REPORTS)
        self._task: asyncio.Task[None] | None = None

    def post(self, report: Report) -> None:
        """Report soon."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="voice-reports")
        try:
            self._queue.put_nowait(report)
        except asyncio.QueueFull:
            log.error("voice_report_dropped")

    async def drained(self) -> None:
        """Return when all that was posted so far has been reported."""
        if self._task is not None and not self._task.done():
            await self._queue.join()

    async def aclose(self) -> None:
        """Deliver what is waiting (5 s at most) and stop."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(5.0):
                await self.drained()
        except TimeoutError:
            log.error("voice_reports_lost", count=self._queue.qsize())
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            report = await self._queue.get()
            try:
                await report()
            except Exception:
                # Root of the reporting task: one refused report must not silence the next ones.
                log.exception("voice_report_refused")
            finally:
                self._queue.task_done()


@dataclass(slots=True)
class _Saying:
    prompt_id: str
    duration_s: float
    played_s: float = 0.0
    interrupted: bool = False
    started: bool = False


class PromptLedger:
    """The prompt being said. `begin` and the first `end` after it make one report each."""

    def __init__(self, link: ConversationLink, reporter: Reporter) -> None:
        self._link = link
        self._reporter = reporter
        self._saying: _Saying | None = None

    @property
    def duration_s(self) -> float:
        """How long the prompt is that is being said; 0 without one."""
        return self._saying.duration_s if self._saying is not None else 0.0

    def begin(self, prompt_id: str, duration_s: float) -> None:
        """A prompt was accepted; one still open is cut off."""
        self.end(interrupted=True)
        self._saying = _Saying(prompt_id, duration_s)

    def started(self) -> None:
        """Its first sound is on the way."""
        saying = self._saying
        if saying is None or saying.started:
            return
        saying.started = True
        self._reporter.post(lambda: self._link.prompt_started(saying.prompt_id, saying.duration_s))

    def played(self, played_s: float, *, interrupted: bool) -> None:
        """How far it came."""
        if self._saying is not None:
            self._saying.played_s = played_s
            self._saying.interrupted |= interrupted

    def end(self, *, interrupted: bool = False, failure: str | None = None) -> None:
        """It is over; harmless when nothing is being said."""
        saying, self._saying = self._saying, None
        if saying is None:
            return
        self._reporter.post(
            lambda: self._link.prompt_ended(
                saying.prompt_id,
                round(saying.played_s, 3),
                duration_s=round(saying.duration_s, 3),
                interrupted=interrupted or saying.interrupted,
                failure=failure,
            )
        )
