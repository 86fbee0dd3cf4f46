"""Builds the web application: middlewares, routes, background tasks, graceful end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import structlog
from aiohttp import web

from interview.errors import VivaError
from server.api.blind import veil
from server.api.docs import DESCRIBED, Described
from server.api.health import KEEP_S, READINESS
from server.api.stats import sample
from server.edge.auth.guard import TABLE, guard, table_of
from server.edge.bodies import MAX_JSON_BYTES
from server.edge.coalesce import Coalesced
from server.edge.errors import envelope
from server.edge.gate import GATE
from server.edge.logs import request_log
from server.edge.metrics import METRICS, Metrics, count_requests
from server.edge.monitor import SAMPLE_EVERY_S
from server.edge.routes import ROUTE_LIST, Route, discover
from server.edge.sanity import sane
from server.edge.security import add_headers, preflight
from server.platform.privacy.retention import sweep_in_turn
from server.platform.services import SERVICES, Services

SWEEP_EVERY_S = 600.0  # six looks an hour, of which one finds its turn
ROUTE_FOLDERS = ("server.api", "server.ws")

log = structlog.get_logger(__name__)


def all_routes() -> list[Route]:
    """Every route that the folders declare.

    Raises:
        ValueError: Two declare the same method and path.
    """
    routes = discover(*ROUTE_FOLDERS)
    seen: set[tuple[str, str]] = set()
    for route in routes:
        if (route.method, route.path) in seen:
            raise ValueError(f"{route.method} {route.path} is declared twice")
        seen.add((route.method, route.path))
    return routes


def build_app(services: Services, routes: Sequence[Route] | None = None) -> web.Application:
    """The application over these services. The caller runs and cleans it up."""
    declared = list(all_routes() if routes is None else routes)
    app = web.Application(
        client_max_size=MAX_JSON_BYTES,
        middlewares=[request_log, count_requests, envelope, sane, preflight, guard, veil],
    )
    app[SERVICES] = services
    app[GATE] = services
    app[ROUTE_LIST] = declared
    app[METRICS] = Metrics()
    app[DESCRIBED] = Described()
    app[READINESS] = Coalesced(KEEP_S)
    app[TABLE] = table_of(declared)
    for route in declared:
        _register(app, route)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_tell_everyone)
    app.cleanup_ctx.append(_monitor)
    app.cleanup_ctx.append(_retention)
    return app


def _register(app: web.Application, route: Route) -> None:
    if route.method == "GET":
        app.router.add_get(route.path, route.handler, allow_head=route.kind != "websocket")
    else:
        app.router.add_route(route.method, route.path, route.handler)


async def _tell_everyone(app: web.Application) -> None:
    """New connections are refused by now: sockets are told, everything is in the log."""
    log.info("shutting_down")
    app[SERVICES].closing.set()
    await app[SERVICES].live.shutdown()


async def _monitor(app: web.Application) -> AsyncIterator[None]:
    services = app[SERVICES]
    tasks = [
        asyncio.create_task(services.monitor.run(), name="loop-monitor"),
        asyncio.create_task(_samples(services), name="samples"),
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _samples(services: Services) -> None:
    """What the charts show of the last minutes, whether anybody looks or not."""
    while True:
        try:
            await sample(services)
        except VivaError as error:  # a store that refuses is a gap in the charts
            log.info("sample_missed", code=error.code)
        await asyncio.sleep(SAMPLE_EVERY_S)


async def _retention(app: web.Application) -> AsyncIterator[None]:
    """What is kept too long goes, looked for once an hour."""
    task = asyncio.create_task(_sweep_hourly(app[SERVICES]), name="retention")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _sweep_hourly(services: Services) -> None:
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        try:
            await sweep_in_turn(services, services.clock())
        except VivaError as error:
            log.warning("retention_not_swept", code=error.code)
        except Exception:  # task root: one fault must not end all later sweeps
            log.exception("retention_crashed")
