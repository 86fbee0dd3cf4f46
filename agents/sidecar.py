"""Model runtimes in child processes, spoken to over pipes.

A frame is: 4 bytes header length, 4 bytes payload length (both big-endian), the header as JSON,
the payload as bytes. The child answers each request (`id`) with one frame; `event` frames may come
at any time. The child ends when its standard input does, so it never outlives its parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import struct
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from interview.errors import Unavailable

ROOT = Path(__file__).resolve().parent.parent
SIZES = struct.Struct(">II")
MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
MAX_PENDING = 256
NICENESS = 5
STDERR_LINES = 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One frame."""

    header: dict[str, Any]
    payload: bytes = b""


# --- the child's side ---------------------------------------------------------------------


def read_message(stream: BinaryIO) -> Message | None:
    """The next frame, or None at the end of the stream. Blocks."""
    sizes = stream.read(SIZES.size)
    if len(sizes) < SIZES.size:
        return None
    header_size, payload_size = SIZES.unpack(sizes)
    header = json.loads(stream.read(header_size))
    return Message(header, stream.read(payload_size))


def write_message(stream: BinaryIO, header: Mapping[str, Any], payload: bytes = b"") -> None:
    """Send a frame. Blocks."""
    encoded = json.dumps(header).encode()
    stream.write(SIZES.pack(len(encoded), len(payload)) + encoded + payload)
    stream.flush()


def serve(
    load: Callable[[], Callable[[Message], tuple[Mapping[str, Any], bytes]]],
    *,
    niceness: int = NICENESS,
) -> None:
    """The main loop of a child: load the model, say `ready`, answer requests until the end.

    A request that raises is answered with `error`; the child lives on. What the model's libraries
    print goes to standard error.
    """
    source = sys.stdin.buffer
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(OSError):
        os.nice(niceness)
    try:
        answer = load()
    except Exception as error:  # task root: the parent must learn why there is no model
        write_message(out, {"event": "failed", "error": f"{type(error).__name__}: {error}"})
        return
    write_message(out, {"event": "ready", "pid": os.getpid()})
    while (message := read_message(source)) is not None:
        request = message.header.get("id")
        try:
            header, payload = answer(message)
        except Exception as error:  # task root: one bad request must not end the model
            header, payload = {"error": f"{type(error).__name__}: {error}"}, b""
        write_message(out, {**header, "id": request}, payload)


# --- the parent's side --------------------------------------------------------------------


class SidecarCrashed(Unavailable):
    """The child ended while a request was under way; asking again starts a new one."""


class Sidecar:
    """One child process, started when needed and again after a crash.

    What if full: with 256 requests under way the next one is refused (Unavailable).
    """

    def __init__(
        self,
        component: str,
        module: str,
        arguments: Sequence[str] = (),
        *,
        start_timeout_s: float = 60.0,
    ) -> None:
        self._component = component
        self._module = module
        self._arguments = tuple(arguments)
        self._start_timeout_s = start_timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._pending: dict[int, asyncio.Future[Message]] = {}
        self._next_id = 0
        self._starting = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self._closed = False
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process is not None else None

    @property
    def pending(self) -> int:
        """Requests under way."""
        return len(self._pending)

    async def start(self) -> None:
        """Start the child and wait until its model is loaded.

        Raises:
            Unavailable: It cannot be started or the model cannot be loaded; says why.
        """
        async with self._starting:
            if self.pid is not None:
                return
            if self._closed:
                raise Unavailable(self._component, "the engine has been closed")
            await self._spawn()

    async def request(
        self, header: Mapping[str, Any], payload: bytes = b"", *, timeout_s: float = 60.0
    ) -> Message:
        """Ask the child; starts it when it is not there.

        Raises:
            SidecarCrashed: The child died meanwhile.
            Unavailable: It refused, or did not answer in time (it is then replaced).
        """
        await self.start()
        if len(self._pending) >= MAX_PENDING:
            raise Unavailable(self._component, "too many requests are waiting")
        self._next_id += 1
        request = self._next_id
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._pending[request] = future
        try:
            await self._send({**header, "id": request}, payload)
            async with asyncio.timeout(timeout_s):
                message = await future
        except TimeoutError:
            await self.kill()
            raise Unavailable(self._component, f"no answer within {timeout_s:g} s") from None
        finally:
            self._pending.pop(request, None)
        if "error" in message.header:
            raise Unavailable(self._component, str(message.header["error"]))
        return message

    async def kill(self) -> None:
        """End the child at once; the next request starts another."""
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def aclose(self) -> None:
        """End the child for good. Harmless twice."""
        self._closed = True
        process = self._process
        if process is not None and process.returncode is None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                async with asyncio.timeout(2.0):
                    await process.wait()
            except TimeoutError:
                await self.kill()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _spawn(self) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            *self._arguments,
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self.starts += 1
        ready: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks += [
            asyncio.create_task(self._read(self._process, ready), name=f"{self._module}-out"),
            asyncio.create_task(self._drain(self._process), name=f"{self._module}-err"),
        ]
        try:
            async with asyncio.timeout(self._start_timeout_s):
                message = await ready
        except TimeoutError:
            await self.kill()
            raise Unavailable(self._component, "the engine did not start in time") from None
        if message.header.get("event") == "failed":
            await self._process.wait()
            raise Unavailable(self._component, str(message.header.get("error")))
        log.info("sidecar_ready", module=self._module, pid=self._process.pid, starts=self.starts)

    async def _send(self, header: Mapping[str, Any], payload: bytes) -> None:
        process = self._process
        assert process is not None and process.stdin is not None
        encoded = json.dumps(header).encode()
        try:
            process.stdin.write(SIZES.pack(len(encoded), len(payload)) + encoded + payload)
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise SidecarCrashed(self._component, "the engine's process ended") from error

    async def _read(
        self, process: asyncio.subprocess.Process, ready: asyncio.Future[Message]
    ) -> None:
        assert process.stdout is not None
        try:
            while True:
                sizes = await process.stdout.readexactly(SIZES.size)
                header_size, payload_size = SIZES.unpack(sizes)
                if payload_size > MAX_PAYLOAD_BYTES:
                    break
                header = json.loads(await process.stdout.readexactly(header_size))
                message = Message(header, await process.stdout.readexactly(payload_size))
                self._dispatch(message, ready)
        except (asyncio.IncompleteReadError, ConnectionResetError, json.JSONDecodeError):
            log.debug("sidecar_stream_ended", module=self._module)
        await self.kill()
        self._fail_pending(ready)

    def _dispatch(self, message: Message, ready: asyncio.Future[Message]) -> None:
        if "event" in message.header:
            if not ready.done():
                ready.set_result(message)
            return
        future = self._pending.get(int(message.header.get("id") or 0))
        if future is not None and not future.done():
            future.set_result(message)

    def _fail_pending(self, ready: asyncio.Future[Message]) -> None:
        why = self._stderr[-1] if self._stderr else "the engine's process ended"
        if not ready.done():
            ready.set_result(Message({"event": "failed", "error": why}))
        if not self._closed:
            log.warning("sidecar_ended", module=self._module, pending=len(self._pending))
        for future in self._pending.values():
            if not future.done():
                future.set_exception(SidecarCrashed(self._component, "its process ended"))

    async def _drain(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        with contextlib.suppress(ValueError, ConnectionResetError):
            while line := await process.stderr.readline():
                self._stderr.append(line.decode(errors="replace").strip()[:300])
