"""Every operation of the OpenAPI document, for each kind of caller: what may be sent is made up.

No answer is 5xx, and none has a status that the document does not name.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from interview.accounts import Role
from server.app import all_routes
from server.edge.auth.principals import Allow
from server.edge.examples import SESSION, TOKEN, example_of
from server.edge.openapi import document
from server.edge.routes import Route
from tests.server.api.test_candidate import OneWordASecond
from tests.server.doors import FIRST, Edge, running

EXAMPLES = 3
ROLES = {role.value: (role,) for role in Role} | {"staff": FIRST}
CALLERS = ("stranger", "candidate", *sorted(ROLES), "service")
# A stream has no end, and the sockets are fuzzed frame by frame elsewhere.
LEFT_OUT = {route.canonical for route in all_routes() if route.kind in ("stream", "websocket")}
# What is switched off in this server may say so; nothing else may be 5xx.
SWITCHED_OFF = {"unavailable"}
DOCUMENT = document(all_routes(), "http://127.0.0.1")


def operations() -> dict[str, Any]:
    """All that are tried. Read when a test runs: the library takes seconds to import."""
    import schemathesis

    @schemathesis.serializer("video/webm", "audio/webm", "audio/*")
    def as_bytes(_: Any, value: Any) -> bytes:
        """Media are any bytes."""
        return value if isinstance(value, bytes) else repr(value).encode("utf-8", "replace")

    schema: Any = schemathesis.openapi.from_dict(DOCUMENT)
    found = (result.ok() for result in schema.get_all_operations())
    return {f"{one.method.upper()} {one.path}": one for one in found if one.path not in LEFT_OUT}


@dataclass
class Served:
    """A server in a thread of its own, with somebody of each kind."""

    url: str
    headers: dict[str, dict[str, str]]
    session_id: str
    edge: Edge
    loop: asyncio.AbstractEventLoop

    def of(self, caller: str) -> dict[str, str]:
        """The caller's headers; staff whom what was tried signed out or removed come again."""
        headers = self.headers[caller]
        me = f"{self.url}/api/v1/auth/me"
        if caller in ROLES and requests.get(me, headers=headers, timeout=20).status_code != 200:
            hired = asyncio.run_coroutine_threadsafe(self.edge.person(*ROLES[caller]), self.loop)
            headers |= hired.result(timeout=20).headers
        return headers


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("operations")
    started: Future[Served] = Future()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def main() -> None:
        try:
            async with running(folder) as edge:
                started.set_result(await _prepared(edge))
                await stop.wait()
        except BaseException as error:
            if not started.done():
                started.set_exception(error)
            raise

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    yield started.result(timeout=30)
    loop.call_soon_threadsafe(stop.set)
    thread.join(timeout=20)
    assert not thread.is_alive()


async def _prepared(edge: Edge) -> Served:
    edge.services.recogniser = OneWordASecond()
    created = await edge.create()
    server = edge.client.server
    return Served(
        url=f"http://{server.host}:{server.port}",
        headers={
            "stranger": {},
            "candidate": {"Authorization": f"Bearer {created['candidate_token']}"},
            "service": edge.service,
            **{name: (await edge.person(*roles)).headers for name, roles in ROLES.items()},
        },
        session_id=created["session_id"],
        edge=edge,
        loop=asyncio.get_running_loop(),
    )


# What is made anew for each caller, so that its address is found: where it is posted, with what,
# and which variables its answer fills.
MADE: tuple[tuple[str, dict[str, Any], dict[str, tuple[str, ...]]], ...] = (
    (
        "/api/v1/interviewer/interviews",
        {"title": "Nurses", "questions": [{"text": "Why?"}]},
        {"interview_key": ("id",)},
    ),
    (
        "/api/v1/interviewer/interviews/{interview_key}/questions",
        {"text": "How?"},
        {"question_id": ("id",)},
    ),
    (
        "/api/v1/interviewer/interviews/{interview_key}/tokens",
        {"candidate_name": "Ada"},
        {"token_id": ("token_id",), "token": ("token_value",)},
    ),
    ("/api/v1/interviewer/question-bank", {"text": "What, CALLER?"}, {"bank_id": ("id",)}),
    ("/api/v1/interviewer/jobs", {"title": "Nurse for CALLER"}, {"job_id": ("job_id",)}),
    (
        "/api/v1/api-keys",
        {"name": "ours", "scopes": ["sessions:read"]},
        {"key_id": ("key", "id")},
    ),
    (
        "/api/v1/webhooks",
        {"url": "https://example.com/CALLER", "active": False},
        {"webhook_id": ("webhook", "id")},
    ),
    (
        "/api/v1/colleagues/invitations",
        {"email": "CALLER@example.com"},
        {"invitation_id": ("invitation", "invitation_id")},
    ),
)
# A person's own id would end what the other callers do with it.
FIXED = {"version": "1", "number": "0", "part_id": "part-1", "user_id": "nobody"}


def real_ids(served: Served, caller: str) -> dict[str, str]:
    """A value for each variable of an address that stands for something that is there."""
    found = FIXED | {"session_id": served.session_id}
    for path, body, names in MADE:
        url = served.url + path.format_map(found)
        own = json.loads(json.dumps(body).replace("CALLER", caller))
        answer = requests.post(url, json=own, headers=served.of("staff"), timeout=20)
        assert answer.ok, (path, answer.text)
        for name, keys in names.items():
            value: Any = answer.json()
            for key in keys:
                value = value[key]
            found[name] = str(value)
    return found


@dataclass
class Tried:
    """What is sent to one operation by every caller."""

    operation: Any
    cases: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def tried() -> dict[str, Tried]:
    """Made up once for all callers: that takes longer than sending it."""
    return {name: _made_up(operation) for name, operation in sorted(operations().items())}


def _made_up(operation: Any) -> Tried:
    made = Tried(operation)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), own=st.booleans())
    def generate(case: Any, own: bool) -> None:
        made.cases.append((case, own))

    generate()
    return made


@pytest.mark.parametrize("caller", CALLERS)
def test_every_operation_keeps_to_its_description(
    served: Served, tried: dict[str, Tried], caller: str
) -> None:
    assert len(tried) > 40
    wrong: list[str] = []
    ids = real_ids(served, caller)
    for name, one in tried.items():
        wrong += _answered(served, name, one, caller, ids)
    assert wrong == []


def _answered(
    served: Served, name: str, tried: Tried, caller: str, ids: dict[str, str]
) -> list[str]:
    """What was wrong with the answers of one operation."""
    documented = {str(status) for status in tried.operation.definition.raw["responses"]}
    headers, wrong = served.of(caller), []
    for case, own in tried.cases:
        if own:  # what this caller's things are called
            given = case.path_parameters or {}
            given.update({name: ids[name] for name in given if name in ids})
        answer = case.call(base_url=served.url, headers=headers, timeout=20, allow_redirects=False)
        status = answer.status_code
        failed = status >= 500 and answer.json()["code"] not in SWITCHED_OFF
        if failed or str(status) not in documented:
            wrong.append(f"{name} by {caller}: {status} {answer.text[:160]}")
        elif "json" in answer.headers.get("Content-Type", ""):
            faults = _misdescribed(tried.operation, answer)
            wrong.extend(f"{name} by {caller}: {status} {fault}" for fault in faults)
    return wrong


def _misdescribed(operation: Any, answer: requests.Response) -> list[str]:
    """Where an answer is not what its schema says; our pages' types are made of it."""
    from jsonschema import Draft202012Validator

    described = operation.definition.raw["responses"][str(answer.status_code)]
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    schema = described["content"]["application/json"]["schema"]
    faults = Draft202012Validator(schema | {"components": DOCUMENT["components"]})
    return [error.message[:160] for error in faults.iter_errors(answer.json())]


BODIES = [route for route in all_routes() if route.request is not None and not route.hidden]
# What stands in the examples for something that must be there.
STANDS_FOR = {SESSION: "session_id", TOKEN: "token"}
# Bytes were understood: what is refused then depends on what is there.
NOT_UNDERSTOOD = {400, 413, 415, 422}
# Understood, but refused for what was there before: no answer yet, no piece, another question.
TOO_EARLY = {
    "POST /api/candidate/rating",
    "POST /api/candidate/takes",
    "POST /api/candidate/unsent",
    "POST /api/parallel_interview/session/{session_id}/rescore",
    "PATCH /api/v1/candidates/interviews/complete-session",
    "PUT /api/v1/interviewer/interviews/{interview_key}/questions/reorder",
    "PUT /api/v1/webhooks/{webhook_id}",
}


def test_every_body_has_an_example_that_fits() -> None:
    assert len(BODIES) > 70
    for route in BODIES:
        assert route.request is not None
        route.request.model_validate_json(json.dumps(example_of(route.request)))


def test_every_example_can_be_sent(served: Served) -> None:
    ids, wrong, done = real_ids(served, "examples"), [], 0
    for route in sorted(BODIES, key=lambda one: (one.path, one.method)):
        if route.kind == "page" or route.canonical in LEFT_OUT:
            continue
        assert route.request is not None
        text = json.dumps(example_of(route.request))
        for example, name in STANDS_FOR.items():
            text = text.replace(example, ids[name])
        answer = requests.request(
            route.method,
            served.url + route.canonical.format_map(defaultdict(str, ids)),
            headers=served.of(_caller(route)) | {"Content-Type": "application/json"},
            data=text,
            timeout=20,
        )
        name, done = f"{route.method} {route.canonical}", done + answer.ok
        refused = answer.status_code in NOT_UNDERSTOOD and name not in TOO_EARLY
        down = answer.status_code >= 500 and answer.json()["code"] not in SWITCHED_OFF
        if refused or down:
            wrong.append(f"{name}: {answer.status_code} {answer.text}")
    print(done, "of", len(BODIES), "examples were carried out")
    assert wrong == [], "\n".join(wrong)
    assert done > len(BODIES) // 4  # the callers before may have taken away what they stand for


def _caller(route: Route) -> str:
    for allow, caller in (
        (Allow.STAFF, "staff"),
        (Allow.SERVICE, "service"),
        (Allow.CANDIDATE, "candidate"),
    ):
        if allow in route.allow:
            return caller
    return "stranger"
