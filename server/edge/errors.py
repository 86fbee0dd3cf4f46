"""The one place that knows HTTP statuses: every failure becomes the same envelope.

`{"detail": "...", "code": "...", "request_id": "..."}`, with `field` where one is to blame.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel

from interview.errors import (
    Conflict,
    Disabled,
    Forbidden,
    Gone,
    IllegalTransition,
    IntegrityError,
    InvalidInput,
    NotFound,
    RateLimited,
    RoomReplaced,
    Stale,
    SubscriptionOver,
    Taken,
    TooLarge,
    Unauthenticated,
    Unavailable,
    VivaError,
)
from server.edge.gate import gate_of
from server.edge.logs import PREPARED, REQUEST_ID
from server.edge.pages import LOGO, OWN_PRIVACY, failed
from server.sentences import public

log = structlog.get_logger(__name__)


class Unprocessable(InvalidInput):
    """Well-formed, but a value is out of range or a file cannot be read."""


class TooSlow(VivaError):
    """The body did not come within the time it has."""

    code = "request_timeout"
    retryable = True

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"The body was not here after {wait_s:.0f} s.", wait_s=wait_s)


class StillRunning(VivaError):
    """The first request with this Idempotency-Key has not been answered yet."""

    code = "still_running"
    retryable = True

    def __init__(self) -> None:
        super().__init__("The first request with this Idempotency-Key is still being carried out.")


class StateChanged(VivaError):
    """`If-Match` names another state than the one that stands."""

    code = "state_changed"

    def __init__(self) -> None:
        super().__init__("Somebody has changed this since. Please look at it again.")


class UnsupportedType(VivaError):
    """A body of a kind, or in an encoding, that this address does not take."""

    code = "unsupported_media_type"

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind} is not understood here.")


STATUS: dict[type[VivaError], int] = {
    NotFound: 404,
    InvalidInput: 400,
    Unprocessable: 422,
    IllegalTransition: 409,
    Conflict: 409,
    Taken: 409,
    Stale: 409,
    RoomReplaced: 409,
    Disabled: 409,
    Unauthenticated: 401,
    Forbidden: 403,
    SubscriptionOver: 403,
    Gone: 410,
    TooLarge: 413,
    TooSlow: 408,
    UnsupportedType: 415,
    StillRunning: 409,
    StateChanged: 412,
    RateLimited: 429,
    Unavailable: 503,
    IntegrityError: 422,
    VivaError: 500,
}
HTTP_CODES = {
    400: "invalid_input",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
RETRY_AFTER_S = 5


class ErrorEnvelope(BaseModel):
    """What every failed request answers."""

    detail: str
    code: str
    request_id: str
    field: str | None = None
    retryable: bool = False


def status_of(error: VivaError) -> int:
    """The HTTP status of an error: that of its nearest class."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


@web.middleware
async def envelope(request: web.Request, handler: Any) -> web.StreamResponse:
    """Turn every failure below into the envelope; nothing of the inside gets out."""
    try:
        response: web.StreamResponse = await handler(request)
        return response
    except (asyncio.CancelledError, ConnectionResetError):
        raise
    except VivaError as error:
        if request.get(PREPARED):  # the answer has begun: only the connection can say that it broke
            raise
        return _answer(request, error)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:  # a redirect
            raise
        return _translate(request, error)
    except Exception as error:  # the root of a request: an unforeseen fault must not leak out
        log.error("request_failed", error=type(error).__name__, exc_info=True)
        if request.get(PREPARED):
            raise
        return _json(request, 500, "internal_error", "Something went wrong on our side.")


def _answer(request: web.Request, error: VivaError) -> web.Response:
    status = status_of(error)
    headers: dict[str, str] = {}
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(int(error.retry_after_s))
    elif isinstance(error, StillRunning):
        headers["Retry-After"] = "1"
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    elif status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request_refused", code=error.code, status=status)
    return _json(
        request,
        status,
        error.code,
        public(error.message),
        headers=headers,
        field=getattr(error, "field", None),
        retryable=error.retryable,
    )


def _translate(request: web.Request, error: web.HTTPException) -> web.Response:
    code = HTTP_CODES.get(error.status, "http_error")
    detail = "There is nothing at this address." if error.status == 404 else error.reason
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return _json(request, error.status, code, detail, headers=headers)


def _for_a_person(request: web.Request) -> bool:
    """Whether somebody's browser opens the address, rather than a program."""
    wants = "text/html" in request.headers.get(hdrs.ACCEPT, "")
    return request.method == hdrs.METH_GET and wants and not request.path.startswith("/api/")


def _page(
    request: web.Request, status: int, detail: str, headers: dict[str, str] | None
) -> web.Response:
    settings = gate_of(request).settings
    text = failed(
        status,
        detail,
        company=settings.company,
        contact=settings.contact_email,
        privacy_url=settings.privacy_url or OWN_PRIVACY,
        logo=LOGO if settings.logo_file is not None else None,
    )
    return web.Response(
        text=text, status=status, content_type="text/html", charset="utf-8", headers=headers
    )


def _json(
    request: web.Request,
    status: int,
    code: str,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    field: str | None = None,
    retryable: bool = False,
) -> web.Response:
    """The envelope; a page with the same sentence for somebody's browser."""
    if _for_a_person(request):
        return _page(request, status, detail, headers)
    body = ErrorEnvelope(
        detail=detail,
        code=code,
        request_id=request.get(REQUEST_ID, ""),
        field=field,
        retryable=retryable,
    )
    return web.Response(
        text=body.model_dump_json(exclude_none=True),
        status=status,
        content_type="application/json",
        headers=headers,
    )
