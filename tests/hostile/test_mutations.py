"""Mutated frames, media headers and offers: no crash, and nobody waits for two seconds."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from interview.errors import InvalidInput
from server.ws.limits import FloodGuard
from tests.hostile.mutate import mutated, times
from tests.realtime.candidate import Candidate
from tests.realtime.test_peer import Server
from tests.server.doors import Edge, bearer

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_261_128
FRAMES, HEADERS, OFFERS = times(1_500, 200_000), times(300, 50_000), times(40, 5_000)
PAYLOADS = times(900, 50_000)
OTHERS_WAIT_S = 2.0

pytestmark = pytest.mark.timeout(times(120, 7_200))

GOOD: list[dict[str, Any]] = [
    {"type": "consent", "granted": True, "text_version": "2026-11", "id": "1"},
    {"type": "text_response", "content": "A stack.", "answer_id": "a", "question_number": 1},
    {"type": "text_response", "content": "x", "code": {"language": "python", "source": "x=1"}},
    {"type": "repeat", "id": "r"},
    {"type": "moment"},
    {"type": "typing"},
    {"type": "done", "answer_id": "a"},
    {"type": "playback", "event": "finished", "prompt_id": "p"},
    {"type": "webrtc_offer", "sdp": "v=0\r\n", "id": "o"},
    {"type": "webrtc_candidate", "candidate": "candidate:1 1 udp 1 8.8.8.8 9999 typ host"},
    {"type": "webrtc_close"},
    {"type": "backlog", "start_s": 1.0, "samples": "AAAA", "last": True},
    {"type": "page_event", "name": "blur", "fields": {"a": 1}},
    {"type": "ping", "t": 1},
]


async def open_socket(edge: Edge, created: dict[str, Any]) -> Any:
    headers = bearer(created["candidate_token"])
    answer = await edge.client.post("/api/candidate/ticket", headers=headers)
    ticket = (await answer.json())["ticket"]
    query = {"session_id": created["session_id"], "ticket": ticket}
    socket = await edge.client.ws_connect("/ws/interview", params=query)
    assert (await socket.receive_json())["type"] == "welcome"
    return socket


async def watch_others(edge: Edge, waits: list[float]) -> None:
    """Somebody else asks all the time; for how long this process was at work meanwhile.

    Not by the wall's clock: a machine that stands still makes nobody guilty.
    """
    while True:
        began = time.process_time()
        async with asyncio.timeout(60):
            answer = await edge.client.get("/healthz")
        assert answer.status == 200
        waits.append(time.process_time() - began)
        await asyncio.sleep(0.02)


async def test_mutated_frames(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FloodGuard, "admit", lambda *_: True)
    chance = random.Random(SEED)
    waits: list[float] = []
    others = asyncio.create_task(watch_others(edge, waits))
    good = [json.dumps(frame).encode() for frame in GOOD]
    created = await edge.create()
    socket = await open_socket(edge, created)
    ended: list[int | None] = []

    async def drain() -> None:
        async for _ in socket:
            pass

    reader = asyncio.create_task(drain())
    for number in range(FRAMES):
        if socket.closed or reader.done():
            ended.append(socket.close_code)
            created = await edge.create()
            socket = await open_socket(edge, created)
            reader = asyncio.create_task(drain())
        frame = mutated(chance.choice(good), chance)
        if number % 10 == 0:
            await socket.send_bytes(frame)
        else:
            await socket.send_str(frame.decode("utf-8", "replace"))
        if number % 50 == 0:
            await asyncio.sleep(0.005)
    others.cancel()
    await asyncio.gather(others, return_exceptions=True)
    assert waits and max(waits) < OTHERS_WAIT_S
    assert set(ended) <= {1000, 1008}, ended  # concluded, or put out: never 1006 or 1011
    await socket.close()


@pytest.mark.parametrize(("module", "count"), [("media_child", HEADERS), ("rtp_child", PAYLOADS)])
async def test_mutated_media(module: str, count: int) -> None:
    """Clips and recordings behind their limits; what a peer decodes in the server's process."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.hostile.{module}",
        str(SEED),
        str(count),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await child.communicate()
    assert child.returncode == 0, (child.returncode, err[-800:])
    assert float(out) < OTHERS_WAIT_S


async def test_mutated_offers_leave_nothing_behind() -> None:
    chance, candidate = random.Random(SEED), Candidate(video=True)
    good = (await candidate.offer()).encode()
    await candidate.aclose()
    process, refused, slowest_s = psutil.Process(), 0, 0.0
    for number in range(OFFERS):
        if number == OFFERS // 4:  # what is made once has been made
            gc.collect()
            before = (process.num_fds(), len(asyncio.all_tasks()))
        began = time.process_time()
        try:
            peer = await Server().answer(mutated(good, chance).decode("utf-8", "replace"))
        except InvalidInput:
            refused += 1
        else:
            slowest_s = max(slowest_s, time.process_time() - began)
            await peer.aclose()
    assert 0 < refused < OFFERS and slowest_s < OTHERS_WAIT_S
    for _ in range(200):  # what is being closed is closed soon
        gc.collect()
        after = (process.num_fds(), len(asyncio.all_tasks()))
        if after[0] <= before[0] + 4 and after[1] <= before[1] + 2:
            return
        await asyncio.sleep(0.1)
    raise AssertionError((before, after))
