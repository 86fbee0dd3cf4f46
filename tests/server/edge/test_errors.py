"""One envelope for every failure, request ids, headers, CORS, and logs without people in them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from interview import errors
from server.app import all_routes, build_app
from server.edge.auth.principals import Allow
from server.edge.errors import STATUS, Unprocessable, status_of
from server.edge.logs import set_up_logs
from server.edge.routes import PUBLIC, Route
from tests.server.doors import ADMIN, BASE, PASSWORD, Edge, bearer, running


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path, cors_origins=("https://partner.example",)) as started:
        yield started


FAILURES: dict[str, tuple[Exception, int]] = {
    "not_found": (errors.NotFound("Thing", "7"), 404),
    "invalid_input": (errors.InvalidInput("name", "is wrong"), 400),
    "unprocessable": (Unprocessable("limit", "is too high"), 422),
    "illegal_transition": (errors.IllegalTransition("start", "completed"), 409),
    "conflict": (errors.Conflict("s", 1, 2), 409),
    "unauthenticated": (errors.Unauthenticated("who?"), 401),
    "forbidden": (errors.Forbidden("no"), 403),
    "gone": (errors.Gone("over"), 410),
    "too_large": (errors.TooLarge("big"), 413),
    "rate_limited": (errors.RateLimited("slow down", 7), 429),
    "unavailable": (errors.Unavailable("stt", "is away"), 503),
    "bug": (ZeroDivisionError("secret internals /etc/passwd"), 500),
    "http": (web.HTTPRequestEntityTooLarge(1, 2), 413),
}


async def fail(request: web.Request) -> web.Response:
    raise FAILURES[request.match_info["kind"]][0]


@pytest.fixture
async def failing(edge: Edge) -> AsyncIterator[TestClient[Any, Any]]:
    route = Route(method="GET", path="/fail/{kind}", handler=fail, allow=PUBLIC, summary="Fail")
    async with TestClient(TestServer(build_app(edge.services, [route]))) as client:
        yield client


@pytest.mark.parametrize("kind", FAILURES)
async def test_every_failure_has_its_status_and_the_envelope(
    failing: TestClient[Any, Any], kind: str
) -> None:
    answer = await failing.get(f"/fail/{kind}")
    body = await answer.json()
    assert answer.status == FAILURES[kind][1]
    assert {"detail", "code", "request_id"} <= body.keys()
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert "passwd" not in await answer.text() and "Traceback" not in await answer.text()


async def test_details_that_clients_act_on(failing: TestClient[Any, Any]) -> None:
    assert (await (await failing.get("/fail/invalid_input")).json())["field"] == "name"
    assert (await failing.get("/fail/rate_limited")).headers["Retry-After"] == "7"
    assert "Retry-After" in (await failing.get("/fail/unavailable")).headers
    assert (await failing.get("/fail/unauthenticated")).headers["WWW-Authenticate"] == "Bearer"


def test_every_error_of_the_tree_has_a_status() -> None:
    def below(kind: type[errors.VivaError]) -> Iterator[type[errors.VivaError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from below(child)

    for kind in below(errors.VivaError):
        if kind.__module__ == "interview.errors":
            assert kind in STATUS, kind
            assert status_of(kind.__new__(kind)) == STATUS[kind]


async def test_unknown_address_and_method(edge: Edge) -> None:
    missing = await edge.client.get("/nowhere/at/all")
    assert (missing.status, (await missing.json())["code"]) == (404, "not_found")
    wrong = await edge.client.patch(f"{BASE}/create", headers=edge.service)
    assert (wrong.status, (await wrong.json())["code"]) == (405, "method_not_allowed")
    assert "POST" in wrong.headers["Allow"]


async def test_body_above_a_mebibyte_is_too_large(edge: Edge) -> None:
    answer = await edge.post_create(job_text="x" * 1_100_000)
    assert (answer.status, (await answer.json())["code"]) == (413, "too_large")


async def test_request_id_is_taken_over_if_it_is_sane(edge: Edge) -> None:
    sane = await edge.client.get("/healthz", headers={"X-Request-Id": "trace-123.abc"})
    assert sane.headers["X-Request-Id"] == "trace-123.abc"
    for bad in ("short", "x" * 65, 'a"b{c}d:efgh', "with space"):
        answer = await edge.client.get("/healthz", headers={"X-Request-Id": bad})
        assert answer.headers["X-Request-Id"] != bad


async def test_every_answer_carries_the_security_headers(edge: Edge) -> None:
    for path in ("/healthz", "/staff", "/docs", "/nowhere", f"{BASE}/sessions", "/openapi.json"):
        headers = (await edge.client.get(path)).headers
        policy = dict(
            part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy["script-src"] == "'self'" and policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'" and policy["default-src"] == "'self'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=(self)" in headers["Permissions-Policy"]
        assert "Server" not in headers


async def test_cors_names_only_listed_origins(edge: Edge) -> None:
    path, ask = f"{BASE}/create", {"Access-Control-Request-Method": "POST"}
    good = await edge.client.options(path, headers=ask | {"Origin": "https://partner.example"})
    assert good.status == 204
    assert good.headers["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "X-API-Key" in good.headers["Access-Control-Allow-Headers"]
    for origin in ("https://evil.example", "null", "https://partner.example.evil.example"):
        bad = await edge.client.options(path, headers=ask | {"Origin": origin})
        assert bad.status == 403 and "Access-Control-Allow-Origin" not in bad.headers
        plain = await edge.client.get("/healthz", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in plain.headers
    listed = await edge.client.get("/healthz", headers={"Origin": "https://partner.example"})
    assert listed.headers["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "Origin" in listed.headers["Vary"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that is logged, at the most talkative level."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    set_up_logs("debug", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_logs_hold_no_person_no_secret_and_no_raw_path(
    written: io.StringIO, edge: Edge
) -> None:
    created = await edge.create(
        name="Zebulon Quirk", email="zebulon@example.com", phone="0301234567", questions=["Zyx?"]
    )
    login = await edge.login()
    wrong = {"username": ADMIN, "password": "a wrong password"}
    await edge.client.post("/api/v1/auth/login", data=wrong)
    await edge.post_create(name="Zebulon Quirk", email="broken zebulon")
    await edge.client.get(f"/nowhere/{created['candidate_token']}")
    await edge.client.get(f"/audio/x/y.wav?exp=1&sig={'a' * 64}")
    await edge.client.get(f"{BASE}/sessions?search=zebulon", headers=edge.service)
    token = bearer(created["candidate_token"])
    ticket = await (await edge.client.post("/api/candidate/ticket", headers=token)).json()
    await edge.client.get(f"/ws/interview?session_id=x&ticket={ticket['ticket']}")
    await edge.client.delete(f"{BASE}/session/{created['session_id']}", headers=edge.service)
    text = written.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert any(line.get("route") == f"{BASE}/create" for line in lines)
    assert any(line.get("session") == created["session_id"] for line in lines)
    assert all(line.get("request_id") for line in lines if line["event"] == "request")
    hidden = [
        "Zebulon", "zebulon", "0301234567", "Zyx", ADMIN, PASSWORD, "a wrong password",
        created["candidate_token"], login["access_token"], login["refresh_token"],
        ticket["ticket"], edge.services.keys.service, edge.services.keys.jwt, "a" * 64,
    ]  # fmt: skip
    for secret in hidden:
        assert secret not in text


async def test_a_fault_is_logged_by_type_and_place_not_by_message(
    written: io.StringIO, failing: TestClient[Any, Any]
) -> None:
    await failing.get("/fail/bug")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    fault = next(line for line in lines if line["event"] == "request_failed")
    assert fault["exception"] == "ZeroDivisionError"
    assert any("test_errors.py" in frame for frame in fault["frames"])
    assert fault["request_id"]
    assert "secret internals" not in written.getvalue()


async def test_foreign_loggers_write_json_without_their_tracebacks(written: io.StringIO) -> None:
    try:
        raise ValueError("zebulon@example.com")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request")
    line = json.loads(written.getvalue().splitlines()[-1])
    assert line["event"] == "Error handling request"
    assert line["exception"] == "ValueError"
    assert "zebulon" not in written.getvalue()


def test_the_table_covers_every_principal() -> None:
    used = {kind for route in all_routes() for kind in route.allow}
    assert {Allow.STAFF, Allow.SERVICE, Allow.CANDIDATE, Allow.SIGNED} <= used
