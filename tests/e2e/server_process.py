"""A real `python -m server` in a process of its own, killed and restarted at will."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVICE_KEY = "test-service-key-0123456789abcdef"
READY_S = 60.0


@dataclass
class ServerProcess:
    """The product as an operator starts it, on its own data folder."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_path(self) -> Path:
        """What the server printed."""
        return self.data_dir.parent / "server.log"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start and wait until it is ready."""
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("VIVA_", "LIVEKIT_"))},
            "VIVA_PORT": str(self.port),
            "VIVA_HOST": "127.0.0.1",
            "VIVA_DATA_DIR": str(self.data_dir),
            "VIVA_PUBLIC_URL": self.url,
            "VIVA_SERVICE_KEY": SERVICE_KEY,
            **self.settings,
        }
        if "VIVA_MODELS_DIR" in os.environ:
            env.setdefault("VIVA_MODELS_DIR", os.environ["VIVA_MODELS_DIR"])
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", cwd=ROOT, env=env, stdout=log, stderr=log
            )
        await self._wait_ready()

    async def _wait_ready(self) -> None:
        deadline = asyncio.get_running_loop().time() + READY_S
        async with aiohttp.ClientSession() as http:
            while asyncio.get_running_loop().time() < deadline:
                assert self.process is not None
                if self.process.returncode is not None:
                    break
                try:
                    async with http.get(self.url + "/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)
        raise AssertionError("the server did not start:\n" + self.log_path.read_text()[-3000:])

    async def kill(self) -> None:
        """SIGKILL, as a crash or a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """An orderly end."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(how)
        try:
            await asyncio.wait_for(self.process.wait(), 20)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def api(self, method: str, path: str, **kwargs: Any) -> Any:
        """Call as a service; raises for an error status."""
        async with aiohttp.ClientSession(headers={"X-API-Key": SERVICE_KEY}) as http:
            async with http.request(method, self.url + path, **kwargs) as answer:
                body = await answer.json()
                assert answer.status < 400, (answer.status, body)
                return body

    async def create(self, **overrides: Any) -> dict[str, Any]:
        """Create a session with three short questions."""
        body = {
            "name": "Ada Probe",
            "email": "ada@example.com",
            "questions": ["Please read the first sentence.", "Please read the second sentence."],
            **overrides,
        }
        created: dict[str, Any] = await self.api(
            "POST", "/api/parallel_interview/create", json=body
        )
        return created

    async def report(self, session_id: str, timeout_s: float = 60.0) -> dict[str, Any]:
        """Wait for a finished report."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while asyncio.get_running_loop().time() < deadline:
            async with aiohttp.ClientSession(headers={"X-API-Key": SERVICE_KEY}) as http:
                async with http.get(f"{self.url}/api/reports/{session_id}") as answer:
                    body: dict[str, Any] = await answer.json()
                    report = body.get("report") or {}
                    if answer.status == 200 and report.get("report_status") == "ready":
                        return report
            await asyncio.sleep(0.3)
        raise AssertionError(f"no finished report within {timeout_s} s: {body}")
