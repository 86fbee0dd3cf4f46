"""`Idempotency-Key`, at every route that takes one."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections import Counter
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from interview.accounts import Role
from interview.errors import InvalidInput
from server.app import all_routes, build_app
from server.edge.auth.candidates import candidate_token
from server.edge.auth.principals import Allow
from server.edge.idempotency import HEADER, REPLAYED, new_id, takes_key
from server.edge.routes import Route
from tests.server.doors import Edge, bearer
from tests.server.test_access import address, name_of

POSTS = [r for r in all_routes() if takes_key(r)]
KEYS = "/api/v1/api-keys"


def counted(route: Route, ran: Counter[str]) -> Route:
    """The route with a handler that only counts."""

    async def handler(request: web.Request) -> web.Response:
        ran[name_of(route)] += 1
        return web.json_response({"run": sum(ran.values()), "id": new_id(request)}, status=201)

    handler.__module__ = route.handler.__module__
    return dataclasses.replace(route, handler=handler)


async def test_every_post_is_carried_out_once_for_one_key(edge: Edge) -> None:
    ran: Counter[str] = Counter()
    routes = [counted(route, ran) for route in POSTS]
    session_id = (await edge.create())["session_id"]
    candidate = bearer(candidate_token(edge.services, session_id))
    staff = (await edge.person(*Role)).headers
    async with TestClient(TestServer(build_app(edge.services, routes))) as client:
        for number, route in enumerate(POSTS):
            own = staff if Allow.STAFF in route.allow else edge.service
            headers = candidate if route.allow == {Allow.CANDIDATE} else own
            sent = headers | {HEADER: f"key-{number}"}
            path = address(route, session_id)
            first = await client.post(path, json={"a": 1, "b": 2}, headers=sent)
            again = await client.post(path, json={"b": 2, "a": 1}, headers=sent)
            assert (first.status, again.status) == (201, 201), name_of(route)
            assert await first.json() == await again.json(), name_of(route)
            assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")
            assert ran[name_of(route)] == 1, name_of(route)
            other = await client.post(path, json={"a": 2}, headers=sent)
            assert (other.status, (await other.json())["field"]) == (400, HEADER)
            unbound = await client.post(path, json={"a": 1}, headers=headers)
            assert (await unbound.json())["id"] != (await first.json())["id"]
    assert len(POSTS) > 15


async def test_another_principals_key_is_another_key(edge: Edge) -> None:
    key = {HEADER: "the-same"}
    staff = await edge.staff()
    body = {"name": "A", "email": "a@example.com", "questions": ["One?"]}
    create = "/api/parallel_interview/create"
    made = await (await edge.client.post(create, json=body, headers=staff | key)).json()
    other = await (await edge.client.post(create, json=body, headers=edge.service | key)).json()
    assert made["session_id"] != other["session_id"]


async def test_a_failure_is_not_kept(edge: Edge) -> None:
    staff = (await edge.staff()) | {HEADER: "try-1"}
    wrong = await edge.client.post(KEYS, json={"name": "", "scopes": ["*"]}, headers=staff)
    assert wrong.status == 400
    right = await edge.client.post(KEYS, json={"name": "a", "scopes": ["*"]}, headers=staff)
    assert right.status == 201


async def test_a_second_request_meanwhile_is_told_to_wait(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.edge.idempotency.WAIT_S", 0.0)
    going, enough = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        going.set()
        await enough.wait()
        return web.json_response({"done": True})

    route = dataclasses.replace(next(r for r in POSTS if r.path == KEYS), handler=slow)
    staff = (await edge.staff()) | {HEADER: "slow"}
    async with TestClient(TestServer(build_app(edge.services, [route]))) as client:
        first = asyncio.create_task(client.post(KEYS, json={}, headers=staff))
        await going.wait()
        second = await client.post(KEYS, json={}, headers=staff)
        told = await second.json()
        assert (second.status, told["code"], told["retryable"]) == (409, "still_running", True)
        assert second.headers["Retry-After"] == "1"
        enough.set()
        assert (await first).status == 200
        third = await client.post(KEYS, json={}, headers=staff)
        assert (third.status, third.headers[REPLAYED]) == (200, "true")


async def test_secrets_of_an_answer_are_sealed_on_disk(edge: Edge) -> None:
    staff = (await edge.staff()) | {HEADER: "secret"}
    body = {"name": "a", "scopes": ["*"]}
    made = await (await edge.client.post(KEYS, json=body, headers=staff)).json()
    again = await (await edge.client.post(KEYS, json=body, headers=staff)).json()
    assert made == again
    files = edge.data_dir.glob("vivavoce.db*")
    assert made["secret"].encode() not in b"".join(path.read_bytes() for path in files)


async def test_a_maker_that_died_before_its_answer_made_it_once(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is stored, the answer is not: the retry finds it under the key's id."""
    import server.edge.idempotency as module

    async def died(*_: Any) -> None:
        raise InvalidInput("process", "died here")

    body = {"name": "A", "email": "a@example.com", "questions": ["One?"]}
    sent = edge.service | {HEADER: "order-1"}
    create = "/api/parallel_interview/create"
    with monkeypatch.context() as patch:
        patch.setattr(module, "_keep", died)
        assert (await edge.client.post(create, json=body, headers=sent)).status == 400
    answer = await edge.client.post(create, json=body, headers=sent)
    made = json.loads(await answer.text())
    listed = await edge.get("/api/parallel_interview/sessions")
    assert [one["session_id"] for one in listed["sessions"]] == [made["session_id"]]


async def test_an_erased_session_takes_its_answer_along(edge: Edge) -> None:
    body = {"name": "A", "email": "a@example.com", "questions": ["One?"]}
    sent = edge.service | {HEADER: "order-2"}
    create = "/api/parallel_interview/create"
    made = await (await edge.client.post(create, json=body, headers=sent)).json()
    path = f"/api/parallel_interview/session/{made['session_id']}"
    assert (await edge.client.delete(path, headers=edge.service)).status == 200
    again = await edge.client.post(create, json=body, headers=sent)
    assert REPLAYED not in again.headers
