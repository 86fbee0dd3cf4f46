"""Request counts and times for `/metrics`, labelled by route template (never by raw path)."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, Counter, Histogram

from server.edge.logs import template_of

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """One application's own registry, so that two applications in a process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "viva_http_requests",
            "Requests by route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "viva_http_request_seconds",
            "Time to answer, streams and sockets excluded.",
            ["route"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )


METRICS: web.AppKey[Metrics] = web.AppKey("metrics", Metrics)


@web.middleware
async def count_requests(request: web.Request, handler: Any) -> web.StreamResponse:
    """Count and time the request."""
    metrics, route = request.app[METRICS], template_of(request)
    began = time.perf_counter()
    status = 499
    try:
        response: web.StreamResponse = await handler(request)
        status = response.status
        return response
    finally:
        method = request.method if request.method in hdrs.METH_ALL else "OTHER"
        metrics.requests.labels(method, route, str(status)).inc()
        if status not in (101, 499):
            metrics.seconds.labels(route).observe(time.perf_counter() - began)
