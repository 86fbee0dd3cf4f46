"""The proctoring monitor of one process: built from the settings, started behind the others."""

from __future__ import annotations

import asyncio

import structlog

from interview.errors import VivaError
from interview.models import ModelFolders
from proctoring.monitor import ProctoringMonitor
from proctoring.vision import Vision
from server.settings import Settings

CLOSE_S = 5.0

log = structlog.get_logger(__name__)


class Proctor:
    """Holds the monitor; None when proctoring is switched off."""

    def __init__(
        self, settings: Settings, models: ModelFolders, vision: Vision | None = None
    ) -> None:
        self.monitor: ProctoringMonitor | None = None
        if settings.proctoring:
            self.monitor = ProctoringMonitor(vision or _pool(settings, models))
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to start the workers; sessions that are to be watched wait for `ready`."""
        if self.monitor is not None:
            self._starting = asyncio.create_task(self._start(self.monitor), name="proctor-start")

    async def ready(self) -> None:
        """Wait until the monitor has started, or has failed to."""
        if self._starting is not None:
            await asyncio.wait({self._starting})

    async def close(self) -> None:
        """End the workers."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self.monitor is not None:
            try:
                async with asyncio.timeout(CLOSE_S):
                    await self.monitor.aclose()
            except TimeoutError:
                log.warning("proctoring_not_closed_in_time")

    async def _start(self, monitor: ProctoringMonitor) -> None:
        try:
            await monitor.start()
        except VivaError as error:
            log.warning("proctoring_unavailable", code=error.code)


def _pool(settings: Settings, models: ModelFolders) -> Vision:
    from proctoring.pool import VisionPool  # noqa: PLC0415 - with its engines, only when wanted

    return VisionPool(models, workers=settings.proctoring_workers)
