"""What handlers and use cases may use, joined by `wiring` and reached by one typed key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from interview.commands import Command, CreateSession
from interview.nouns import Noun, Question
from interview.ports.analysis import Evaluator, LanguageModel
from interview.ports.speech import Recogniser, Synthesiser
from interview.ports.storage import Allowances, BlobStore, ReportRecord, Storage
from interview.state import State
from proctoring.monitor import ProctoringMonitor
from server.edge.auth.limits import Limits, LoginLimiter
from server.edge.monitor import Monitor
from server.platform.mail.outbox import Outbox
from server.platform.recordings import Recordings
from server.platform.references import ReferenceVault
from server.platform.turns import FairTurns
from server.platform.webhooks.sending import Sender
from server.secrets import Keys
from server.settings import Settings
from server.version import ROOT


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def clip_turns() -> FairTurns:
    """Clips that are decoded and recognised: each holds up to 10 MiB."""
    return FairTurns("stt", at_once=2, per_owner=5, in_all=24)


class LiveSessions(Protocol):
    """All sessions, in memory or in the log (`server/live/registry.py`)."""

    async def create(self, command: CreateSession) -> State:
        """Store a new session before returning. Raises Conflict when the id exists."""

    async def command(self, session_id: str, command: Command) -> State:
        """Carry out a command. Raises NotFound, IllegalTransition, Conflict, Unavailable."""

    async def state(self, session_id: str) -> State:
        """The session as it is now. Raises NotFound."""

    def sound(self, session_id: str) -> AsyncIterator[bytes]:
        """The candidate's microphone, PCM16 mono 16 kHz. Raises Unavailable (not here)."""

    async def delete(self, session_id: str) -> None:
        """Close its sockets and forget it; harmless when it is not loaded."""

    def counters(self) -> dict[str, int]:
        """`in_memory_sessions`, `candidate_connections`, `observer_connections`, `audio_peers`."""

    async def shutdown(self) -> None:
        """Tell every socket and leave the rest to the log."""


class JobOpening(Noun):
    """A job as sessions are created from it."""

    job_id: str
    title: str
    questions: tuple[Question, ...] = ()
    text_timer_s: float = 120
    coding_timer_s: float = 300
    text: str | None = None


class JobCatalogue(Protocol):
    """Where job openings are looked up."""

    async def find(self, organisation_id: str, job_id: str) -> JobOpening | None: ...


class LiveRoom(Noun):
    """A LiveKit room as the contract shows it."""

    name: str
    num_participants: int
    creation_time: int
    sid: str


class LiveKitRooms(Protocol):
    """The rooms of a configured LiveKit server. Every call raises Unavailable (`livekit`)."""

    async def check(self) -> None: ...
    async def room(self, name: str) -> LiveRoom | None: ...
    async def count(self) -> int: ...
    async def delete(self, name: str) -> None: ...
    def token(self, session_id: str, name: str) -> str: ...


class ModelEntry(Noun):
    """One provisioned (or missing) model; `cost` says what its absence costs the user."""

    name: str
    present: bool
    cost: str = ""


class ModelCatalogue(Protocol):
    """What the engines declared and what is there."""

    def entries(self) -> list[ModelEntry]: ...


@dataclass(kw_only=True)
class CoreServices:
    """What use cases work with: the store, the keys, the clock and the post. No engine, no room."""

    settings: Settings
    storage: Storage
    blobs: BlobStore
    keys: Keys
    clock: Callable[[], datetime] = utc_now
    webhooks: Sender | None = None
    allowances: Allowances | None = None  # the store's own, unless Redis counts
    recordings: Recordings = field(init=False)
    outbox: Outbox = field(init=False)
    limits: Limits = field(init=False)
    login_limiter: LoginLimiter = field(init=False)

    def __post_init__(self) -> None:
        self.recordings = Recordings(self.storage, self.blobs)
        self.webhooks = self.webhooks or Sender(
            self.keys.signing,
            lambda: self.clock(),
            private=self.settings.webhooks_private,
        )
        self.limits = Limits(
            self.allowances or self.storage.allowances,
            lambda: self.clock(),
            auth=self.settings.rate_auth,
            general=self.settings.rate_general,
            upload=self.settings.rate_upload,
        )
        self.login_limiter = LoginLimiter(self.limits)
        self.outbox = Outbox(self.storage, self.settings, lambda: self.clock())


@dataclass(kw_only=True)
class Services(CoreServices):
    """Beside them the sessions and the engines. Optional parts are None when not configured."""

    live: LiveSessions
    recogniser: Recogniser | None = None
    synthesiser: Synthesiser | None = None
    evaluator: Evaluator | None = None
    llm: LanguageModel | None = None
    models: ModelCatalogue | None = None
    job_openings: JobCatalogue | None = None
    rooms: LiveKitRooms | None = None
    proctor: ProctoringMonitor | None = None
    references: ReferenceVault | None = None
    render_pdf: Callable[[ReportRecord], Awaitable[bytes]] | None = None
    recording: bool = True
    web_dist: Path = ROOT / "web" / "dist"
    monitor: Monitor = field(default_factory=Monitor)
    clips: FairTurns = field(default_factory=clip_turns)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    started: float = field(default_factory=time.monotonic)


SERVICES: web.AppKey[Services] = web.AppKey("services", Services)


def services_of(request: web.Request) -> Services:
    """The services of the application that serves this request."""
    return request.app[SERVICES]


def core_of(request: web.Request) -> CoreServices:
    """What a handler without engines and rooms works with."""
    return request.app[SERVICES]
