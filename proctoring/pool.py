"""The worker pool: `Vision` over a few processes, each candidate pinned to one."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping

import structlog

from interview.errors import Unavailable
from interview.models import ModelFolders
from interview.ports.speech import EngineHealth
from proctoring.base import VISION_INPUTS, Input, InputCapability, Reading
from proctoring.engines.plan import EnginePlan
from proctoring.frames import Picture
from proctoring.models import plan_engines
from proctoring.process import COMPONENT, VisionWorker
from proctoring.vision import Look, ReferenceFindings, Seen

DEADLINE_S = 3.0

log = structlog.get_logger(__name__)


def default_workers() -> int:
    """One for every four cores: a worker looks at 50 candidates twice a second."""
    return max(1, (os.cpu_count() or 1) // 4)


class VisionPool:
    """Looks at pictures in processes of its own.

    What if full: a candidate has one frame under way and one waiting (the monitor's newest); a
    worker that is behind therefore sees fewer frames of each, never older ones.
    """

    def __init__(
        self,
        models: ModelFolders,
        *,
        workers: int | None = None,
        deadline_s: float = DEADLINE_S,
        worker_module: str = "proctoring.worker",
    ) -> None:
        self._models = models
        self._count = workers or default_workers()
        self._deadline_s = deadline_s
        self._module = worker_module
        self._plan = EnginePlan()
        self._workers: list[VisionWorker] = []
        self._pins: dict[str, int] = {}
        self._lives: dict[str, int] = {}  # which start of its worker looked at a candidate last
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Find the models and begin to start the first worker; returns before it is ready."""
        self._plan = await asyncio.to_thread(plan_engines, self._models)
        self._workers = [
            VisionWorker(self._plan, deadline_s=self._deadline_s, module=self._module)
            for _ in range(self._count)
        ]
        self._spawn(self._warm(self._workers[0]))

    def capabilities(self) -> Mapping[Input, InputCapability]:
        """From the models that are there; corrected by what a worker could load."""
        return {value: self._capability(value) for value in VISION_INPUTS}

    async def look(self, look: Look) -> Seen:
        """Measure one frame in the candidate's worker."""
        picture = look.picture
        header = {
            "op": "look",
            "session": look.session_id,
            "at_s": look.at_s,
            "layout": picture.layout.value,
            "width": picture.width,
            "height": picture.height,
            "wants": sorted(look.wants),
            "still": look.still,
            "reference": look.reference.model_dump(mode="json") if look.reference else None,
        }
        worker = self._worker(look.session_id)
        answer, still = await worker.ask(header, picture.data)
        anew = self._lives.get(look.session_id, worker.starts) != worker.starts
        self._lives[look.session_id] = worker.starts
        return Seen(Reading.model_validate(answer["reading"]), still or None, anew)

    async def examine(self, picture: Picture, *, embed: bool) -> ReferenceFindings:
        """What a would-be reference shows, by the least busy worker."""
        header = {
            "op": "examine",
            "embed": embed,
            "layout": picture.layout.value,
            "width": picture.width,
            "height": picture.height,
        }
        worker = min(self._running(), key=lambda one: one.waiting)
        answer, _ = await worker.ask(header, picture.data)
        return ReferenceFindings.model_validate(answer["findings"])

    async def forget(self, session_id: str) -> None:
        """Drop the candidate's tracking; a worker that is lost has forgotten by itself."""
        self._lives.pop(session_id, None)
        pin = self._pins.pop(session_id, None)
        if pin is None or self._workers[pin].pid is None:
            return
        with contextlib.suppress(Unavailable):
            await self._workers[pin].ask({"op": "forget", "session": session_id})

    def health(self) -> EngineHealth:
        """Whether any frame input can be measured, and how the workers do."""
        abilities = self.capabilities().values()
        missing = [capability for capability in abilities if not capability.available]
        return EngineHealth(
            name="proctoring",
            available=bool(self._workers),
            reason="; ".join(capability.reason for capability in missing),
            queue=sum(worker.waiting for worker in self._workers),
            restarts=sum(max(0, worker.starts - 1) for worker in self._workers),
            details={c.input.value: c.engine.name for c in abilities if c.engine is not None},
        )

    async def aclose(self) -> None:
        """End the workers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.aclose() for worker in self._workers))

    @property
    def pids(self) -> tuple[int | None, ...]:
        """Of the workers, None for those that do not run now."""
        return tuple(worker.pid for worker in self._workers)

    def _capability(self, value: Input) -> InputCapability:
        loaded = next((w.loaded for w in self._workers if w.loaded is not None), None)
        if loaded is not None:
            if value in loaded.tags:
                return InputCapability(value, True, loaded.tags[value])
            reason = loaded.failed.get(value) or self._plan.missing.get(value, "")
            return InputCapability(value, False, None, reason)
        if value is Input.PICTURE:
            return InputCapability(value, True)
        if value in self._plan.chosen:
            return InputCapability(value, True)
        return InputCapability(value, False, None, self._plan.missing.get(value, "not started"))

    def _running(self) -> list[VisionWorker]:
        if not self._workers:
            raise Unavailable(COMPONENT, "the workers have not been started")
        return self._workers

    def _worker(self, session_id: str) -> VisionWorker:
        """The candidate's own; a new candidate goes to the worker with the fewest."""
        workers = self._running()
        if session_id not in self._pins:
            pinned = list(self._pins.values())
            self._pins[session_id] = min(range(len(workers)), key=pinned.count)
        return workers[self._pins[session_id]]

    async def _warm(self, worker: VisionWorker) -> None:
        try:
            loaded = await worker.start()
        except Unavailable as error:
            log.warning("proctoring.worker_unavailable", reason=error.why)
            return
        for value, reason in loaded.failed.items():
            log.warning("proctoring.engine_unavailable", input=value.value, reason=reason)

    def _spawn(self, work: object) -> None:
        assert asyncio.iscoroutine(work)
        task: asyncio.Task[None] = asyncio.create_task(work, name="proctoring-warm")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
