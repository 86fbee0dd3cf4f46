"""Bodies and headers of strangers: nothing is read that is not bounded, nothing answers 5xx."""

from __future__ import annotations

import ast
import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from tests.server.doors import ADMIN, PASSWORD, Edge, bearer

ROOT = Path(__file__).resolve().parents[3]
LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
TRANSCRIBE = "/api/candidate/transcribe"
BOMB = gzip.compress(b" " * 20_000_000, 9)


async def test_an_encoded_body_is_refused_everywhere(edge: Edge) -> None:
    for path in (LOGIN, REFRESH, "/api/parallel_interview/create", "/nope"):
        for coding in ("gzip", "deflate", "br", "zstd", "GZIP", "x-gzip, gzip", "é"):
            headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
            answer = await edge.client.post(path, data=BOMB, headers=headers)
            body = await answer.json()
            assert (answer.status, body["code"]) == (415, "unsupported_media_type"), body


async def test_identity_is_no_encoding(edge: Edge) -> None:
    form = {"username": ADMIN, "password": PASSWORD}
    answer = await edge.client.post(LOGIN, data=form, headers={"Content-Encoding": "identity"})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"username": "a", "username": "b", "password": "c"}', "username"),
        ('{"username": "a", "password": "c", "more": {"x": [{"y": 1, "y": 2}]}}', "y"),
    ],
)
async def test_a_name_that_stands_twice_is_refused(edge: Edge, body: str, field: str) -> None:
    """One reader takes the first, another the last: what was checked may not be what is done."""
    sent = {"Content-Type": "application/json"}
    answer = await edge.client.post(LOGIN, data=body, headers=sent)
    assert answer.status == 400
    assert (await answer.json())["field"] == field


async def test_a_parameter_that_stands_twice_is_refused(edge: Edge) -> None:
    headers = bearer((await edge.login())["access_token"])
    answer = await edge.client.get("/api/v1/audit?limit=10&limit=20", headers=headers)
    assert answer.status == 422
    assert (await answer.json())["field"] == "limit"


NASTY: list[tuple[str, str | bytes]] = [
    ("Origin", "http://[::1"),
    ("Origin", "http://\udcff"),
    ("Origin", "//"),
    ("Host", "[::1"),
    ("Host", "a b"),
    ("Host", "a;script-src *"),
    ("Host", "\udcff"),
    ("X-API-Key", "\udcff\udcfe"),
    ("Authorization", "Bearer \udcff"),
    ("Authorization", "Bearer " + "a" * 9_000),
    ("Cookie", 'viva_refresh="\udcff'),
    ("Cookie", "viva_refresh=" + "a." * 3_000),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "multipart/form-data; boundary=" + "b" * 80),
    ("Content-Type", 'multipart/form-data; boundary="'),
    ("Content-Type", "multipart/form-data; boundary=\x7f"),
    ("Content-Type", "application/json; charset=nonesuch"),
    ("Content-Type", "application/x-www-form-urlencoded; charset=nonesuch"),
    ("Content-Type", "\udcff/\udcff"),
    ("Range", "bytes=9999999999999999999999999-"),
    ("Range", "bytes=-\udcb2"),
    ("If-Range", "\udcff"),
    ("If-None-Match", "\udcff"),
    ("If-Modified-Since", "Thu, 99 Foo 99999 99:99:99 GMT"),
    ("Accept-Encoding", "\udcff"),
    ("X-Forwarded-For", "\udcff, ::1%0, 1.2.3.4.5"),
    ("Forwarded", 'for="[::1'),
    ("X-Request-Id", "\udcff"),
    ("Idempotency-Key", "\udcff"),
    ("Idempotency-Key", "k" * 8_000),
    ("X-Chunk-Sha256", "\udcff"),
    ("X-Part-Start-S", "nan"),
    ("X-Chunk-Duration-S", "1e999"),
    ("Access-Control-Request-Method", "\udcff"),
    ("Expect", "200-fine"),
    ("Content-Length", "-1"),
    ("Content-Length", "9" * 30),
    ("Transfer-Encoding", "chunked, gzip"),
    ("Sec-WebSocket-Key", "short"),
    ("Sec-WebSocket-Version", "\udcff"),
]
PLACES = [
    ("GET", "/healthz"),
    ("GET", "/staff"),
    ("POST", LOGIN),
    ("POST", REFRESH),
    ("GET", "/ws/interview"),
    ("POST", "/api/parallel_interview/create"),
    ("PUT", "/api/candidate/recording/part-1/0"),
    ("POST", TRANSCRIBE),
    ("OPTIONS", LOGIN),
]


async def test_no_header_makes_an_answer_of_500(edge: Edge) -> None:
    """Each nasty value at each kind of address, for a stranger and for a candidate."""
    token = (await edge.create())["candidate_token"]
    for method, path in PLACES:
        for name, value in NASTY:
            for who in ({}, bearer(token)):
                status = await raw(edge, method, path, {**who, name: value})
                assert status < 500 or status == 503, (method, path, name, value, status)


async def raw(edge: Edge, method: str, path: str, headers: dict[str, Any]) -> int:
    """The status of a request whose headers are sent byte by byte as they are."""
    server = edge.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    lines = {"Host": "localhost", "Connection": "close", "Content-Length": "2", **headers}
    if path.startswith("/ws"):
        lines |= {"Connection": "Upgrade", "Upgrade": "websocket"}
    text = f"{method} {path} HTTP/1.1\r\n"
    text += "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(text.encode("utf-8", "surrogateescape") + b"\r\n{}")
    try:
        async with asyncio.timeout(20):
            answer = await reader.readline()
        return int(answer.split()[1]) if answer else 400
    except ConnectionResetError:
        return 400
    finally:
        writer.close()


NO_FORMS = [
    b"",
    b"--x",
    b"--x--",
    b"--x\r\n\r\n",
    b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\xff\r\n\r\nb\r\n--x--\r\n",
    b"--x\r\nContent-Length: nan\r\n\r\nb\r\n--x--\r\n",
    b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n",
    b"--x\r\nContent-Encoding: gzip\r\nContent-Disposition: form-data; name=audio\r\n\r\n"
    + BOMB
    + b"\r\n--x--\r\n",
    b"".join(
        b"--x\r\nContent-Disposition: form-data; name=a%d\r\n\r\nb\r\n" % n for n in range(900)
    )
    + b"--x--\r\n",
    b"\xff" * 5_000,
]


@pytest.mark.filterwarnings("ignore::aiohttp.multipart.BadContentDispositionHeader")
async def test_a_form_that_is_none_is_the_senders_fault(edge: Edge) -> None:
    token = (await edge.create())["candidate_token"]
    headers = {**bearer(token), "Content-Type": "multipart/form-data; boundary=x"}
    for path in (LOGIN, TRANSCRIBE):
        for body in NO_FORMS:
            answer = await edge.client.post(path, data=body, headers=headers)
            assert 400 <= answer.status < 500, (path, body[:80], await answer.text())


async def test_a_form_with_too_many_fields_is_refused_unread(edge: Edge) -> None:
    form = "&".join(f"a{n}" for n in range(200))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await edge.client.post(LOGIN, data=form, headers=headers)
    assert answer.status == 400
    large = await edge.client.post(LOGIN, data="a=" + "b" * 100_000, headers=headers)
    assert large.status == 413
    other = await edge.client.post(LOGIN, data="x", headers={"Content-Type": "text/plain"})
    assert other.status == 415


async def test_a_form_of_parts_signs_in(edge: Edge) -> None:
    form = FormData(default_to_multipart=True)
    form.add_field("username", ADMIN)
    form.add_field("password", PASSWORD)
    assert (await edge.client.post(LOGIN, data=form)).status == 200


async def test_chunks_without_end_are_cut_at_the_limit(edge: Edge) -> None:
    async def endless() -> Any:
        for _ in range(4_000):
            yield b" " * 4_096

    answer = await edge.client.post(
        LOGIN, data=endless(), headers={"Content-Type": "application/json"}
    )
    assert answer.status == 413


def test_bodies_are_read_in_one_place_only() -> None:
    """The rule as code: no handler reads a body past the limits."""
    reading = {"read", "post", "json", "multipart", "text", "content"}
    found = []
    for path in sorted((ROOT / "server").rglob("*.py")):
        if path.name in ("bodies.py", "connections.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in reading:
                if isinstance(node.value, ast.Name) and node.value.id == "request":
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} request.{node.attr}")
    # A prompt's request in server/live has a text and a content of its own.
    assert [place for place in found if not place.startswith("server/live/")] == []
