"""One vision worker as the event loop sees it: a sidecar that is asked for one frame at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from interview.errors import InvalidInput
from proctoring.engines.plan import EnginePlan, LoadedEngines
from proctoring.frames import FIELD
from proctoring.vision import FrameKilled
from sidecars.sidecar import Message, Sidecar, SidecarLost

COMPONENT = "proctoring"
ENVIRONMENT = {"GLOG_minloglevel": "2", "OPENCV_LOG_LEVEL": "ERROR"}
LOADED = {"op": "loaded"}


class VisionWorker:
    """Started when needed, replaced when lost.

    Raises, from `ask`: Unavailable when it died, missed the deadline or keeps dying (FrameKilled
    when it was lost with this frame); InvalidInput when it says that the picture does not decode.
    """

    def __init__(self, plan: EnginePlan, *, deadline_s: float, module: str) -> None:
        self._deadline_s = deadline_s
        self._sidecar = Sidecar(
            COMPONENT, module, [plan.model_dump_json()], environment=ENVIRONMENT
        )
        self._one = asyncio.Lock()
        self._loaded_at = 0
        self.loaded: LoadedEngines | None = None
        self.waiting = 0

    @property
    def pid(self) -> int | None:
        """The process's id while it lives."""
        return self._sidecar.pid

    @property
    def starts(self) -> int:
        """How often it was started."""
        return self._sidecar.starts

    async def start(self) -> LoadedEngines:
        """Start it unless it lives. Raises Unavailable."""
        async with self._one:
            return await self._ready()

    async def ask(
        self, header: Mapping[str, Any], payload: bytes = b""
    ) -> tuple[dict[str, Any], bytes]:
        """One request; waits for those before it, then at most the deadline."""
        self.waiting += 1
        try:
            async with self._one:
                await self._ready()
                answer = await self._exchange(header, payload)
        finally:
            self.waiting -= 1
        if "invalid" in answer.header:
            raise InvalidInput(FIELD, str(answer.header["invalid"]))
        return answer.header, answer.payload

    async def aclose(self) -> None:
        """End it for good. Harmless twice."""
        await self._sidecar.aclose()

    async def _ready(self) -> LoadedEngines:
        """What it has loaded; asked again after each start."""
        await self._sidecar.start()
        if self.loaded is None or self._loaded_at != self._sidecar.starts:
            answer = await self._sidecar.request(LOADED)
            self.loaded = LoadedEngines.model_validate(answer.header["loaded"])
            self._loaded_at = self._sidecar.starts
        return self.loaded

    async def _exchange(self, header: Mapping[str, Any], payload: bytes) -> Message:
        try:
            return await self._sidecar.request(header, payload, timeout_s=self._deadline_s)
        except SidecarLost as error:
            raise FrameKilled(COMPONENT, f"the worker was lost: {error.why}") from error
        except asyncio.CancelledError:
            self._sidecar.dismiss()  # it may be stuck in this frame: the next is for another
            raise
