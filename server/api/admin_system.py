"""How the server does, for administrators: `/api/v1/admin/system/*`. Probed and counted now."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Literal

from aiohttp import web
from pydantic import Field

from interview.accounts import ACCOUNTS, ADMINISTRATORS, ORGANISATIONS, PENDING
from interview.nouns import MAX_TIMER_S, Status
from interview.ports.documents import Order, Stored
from interview.standing import Standing
from server.api.health import READINESS, readiness
from server.edge.audit import audit
from server.edge.metrics import METRICS
from server.edge.routes import STAFF, Payload, Reply, Route, principal_of, read_body, reply
from server.platform.capabilities import Part
from server.platform.interviews.design import INTERVIEWS, Design, DesignedQuestion, Interview
from server.platform.interviews.library import Library
from server.platform.mail.outbox import MAILS, MailState
from server.platform.services import CoreServices, core_of, services_of
from server.version import VERSION

BASE = "/api/v1/admin/system"
Word = Literal["operational", "unavailable"]
DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60


class Processors(Reply):
    """What works on interviews. `evaluation` needs no engine: rules do it without a model."""

    transcription: Word
    voice: Word
    analysis: Word


class SystemStatus(Reply):
    """`parts` says what was probed and why something is not there."""

    status: Literal["operational", "degraded", "down"]
    database: Literal["connected", "disconnected"]
    storage: Literal["available", "unavailable"]
    processors: Processors
    mail: Literal["configured", "disabled"]
    parts: dict[str, Part]
    uptime: str
    uptime_s: float
    version: str


class Endpoint(Reply):
    """Requests of one route since the start of this process."""

    method: str
    route: str
    requests: int
    errors: int


class ApiMetrics(Reply):
    """`error_rate` is the share of answers 500 and above; null before the first request."""

    total_requests: int
    average_response_time_ms: float | None
    error_rate: float | None
    endpoints: list[Endpoint]


class UserMetrics(Reply):
    """Accounts of all organisations."""

    organisations: int
    total: int
    active: int
    suspended: int
    pending: int


class Resources(Reply):
    """This process, and the processes of its models."""

    cpu_percent: float
    memory_bytes: int
    models_memory_bytes: int
    loop_lag_p99_ms: float | None


class Processing(Reply):
    """Jobs by state and sessions by status, of all organisations; letters that wait or failed."""

    jobs: dict[str, int]
    sessions: dict[Status, int]
    running_interviews: int
    mails_waiting: int
    mails_failed: int


class SystemMetrics(Reply):
    """`period` says since when the requests were counted; all else is now."""

    period: str
    api: ApiMetrics
    users: UserMetrics
    resources: Resources
    processing: Processing


async def status(request: web.Request) -> web.Response:
    """Probe the stores and ask the engines."""
    services = services_of(request)
    ready = await request.app[READINESS].get(lambda: readiness(services))
    parts = ready.parts
    words: dict[str, Literal["operational", "degraded", "down"]] = {
        "ready": "operational",
        "degraded": "degraded",
        "unready": "down",
    }
    uptime_s = time.monotonic() - services.started
    return reply(
        SystemStatus(
            status=words[ready.status],
            database="connected" if parts["storage"].available else "disconnected",
            storage="available" if parts["blobs"].available else "unavailable",
            processors=Processors(
                transcription=_word(parts["recogniser"].available),
                voice=_word(parts["synthesiser"].available),
                analysis=_word(services.evaluator is not None),
            ),
            mail="disabled" if services.outbox.disabled else "configured",
            parts=parts,
            uptime=_spoken(uptime_s),
            uptime_s=round(uptime_s, 1),
            version=VERSION,
        )
    )


async def metrics(request: web.Request) -> web.Response:
    """What this process has done since it started, counted."""
    services = services_of(request)
    since = _spoken(time.monotonic() - services.started)
    usage, monitor = await services.monitor.usage(), services.monitor
    standings = await services.storage.sessions.standings()
    counts = await services.storage.sessions.counts()
    mails = await services.storage.documents.everywhere(MAILS).sums("state")
    return reply(
        SystemMetrics(
            period=f"since the start of this process, {since} ago",
            api=_api(request),
            users=await _users(services),
            resources=Resources(
                cpu_percent=usage.cpu_percent,
                memory_bytes=usage.memory_bytes,
                models_memory_bytes=usage.sidecar_memory_bytes,
                loop_lag_p99_ms=monitor.lag_ms(99),
            ),
            processing=Processing(
                jobs=await services.storage.jobs.counts(),
                sessions={one: counts.get(one, 0) for one in Status},
                running_interviews=standings[Standing.LIVE],
                mails_waiting=int(mails.get(MailState.WAITING, 0)),
                mails_failed=int(mails.get(MailState.FAILED, 0)),
            ),
        )
    )


def _api(request: web.Request) -> ApiMetrics:
    """From the counters that Prometheus reads, too."""
    counted = request.app[METRICS]
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for metric in counted.requests.collect():
        for sample in metric.samples:
            if sample.name.endswith("_total"):
                one = found[sample.labels["method"], sample.labels["route"]]
                one[0] += int(sample.value)
                one[1] += int(sample.value) if sample.labels["status"] >= "500" else 0
    sums = {"_sum": 0.0, "_count": 0.0}
    for metric in counted.seconds.collect():
        for sample in metric.samples:
            for ending in sums:
                sums[ending] += sample.value if sample.name.endswith(ending) else 0
    total = sum(one[0] for one in found.values())
    errors = sum(one[1] for one in found.values())
    seconds, timed = sums["_sum"], sums["_count"]
    endpoints = [
        Endpoint(method=method, route=route, requests=requests, errors=failed)
        for (method, route), (requests, failed) in sorted(found.items())
    ]
    return ApiMetrics(
        total_requests=total,
        average_response_time_ms=round(1_000 * seconds / timed, 2) if timed else None,
        error_rate=round(errors / total, 4) if total else None,
        endpoints=endpoints,
    )


async def _users(services: CoreServices) -> UserMetrics:
    documents = services.storage.documents
    states = await documents.everywhere(ACCOUNTS).sums("state")
    return UserMetrics(
        organisations=(await documents.everywhere(ORGANISATIONS).page(limit=1)).total,
        total=int(sum(states.values())),
        active=int(states.get("active", 0)),
        suspended=int(states.get("suspended", 0)),
        pending=(await documents.everywhere(PENDING).page(limit=1)).total,
    )


def _word(available: bool) -> Word:
    return "operational" if available else "unavailable"


def _spoken(seconds: float) -> str:
    """`7 days 5 hours`; below a day hours and minutes."""
    whole = int(seconds)
    days, hours, minutes = whole // DAY_S, whole % DAY_S // HOUR_S, whole % HOUR_S // MINUTE_S
    parts = [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (minutes, "minute")]
    return " ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts)


class Minima(Payload):
    """Seconds below which a time is raised to this."""

    min_preparation_time: float = Field(default=30, gt=0, le=MAX_TIMER_S)
    min_responding_time: float = Field(default=60, gt=0, le=MAX_TIMER_S)


class Times(Reply):
    """A question's times in seconds; no preparation time means that none is given."""

    preparation_time: float | None
    responding_time: float


class Raised(Reply):
    """One question that was changed."""

    id: int
    interview_id: int
    old_values: Times
    new_values: Times


class FixedReply(Reply):
    """Asked again at once, nothing is left to change."""

    status: Literal["success"] = "success"
    message: str
    updated_count: int
    details: list[Raised]


async def fix_questions(request: web.Request) -> web.Response:
    """Raise times that are too short, in interviews of every organisation, as new versions."""
    services, body = core_of(request), await read_body(request, Minima)
    by, done = principal_of(request).actor, list[Raised]()
    everywhere, after = services.storage.documents.everywhere(INTERVIEWS), None
    while True:
        page = await everywhere.page(order=Order("created_at"), limit=100, after=after)
        for found in page.items:
            done += await _raise_times(services, found, body, by)
        after = page.after
        if after is None:
            break
    await audit(request, "questions_fixed", "interviews", updated=len(done))
    message = f"{len(done)} {'question was' if len(done) == 1 else 'questions were'} changed."
    return reply(FixedReply(message=message, updated_count=len(done), details=done))


async def _raise_times(
    services: CoreServices, found: Stored[Interview], least: Minima, by: str
) -> list[Raised]:
    if not any(_raised(one, least) != one for one in found.document.design.questions):
        return []
    changed: list[Raised] = []

    def change(interview: Interview) -> tuple[str, Design]:
        changed.clear()  # it may be asked again, of a newer version
        questions = tuple(_raised(one, least) for one in interview.design.questions)
        for old, new in zip(interview.design.questions, questions, strict=True):
            if old != new:
                changed.append(
                    Raised(
                        id=old.id,
                        interview_id=interview.interview_id,
                        old_values=_times(old),
                        new_values=_times(new),
                    )
                )
        return interview.title, interview.design.model_copy(update={"questions": questions})

    library = Library(services, found.organisation_id)
    await library.revise(found.document_id, change, by=by)
    return changed


def _raised(question: DesignedQuestion, least: Minima) -> DesignedQuestion:
    update: dict[str, float] = {}
    given = question.preparation_time
    if given is not None and given < least.min_preparation_time:
        update["preparation_time"] = least.min_preparation_time
    if question.responding_time < least.min_responding_time:
        update["responding_time"] = least.min_responding_time
    return question.model_copy(update=update) if update else question


def _times(question: DesignedQuestion) -> Times:
    return Times(
        preparation_time=question.preparation_time, responding_time=question.responding_time
    )


ROUTES = [
    Route(
        method="POST",
        path=f"{BASE}/fix-invalid-questions",
        handler=fix_questions,
        allow=STAFF,
        roles=ADMINISTRATORS,
        summary="Raise times that are too short",
        request=Minima,
        response=FixedReply,
        statuses=(400,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/status",
        handler=status,
        allow=STAFF,
        roles=ADMINISTRATORS,
        summary="How the server does",
        response=SystemStatus,
    ),
    Route(
        method="GET",
        path=f"{BASE}/metrics",
        handler=metrics,
        allow=STAFF,
        roles=ADMINISTRATORS,
        summary="What the server has done",
        response=SystemMetrics,
    ),
]
