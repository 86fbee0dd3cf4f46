"""One declaration for each route: the router, the guard, OpenAPI and the access test read it."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from interview.accounts import TEAM, Role
from interview.errors import Forbidden, InvalidInput
from interview.text import whole_characters
from server.edge.auth.limits import Rate
from server.edge.auth.principals import Allow, Principal, Service, Staff
from server.edge.auth.scopes import scope_of
from server.edge.bodies import MAX_JSON_BYTES, read_bytes
from server.edge.errors import Unprocessable
from server.sentences import first

VARIABLE = re.compile(r"\{(\w+)(?::[^}]*)?\}")
HALF = rb"\ud"
TWICE = "it is there twice"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Kind = Literal["json", "file", "page", "stream", "websocket"]
Model = TypeVar("Model", bound=BaseModel)

PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("principal", Principal)  # type: ignore[arg-type]
PUBLIC = frozenset({Allow.PUBLIC})
STAFF = frozenset({Allow.STAFF})
STAFF_OR_SERVICE = frozenset({Allow.STAFF, Allow.SERVICE})
ANY_PRINCIPAL = frozenset({Allow.STAFF, Allow.SERVICE, Allow.CANDIDATE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """What a route takes, gives, and whom it admits.

    A candidate is admitted only to its own session: where the path has `{session_id}`, the guard
    compares it with the token. Candidates' routes without it work on the token's session.

    Of staff only those are admitted who have one of `roles`; what has `{session_id}` in its path is
    found only in the caller's own organisation.

    Attributes:
        request: The JSON body; None when there is none (or when `consumes` names another type).
        replayable: Whether `Idempotency-Key` keeps its answer.
        per_minute: How often it may be asked, where that is not what its class says.
        replaces: Whether it replaces a resource at the state that `If-Match` names.
        rate: The class of its rate limit; by default what its body and its callers say.
        scope: What a service key must hold; by default what the module's area says.
        statuses: The error statuses a caller should expect beside 401, 403 and 500.
        max_body_bytes: What the handler itself reads at most; JSON bodies end at 1 MiB.
    """

    method: str
    path: str
    handler: Handler
    allow: frozenset[Allow]
    summary: str
    kind: Kind = "json"
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    status: int = 200
    statuses: tuple[int, ...] = ()
    consumes: tuple[str, ...] = ("application/json",)
    produces: str = "application/json"
    max_body_bytes: int = MAX_JSON_BYTES
    description: str = ""
    hidden: bool = False
    roles: frozenset[Role] = TEAM
    scope: str | None = None
    replaces: bool = False
    replayable: bool = True
    per_minute: int | None = None
    rate: Rate | Literal["", "none"] = ""

    @property
    def needed_scope(self) -> str:
        """The scope that a service key needs here (`server/edge/auth/scopes.py`)."""
        return self.scope or scope_of(self.tag, self.method)

    @property
    def rate_class(self) -> Rate | None:
        """How often it may be asked (`server/edge/auth/limits.py`); None without a limit here."""
        if self.rate:
            return None if self.rate == "none" else self.rate
        if self.kind != "json" or self.allow & {Allow.PUBLIC, Allow.TICKET}:
            return None
        return "general" if self.consumes == ("application/json",) else "upload"

    @property
    def canonical(self) -> str:
        """The path as the router names it: variables without their patterns."""
        return VARIABLE.sub(r"{\1}", self.path)

    @property
    def tag(self) -> str:
        """The group in the documentation: the declaring module's name."""
        return self.handler.__module__.rpartition(".")[2]


ROUTE_LIST: web.AppKey[list[Route]] = web.AppKey("routes", list)


class Payload(BaseModel):
    """Base of what clients send: unknown fields are ignored, strings are not trimmed."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Reply(BaseModel):
    """Base of what the server answers."""

    model_config = ConfigDict(frozen=True)


def discover(*packages: str) -> list[Route]:
    """The `ROUTES` of every module in these packages, in the order of the module names."""
    found: list[Route] = []
    for package in packages:
        folder = importlib.import_module(package).__path__
        for module in sorted(pkgutil.iter_modules(folder), key=lambda item: item.name):
            loaded = importlib.import_module(f"{package}.{module.name}")
            found.extend(getattr(loaded, "ROUTES", ()))
    return found


def principal_of(request: web.Request) -> Principal:
    """Who asks; the guard has set it."""
    return request[PRINCIPAL]


def organisation_of(request: web.Request) -> str:
    """The organisation for which a person or a program asks; all that they see is of it.

    Raises:
        Forbidden: Whoever asks acts for none (candidates, strangers).
    """
    principal = request[PRINCIPAL]
    if not isinstance(principal, Staff | Service):
        raise Forbidden("You may not do this.")
    return principal.organisation_id


def staff_of(request: web.Request) -> Staff:
    """The person who asks, on a route for staff alone.

    Raises:
        Forbidden: It is none.
    """
    principal = request[PRINCIPAL]
    if not isinstance(principal, Staff):
        raise Forbidden("You may not do this.")
    return principal


async def read_body(request: web.Request, model: type[Model], limit: int = MAX_JSON_BYTES) -> Model:
    """The JSON body, checked.

    Raises:
        InvalidInput: Not JSON, not an object, or a field is missing, wrong or there twice (it is
            named).
        TooLarge, TooSlow: Above the limit (1 MiB); not here in time.
    """
    raw = await read_bytes(request, limit)
    whole = _whole(raw) if raw else b"{}"
    try:
        read = model.model_validate_json(whole)
    except ValidationError as error:
        raise InvalidInput(*first(error.errors(include_url=False, include_input=False))) from None
    json.loads(whole, object_pairs_hook=_each_once)
    return read


def _each_once(pairs: list[tuple[str, object]]) -> None:
    """Refuse a name that stands in an object twice: one reader would take the first, ours the last.

    Raises:
        InvalidInput: It does.
    """
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise InvalidInput(name, TWICE)
        seen.add(name)


def _whole(raw: bytes) -> bytes | str:
    """The body; where it holds half a character, with a sign in its place."""
    if HALF not in raw.lower():
        return raw
    try:
        return whole_characters(raw.decode())
    except UnicodeDecodeError:
        return raw


def read_query(request: web.Request, model: type[Model]) -> Model:
    """The query parameters, checked.

    Raises:
        Unprocessable: A parameter is wrong, out of range or there twice (it is named).
    """
    for name in request.query:
        if len(request.query.getall(name)) > 1:
            raise Unprocessable(name, TWICE)
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as error:
        raise Unprocessable(*first(error.errors(include_url=False, include_input=False))) from None


def reply(model: BaseModel, status: int = 200) -> web.Response:
    """A JSON response."""
    return web.Response(
        text=model.model_dump_json(), status=status, content_type="application/json"
    )
