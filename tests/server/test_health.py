"""Readiness is what was probed; statistics are what was counted; metrics follow the routes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interview.errors import Unavailable
from interview.ports.speech import EngineHealth
from server.api.stats import sample
from server.edge.monitor import Monitor
from server.platform.services import ModelEntry
from tests.server.doors import BASE, Edge, running


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path) as started:
        yield started


class Engine:
    """An engine of which only the health is asked."""

    name = "engine"

    def __init__(self, *, available: bool, reason: str = "") -> None:
        self._health = EngineHealth("engine", available, reason, queue=3, lag_s=1.25, restarts=1)

    def health(self) -> EngineHealth:
        return self._health


class Catalogue:
    """One model there, one missing."""

    def entries(self) -> list[ModelEntry]:
        return [
            ModelEntry(name="whisper", present=True),
            ModelEntry(name="piper", present=False, cost="Questions are shown as text."),
        ]


def give(edge: Edge, *, recogniser: Engine, synthesiser: Engine) -> None:
    """Put engines in whose other methods are not called here."""
    edge.services.recogniser = recogniser  # type: ignore[assignment]
    edge.services.synthesiser = synthesiser  # type: ignore[assignment]


async def test_liveness_needs_nobody(edge: Edge) -> None:
    answer = await edge.client.get("/healthz")
    assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_ready_with_everything(edge: Edge) -> None:
    give(edge, recogniser=Engine(available=True), synthesiser=Engine(available=True))
    answer = await edge.client.get("/readyz")
    assert (answer.status, (await answer.json())["status"]) == (200, "ready")


async def test_missing_engine_degrades_and_says_what_it_costs(edge: Edge) -> None:
    broken = Engine(available=False, reason="The model file is missing.")
    give(edge, recogniser=broken, synthesiser=Engine(available=True))
    edge.services.models = Catalogue()
    answer = await edge.client.get("/readyz")
    body = await answer.json()
    assert (answer.status, body["status"]) == (200, "degraded")
    assert body["parts"]["recogniser"]["reason"] == "The model file is missing."
    assert body["missing_models"] == ["piper: Questions are shown as text."]


async def test_storage_down_is_503(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse() -> None:
        raise Unavailable("storage", "the disk is full")

    monkeypatch.setattr(edge.services.storage, "check", refuse)
    answer = await edge.client.get("/readyz")
    body = await answer.json()
    assert (answer.status, body["status"]) == (503, "unready")
    assert body["parts"]["storage"]["available"] is False
    assert "disk is full" in body["parts"]["storage"]["reason"]


async def test_blobs_gone_is_503(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(key: str, content: bytes) -> None:
        raise Unavailable("blobs", "read-only file system")

    monkeypatch.setattr(edge.services.blobs, "put", refuse)
    answer = await edge.client.get("/readyz")
    assert answer.status == 503
    assert "read-only" in (await answer.json())["parts"]["blobs"]["reason"]


async def test_stats_hold_what_dashboards_read(edge: Edge) -> None:
    give(edge, recogniser=Engine(available=True), synthesiser=Engine(available=True))
    session_id = (await edge.create())["session_id"]
    await edge.post(f"{BASE}/session/{session_id}/start")
    edge.services.monitor.note(0.004)
    body = await edge.get("/stats")
    assert body["stats"]["active_sessions"] == 0, "nobody has come yet"
    assert body["by_status"]["in_progress"] == 1
    assert body["by_standing"]["waiting"] == 1
    assert body["connections"] == {"candidates": 0, "observers": 0}
    assert body["recogniser"]["queue"] == 3 and body["recogniser"]["lag_s"] == 1.25
    assert body["loop_lag_ms"]["p99"] >= 0
    assert body["memory_bytes"] > 10_000_000 and body["uptime_s"] >= 0
    assert body["version"]


async def test_stream_sends_events_and_ends_with_the_server(tmp_path: Path) -> None:
    async with running(tmp_path) as edge:
        answer = await edge.client.get("/stats/stream", headers=edge.service)
        assert answer.content_type == "text/event-stream"
        assert await answer.content.readline() == b"event: stats\n"
        data = await answer.content.readline()
        assert json.loads(data.removeprefix(b"data: "))["status"] == "success"
        edge.services.closing.set()
        rest = await asyncio.wait_for(answer.content.read(), 20)
        assert rest == b"\n"


async def test_the_charts_begin_with_what_the_server_remembers(edge: Edge) -> None:
    for _ in range(3):
        await sample(edge.services)
    samples = (await edge.get("/stats/history"))["samples"]
    assert 3 <= len(samples) <= 4 and samples[-1]["at"] >= samples[0]["at"] > 1_700_000_000
    assert samples[-1]["memory_bytes"] > 1_000_000 and samples[-1]["recogniser_queue"] is None


async def test_metrics_count_by_template(edge: Edge) -> None:
    for n in range(3):
        await edge.client.get(f"{BASE}/session/id-{n}", headers=edge.service)
    answer = await edge.client.get("/metrics", headers=edge.service)
    text = await answer.text()
    labels = f'method="GET",route="{BASE}/session/{{session_id}}",status="404"'
    assert f"viva_http_requests_total{{{labels}}} 3.0" in text
    assert "id-0" not in text
    assert "viva_in_memory_sessions" in text


def test_percentiles_of_the_loop_lag() -> None:
    monitor = Monitor()
    assert monitor.lag_ms(99) is None
    for n in range(1, 101):
        monitor.note(n / 1_000)
    assert monitor.lag_ms(0) == 1.0
    assert monitor.lag_ms(50) == pytest.approx(50, abs=1)
    assert monitor.lag_ms(100) == 100.0


async def test_usage_is_measured_once_for_many_who_ask() -> None:
    monitor = Monitor()
    first, *others = await asyncio.gather(*(monitor.usage() for _ in range(5)))
    assert all(other is first for other in others)
    assert first.memory_bytes > 10_000_000
