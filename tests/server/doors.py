"""A whole server on a free port: real storage, blobs and live sessions; no engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web_runner import BaseRunner

from interview.journal import Journal
from interview.ports.storage import StaffAccount
from server.app import build_app
from server.edge.auth.passwords import hash_password
from server.edge.connections import BoundedRunner, Doorkeeper, doorkeeper
from server.live.changes import PolledChanges
from server.live.context import LiveContext
from server.live.registry import LiveRegistry
from server.live.speech import SpeechShelf
from server.platform.services import Services
from server.secrets import load_keys
from server.settings import Settings
from storage.blobs import open_blobs
from storage.opening import open_storage

ADMIN = "admin@example.com"
PASSWORD = "correct horse battery"
BASE = "/api/parallel_interview"
_hashes: dict[str, str] = {}


@dataclass
class Clock:
    """The present, moved by hand."""

    offset: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def forward(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


@dataclass
class Edge:
    """The running server and ways to call it."""

    client: TestClient[Any, Any]
    services: Services
    registry: LiveRegistry
    clock: Clock
    data_dir: Path

    @property
    def service(self) -> dict[str, str]:
        """A service's headers."""
        return {"X-API-Key": self.services.keys.service}

    async def staff(self, password: str = PASSWORD) -> dict[str, str]:
        """A signed-in person's headers."""
        body = await self.login(password)
        return bearer(body["access_token"])

    async def login(self, password: str = PASSWORD) -> dict[str, Any]:
        """What signing in answers."""
        form = {"username": ADMIN, "password": password}
        answer = await self.client.post("/api/v1/auth/login", data=form)
        assert answer.status == 200, await answer.text()
        body: dict[str, Any] = await answer.json()
        return body

    async def create(self, **fields: Any) -> dict[str, Any]:
        """A new session, created by the service."""
        answer = await self.post_create(**fields)
        assert answer.status == 200, await answer.text()
        body: dict[str, Any] = await answer.json()
        return body

    async def post_create(
        self, headers: dict[str, str] | None = None, **fields: Any
    ) -> ClientResponse:
        """The answer to a request to create."""
        body = {"name": "Ada Probe", "email": "ada@example.com", "questions": ["One?", "Two?"]}
        sent = {k: v for k, v in (body | fields).items() if v is not ...}
        return await self.client.post(
            f"{BASE}/create", json=sent, headers=self.service | (headers or {})
        )

    async def get(self, path: str, status: int = 200) -> Any:
        """What the service is answered."""
        answer = await self.client.get(path, headers=self.service)
        assert answer.status == status, (answer.status, await answer.text())
        return await answer.json()

    async def post(self, path: str, status: int = 200) -> Any:
        """What the service is answered."""
        answer = await self.client.post(path, headers=self.service)
        assert answer.status == status, (answer.status, await answer.text())
        return await answer.json()


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


async def account(password: str = PASSWORD) -> StaffAccount:
    """The account that tests sign in with; argon2 runs once for each password."""
    if password not in _hashes:
        _hashes[password] = await hash_password(password)
    return StaffAccount(
        username=ADMIN, password_hash=_hashes[password], created_at=datetime.now(UTC)
    )


class BoundedTestServer(TestServer):
    """Serves as `python -m server` does: behind a doorkeeper, bodies as they were sent."""

    def __init__(self, app: web.Application, door: Doorkeeper) -> None:
        super().__init__(app)
        self.door = door

    async def _make_runner(self, **options: Any) -> BaseRunner:
        return BoundedRunner(self.app, self.door, **options)


@asynccontextmanager
async def running(tmp_path: Path, **settings: Any) -> AsyncIterator[Edge]:
    """A server for one test; `settings` are fields of `Settings`."""
    chosen = Settings(data_dir=tmp_path / "data", **settings)
    clock = Clock()
    keys = load_keys(chosen)
    storage = await open_storage(chosen.resolved_storage_url)
    blobs = open_blobs(chosen.resolved_blobs_url)
    await storage.accounts.put(await account())
    context = LiveContext(
        storage=storage,
        blobs=blobs,
        clock=clock,
        owner="test",
        speech=SpeechShelf(None, blobs),
        audio_url=lambda session_id, prompt_id: f"/audio/{session_id}/{prompt_id}.wav",
        changes=PolledChanges(storage.events),
    )
    registry = LiveRegistry(context, Journal(storage.events, clock))
    services = Services(
        settings=chosen,
        storage=storage,
        blobs=blobs,
        keys=keys,
        live=registry,
        clock=clock,
    )
    client = TestClient(BoundedTestServer(build_app(services), doorkeeper(chosen)))
    await client.start_server()
    try:
        yield Edge(client, services, registry, clock, chosen.data_dir)
    finally:
        await client.close()
        await storage.close()
