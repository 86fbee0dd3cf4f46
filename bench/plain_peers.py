"""Load on a peer that only carries sound."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

import aiohttp
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from bench.audio import Microphone, count_heard
from bench.report import Measured

JOIN_EVERY_S = 0.33
NAMES = {
    "packets": "aiortc, ready packets",
    "echo": "aiortc, echo",
    "pipecat": "pipecat-ai, echo",
}


class Server(Protocol):
    """The process under measurement."""

    def cpu_s(self) -> float: ...
    def rss_mb(self) -> float: ...


class PlainPeers:
    """Joins peers one after another, all speaking without end, and looks at the server."""

    def __init__(self, url: str, packets: list[bytes], server: Server) -> None:
        self._url = url
        self._packets = packets
        self._server = server
        self._peers: list[RTCPeerConnection] = []
        self._ears: list[asyncio.Task[None]] = []
        self._heard: dict[str, float] = {"s": 0.0}

    async def hold(self, mode: str, count: int, seconds: float) -> Measured:
        """Join, let them speak for so long, hang up."""
        async with aiohttp.ClientSession() as http:
            began, cpu_began = time.monotonic(), self._server.cpu_s()
            await self._join(http)
            await asyncio.sleep(2.0)
            first_mb = self._server.rss_mb()
            for _ in range(count - 1):
                await self._join(http)
                await asyncio.sleep(JOIN_EVERY_S)
        start, cpu_start = time.monotonic(), self._server.cpu_s()
        await asyncio.sleep(seconds)
        end, cpu_end = time.monotonic(), self._server.cpu_s()
        last_mb = self._server.rss_mb()
        states = {peer.connectionState for peer in self._peers}
        await asyncio.gather(*(peer.close() for peer in self._peers))
        await asyncio.gather(*self._ears, return_exceptions=True)
        if states != {"connected"} or (
            mode != "packets" and self._heard["s"] < seconds * count / 3
        ):
            raise RuntimeError(f"{mode}: {states}, {self._heard['s']:.0f} s of sound came back")
        return Measured(
            name=NAMES[mode],
            sessions=count,
            window=(start, end),
            joining=(began, start),
            cpu_share=(cpu_end - cpu_start) / (end - start),
            joining_cpu_share=(cpu_start - cpu_began) / (start - began),
            rss_first_mb=first_mb,
            rss_further_mb=(last_mb - first_mb) / max(1, count - 1),
            work=f"{seconds * count:.0f} s of speech in, {self._heard['s']:.0f} s of sound back",
        )

    async def _join(self, http: aiohttp.ClientSession) -> None:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        microphone = Microphone()
        microphone.say(self._packets, loop=True)
        peer.addTrack(microphone)
        peer.on(
            "track",
            lambda track: self._ears.append(asyncio.create_task(count_heard(track, self._heard))),
        )
        await peer.setLocalDescription(await peer.createOffer())
        async with http.post(self._url + "/offer", data=peer.localDescription.sdp) as answer:
            sdp = await answer.text()
            answer.raise_for_status()
        await peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        self._peers.append(peer)
