"""Liveness, readiness, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Literal

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from interview.accounts import ADMINISTRATORS
from interview.errors import NotFound, VivaError
from interview.ports.storage import BlobStore
from server.edge.coalesce import Coalesced
from server.edge.metrics import METRICS
from server.edge.routes import PUBLIC, STAFF_OR_SERVICE, Reply, Route, reply
from server.platform.capabilities import Part, capabilities_of
from server.platform.services import ModelEntry, Services, services_of
from server.sentences import public

CHECK_TIMEOUT_S = 3.0
PROBE_KEY = "health/probe"
KEEP_S = 1.0  # anybody may ask, and looking costs a flush of the disk


class Alive(Reply):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Reply):
    """`unready` (503): no interview can be held. `degraded`: one can, with less."""

    status: Literal["ready", "degraded", "unready"]
    parts: dict[str, Part]
    missing_models: list[str]


READINESS: web.AppKey[Coalesced[Ready]] = web.AppKey("readiness", Coalesced)


async def healthz(request: web.Request) -> web.Response:
    """Whether the process answers."""
    return reply(Alive())


async def readyz(request: web.Request) -> web.Response:
    """Whether an interview can be held, and with what."""
    services = services_of(request)
    ready = await request.app[READINESS].get(lambda: readiness(services))
    return reply(ready, status=503 if ready.status == "unready" else 200)


async def metrics(request: web.Request) -> web.Response:
    """Counters for Prometheus."""
    services = services_of(request)
    text = generate_latest(request.app[METRICS].registry) + generate_latest(_gauges(services))
    response = web.Response(body=text)
    response.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return response


async def readiness(services: Services) -> Ready:
    """Probe the stores and ask the engines; at most three seconds."""
    storage, blobs = await asyncio.gather(
        _probe(services.storage.check(), "The storage"),
        _probe(_check_blobs(services.blobs), "The file store"),
    )
    capabilities = capabilities_of(services)
    parts = {
        "storage": storage,
        "blobs": blobs,
        "recogniser": capabilities.stt,
        "synthesiser": capabilities.tts,
    }
    if services.proctor is not None:  # switched off on purpose is no lack
        parts["proctoring"] = capabilities.proctoring
    missing = await _missing_models(services)
    if not (storage.available and blobs.available):
        status: Literal["ready", "degraded", "unready"] = "unready"
    elif missing or not all(part.available for part in parts.values()):
        status = "degraded"
    else:
        status = "ready"
    names = [public(f"{m.name}: {m.cost}" if m.cost else m.name) for m in missing]
    return Ready(status=status, parts=parts, missing_models=names)


async def _missing_models(services: Services) -> list[ModelEntry]:
    if services.models is None:
        return []
    entries = await asyncio.to_thread(services.models.entries)
    return [entry for entry in entries if not entry.present]


async def _check_blobs(blobs: BlobStore) -> None:
    await blobs.put(PROBE_KEY, b"ok")
    try:
        await blobs.get(PROBE_KEY)
    except NotFound:
        raise VivaError("what was written cannot be read") from None


async def _probe(check: Awaitable[None], name: str) -> Part:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await check
    except TimeoutError:
        return Part(available=False, reason=f"{name} does not answer.")
    except VivaError as error:
        return Part(available=False, reason=f"{name} refuses: {public(error.message)}.")
    return Part(available=True)


def _gauges(services: Services) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, help_text: str, value: float | None) -> None:
        if value is not None:
            Gauge(f"viva_{name}", help_text, registry=registry).set(value)

    for name, value in services.live.counters().items():
        gauge(name, "From the live sessions of this process.", value)
    gauge("loop_lag_p99_ms", "Event loop lag of the last minute.", services.monitor.lag_ms(99))
    gauge("memory_bytes", "Resident memory of this process.", services.monitor.memory_bytes())
    if services.recogniser is not None:
        health = services.recogniser.health()
        gauge("recogniser_queue", "Clips that wait for the recogniser.", health.queue)
        gauge("recogniser_lag_s", "Age of the oldest audio not recognised.", health.lag_s)
    return registry


ROUTES = [
    Route(
        method="GET",
        path="/healthz",
        handler=healthz,
        allow=PUBLIC,
        summary="Liveness",
        response=Alive,
    ),
    Route(
        method="GET",
        path="/readyz",
        handler=readyz,
        allow=PUBLIC,
        summary="Readiness",
        response=Ready,
        statuses=(503,),
    ),
    Route(
        method="GET",
        path="/metrics",
        handler=metrics,
        allow=STAFF_OR_SERVICE,
        roles=ADMINISTRATORS,
        summary="Prometheus metrics",
        kind="file",
        produces="text/plain",
    ),
]
