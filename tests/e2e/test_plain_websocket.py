"""An interview by a plain WebSocket client, without a browser and without audio."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import websockets
from websockets.typing import Origin

from tests.e2e.server_process import ServerProcess
from tests.e2e.told import log_of
from tests.e2e.ws_client import PlainClient, candidate_ticket

pytestmark = pytest.mark.e2e


async def test_a_text_only_interview_from_greeting_to_report(text_server: ServerProcess) -> None:
    created = await text_server.create(
        questions=["What is a queue?", "Write a function that adds two numbers."],
        question_types=["text", "coding"],
    )
    session = created["session_id"]
    await text_server.api("POST", f"/api/parallel_interview/session/{session}/start")
    client = PlainClient(text_server, created)
    await client.connect()
    greeting = await client.until("question")
    assert greeting["purpose"] == "greeting" and "2 minutes" in greeting["content"]
    assert greeting["proctoring_session_id"] == session

    await client.send(type="text_response", content="not ready yet")
    reprompt = await client.until("question")
    assert reprompt["purpose"] == "consent_reprompt"
    await client.send(type="text_response", content="Yes, I am ready.")

    first = await client.question(1)
    assert first["content"] == "What is a queue?" and first["timer_seconds"] == 120
    assert first["question_type"] == "text" and first["start_recording"] is True
    await client.send(
        type="text_response",
        id="m1",
        content="A queue keeps order: first in, first out.",
        answer_id="a1",
    )
    saved = await client.until("processing_response")
    assert saved["answer_id"] == "a1"
    second = await client.question(2)
    assert second["question_type"] == "coding" and second["start_recording"] is False
    assert second["timer_seconds"] == 300 and second["total_questions"] == 1
    code = "def add(a, b):\n    return a + b  # [CODE] stays\n"
    await client.send(type="text_response", content=f"It adds.[CODE]{code}[/CODE]", answer_id="a2")
    concluded = await client.until("interview_concluded")
    assert concluded["stop_recording"] is True and concluded["timer_seconds"] == 0
    assert concluded["status"] == "completed" and "score" not in str(concluded).replace(
        "final_average_score", ""
    )
    report = await text_server.report(session)
    assert [a["content"] for a in report["answers"]][0].startswith("A queue keeps order")
    assert report["answers"][1]["code"].strip() == code.strip()


async def flooded(client: PlainClient) -> bool:
    """Ping until the server calls it a flood; a slow machine needs more pings than a quick one."""
    for _ in range(40):
        for _ in range(150):
            await client.send(type="ping")
        for _ in range(150):
            frame = await client.receive()
            if frame["type"] == "error":
                return bool(frame["code"] == "too_many_frames")
    return False


async def test_bad_frames_get_an_error_and_the_interview_survives(
    text_server: ServerProcess,
) -> None:
    created = await text_server.create()
    client = PlainClient(text_server, created)
    await client.connect()
    assert client.socket is not None
    for bad in ("{", "[]", '{"type":"nonsense"}', '{"content":"x"}', '"text"'):
        await client.socket.send(bad)
        assert (await client.until("error"))["code"] == "invalid_frame"
    await client.send(type="text_response", content="x" * 30_000)
    error = await client.until("error")
    assert error["code"] == "invalid_frame" and "content" in error["field"]
    await client.socket.send("y" * 300_000)
    assert (await client.until("error"))["code"] == "too_large"
    await client.socket.send(b"\x00\x01\x02")
    assert (await client.until("error"))["field"] == "frame"
    assert await flooded(client)
    await asyncio.sleep(1)
    await client.send(type="consent", granted=True, text_version="2026-11", id="c")
    assert (await client.until("ack", lambda f: f["ref"] == "c"))["last_seq"] > 1
    assert (await client.until("question"))["purpose"] == "greeting"


async def test_sockets_need_a_fresh_ticket_of_their_own_session(
    text_server: ServerProcess,
) -> None:
    mine, other = await text_server.create(), await text_server.create(name="Bob")
    base = text_server.url.replace("http", "ws", 1) + "/ws/interview?session_id="
    client = PlainClient(text_server, mine)
    await client.connect()
    ticket = (await candidate_ticket(text_server, mine["candidate_token"]))["ticket"]
    for address in (
        base + mine["session_id"],
        base + mine["session_id"] + "&ticket=wrong",
        base + other["session_id"] + "&ticket=" + ticket,
        base + mine["session_id"] + "&ticket=" + ticket,
        base + "00000000-0000-4000-8000-000000000000",
    ):
        async with websockets.connect(address) as socket:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 20)
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
    with pytest.raises(websockets.InvalidStatus):
        async with websockets.connect(
            base + mine["session_id"] + "&ticket=" + ticket, origin=Origin("https://evil.example")
        ):
            pass


async def test_the_second_tab_takes_over_and_the_first_is_told(
    text_server: ServerProcess,
) -> None:
    created = await text_server.create()
    first, second = PlainClient(text_server, created), PlainClient(text_server, created)
    await first.connect()
    await second.connect()
    assert (await first.until("takeover"))["content"]
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await first.until("never")
    assert closed.value.rcvd is not None and closed.value.rcvd.reason == "taken_over"
    await second.send(type="ping", t=1)
    assert (await second.until("pong"))["t"] == 1


async def test_killed_server_comes_back_with_the_same_question_and_time(
    text_server: ServerProcess,
) -> None:
    created = await text_server.create()
    client = PlainClient(text_server, created)
    await client.connect()
    await client.send(type="consent", granted=True, text_version="2026-11")
    await client.question(1)
    await client.send(type="text_response", content="My first answer is here.", answer_id="one")
    await client.question(2)
    await client.until("timer", lambda f: f["timer"]["state"] == "running")
    await asyncio.sleep(1.5)
    url = f"sqlite:///{text_server.data_dir / 'vivavoce.db'}"
    before = await log_of(url, client.session_id)
    await text_server.kill()
    left_s = before.left_s(datetime.now(UTC))
    await asyncio.sleep(1.5)
    await text_server.start()
    last = max(f["seq"] for f in client.frames if f.get("seq"))
    back = PlainClient(text_server, created)
    welcome = await back.connect(last_seq=last)
    shown = welcome["snapshot"]
    assert welcome["resumed"] and shown["question_number"] == 2
    assert [a["answer_id"] for a in shown["answered"]] == ["one"]
    assert left_s - 0.5 < shown["timer"]["remaining_s"] < left_s + 10
    await back.send(type="text_response", content="My second answer.", answer_id="two")
    await back.until("interview_concluded")
    report = await text_server.report(created["session_id"])
    assert [a["answer_id"] for a in report["answers"]] == ["one", "two"]
