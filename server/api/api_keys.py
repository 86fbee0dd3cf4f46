"""Service keys of the organisation: `/api/v1/api-keys`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field, field_validator

from interview.accounts import OWNERS
from interview.ports.documents import Order, Stored
from server.edge.audit import audit
from server.edge.auth.api_keys import API_KEYS, ApiKey, make_key, revoke_key
from server.edge.auth.scopes import WORDS
from server.edge.idempotency import new_id
from server.edge.paging import Paged, PageQuery
from server.edge.routes import (
    STAFF,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform.services import core_of
from server.text import Name

BASE = "/api/v1/api-keys"


class NewKey(Payload):
    """What the key is for and what it may do; without `expires_at` it is valid until revoked."""

    name: Annotated[Name, Field(max_length=80, examples=["Applicant tracking"])]
    scopes: tuple[str, ...] = Field(
        min_length=1, max_length=len(WORDS), examples=[["sessions:read", "reports:read"]]
    )
    expires_at: AwareDatetime | None = None

    @field_validator("scopes")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for scope in value:
            if scope not in WORDS:
                raise ValueError(f"{scope!r} is not one of {', '.join(sorted(WORDS))}")
        return tuple(dict.fromkeys(value))


class KeyView(Reply):
    """A key as people see it: how it begins, never the whole. `active`: it opens something."""

    id: str
    name: str
    begins: str
    scopes: tuple[str, ...]
    active: bool
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


class MadeKey(Reply):
    """`secret` is shown here and never again."""

    key: KeyView
    secret: str


class ScopeView(Reply):
    """A scope and what it allows."""

    scope: str
    allows: str


class Scopes(Reply):
    """All scopes."""

    scopes: list[ScopeView]


async def scopes(request: web.Request) -> web.Response:
    """What keys may be given."""
    return reply(Scopes(scopes=[ScopeView(scope=s, allows=w) for s, w in sorted(WORDS.items())]))


async def list_keys(request: web.Request) -> web.Response:
    """The organisation's keys, newest first, revoked ones included."""
    services, query = core_of(request), read_query(request, PageQuery)
    now = services.clock()
    found = await services.storage.documents.of(API_KEYS, organisation_of(request)).page(
        order=Order("created_at", descending=True), limit=query.limit, offset=query.offset
    )
    return reply(Paged[KeyView].of(query, [_view(k, now) for k in found.items], found.total))


async def create(request: web.Request) -> web.Response:
    """Make a key; the secret is in this answer only."""
    services, body = core_of(request), await read_body(request, NewKey)
    made, secret = await make_key(
        services.storage,
        organisation_of(request),
        name=body.name,
        scopes=body.scopes,
        created_by=principal_of(request).actor,
        now=services.clock(),
        expires_at=body.expires_at,
        key_id=new_id(request),
    )
    await audit(request, "api_key_created", made.document_id, scopes=list(body.scopes))
    return reply(MadeKey(key=_view(made, services.clock()), secret=secret), status=201)


async def revoke(request: web.Request) -> web.Response:
    """Revoke a key; it opens nothing from this moment on."""
    services, key_id = core_of(request), request.match_info["key_id"]
    revoked = await revoke_key(
        services.storage,
        organisation_of(request),
        key_id,
        principal_of(request).actor,
        services.clock(),
    )
    await audit(request, "api_key_revoked", key_id)
    return reply(_view(revoked, services.clock()))


def _view(stored: Stored[ApiKey], now: datetime) -> KeyView:
    key = stored.document
    return KeyView(
        id=stored.document_id,
        name=key.name,
        begins=key.begins,
        scopes=key.scopes,
        active=key.valid(now),
        created_at=key.created_at,
        created_by=key.created_by,
        last_used_at=key.last_used_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )


ROUTES = [
    Route(
        method="GET",
        path=f"{BASE}/scopes",
        handler=scopes,
        allow=STAFF,
        roles=OWNERS,
        summary="What service keys may be given",
        response=Scopes,
    ),
    Route(
        method="GET",
        path=BASE,
        handler=list_keys,
        allow=STAFF,
        roles=OWNERS,
        summary="List service keys",
        query=PageQuery,
        response=Paged[KeyView],
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=BASE,
        handler=create,
        allow=STAFF,
        roles=OWNERS,
        summary="Make a service key",
        description="The secret is shown once, in this answer. Send it as `X-API-Key`.",
        request=NewKey,
        response=MadeKey,
        status=201,
        statuses=(400,),
    ),
    Route(
        method="DELETE",
        path=f"{BASE}/{{key_id}}",
        handler=revoke,
        allow=STAFF,
        roles=OWNERS,
        summary="Revoke a service key",
        response=KeyView,
        statuses=(404,),
    ),
]
