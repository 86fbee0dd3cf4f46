"""One worker process as the event loop sees it: started when needed, replaced when lost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from interview.errors import InvalidInput, Unavailable
from proctoring import pipes
from proctoring.engines.plan import EnginePlan, LoadedEngines
from proctoring.frames import FIELD
from proctoring.vision import FrameKilled

ROOT = Path(__file__).resolve().parent.parent
COMPONENT = "proctoring"
START_TIMEOUT_S = 60.0
STDERR_LINES = 20
# After this many losses in a row the next start waits, twice as long each time.
FREE_LOSSES = 2
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0

log = structlog.get_logger(__name__)


class WorkerProcess:
    """A fresh interpreter that answers one request at a time.

    Raises, from `ask`: Unavailable when it died, missed the deadline or keeps dying; InvalidInput
    when it says that the picture does not decode.
    """

    def __init__(
        self, plan: EnginePlan, *, deadline_s: float, module: str = "proctoring.worker"
    ) -> None:
        self._plan = plan
        self._deadline_s = deadline_s
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()
        self._errors: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=STDERR_LINES)
        self._next_id = 0
        self._losses = 0
        self._not_before_s = 0.0
        self._closed = False
        self.waiting = 0
        self.starts = 0
        self.loaded: LoadedEngines | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while it lives."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process is not None else None

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
                answer, content = await self._exchange(header, payload)
        finally:
            self.waiting -= 1
        if "invalid" in answer:
            raise InvalidInput(FIELD, str(answer["invalid"]))
        if "error" in answer:
            raise Unavailable(COMPONENT, str(answer["error"]))
        return answer, content

    async def aclose(self) -> None:
        """End it for good. Harmless twice."""
        self._closed = True
        process = self._process
        if process is not None and process.returncode is None and process.stdin is not None:
            process.stdin.close()
            try:
                async with asyncio.timeout(2.0):
                    await process.wait()
            except TimeoutError:
                await self._kill()
        if self._errors is not None:
            self._errors.cancel()
            await asyncio.gather(self._errors, return_exceptions=True)

    async def _exchange(
        self, header: Mapping[str, Any], payload: bytes
    ) -> tuple[dict[str, Any], bytes]:
        process = self._process
        assert process is not None and process.stdin is not None
        self._next_id += 1
        request = self._next_id
        try:
            async with asyncio.timeout(self._deadline_s):
                process.stdin.writelines(pipes.pack({**header, "id": request}, payload))
                await process.stdin.drain()
                answer, content = await self._receive(process)
        except TimeoutError:
            raise await self._lost("it missed its deadline") from None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            raise await self._lost("its process ended") from None
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next request.
            await self._kill()
            raise
        if answer.get("id") != request:
            raise await self._lost("it is out of step")
        self._losses = 0
        return answer, content

    async def _receive(self, process: asyncio.subprocess.Process) -> tuple[dict[str, Any], bytes]:
        assert process.stdout is not None
        sizes = pipes.unpack_sizes(await process.stdout.readexactly(pipes.SIZES.size))
        header = json.loads(await process.stdout.readexactly(sizes[0]))
        return header, await process.stdout.readexactly(sizes[1])

    async def _lost(self, why: str) -> Unavailable:
        """Kill what is left; the next request starts another."""
        log.warning(
            "proctoring.worker_lost",
            reason=why,
            pid=self.pid,
            last_words=self._last_words[-1] if self._last_words else "",
        )
        await self._kill()
        self._losses += 1
        if self._losses > FREE_LOSSES:
            wait_s = FIRST_WAIT_S * 2 ** (self._losses - FREE_LOSSES - 1)
            loop = asyncio.get_running_loop()
            self._not_before_s = loop.time() + min(wait_s, LONGEST_WAIT_S)
        return FrameKilled(COMPONENT, f"the worker was lost: {why}")

    async def _kill(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())

    async def _ready(self) -> LoadedEngines:
        if self.pid is not None and self.loaded is not None:
            return self.loaded
        if self._closed:
            raise Unavailable(COMPONENT, "the workers have been closed")
        if asyncio.get_running_loop().time() < self._not_before_s:
            raise Unavailable(COMPONENT, "the worker keeps failing and is started again later")
        await self._spawn()
        assert self._process is not None
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                said, _ = await self._receive(self._process)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError):
            await self._lost("it did not start")
            raise Unavailable(COMPONENT, "the worker does not start") from None
        except asyncio.CancelledError:
            await self._kill()
            raise
        self.loaded = LoadedEngines.model_validate(said["ready"])
        log.info("proctoring.worker_ready", pid=self.pid, starts=self.starts)
        return self.loaded

    async def _spawn(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            self._plan.model_dump_json(),
            cwd=ROOT,
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                "GLOG_minloglevel": "2",
                "OPENCV_LOG_LEVEL": "ERROR",
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self.starts += 1
        if self._errors is not None:
            self._errors.cancel()
        self._errors = asyncio.create_task(self._drain(self._process), name="proctoring-stderr")

    async def _drain(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        with contextlib.suppress(ValueError, ConnectionError):
            while line := await process.stderr.readline():
                self._last_words.append(line.decode(errors="replace").strip()[:300])
