"""Where everything is kept: the log, lists, jobs, blobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import Field

from interview.events import Event, StoredEvent
from interview.judging import DecisionOutcome
from interview.nouns import DEFAULT_ORGANISATION, Noun, Status, UtcTime
from interview.ports.documents import Documents
from interview.standing import Standing

SortKey = Literal[
    "created_at",
    "started_at",
    "completed_at",
    "name",
    "title",
    "standing",
    "answered",
    "average_score",
]


class Sort(NamedTuple):
    """By what a list is ordered, and whether the largest comes first."""

    key: SortKey
    descending: bool


NEWEST_FIRST = Sort("created_at", True)


Belonging = Literal["interview_id", "job_id", "assignee"]
"""To what a session may belong: a designed interview, a job opening, a colleague."""
ANYWHERE: Mapping[Belonging, int | str] = {}


class SessionSummary(Noun):
    """The document that lists and searches need; derived from the state, stored with the events.

    `reviewers`: who gave a scorecard; `assignee`: who is to look after it, as they act.
    `recorded`: questions with a recorded answer, where answers are recorded one by one.
    """

    session_id: str
    status: Status
    mode: Literal["live", "recorded"] = "live"
    name: str
    email: str
    phone: str
    title: str
    standing: Standing = Standing.WAITING
    created_at: UtcTime
    link_opened_at: UtcTime | None = None
    started_at: UtcTime | None = None
    completed_at: UtcTime | None = None
    job_id: str | None = None
    job_title: str | None = None
    interview_id: int | None = None
    created_by: str
    question_index: int = 0
    total_questions: int
    max_questions: int
    answered: int = 0
    recorded: int = 0
    evaluations: int = 0
    average_score: float | None = None
    consent_received: bool = False
    end_reason: str | None = None
    decision: DecisionOutcome | None = None
    tags: tuple[str, ...] = ()
    assignee: str | None = None
    reviewers: tuple[str, ...] = ()
    violations: int = 0
    violations_unreviewed: int = 0
    organisation_id: str = DEFAULT_ORGANISATION
    wake_at: UtcTime | None = None  # when something is due in it by itself
    room_owner: str | None = None  # the process that has the candidate


SumsBy = Literal["all", "day", "title", "decision", "standing", "score"]


class SessionSums(NamedTuple):
    """Sums over sessions: how many, how they ended, and what averages are made of.

    `scored` of them have a score (0-10) and add up to `score_sum`; `timed` were held and have
    ended, after `duration_s_sum` together.
    """

    sessions: int = 0
    finished: int = 0
    completed: int = 0
    answered: int = 0
    questions: int = 0
    scored: int = 0
    score_sum: float = 0
    timed: int = 0
    duration_s_sum: float = 0

    def plus(self, other: SessionSums) -> SessionSums:
        """Both together."""
        return SessionSums._make(a + b for a, b in zip(self, other, strict=True))


class EventStore(Protocol):
    """The append-only log of each session."""

    async def append(
        self,
        session_id: str,
        expected_seq: int,
        events: Sequence[Event],
        summary: SessionSummary,
        jobs: Sequence[JobRequest] = (),
    ) -> int:
        """Store events, the summary and the jobs that follow, all or nothing; the new last seq.

        Without events only the summary is replaced.

        Raises:
            Conflict: The log is not at `expected_seq` (0: the session must not exist yet).
            Unavailable: The disk or database refuses (`component="storage"`).
        """

    async def read(
        self, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        """Events after `after_seq` in order; empty when there are none."""

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The last seq of each of these sessions that exists: one question for all of them."""


class SessionDirectory(Protocol):
    """Lists and searches over summaries."""

    async def get(self, session_id: str) -> SessionSummary | None: ...

    async def page(  # noqa: PLR0913 - a filter has many parts
        self,
        *,
        status: Status | None = None,
        standings: Sequence[Standing] = (),
        search: str | None = None,
        unreviewed: bool = False,
        of: Mapping[Belonging, int | str] = ANYWHERE,
        organisation_id: str = DEFAULT_ORGANISATION,
        sort: Sort = NEWEST_FIRST,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[SessionSummary], int]:
        """A page and the total of the filter; equal keys are newest first, missing ones last.

        `search` looks through name, e-mail, title and tags. `standings`: any of these, or all.
        `unreviewed`: only sessions with a violation that waits for a person's decision.
        `of`: only those that belong to all of these.
        """

    async def outdated(self, after: str = "", limit: int = 50) -> list[str]:
        """Sessions behind `after` whose summary an older program made, ordered by id."""

    async def violations_unreviewed(self, organisation_id: str = DEFAULT_ORGANISATION) -> int:
        """How many violations of an organisation wait for a person's decision."""

    async def counts(self, organisation_id: str | None = None) -> dict[Status, int]:
        """Sessions by status, of one organisation or of the whole server."""

    async def standings(self, organisation_id: str | None = None) -> dict[Standing, int]:
        """How many sessions stand where for people; every standing is there."""

    async def sums(
        self,
        by: SumsBy,
        *,
        organisation_id: str = DEFAULT_ORGANISATION,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> dict[str, SessionSums]:
        """Sums over an organisation's sessions that were created in that time, made by the store.

        By `day`: the UTC day of creation (`2026-11-30`). By `decision` and `score` (whole points):
        "" where there is none. `all` gives one entry, or none.
        """

    async def in_status(self, status: Status) -> list[str]:
        """All session ids in that status (recovery after a restart)."""

    async def due(self, now: datetime, limit: int = 100) -> list[SessionSummary]:
        """Sessions whose `wake_at` has come, the longest overdue first."""

    async def in_rooms_of(self, owner: str) -> list[str]:
        """Sessions whose room is in that process, as their logs say."""

    async def delete(self, session_id: str) -> bool:
        """Remove all that is stored of the session; False if unknown."""


class ReportRecord(Noun):
    """A report as stored. `body` is what `GET /api/reports/{id}` answers."""

    session_id: str
    status: str  # pending | partial | ready | failed
    revision: int
    created_at: UtcTime
    updated_at: UtcTime
    name: str
    email: str
    overall_score: float | None = None
    organisation_id: str = DEFAULT_ORGANISATION
    body: dict[str, Any] = Field(default_factory=dict)


class ReportStore(Protocol):
    async def put(self, report: ReportRecord) -> None:
        """Store or replace; an earlier revision never replaces a later one.

        Raises:
            NotFound: The session is gone (deleted while the report was made).
        """

    async def get(self, session_id: str) -> ReportRecord | None: ...

    async def page(
        self, *, organisation_id: str = DEFAULT_ORGANISATION, limit: int, offset: int
    ) -> tuple[list[ReportRecord], int]:
        """A page of an organisation's reports, newest first, and their total."""


class OnceStore(Protocol):
    """Small expiring secrets: one-use tickets, revoked token ids, idempotency keys."""

    async def put(self, key: str, value: Mapping[str, Any], expires_at: datetime) -> bool:
        """Store if absent; False when the key exists and has not expired."""

    async def get(self, key: str, now: datetime) -> dict[str, Any] | None: ...

    async def take(self, key: str, now: datetime) -> dict[str, Any] | None:
        """Atomically remove and return; of two takers exactly one gets it."""


class Allowances(Protocol):
    """How often something may happen, counted for all processes together."""

    async def take(self, key: str, limit: int, window_s: int, now: datetime) -> float:
        """Count one and answer 0 if fewer than `limit` happened in the `window_s` before `now`.

        Else nothing is counted and the answer is how many seconds to wait.
        """


class HeartbeatStore(Protocol):
    """When each process was last alive. Who has a session's room its log says."""

    async def beat(self, owner: str, at: datetime) -> None: ...

    async def beats(self) -> dict[str, datetime]:
        """The last beat of every process that is not forgotten, each by its own clock."""

    async def forget(self, owner: str) -> None:
        """That process ended in order, or all that it left has been taken care of."""


class JobRequest(Noun):
    """Work that must happen sooner or later. One open job for each (kind, key)."""

    kind: str
    key: str
    payload: dict[str, Any] = Field(default_factory=dict)
    run_at: UtcTime


class Job(Noun):
    """A leased job. `token` proves the lease: who lost it can no longer say how the job ended."""

    job_id: str
    kind: str
    key: str
    attempts: int
    token: str
    payload: dict[str, Any] = Field(default_factory=dict)


class JobRecord(Noun):
    """A job as people see it. `state`: open, done, failed or cancelled; `progress` is 0 to 1."""

    job_id: str
    kind: str
    key: str
    state: str
    attempts: int
    run_at: UtcTime
    running: bool = False
    progress: float | None = None
    error: str | None = None
    result: dict[str, Any] | None = None


class JobQueue(Protocol):
    """Durable work with fenced leases.

    Asking again for an open job is harmless: one that waits takes the newer payload and the
    earlier time; one that runs is run once more afterwards, since it may have read too early.
    """

    async def enqueue(self, request: JobRequest) -> str:
        """The id of the open job with this kind and key."""

    async def lease(
        self, kinds: Sequence[str], owner: str, now: datetime, lease_s: float
    ) -> Job | None:
        """The oldest due job that is free or whose lease ran out; counts an attempt."""

    async def renew(self, job: Job, until: datetime, progress: float | None = None) -> bool:
        """Keep the lease. False: it is lost, or the job was cancelled; stop working."""

    async def complete(
        self, job: Job, now: datetime, result: Mapping[str, Any] | None = None
    ) -> bool:
        """Done. A job with a result stays to be read; False when the lease was lost."""

    async def retry(self, job: Job, run_at: datetime, error: str) -> bool:
        """Free the job until `run_at`. An empty `error` puts it off: no attempt is counted."""

    async def fail(self, job: Job, error: str) -> bool:
        """Give it up; it stays for people to see, and the same work may be asked for anew."""

    async def cancel(self, job_id: str) -> bool:
        """Nobody wants it any more: what waits is not begun, what runs hears of it at `renew`."""

    async def release(self, owner: str) -> None:
        """Take the leases of a process that is no more: its jobs are due at once."""

    async def get(self, job_id: str) -> JobRecord | None: ...

    async def forget_done(self, before: datetime) -> int:
        """Remove finished jobs that ended before that time; how many."""

    async def counts(self) -> dict[str, int]: ...


class RecordingChunk(Noun):
    """One acknowledged piece of a browser's MediaRecorder stream.

    `part_id` names one MediaRecorder run (a reload starts a new part); `number` counts from 0.
    """

    session_id: str
    part_id: str
    number: int
    sha256: str
    size_bytes: int
    blob_key: str
    start_s: float  # session clock at which the part began
    duration_s: float
    mime: str
    received_at: UtcTime


class RecordingPart(Noun):
    """What the browser says of a part whose last chunk it has sent."""

    session_id: str
    part_id: str
    chunks: int
    duration_s: float
    completed_at: UtcTime


class RecordingUsage(Noun):
    """How much a session has uploaded."""

    chunks: int
    size_bytes: int


class RecordingIndex(Protocol):
    async def add(self, chunk: RecordingChunk) -> bool:
        """False when that number is there with the same hash; Conflict-free repeat of an upload.

        Raises:
            IntegrityError: The number is there with another hash.
            NotFound: The session does not exist (any more).
        """

    async def chunks(self, session_id: str) -> list[RecordingChunk]:
        """Parts in the order of their start, chunks by number."""

    async def usage(self, session_id: str) -> RecordingUsage: ...

    async def complete(self, part: RecordingPart) -> None:
        """Store or replace what is known of a finished part. Raises NotFound."""

    async def parts(self, session_id: str) -> list[RecordingPart]: ...

    async def forget(self, session_id: str) -> None:
        """Forget all chunks and parts of a session; the blobs are the caller's."""


class AuditEntry(Noun):
    at: UtcTime
    actor: str
    action: str
    target: str
    request_id: str | None = None
    organisation_id: str = DEFAULT_ORGANISATION
    details: dict[str, Any] = Field(default_factory=dict)


class AuditLog(Protocol):
    """Entries are added and never changed; erasing a session empties the details of its own."""

    async def add(self, entry: AuditEntry) -> None: ...
    async def recent(self, *, target: str | None = None, limit: int = 100) -> list[AuditEntry]: ...

    async def page(
        self,
        *,
        organisation_id: str | None = None,
        actor: str | None = None,
        action: str | None = None,
        target: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[AuditEntry], int]:
        """A page, newest first, and the total; of one organisation, or (None) of all."""


class Storage(Protocol):
    """One backend, opened by the scheme of its address."""

    events: EventStore
    sessions: SessionDirectory
    reports: ReportStore
    once: OnceStore
    allowances: Allowances
    heartbeats: HeartbeatStore
    jobs: JobQueue
    recordings: RecordingIndex
    audit: AuditLog
    documents: Documents

    async def check(self) -> None:
        """Write and read something; raises Unavailable."""

    async def overwrite(self) -> None:
        """What was deleted is on no disk of this store any more when it returns."""

    async def close(self) -> None: ...


class BlobStore(Protocol):
    """Bytes by key (`recordings/<session>/<part>/<number>.webm`, `speech/<hash>.wav`, …)."""

    async def put(self, key: str, content: bytes) -> None: ...
    async def get(self, key: str) -> bytes: ...
    async def get_range(self, key: str, start: int, end: int) -> bytes: ...
    async def size(self, key: str) -> int | None: ...
    async def put_file(self, key: str, path: str) -> None: ...
    async def keys(self, prefix: str) -> list[str]: ...
    async def delete(self, key: str) -> None: ...
    async def delete_prefix(self, prefix: str) -> int: ...
