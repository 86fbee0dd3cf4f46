"""Webhooks: told once, signed, tried again, logged, replayed; a real receiver on this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from interview.commands import Decide, EndSession, JoinCandidate
from interview.judging import DecisionOutcome
from interview.news import News
from interview.standing import standing_of
from server.platform.webhooks.sending import SCHEDULE_S
from tests.server.doors import Edge, running
from tests.server.work import work_off

HOOKS = "/api/v1/webhooks"


class Receiver:
    """Another program's address: it remembers what came and answers as it is told."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        self.server: TestServer | None = None

    async def handle(self, request: web.Request) -> web.Response:
        named = {k.lower(): v for k, v in request.headers.items()}
        self.came.append((named, await request.text()))
        status = self.answers.pop(0) if self.answers else 204
        headers = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(status=status, headers=headers)

    @property
    def url(self) -> str:
        assert self.server is not None
        return str(self.server.make_url("/hooks"))

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.came]


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path, webhooks_private=True) as started:
        yield started


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", made.handle)
    made.server = TestServer(app)
    await made.server.start_server()
    yield made
    await made.server.close()


async def hook(edge: Edge, url: str, **fields: Any) -> dict[str, Any]:
    answer = await edge.client.post(HOOKS, json={"url": url} | fields, headers=edge.service)
    assert answer.status == 201, await answer.text()
    made: dict[str, Any] = await answer.json()
    return made


async def ended(edge: Edge) -> str:
    """A session that was held and is over."""
    session_id: str = (await edge.create())["session_id"]
    await edge.registry.command(session_id, JoinCandidate(connection_id="c"))
    await edge.registry.command(session_id, EndSession(by="test", reason="ended_by_staff"))
    return session_id


def verified(secret: str, headers: dict[str, str], body: str) -> bool:
    """As receivers check with the specification's own library (age and signature)."""
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def signed(secret: str, headers: dict[str, str], body: str) -> bool:
    """The signature alone: what was sent on a clock moved ahead is too new for receivers."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), tz=UTC)
    right = Webhook(secret).sign(headers["webhook-id"], at, body)
    return right in headers["webhook-signature"].split(" ")


async def log_of(edge: Edge, hook_id: str) -> list[dict[str, Any]]:
    page = await edge.get(f"{HOOKS}/{hook_id}/deliveries")
    items: list[dict[str, Any]] = page["items"]
    return items


async def test_what_happens_is_told_once_signed_and_without_names(
    edge: Edge, receiver: Receiver
) -> None:
    made = await hook(edge, receiver.url)
    session_id = await ended(edge)
    await work_off(edge)
    decide = Decide(by="staff:a", outcome=DecisionOutcome.ADVANCE, reason="Ada Probe was clear")
    await edge.registry.command(session_id, decide)
    await work_off(edge)
    assert receiver.kinds == ["session.finished", "report.ready", "decision.made"]
    for headers, body in receiver.came:
        assert verified(made["secret"], headers, body)
        assert not verified("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, body)
        assert "Ada" not in body and "ada@" not in body
        assert json.loads(body)["data"]["session_id"] == session_id
    ids = {headers["webhook-id"] for headers, _ in receiver.came}
    assert len(ids) == 3
    finished = json.loads(receiver.came[0][1])["data"]
    state = await edge.registry.state(session_id)
    assert (finished["standing"], finished["questions"]) == (standing_of(state).value, 2)
    log = await log_of(edge, made["webhook"]["id"])
    assert {item["state"] for item in log} == {"delivered"}
    assert [len(item["attempts"]) for item in log] == [1, 1, 1]


async def test_only_what_was_asked_for_is_told_and_only_while_it_is_active(
    edge: Edge, receiver: Receiver
) -> None:
    await hook(edge, receiver.url + "/a", kinds=["decision.made"])
    await hook(edge, receiver.url + "/b", active=False)
    await ended(edge)
    await work_off(edge)
    assert receiver.came == []


async def test_what_does_not_arrive_is_tried_again_later_and_later(
    edge: Edge, receiver: Receiver
) -> None:
    """The same id and body each time; a redirect is not followed."""
    made = await hook(edge, receiver.url, kinds=["session.finished"])
    receiver.answers = [500, 302, 429]
    await ended(edge)
    await work_off(edge)
    for number, pause_s in enumerate(SCHEDULE_S[:3], start=1):
        assert len(receiver.came) == number
        edge.clock.forward(pause_s - 2)
        await work_off(edge)
        assert len(receiver.came) == number
        edge.clock.forward(3)
        await work_off(edge)
    assert len(receiver.came) == 4
    assert len({(headers["webhook-id"], body) for headers, body in receiver.came}) == 1
    assert all(signed(made["secret"], headers, body) for headers, body in receiver.came)
    (item,) = await log_of(edge, made["webhook"]["id"])
    assert [attempt["status"] for attempt in item["attempts"]] == [500, 302, 429, 204]
    assert (item["state"], item["next_at"]) == ("delivered", None)
    assert (await edge.get(f"{HOOKS}/{made['webhook']['id']}"))["failing_since"] is None


async def test_when_all_tries_are_used_up_it_can_be_replayed(
    edge: Edge, receiver: Receiver
) -> None:
    made = await hook(edge, receiver.url, kinds=["session.finished"])
    receiver.answers = [503] * 10
    await ended(edge)
    for pause_s in (0, *SCHEDULE_S):
        edge.clock.forward(pause_s + 1)
        await work_off(edge)
    (item,) = await log_of(edge, made["webhook"]["id"])
    assert (item["state"], len(item["attempts"])) == ("failed", 10)
    answer = await edge.client.post(f"{HOOKS}/deliveries/{item['id']}/replay", headers=edge.service)
    assert answer.status == 202
    await work_off(edge)
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1
    (item,) = await log_of(edge, made["webhook"]["id"])
    assert (item["state"], item["replayed"], len(item["attempts"])) == ("delivered", 1, 11)


async def test_a_receiver_that_is_gone_is_not_asked_again(edge: Edge, receiver: Receiver) -> None:
    made = await hook(edge, receiver.url)
    receiver.answers = [410]
    await ended(edge)
    await work_off(edge)
    view = await edge.get(f"{HOOKS}/{made['webhook']['id']}")
    assert (view["active"], "410" in view["stopped"]) == (False, True)
    came = len(receiver.came)
    await ended(edge)
    await work_off(edge)
    assert len(receiver.came) == came


async def test_during_a_rotation_both_secrets_sign(edge: Edge, receiver: Receiver) -> None:
    made = await hook(edge, receiver.url, kinds=["session.finished"])
    rotate = f"{HOOKS}/{made['webhook']['id']}/rotate"
    new = (await edge.post(rotate))["secret"]
    for hours, old_signs in ((0, True), (25, False)):
        edge.clock.forward(hours * 3_600)
        await ended(edge)
        await work_off(edge)
        headers, body = receiver.came[-1]
        assert signed(new, headers, body)
        assert signed(made["secret"], headers, body) is old_signs


async def test_a_ping_says_nothing_and_shows_whether_it_arrives(
    edge: Edge, receiver: Receiver
) -> None:
    made = await hook(edge, receiver.url)
    answer = await edge.client.post(f"{HOOKS}/{made['webhook']['id']}/ping", headers=edge.service)
    assert answer.status == 202
    await work_off(edge)
    assert receiver.kinds == ["ping"]


async def test_an_erased_session_leaves_no_message_behind(edge: Edge, receiver: Receiver) -> None:
    made = await hook(edge, receiver.url)
    session_id = await ended(edge)
    await work_off(edge)
    path = f"/api/parallel_interview/session/{session_id}"
    assert (await edge.client.delete(path, headers=edge.service)).status == 200
    assert await log_of(edge, made["webhook"]["id"]) == []


async def test_another_organisation_sees_and_hears_nothing(edge: Edge, receiver: Receiver) -> None:
    from server.platform.webhooks.book import WebhookBook

    made = await hook(edge, receiver.url)
    theirs = WebhookBook(edge.services.storage, "other", edge.clock)
    data = {"session_id": "s"}
    assert await theirs.announce(News.SESSION_FINISHED, "a", edge.clock(), data) == 0
    assert (await theirs.endpoints.page()).total == 0
    assert await theirs.endpoints.get(made["webhook"]["id"]) is None


async def test_who_saw_another_state_changes_nothing(edge: Edge, receiver: Receiver) -> None:
    made = await hook(edge, receiver.url)
    path, body = f"{HOOKS}/{made['webhook']['id']}", {"url": receiver.url, "description": "a"}
    shown = await edge.client.get(path, headers=edge.service)
    seen = edge.service | {"If-Match": shown.headers["ETag"]}
    first = await edge.client.put(path, json=body, headers=seen)
    assert (first.status, first.headers["ETag"] != seen["If-Match"]) == (200, True)
    late = await edge.client.put(path, json=body | {"description": "b"}, headers=seen)
    assert (late.status, (await late.json())["code"]) == (412, "state_changed")
    assert (await edge.get(path))["description"] == "a"
    assert (await edge.client.put(path, json=body, headers=edge.service)).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://printer.local/",
        "https://user:password@example.com/",
        "https://example.com:0/",
        "ftp://example.com/",
        "https:///path",
        "nonsense",
    ],
)
async def test_no_request_goes_to_private_addresses(tmp_path: Path, url: str) -> None:
    async with running(tmp_path) as edge:
        answer = await edge.client.post(HOOKS, json={"url": url}, headers=edge.service)
        assert (answer.status, (await answer.json())["field"]) == (400, "url")


async def test_a_name_that_leads_to_a_private_address_is_not_asked(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the name means is looked at when it is used: it may have meant something else before."""
    from aiohttp.resolver import ThreadedResolver

    async def loopback(self: Any, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": 2,
                "proto": 0,
                "flags": 0,
            }
        ]

    monkeypatch.setattr(ThreadedResolver, "resolve", loopback)
    async with running(tmp_path) as edge:
        assert receiver.server is not None
        made = await hook(edge, f"https://tracking.example.com:{receiver.server.port}/")
        await ended(edge)
        await work_off(edge)
        assert receiver.came == []
        log = await log_of(edge, made["webhook"]["id"])
        assert {item["attempts"][0]["error"] for item in log} == {
            "The address is not on the public internet."
        }
