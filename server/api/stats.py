"""What monitoring dashboards read: `/stats`, once or as a stream."""

from __future__ import annotations

import time

from aiohttp import web

from interview.accounts import ADMINISTRATORS
from interview.nouns import Status
from interview.ports.speech import Recogniser, Synthesiser
from interview.standing import Standing
from server.edge import sse
from server.edge.routes import STAFF_OR_SERVICE, Reply, Route, reply
from server.platform import rooms
from server.platform.services import Services, services_of
from server.platform.session_views import SixCounters
from server.sentences import public
from server.version import VERSION

STREAM_EVERY_S = 1.0
ROOMS_EVERY_S = 10.0


class EngineView(Reply):
    """A recogniser or a voice at work. `lag_s` is the age of the oldest audio not recognised."""

    name: str
    available: bool
    reason: str
    queue: int
    lag_s: float
    restarts: int


class LoopLag(Reply):
    """How late the event loop ran in the last minute; null before the first measurement."""

    p50: float | None
    p99: float | None


class Connections(Reply):
    """Open sockets of this process."""

    candidates: int
    observers: int


class StatsReply(Reply):
    """The server now."""

    status: str = "success"
    stats: SixCounters
    by_status: dict[Status, int]
    by_standing: dict[Standing, int]
    livekit: str
    connections: Connections
    audio_peers: int
    loop_lag_ms: LoopLag
    recogniser: EngineView | None
    synthesiser: EngineView | None
    jobs: dict[str, int]
    cpu_percent: float
    memory_bytes: int
    sidecar_memory_bytes: int
    uptime_s: float
    version: str


class Sample(Reply):
    """What a chart shows of one moment (`at`: seconds of the epoch). None: not measured."""

    at: float
    active_sessions: int
    connections: int
    loop_lag_p99_ms: float | None
    recogniser_queue: int | None
    recogniser_lag_s: float | None
    cpu_percent: float
    memory_bytes: int
    sidecar_memory_bytes: int


class HistoryReply(Reply):
    """Samples of this process, one each five seconds, for at most five minutes."""

    samples: list[Sample]


async def sample(services: Services) -> None:
    """Keep what the charts show of this moment. Raises Unavailable (the store refuses)."""
    now = await gather_stats(services, (None, ""))
    services.monitor.keep(
        {
            "at": services.clock().timestamp(),
            "active_sessions": now.stats.active_sessions,
            "connections": now.connections.candidates + now.connections.observers,
            "loop_lag_p99_ms": now.loop_lag_ms.p99,
            "recogniser_queue": now.recogniser and now.recogniser.queue,
            "recogniser_lag_s": now.recogniser and now.recogniser.lag_s,
            "cpu_percent": now.cpu_percent,
            "memory_bytes": now.memory_bytes,
            "sidecar_memory_bytes": now.sidecar_memory_bytes,
        }
    )


async def stats(request: web.Request) -> web.Response:
    """The server now."""
    return reply(await gather_stats(services_of(request)))


async def stats_history(request: web.Request) -> web.Response:
    """The last five minutes, the oldest first."""
    return reply(HistoryReply(samples=[Sample(**s) for s in services_of(request).monitor.history]))


async def stats_stream(request: web.Request) -> web.StreamResponse:
    """The same every second, as server-sent events, until the client goes or the server ends."""
    services = services_of(request)
    response = await sse.begun(request)
    known = await rooms.count(services.rooms)
    asked = time.monotonic()
    while not services.closing.is_set():
        if time.monotonic() - asked > ROOMS_EVERY_S:
            known, asked = await rooms.count(services.rooms), time.monotonic()
        body = (await gather_stats(services, known)).model_dump_json()
        try:
            await response.write(f"event: stats\ndata: {body}\n\n".encode())
        except ConnectionError:
            break
        await sse.pause(services.closing, STREAM_EVERY_S)
    return response


async def gather_stats(
    services: Services, known_rooms: tuple[int | None, str] | None = None
) -> StatsReply:
    """Count everything now (rooms only when `known_rooms` is not given)."""
    counts = await services.storage.sessions.counts()
    by_status = {status: counts.get(status, 0) for status in Status}
    standings = await services.storage.sessions.standings()
    open_rooms, livekit = known_rooms or await rooms.count(services.rooms)
    live = services.live.counters()
    monitor, usage = services.monitor, await services.monitor.usage()
    return StatsReply(
        stats=SixCounters(
            total_sessions=sum(by_status.values()),
            active_sessions=standings[Standing.LIVE],
            completed_sessions=standings[Standing.COMPLETED],
            initialized_sessions=by_status[Status.INITIALIZED],
            in_memory_sessions=live.get("in_memory_sessions", 0),
            active_livekit_rooms=open_rooms,
        ),
        by_status=by_status,
        by_standing=standings,
        livekit=livekit,
        connections=Connections(
            candidates=live.get("candidate_connections", 0),
            observers=live.get("observer_connections", 0),
        ),
        audio_peers=live.get("audio_peers", 0),
        loop_lag_ms=LoopLag(p50=monitor.lag_ms(50), p99=monitor.lag_ms(99)),
        recogniser=_engine(services.recogniser),
        synthesiser=_engine(services.synthesiser),
        jobs=await services.storage.jobs.counts(),
        cpu_percent=usage.cpu_percent,
        memory_bytes=usage.memory_bytes,
        sidecar_memory_bytes=usage.sidecar_memory_bytes,
        uptime_s=round(time.monotonic() - services.started, 1),
        version=VERSION,
    )


def _engine(engine: Recogniser | Synthesiser | None) -> EngineView | None:
    if engine is None:
        return None
    health = engine.health()
    return EngineView(
        name=health.name,
        available=health.available,
        reason=public(health.reason),
        queue=health.queue,
        lag_s=round(health.lag_s, 3),
        restarts=health.restarts,
    )


ROUTES = [
    Route(
        method="GET",
        path="/stats",
        handler=stats,
        allow=STAFF_OR_SERVICE,
        roles=ADMINISTRATORS,
        summary="The server now",
        response=StatsReply,
    ),
    Route(
        method="GET",
        path="/stats/history",
        handler=stats_history,
        allow=STAFF_OR_SERVICE,
        summary="The server over the last minutes",
        response=HistoryReply,
    ),
    Route(
        method="GET",
        path="/stats/stream",
        handler=stats_stream,
        allow=STAFF_OR_SERVICE,
        roles=ADMINISTRATORS,
        summary="The server, every second",
        description="Server-sent events named `stats`; each holds what `/stats` answers.",
        kind="stream",
        produces="text/event-stream",
    ),
]
