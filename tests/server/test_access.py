"""Whom each route admits, tried on every route of the table."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import WSMsgType

from interview.accounts import AccountState, Role
from interview.nouns import DEFAULT_ORGANISATION
from server.app import all_routes
from server.edge.auth.accounts import changed
from server.edge.auth.api_keys import make_key
from server.edge.auth.candidates import candidate_token
from server.edge.auth.principals import Allow
from server.edge.auth.scopes import EVERYTHING, WORDS
from server.edge.auth.signing import check_signature, sign_path
from server.edge.routes import Route
from tests.server.doors import BASE, Edge, bearer, running

ROUTES = all_routes()
CLOSED = [r for r in ROUTES if not r.allow & {Allow.PUBLIC, Allow.TICKET}]
SOCKETS = [r for r in ROUTES if r.kind == "websocket"]
OWN, FOREIGN = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@dataclass(frozen=True)
class Caller:
    """One of each kind, and of staff each role."""

    kind: Allow
    role: Role | None
    headers: dict[str, str] = field(repr=False)


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def address(route: Route, session_id: str = OWN) -> str:
    """The route's path with something in its variables."""
    path = route.canonical.replace("{session_id}", session_id)
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + "1" + rest.partition("}")[2]
    return path


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path) as started:
        yield started


async def status(edge: Edge, route: Route, headers: dict[str, str], query: str = "") -> int:
    answer = await edge.client.request(
        route.method, address(route) + query, headers=headers, allow_redirects=False
    )
    return answer.status


async def test_every_route_refuses_strangers(edge: Edge) -> None:
    """No credentials, and every kind of wrong ones: 401 (a bad signature: 403)."""
    stale = bearer(candidate_token(edge.services, OWN))
    edge.clock.forward(8 * 86_400)
    for route in CLOSED:
        assert await status(edge, route, {}) == 401, name_of(route)
        for headers in (
            bearer("nonsense"),
            {"Authorization": "Basic YTpi"},
            {"Authorization": "Bearer"},
            {"X-API-Key": "guess"},
            {"X-API-Key": ""},
            stale,
        ):
            assert await status(edge, route, headers) == 401, (name_of(route), headers)
        wrong = await status(edge, route, {}, f"?exp=99999999999&sig={'0' * 64}")
        assert wrong == (403 if Allow.SIGNED in route.allow else 401), name_of(route)


async def service(edge: Edge, organisation_id: str, *scopes: str) -> dict[str, str]:
    """A new service key of an organisation."""
    _, secret = await make_key(
        edge.services.storage,
        organisation_id,
        name="a",
        scopes=scopes or (EVERYTHING,),
        created_by="test",
        now=edge.clock(),
        key_id=f"key-{uuid.uuid4().hex}",
    )
    return {"X-API-Key": secret}


async def callers(edge: Edge, organisation_id: str) -> list[Caller]:
    """Every kind of caller; of staff one for each role."""
    made = [Caller(Allow.CANDIDATE, None, bearer(candidate_token(edge.services, OWN)))]
    made.append(Caller(Allow.SERVICE, None, await service(edge, organisation_id)))
    for role in Role:
        person = await edge.person(role, organisation_id=organisation_id)
        made.append(Caller(Allow.STAFF, role, person.headers))
    return made


def admits(route: Route, caller: Caller) -> bool:
    return caller.kind in route.allow and (caller.role is None or caller.role in route.roles)


async def test_every_route_refuses_principals_that_it_does_not_name(edge: Edge) -> None:
    """Kinds of callers and roles of staff alike."""
    for caller in await callers(edge, DEFAULT_ORGANISATION):
        for route in CLOSED:
            if not admits(route, caller):
                assert await status(edge, route, caller.headers) == 403, (name_of(route), caller)


async def test_every_route_admits_those_whom_it_names(edge: Edge) -> None:
    """Admitted means: another answer than 401 or 403 (the session here does not exist)."""
    for caller in await callers(edge, DEFAULT_ORGANISATION):
        for route in CLOSED:
            if route.kind == "stream" or not admits(route, caller):
                continue
            found = await status(edge, route, caller.headers)
            assert found not in (401, 403, 500), (name_of(route), caller, found)


async def test_a_session_of_another_organisation_does_not_exist(edge: Edge) -> None:
    """404 on every route with a session, and the session is as it was; its owner finds it."""
    session_id = (await edge.create())["session_id"]
    before = await edge.services.storage.events.read(session_id)
    tried = [r for r in CLOSED if "{session_id}" in r.path]
    strangers = [c for c in await callers(edge, "elsewhere") if c.kind is not Allow.CANDIDATE]
    assert len(tried) > 15 and len(strangers) == len(Role) + 1
    for caller in strangers:
        for route in tried:
            if admits(route, caller):
                found = await edge.client.request(
                    route.method, address(route, session_id), headers=caller.headers, json={}
                )
                assert found.status == 404, (name_of(route), caller, found.status)
                assert (await found.json())["detail"] == f"Session {session_id} not found"
    assert await edge.services.storage.events.read(session_id) == before
    owner = await edge.person(Role.OWNER)
    found = await edge.client.get(f"{BASE}/session/{session_id}", headers=owner.headers)
    assert found.status == 200


async def test_a_suspended_account_opens_nothing(edge: Edge) -> None:
    """Its tokens are void from the next request on, and its refresh token makes no others."""
    person = await edge.person(*Role)
    await changed(edge.services.storage.documents, person.user_id, state=AccountState.SUSPENDED)
    for route in CLOSED:
        assert await status(edge, route, person.headers) == 401, name_of(route)
    body = {"refresh_token": person.refresh}
    assert (await edge.client.post("/api/v1/auth/refresh", json=body)).status == 401


async def test_a_service_key_opens_what_its_scope_covers(edge: Edge) -> None:
    """Every route for programs: 403 with all scopes but the one needed, admitted with that one."""
    keys: dict[tuple[str, ...], dict[str, str]] = {}

    async def key(*scopes: str) -> dict[str, str]:
        if scopes not in keys:
            keys[scopes] = await service(edge, DEFAULT_ORGANISATION, *scopes)
        return keys[scopes]

    for route in CLOSED:
        if Allow.SERVICE not in route.allow or route.kind == "stream":
            continue
        needed = route.needed_scope
        assert needed in WORDS, name_of(route)
        others = sorted(WORDS.keys() - {needed, EVERYTHING})
        assert await status(edge, route, await key(*others)) == 403, name_of(route)
        for scopes in ((needed,), (EVERYTHING,)):
            found = await status(edge, route, await key(*scopes))
            assert found not in (401, 403, 500), (name_of(route), scopes, found)


async def test_roles_are_read_at_each_request(edge: Edge) -> None:
    person = await edge.person(Role.INTERVIEWER)
    new = {"name": "A", "email": "a@b.example", "questions": ["One?"]}
    created = await edge.client.post(f"{BASE}/create", json=new, headers=person.headers)
    assert created.status == 200
    await changed(edge.services.storage.documents, person.user_id, roles=(Role.REVIEWER,))
    created = await edge.client.post(f"{BASE}/create", json=new, headers=person.headers)
    assert created.status == 403


async def test_lists_and_counts_hold_one_organisation_only(edge: Edge) -> None:
    """Each of two companies creates one; each sees one, and one report of an old address none."""
    ours, theirs = await edge.person(Role.OWNER), await edge.person(Role.OWNER, organisation_id="b")
    made = {}
    for who in (ours, theirs):
        answer = await edge.client.post(
            f"{BASE}/create",
            json={"name": "A", "email": "a@b.example", "questions": ["One?"]},
            headers=who.headers,
        )
        made[who] = (await answer.json())["session_id"]
        assert (await edge.services.live.state(made[who])).organisation_id == who.organisation_id
    for who in (ours, theirs):
        answer = await edge.client.get(f"{BASE}/sessions", headers=who.headers)
        listed = await answer.json()
        assert [item["session_id"] for item in listed["sessions"]] == [made[who]]
        assert listed["total"] == 1
        answer = await edge.client.get(f"{BASE}/stats", headers=who.headers)
        assert (await answer.json())["stats"]["total_sessions"] == 1
    foreign = f"/report/download?session_id={made[ours]}"
    assert (await edge.client.get(foreign, headers=theirs.headers)).status == 404


async def test_every_session_route_refuses_another_candidate(edge: Edge) -> None:
    foreign = bearer(candidate_token(edge.services, FOREIGN))
    tried = [r for r in CLOSED if Allow.CANDIDATE in r.allow and "{session_id}" in r.path]
    assert tried
    for route in tried:
        assert await status(edge, route, foreign) == 403, name_of(route)


async def test_signed_address_opens_its_path_only_and_expires(edge: Edge) -> None:
    await edge.services.blobs.put(f"speech/{OWN}/p1.wav", b"RIFF1234")
    keys, now = edge.services.keys, edge.clock()
    signed = sign_path(keys, f"/audio/{OWN}/p1.wav", 60, now)
    answer = await edge.client.get(signed)
    assert (answer.status, await answer.read()) == (200, b"RIFF1234")
    query = signed.partition("?")[2]
    assert (await edge.client.get(f"/audio/{OWN}/p2.wav?{query}")).status == 403
    assert (await edge.client.get(f"/audio/{FOREIGN}/p1.wav?{query}")).status == 403
    later = query.replace("exp=", "exp=9")
    assert (await edge.client.get(f"/audio/{OWN}/p1.wav?{later}")).status == 403
    other = await edge.client.get(f"/api/parallel_interview/sessions?{query}")
    assert other.status == 401
    edge.clock.forward(61)
    assert (await edge.client.get(signed)).status == 403
    check_signature(keys, f"/audio/{OWN}/p1.wav", *_parts(query), now)


def _parts(query: str) -> tuple[str, str]:
    fields = dict(part.split("=") for part in query.split("&"))
    return fields["exp"], fields["sig"]


@pytest.mark.skipif(not SOCKETS, reason="no WebSocket route is declared")
async def test_every_socket_refuses_foreign_origins_and_missing_tickets(edge: Edge) -> None:
    for route in SOCKETS:
        foreign = {
            "Origin": "https://evil.example",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        answer = await edge.client.get(address(route), headers=foreign)
        assert answer.status == 403, name_of(route)
        socket = await edge.client.ws_connect(f"{address(route)}?session_id={OWN}&ticket=guess")
        message = await socket.receive(timeout=20)
        assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
        assert socket.close_code == 1008, name_of(route)


async def test_an_undeclared_address_is_denied(edge: Edge) -> None:
    """A handler that is registered past the table stays closed, even to staff."""
    from aiohttp import web
    from aiohttp.test_utils import TestClient, TestServer

    from server.app import build_app

    async def open_door(request: web.Request) -> web.Response:
        return web.Response(text="secret")

    app = build_app(edge.services)
    app.router.add_get("/backdoor", open_door)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/backdoor", headers=edge.service)
        assert answer.status == 403


def test_two_routes_cannot_share_an_address() -> None:
    seen = [(route.method, route.canonical) for route in ROUTES]
    assert len(seen) == len(set(seen))


def test_no_closed_route_is_open_by_accident() -> None:
    """The whole list of what anyone may read or do; a new one must be added here on purpose."""
    public = {name_of(route) for route in ROUTES if Allow.PUBLIC in route.allow}
    assert public == {
        "GET /",
        "GET /api/about",
        "GET /assets/{name:.+}",
        "GET /api/v1/auth/oidc/callback",
        "GET /api/v1/auth/oidc/start",
        "GET /docs",
        "GET /docs/docs.css",
        "GET /healthz",
        "GET /icon.svg",
        "GET /interview",
        "GET /interview/{rest:.*}",
        "GET /invitation",
        "GET /job",
        "GET /logo",
        "GET /logos/{name}",
        "GET /openapi.json",
        "GET /privacy",
        "GET /readyz",
        "GET /shared/{token}",
        "GET /staff",
        "GET /staff/{view:.*}",
        "PATCH /api/v1/candidates/interviews/complete-session",
        "POST /api/v1/candidates/interviews/access",
        "POST /api/v1/candidates/interviews/recordings",
        "POST /api/v1/candidates/interviews/start-session",
        "POST /api/v1/candidates/jobs/apply",
        "POST /api/v1/candidates/jobs/view",
        "POST /api/v1/admin/auth/login",
        "POST /api/v1/auth/forgotten-password",
        "POST /api/v1/auth/invitation",
        "POST /api/v1/auth/invitation/accept",
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/logout",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/registration",
        "POST /api/v1/auth/registration/",
        "POST /api/v1/auth/registration/resend",
        "POST /api/v1/auth/registration/verify",
        "POST /api/v1/auth/reset-password",
    }
