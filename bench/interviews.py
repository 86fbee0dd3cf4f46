"""Load on our server: whole interviews, each with a socket and a WebRTC peer."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from bench.audio import Microphone, count_heard
from bench.plain_peers import JOIN_EVERY_S, Server
from bench.report import Measured
from bench.scripted_server import LINE
from tests.e2e.server_process import SERVICE_KEY

QUESTIONS = ["Please describe how you find a slow query.", "Please describe how you test a fix."]
STEP_S = 25.0

Frame = dict[str, Any]


@dataclass
class Held:
    """One interview: what came of it, and when it was all joined and asked."""

    joined: float = 0.0
    concluded: float = 0.0
    answers: int = 0
    words: int = 0
    heard: dict[str, float] = field(default_factory=lambda: {"s": 0.0})
    late_frames: int = 0


@dataclass
class Outcome:
    """All interviews of a run with the figures taken beside them."""

    measured_so_far: Measured

    def measured(self, lags: list[tuple[float, float]]) -> Measured:
        """With the loop lags."""
        return self.measured_so_far.with_lags(lags)


class Candidate:
    """Joins, consents, speaks at each question, leaves at the end."""

    def __init__(self, http: aiohttp.ClientSession, url: str, packets: list[bytes]) -> None:
        self._http = http
        self._url = url
        self._packets = packets
        self._microphone = Microphone()
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ears: list[asyncio.Task[None]] = []
        self.held = Held()
        self.speaking = asyncio.Event()

    async def hold(self) -> Held:
        """The whole interview."""
        await self._join()
        try:
            await self._call()
            await self._send(type="consent", granted=True, text_version="2026-11")
            for number in range(1, len(QUESTIONS) + 1):
                await self._answer(number)
            await self._until("interview_concluded")
            self.held.concluded = time.monotonic()
        finally:
            self.held.late_frames = self._microphone.late_frames
            await self._leave()
        return self.held

    async def _answer(self, number: int) -> None:
        await self._until(
            "timer",
            lambda f: f.get("question_number") == number and f["timer"]["state"] == "running",
        )
        self._microphone.say(self._packets)
        self.speaking.set()
        self.held.joined = self.held.joined or time.monotonic()
        before = self.held.words
        await self._until("processing_response", lambda f: f["question_number"] == number)
        if self.held.words - before < len(LINE.split()):
            raise RuntimeError(f"answer {number} lost its words")
        self.held.answers += 1

    async def _join(self) -> None:
        body = {"name": "Bench", "email": "bench@example.com", "questions": QUESTIONS}
        async with self._http.post(
            self._url + "/api/parallel_interview/create",
            json={**body, "max_questions": len(QUESTIONS)},
            headers={"X-API-Key": SERVICE_KEY},
        ) as answer:
            answer.raise_for_status()
            created = await answer.json()
        bearer = {"Authorization": f"Bearer {created['candidate_token']}"}
        async with self._http.post(self._url + "/api/candidate/ticket", headers=bearer) as answer:
            answer.raise_for_status()
            ticket = (await answer.json())["ticket"]
        query = {"session_id": created["session_id"], "ticket": ticket, "media": "webrtc"}
        self._socket = await self._http.ws_connect(self._url + "/ws/interview", params=query)

    async def _call(self) -> None:
        self._peer.addTrack(self._microphone)
        self._peer.on(
            "track",
            lambda track: self._ears.append(
                asyncio.create_task(count_heard(track, self.held.heard))
            ),
        )
        await self._peer.setLocalDescription(await self._peer.createOffer())
        await self._send(type="webrtc_offer", sdp=self._peer.localDescription.sdp, id="offer")
        answer = await self._until("webrtc_answer")
        await self._peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))

    async def _send(self, **frame: object) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps(frame))

    async def _until(self, kind: str, where: Any = lambda _: True) -> Frame:
        assert self._socket is not None
        async with asyncio.timeout(STEP_S):
            while True:
                frame: Frame = await self._socket.receive_json()
                if frame["type"] == "transcript" and frame.get("utterance_id"):
                    self.held.words += len(frame["words"])
                if frame["type"] == "error":
                    raise RuntimeError(f"the server refused: {frame['content']}")
                if frame["type"] == kind and where(frame):
                    return frame

    async def _leave(self) -> None:
        await self._peer.close()
        await asyncio.gather(*self._ears, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()


class Interviews:
    """Joins candidates one after another and looks at the server while all are in."""

    def __init__(self, url: str, packets: list[bytes], server: Server) -> None:
        self._url = url
        self._packets = packets
        self._server = server

    async def hold(self, count: int) -> Outcome:
        """All interviews to their end. Raises when one of them did not do its whole work."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            began, cpu_began = time.monotonic(), self._server.cpu_s()
            candidates = [Candidate(http, self._url, self._packets) for _ in range(count)]
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(candidates[0].hold())]
                await candidates[0].speaking.wait()
                await asyncio.sleep(2.0)
                first_mb = self._server.rss_mb()
                for candidate in candidates[1:]:
                    tasks.append(group.create_task(candidate.hold()))
                    await asyncio.sleep(JOIN_EVERY_S)
                await asyncio.gather(*(candidate.speaking.wait() for candidate in candidates))
                start, cpu_start = time.monotonic(), self._server.cpu_s()
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                end, cpu_end = time.monotonic(), self._server.cpu_s()
                last_mb = self._server.rss_mb()
        held = [task.result() for task in tasks]
        self._check(held, start, end)
        return Outcome(
            Measured(
                name="vivavoce, interviews",
                sessions=count,
                window=(start, end),
                joining=(began, start),
                cpu_share=(cpu_end - cpu_start) / (end - start),
                joining_cpu_share=(cpu_start - cpu_began) / (start - began),
                rss_first_mb=first_mb,
                rss_further_mb=(last_mb - first_mb) / max(1, count - 1),
                work=f"{sum(h.answers for h in held)} answers, {sum(h.words for h in held)} words,"
                f" {sum(h.heard['s'] for h in held):.0f} s of prompts heard;"
                f" {end - start:.0f} s with all in;"
                f" {sum(h.late_frames for h in held)} late frames of the load",
            )
        )

    def _check(self, held: list[Held], start: float, end: float) -> None:
        if any(one.heard["s"] < 3.0 for one in held):
            raise RuntimeError("a candidate did not hear the prompts")
        if any(one.answers != len(QUESTIONS) for one in held):
            raise RuntimeError("an interview did not get all its answers")
        if end - start < 5.0:
            raise RuntimeError("too short a time with all candidates in: raise the clip's length")
