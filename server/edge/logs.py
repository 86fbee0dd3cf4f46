"""Structured logs: one JSON object a line, static event names, no personal data.

Requests are logged by the template of their path (never the raw one: it may hold a token), with
a request id that the caller may choose and always gets back.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from typing import Any, TextIO

import structlog
from aiohttp import web

REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
PREPARED: web.RequestKey[bool] = web.RequestKey("prepared", bool)
HEADER = "X-Request-Id"
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/stats"})

log = structlog.get_logger(__name__)


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's records to `stream` (stderr) as JSON lines."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named_errors_only,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


def _named_errors_only(_: object, __: str, event: Any) -> Any:
    """A traceback becomes the exception's type and its frames: messages may quote what was sent."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[1] is not None:
        event["exception"] = type(info[1]).__name__
        event["frames"] = _frames(info[2])
    return event


def _frames(trace: Any, limit: int = 12) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-limit:]


def template_of(request: web.Request) -> str:
    """The route's path template, or `unmatched`."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unmatched"


@web.middleware
async def request_log(request: web.Request, handler: Any) -> web.StreamResponse:
    """Give the request its id, and log how it ended."""
    offered = request.headers.get(HEADER, "")
    request_id = offered if SANE_ID.fullmatch(offered) else uuid.uuid4().hex
    request[REQUEST_ID] = request_id
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    began = time.perf_counter()
    status = 499  # the client went away before there was an answer
    try:
        response: web.StreamResponse = await handler(request)
        status = response.status
        return response
    finally:
        _note(request, status, time.perf_counter() - began)


def _note(request: web.Request, status: int, took_s: float) -> None:
    route = template_of(request)
    fields: dict[str, object] = {"method": request.method, "route": route, "status": status}
    session_id = request.match_info.get("session_id")
    if session_id and len(session_id) <= 64 and re.fullmatch(r"[0-9a-f-]+", session_id):
        fields["session"] = session_id
    write = log.debug if route in QUIET and status < 400 else log.info
    write("request", ms=round(took_s * 1_000, 1), **fields)
