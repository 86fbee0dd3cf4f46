"""A candidate over aiortc: speaks clips on cue, hears the avatar, keeps every frame."""

from __future__ import annotations

import asyncio
import fractions
import time
import wave
from collections import deque
from pathlib import Path

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from tests.e2e.server_process import ServerProcess
from tests.e2e.ws_client import Frame, PlainClient

RATE_HZ = 48_000
FRAME = RATE_HZ // 50


class Microphone(MediaStreamTrack):
    """Quiet until told to say something."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._queue: deque[np.ndarray] = deque()
        self._sent = 0
        self._started = 0.0
        self.finished = asyncio.Event()

    def say(self, clip: Path) -> float:
        """Queue a clip; its length in seconds."""
        with wave.open(str(clip), "rb") as file:
            rate, count = file.getframerate(), file.getnframes()
            audio = np.frombuffer(file.readframes(count), dtype="<i2").astype(np.float32)
        places = np.linspace(0, len(audio) - 1, int(len(audio) * RATE_HZ / rate))
        samples = np.interp(places, np.arange(len(audio)), audio).astype("<i2")
        for start in range(0, len(samples), FRAME):
            piece = np.zeros(FRAME, dtype="<i2")
            part = samples[start : start + FRAME]
            piece[: len(part)] = part
            self._queue.append(piece)
        self.finished.clear()
        return len(samples) / RATE_HZ

    async def recv(self) -> av.AudioFrame:
        """20 ms, paced."""
        if self.readyState != "live":
            raise MediaStreamError
        if not self._started:
            self._started = time.monotonic()
        wait = self._started + self._sent * 0.02 - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        if self._queue:
            samples = self._queue.popleft()
        else:
            self.finished.set()
            samples = (np.random.default_rng(self._sent).standard_normal(FRAME) * 3).astype("<i2")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, self._sent * FRAME
        frame.time_base = fractions.Fraction(1, RATE_HZ)
        self._sent += 1
        return frame


class RtcClient(PlainClient):
    """The WebSocket client with a WebRTC peer."""

    def __init__(self, server: ServerProcess, created: Frame) -> None:
        super().__init__(server, created)
        self.microphone = Microphone()
        self.peer = RTCPeerConnection()
        self.heard_s = 0.0
        self._ears: asyncio.Task[None] | None = None

    async def call(self) -> None:
        """Offer, and wait until the media are connected."""
        self.peer.addTrack(self.microphone)
        self.peer.on("track", self._on_track)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        await self.send(type="webrtc_offer", sdp=self.peer.localDescription.sdp, id="offer")
        answer = await self.until("webrtc_answer")
        await self.peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self._ears = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                assert isinstance(frame, av.AudioFrame)
                samples = frame.to_ndarray()
                if np.abs(samples).max() > 500:
                    self.heard_s += frame.samples / frame.sample_rate
        except MediaStreamError:
            return

    async def my_turn(self, number: int, timeout_s: float = 60) -> None:
        """Wait until question `number` is open for an answer."""
        await self.until(
            "timer",
            lambda f: f.get("question_number") == number and f["timer"]["state"] == "running",
            timeout_s=timeout_s,
        )

    async def saved(self, number: int, timeout_s: float = 60) -> None:
        """Wait until the answer to question `number` is stored."""
        await self.until(
            "processing_response", lambda f: f["question_number"] == number, timeout_s=timeout_s
        )

    async def close(self) -> None:
        """Hang up."""
        await self.peer.close()
        if self._ears is not None:
            await asyncio.gather(self._ears, return_exceptions=True)
        await super().close()
