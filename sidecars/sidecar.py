"""Model runtimes in child processes, spoken to over pipes: the parent's side.

The child's side and the frames are in `sidecars.child`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil
import structlog

from interview import begin
from interview.errors import Unavailable
from sidecars.child import SIZES, Message, serve
from sidecars.crash_loop import CrashLoop

__all__ = ["Message", "Sidecar", "SidecarCrashed", "SidecarLost", "serve"]

ROOT = Path(__file__).resolve().parent.parent
MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
MAX_PENDING = 256
STDERR_LINES = 20
STDERR_BYTES = 4096
CLOSE_S = 2.0
LAST_WORDS_S = 0.5
LOOK_EVERY_S = 0.5
PAUSE_S = 0.3  # a deadline noticed so late was missed by this process, not by the child
STILL_S = 4.0  # a child that owes an answer and uses no processor for so long is stuck

log = structlog.get_logger(__name__)


class SidecarLost(Unavailable):
    """The child ended, or had to be ended, while it owed an answer."""


class SidecarCrashed(SidecarLost):
    """The child ended by itself while a request was under way; asking again starts a new one."""


@dataclass(slots=True, eq=False)
class _Child:
    """One life of the process: what it owes is never mixed with what its successor owes."""

    process: asyncio.subprocess.Process
    ready: asyncio.Future[Message]
    pending: dict[int, asyncio.Future[Message]] = field(default_factory=dict)
    stderr: deque[str] = field(default_factory=lambda: deque(maxlen=STDERR_LINES))
    said_all: asyncio.Event = field(default_factory=asyncio.Event)
    why: str = ""  # it had to be ended
    lost: bool = False
    dismissed: bool = False  # ended on purpose: no fault of the child's

    @property
    def alive(self) -> bool:
        return not self.lost and self.process.returncode is None

    @property
    def last_words(self) -> str:
        return self.why or (self.stderr[-1] if self.stderr else "the engine's process ended")

    def kill(self) -> None:
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()


async def _within(task: asyncio.Task[Message], timeout_s: float) -> Message:
    """Its result. A deadline that passes while this process stands still is set anew.

    Raises:
        TimeoutError: It took longer.
    """
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + timeout_s
        await asyncio.wait({task}, timeout=timeout_s)
        if task.done():
            return task.result()
        if loop.time() - due < PAUSE_S:
            raise TimeoutError


class Sidecar:
    """One child process, started when needed and again after a crash.

    A child that crashes, hangs or fails to load again and again is left to rest for a growing
    while (`CrashLoop`); requests are refused meanwhile, and `fault` says so. One that owes an
    answer and stands still, by a signal or by a lock, is ended as if it had crashed.

    What if full: with 256 requests under way the next one is refused (Unavailable).

    Args:
        component: Named in errors.
        module: Run with `python -m`; calls `serve`.
        environment: Variables of the child's, beside our own.
        clock: Monotonic seconds, for the rest between crashes.
    """

    def __init__(
        self,
        component: str,
        module: str,
        arguments: Sequence[str] = (),
        *,
        start_timeout_s: float = 60.0,
        environment: Mapping[str, str] = MappingProxyType({}),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._component = component
        self._module = module
        self._arguments = tuple(arguments)
        self._start_timeout_s = start_timeout_s
        self._environment = {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", **environment}
        self._crashes = CrashLoop(clock)
        self._why = ""
        self._child: _Child | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_id = 0
        self._starting = asyncio.Lock()
        self._closed = False
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._child.process.pid if self._child is not None and self._child.alive else None

    @property
    def pending(self) -> int:
        """Requests under way."""
        return len(self._child.pending) if self._child is not None else 0

    @property
    def fault(self) -> str:
        """Why the child rests just now; empty when it may be asked."""
        rest_s = self._crashes.rest_s
        if rest_s <= 0:
            return ""
        times = f"it failed {self._crashes.faults} times in a row"
        return f"{times} ({self._why}) and rests for {rest_s:.0f} s"

    async def start(self) -> None:
        """Start the child and wait until its model is loaded.

        Cancelling leaves the child to go on loading.

        Raises:
            Unavailable: It cannot be started or the model cannot be loaded; says why.
        """
        await self._running()

    async def request(
        self, header: Mapping[str, Any], payload: bytes = b"", *, timeout_s: float = 60.0
    ) -> Message:
        """Ask the child; starts it when it is not there.

        Cancelling gives up the answer; the child still works on it, before the next request.

        Raises:
            SidecarCrashed: The child died meanwhile.
            SidecarLost: It did not answer in time and is replaced.
            Unavailable: It refused, or rests.
        """
        child = await self._running()
        if len(child.pending) >= MAX_PENDING:
            raise Unavailable(self._component, "too many requests are waiting")
        self._next_id += 1
        request = self._next_id
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        child.pending[request] = future
        exchange = asyncio.create_task(
            self._exchange(child, {**header, "id": request}, payload, future)
        )
        try:
            message = await _within(exchange, timeout_s)
        except TimeoutError:
            why = f"no answer within {timeout_s:g} s"
            await self._replace(child, why)
            raise SidecarLost(self._component, why) from None
        except ConnectionError as error:
            await self._replace(child, "")
            raise SidecarCrashed(self._component, "its process ended") from error
        finally:
            exchange.cancel()
            child.pending.pop(request, None)
        if "error" in message.header:
            raise Unavailable(self._component, str(message.header["error"]))
        return message

    async def kill(self) -> None:
        """End the child at once, on purpose; the next request starts another."""
        if self._child is not None:
            self.dismiss()
            await self._child.process.wait()

    def dismiss(self) -> None:
        """As `kill`, without waiting for the process to be gone."""
        if self._child is not None and self._child.alive:
            self._child.dismissed = True
            self._child.kill()
            self._lose(self._child)

    async def aclose(self) -> None:
        """End the child for good. Harmless twice."""
        self._closed = True
        async with self._starting:
            child = self._child
        if child is None:
            return
        child.dismissed = True
        if child.alive:
            assert child.process.stdin is not None
            child.process.stdin.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await child.process.wait()
        except TimeoutError:
            child.kill()
            await child.process.wait()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _running(self) -> _Child:
        """The child, its model loaded."""
        async with self._starting:
            child = self._child
            if child is None or not child.alive:
                child = self._child = await self._spawn()
        try:
            async with asyncio.timeout(self._start_timeout_s):
                message = await asyncio.shield(child.ready)
        except TimeoutError:
            why = "the engine did not start in time"
            await self._replace(child, why)
            raise Unavailable(self._component, why) from None
        if message.header.get("event") == "failed":
            why = str(message.header.get("error"))
            await self._replace(child, why)
            raise Unavailable(self._component, why)
        return child

    async def _spawn(self) -> _Child:
        if self._closed:
            raise Unavailable(self._component, "the engine has been closed")
        if fault := self.fault:
            raise Unavailable(self._component, fault)
        try:
            process = await asyncio.create_subprocess_exec(
                *begin.command(self._module, *self._arguments),
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            why = f"its process cannot be started ({error.strerror})"
            raise Unavailable(self._component, why) from error
        self.starts += 1
        child = _Child(process, asyncio.get_running_loop().create_future())
        works = (("out", self._read(child)), ("err", _drain(child)), ("watch", self._watch(child)))
        for name, work in works:
            task = asyncio.create_task(work, name=f"{self._module}-{name}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return child

    async def _replace(self, child: _Child, why: str) -> None:
        """End a child that is of no use; the next request starts another."""
        child.why = why
        child.kill()
        self._lose(child)
        await child.process.wait()

    async def _exchange(
        self,
        child: _Child,
        header: Mapping[str, Any],
        payload: bytes,
        answer: asyncio.Future[Message],
    ) -> Message:
        await self._send(child, header, payload)
        return await answer

    async def _send(self, child: _Child, header: Mapping[str, Any], payload: bytes) -> None:
        """Raises ConnectionError when the child is gone."""
        stdin = child.process.stdin
        assert stdin is not None
        encoded = json.dumps(header).encode()
        stdin.write(SIZES.pack(len(encoded), len(payload)) + encoded + payload)
        await stdin.drain()

    async def _read(self, child: _Child) -> None:
        stdout = child.process.stdout
        assert stdout is not None
        try:
            while True:
                sizes = await stdout.readexactly(SIZES.size)
                header_size, payload_size = SIZES.unpack(sizes)
                if max(header_size, payload_size) > MAX_PAYLOAD_BYTES:
                    break
                header = json.loads(await stdout.readexactly(header_size))
                self._dispatch(child, Message(header, await stdout.readexactly(payload_size)))
        except (asyncio.IncompleteReadError, ConnectionResetError, ValueError):
            child.kill()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S):
                    await child.said_all.wait()
        finally:
            child.kill()
            self._lose(child)

    async def _watch(self, child: _Child) -> None:
        """End the child when it is stopped, or stands still while somebody waits for it."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(child.process.pid)
            used_s, still_s = -1.0, 0.0
            while child.alive:
                looked_at = time.monotonic()
                await asyncio.sleep(LOOK_EVERY_S)
                # When this process stood still, so did whoever reads the child's answers.
                still_s += min(time.monotonic() - looked_at, 2 * LOOK_EVERY_S)
                times = process.cpu_times()
                if not child.pending or times.user + times.system != used_s:
                    used_s, still_s = times.user + times.system, 0.0
                stopped = process.status() == psutil.STATUS_STOPPED
                if stopped or still_s > STILL_S:
                    child.why = "it stood still"
                    child.kill()
                    self._lose(child)

    def _dispatch(self, child: _Child, message: Message) -> None:
        event = message.header.get("event")
        if event == "failed":
            child.why = str(message.header.get("error"))
        if event == "ready":
            pid = child.process.pid
            log.info("sidecar_ready", module=self._module, pid=pid, starts=self.starts)
        if event is not None:
            if not child.ready.done():
                child.ready.set_result(message)
            return
        future = child.pending.get(int(message.header.get("id") or 0))
        if future is not None and not future.done():
            future.set_result(message)

    def _lose(self, child: _Child) -> None:
        """The child is gone: count the fault, and let no request wait for it."""
        if child.lost:
            return
        child.lost = True
        if not child.dismissed:
            self._why = child.last_words
            self._crashes.fault()
            log.warning(
                "sidecar_ended",
                module=self._module,
                pending=len(child.pending),
                faults=self._crashes.faults,
                rest_s=round(self._crashes.rest_s, 1),
            )
        if not child.ready.done():
            child.ready.set_result(Message({"event": "failed", "error": child.last_words}))
        for future in child.pending.values():
            if not future.done():
                future.set_exception(SidecarCrashed(self._component, "its process ended"))


async def _drain(child: _Child) -> None:
    """Keep the last lines the child said. In pieces: a progress bar has no lines."""
    stderr = child.process.stderr
    assert stderr is not None
    rest = ""
    with contextlib.suppress(ConnectionResetError):
        while piece := await stderr.read(STDERR_BYTES):
            *lines, rest = (rest + piece.decode(errors="replace")).split("\n")
            child.stderr.extend(line.strip()[:300] for line in lines if line.strip())
            rest = rest[-STDERR_BYTES:]
    if rest.strip():
        child.stderr.append(rest.strip()[:300])
    child.said_all.set()
