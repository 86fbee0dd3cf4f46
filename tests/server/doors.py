"""A whole server on a free port: real storage, blobs and live sessions; no engines."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web_runner import BaseRunner

from interview.accounts import ACCOUNTS, ORGANISATIONS, Account, Organisation, Role
from interview.errors import Taken
from interview.journal import Journal
from interview.nouns import DEFAULT_ORGANISATION
from interview.ports.documents import Documents, Stored
from server.app import build_app
from server.edge.auth.login import grant
from server.edge.auth.passwords import hash_password
from server.edge.connections import BoundedRunner, Doorkeeper, doorkeeper
from server.live.changes import PolledChanges
from server.live.context import LiveContext
from server.live.registry import LiveRegistry
from server.live.speech import SpeechShelf
from server.platform.interviews.openings import Catalogue
from server.platform.services import Services
from server.secrets import load_keys
from server.settings import Settings
from storage.blobs import open_blobs
from storage.opening import open_storage
from tests.server import recorded

ADMIN = "admin@example.com"
FIRST = (Role.OWNER, Role.ADMINISTRATOR)
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

    async def person(
        self, *roles: Role, organisation_id: str = DEFAULT_ORGANISATION, **fields: Any
    ) -> Person:
        """A colleague with these roles, signed in (without a try at the login's limit)."""
        stored = await hire(self.services.storage.documents, *roles, of=organisation_id, **fields)
        granted = grant(self.services, stored, uuid.uuid4().hex)
        return Person(stored, bearer(granted.access), granted.refresh)

    async def login(self, password: str = PASSWORD, username: str = ADMIN) -> dict[str, Any]:
        """What signing in answers."""
        form = {"username": username, "password": password}
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


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody who has signed in."""

    stored: Stored[Account]
    headers: dict[str, str]
    refresh: str

    @property
    def user_id(self) -> str:
        """The account's id."""
        return self.stored.document_id

    @property
    def organisation_id(self) -> str:
        """The account's organisation."""
        return self.stored.organisation_id


async def account(password: str = PASSWORD, **fields: Any) -> Account:
    """The account that tests sign in with; argon2 runs once for each password."""
    if password not in _hashes:
        _hashes[password] = await hash_password(password)
    values: dict[str, Any] = {
        "username": ADMIN,
        "email": ADMIN,
        "roles": FIRST,
        "password_hash": _hashes[password],
        "created_at": datetime.now(UTC),
    }
    return Account(**values | fields)


async def hire(
    documents: Documents, *roles: Role, of: str = DEFAULT_ORGANISATION, **fields: Any
) -> Stored[Account]:
    """An account with these roles, and its organisation where that is new."""
    with suppress(Taken):
        founded = Organisation(name=of.title(), created_at=datetime.now(UTC))
        await documents.of(ORGANISATIONS, of).insert(of, founded)
    name = f"{'-'.join(roles)}-{uuid.uuid4().hex[:6]}"
    named = {"username": name, "email": f"{name}@{of}.example", "roles": roles}
    return await documents.of(ACCOUNTS, of).insert(
        uuid.uuid4().hex, await account(**named | fields)
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
    chosen = Settings(data_dir=tmp_path / "data", **({"rate_general": 100_000} | settings))
    clock = Clock()
    keys = load_keys(chosen)
    storage = await open_storage(chosen.resolved_storage_url)
    blobs = open_blobs(chosen.resolved_blobs_url)
    with suppress(Taken):  # a restart finds it
        await hire(storage.documents, username=ADMIN, email=ADMIN, roles=FIRST)
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
        job_openings=Catalogue(storage.documents),
    )
    app = build_app(services)
    if recorded.FOLDER in os.environ:
        app.on_response_prepare.append(recorded.keep)
    client = TestClient(BoundedTestServer(app, doorkeeper(chosen)))
    await client.start_server()
    try:
        yield Edge(client, services, registry, clock, chosen.data_dir)
    finally:
        await client.close()
        await storage.close()
