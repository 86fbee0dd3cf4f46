"""What a kind of work is: one file in `server/jobs/kinds/` with a `KIND`.

A handler may be run more than once (its process may die after the work and before the word of it),
and never by two at a time that both count. What it returns is kept as the job's result.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from interview.commands import Command
from interview.errors import InvalidInput
from interview.ports.analysis import Evaluator
from interview.ports.speech import Recogniser
from interview.ports.storage import BlobStore, Job, ReportRecord, Storage
from interview.records import State
from server.platform.interviews.mailing import InvitationLetters
from server.platform.mail.post import Send
from server.platform.notices.mailing import SessionLetters
from server.platform.references import ReferenceVault
from server.platform.webhooks.sending import Sender

FOLDER = "server.jobs.kinds"
MAX_ATTEMPTS = 5

Result = Mapping[str, Any] | None
Progress = Callable[[float], None]
Handler = Callable[[Job, Progress], Awaitable[Result]]
Build = Callable[[State, int], Awaitable[ReportRecord]]
Asked = TypeVar("Asked", bound="Payload")


class TryLater(Exception):  # noqa: N818 - not a failure, a schedule
    """A handler asks to be called again at `run_at`; it does not count as a failed attempt."""

    def __init__(self, run_at: datetime) -> None:
        super().__init__(run_at.isoformat())
        self.run_at = run_at


class Payload(BaseModel):
    """Base of what a job carries; fields of newer programs are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SessionPayload(Payload):
    """Work on one session; the session's erasure removes it."""

    session_id: str


class Sessions(Protocol):
    """What jobs read and command: the logs, from any process."""

    async def state(self, session_id: str) -> State: ...
    async def command(self, session_id: str, command: Command) -> State: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What handlers work with."""

    sessions: Sessions
    storage: Storage
    blobs: BlobStore
    clock: Callable[[], datetime]
    evaluator: Evaluator | None
    build_report: Build
    references: ReferenceVault
    webhooks: Sender
    recogniser: Recogniser | None = None
    send_mail: Send | None = None
    invitations: InvitationLetters | None = None
    letters: SessionLetters | None = None


@dataclass(frozen=True, slots=True)
class JobKind(Generic[Asked]):
    """A kind of work: its name, what it carries, and who does it.

    `attempts`: how often it is tried; `give_up` says that nothing will come of it any more.
    """

    name: str
    payload: type[Asked]
    work: Callable[[Tools, Asked, Progress], Awaitable[Result]]
    attempts: int = MAX_ATTEMPTS
    give_up: Callable[[Tools, Asked, str], Awaitable[None]] | None = None

    def bound(self, tools: Tools) -> Bound[Asked]:
        """The handler with its tools in hand."""
        return Bound(self, tools)

    def asked(self, job: Job) -> Asked:
        """What the job carries. Raises InvalidInput."""
        try:
            return self.payload.model_validate(job.payload)
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise InvalidInput(f"payload.{place}", "is not what this work needs") from None


@dataclass(frozen=True, slots=True)
class Bound(Generic[Asked]):
    """A kind of work with its tools: a `Handler` that also knows when to give up."""

    kind: JobKind[Asked]
    tools: Tools

    async def __call__(self, job: Job, progress: Progress) -> Result:
        return await self.kind.work(self.tools, self.kind.asked(job), progress)

    async def given_up(self, job: Job, error: str) -> None:
        """The last try has failed."""
        if self.kind.give_up is not None:
            await self.kind.give_up(self.tools, self.kind.asked(job), error)


def load_kinds() -> list[JobKind[Any]]:
    """Every kind in the folder, in the order of the file names."""
    folder = importlib.import_module(FOLDER).__path__
    names = sorted(module.name for module in pkgutil.iter_modules(folder))
    return [importlib.import_module(f"{FOLDER}.{name}").KIND for name in names]


def handlers(tools: Tools) -> dict[str, Handler]:
    """A handler for every kind."""
    return {kind.name: kind.bound(tools) for kind in load_kinds()}
