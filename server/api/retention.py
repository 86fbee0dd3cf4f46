"""How long what is kept: `/api/v1/privacy/retention`, and what goes next."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictInt

from interview.accounts import OWNERS
from server.edge.audit import audit
from server.edge.routes import (
    STAFF,
    Payload,
    Reply,
    Route,
    organisation_of,
    read_body,
    read_query,
    reply,
)
from server.platform.privacy.retention import MAX_DAYS, SAMPLE, Retention, due, policy, set_policy
from server.platform.services import core_of

BASE = "/api/v1/privacy/retention"


class RetentionBody(Payload):
    """Days, or null to keep. All of them are set anew.

    `recordings_days` takes what camera and microphone recorded and leaves transcript and report;
    `pictures_days` takes the pictures of signals.
    """

    sessions_days: StrictInt | None = Field(default=None, ge=1, le=MAX_DAYS)
    recordings_days: StrictInt | None = Field(default=None, ge=1, le=MAX_DAYS)
    pictures_days: StrictInt | None = Field(default=None, ge=1, le=MAX_DAYS)
    letters_days: StrictInt | None = Field(default=None, ge=1, le=MAX_DAYS)
    invitations_days: StrictInt | None = Field(default=None, ge=1, le=MAX_DAYS)


class RetentionView(RetentionBody):
    """What is said now. Reference faces go after `reference_days` everywhere."""

    changed_at: AwareDatetime | None
    reference_days: int


class PreviewQuery(RetentionBody):
    """How far to look ahead; with days given, what would go if these were set."""

    ahead_days: int = Field(default=30, ge=0, le=MAX_DAYS)
    sessions_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    recordings_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    pictures_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    letters_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    invitations_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)


class Going(Reply):
    """One thing that goes; a recording and pictures are named by their session's id."""

    kind: str
    identity: str
    goes_at: AwareDatetime


class Preview(Reply):
    """How many of each kind go until then, and the first of them."""

    until: AwareDatetime
    counts: dict[str, int]
    next: list[Going]


async def read(request: web.Request) -> web.Response:
    """What is said now."""
    services = core_of(request)
    return reply(_view(await policy(services, organisation_of(request)), request))


async def change(request: web.Request) -> web.Response:
    """Say it anew; the next sweep (within the hour) acts on it."""
    body = await read_body(request, RetentionBody)
    wanted = Retention(**body.model_dump())
    kept = await set_policy(core_of(request), organisation_of(request), wanted)
    await audit(request, "retention_changed", "retention", **body.model_dump())
    return reply(_view(kept, request))


async def preview(request: web.Request) -> web.Response:
    """What goes next; nothing is removed."""
    services, own = core_of(request), organisation_of(request)
    query = read_query(request, PreviewQuery)
    asked = query.model_dump(exclude={"ahead_days"}, exclude_none=True)
    said = Retention(**asked) if asked else await policy(services, own)
    until = services.clock() + timedelta(days=query.ahead_days)
    counts = dict.fromkeys(("session", "recording", "pictures", "letter", "invitation"), 0)
    first: list[Going] = []
    async for thing in due(services, own, said, until):
        counts[thing.kind] += 1
        if len(first) < SAMPLE:
            first.append(Going(kind=thing.kind, identity=thing.identity, goes_at=thing.goes_at))
    first.sort(key=lambda one: one.goes_at)
    return reply(Preview(until=until, counts=counts, next=first))


def _view(said: Retention, request: web.Request) -> RetentionView:
    days = core_of(request).settings.reference_days
    return RetentionView(**said.model_dump(), reference_days=days)


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=read,
        allow=STAFF,
        roles=OWNERS,
        summary="How long what is kept",
        response=RetentionView,
    ),
    Route(
        method="PUT",
        path=BASE,
        handler=change,
        allow=STAFF,
        roles=OWNERS,
        summary="Set how long what is kept",
        request=RetentionBody,
        response=RetentionView,
        statuses=(400, 409),
    ),
    Route(
        method="GET",
        path=f"{BASE}/preview",
        handler=preview,
        allow=STAFF,
        roles=OWNERS,
        summary="What goes next",
        query=PreviewQuery,
        response=Preview,
        statuses=(422,),
    ),
]
