"""A candidate's browser in tests: an aiortc peer with a microphone and a camera."""

from __future__ import annotations

import asyncio
import fractions
from collections import deque
from typing import Any

import av
import numpy as np
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack, VideoStreamTrack
from av.audio.resampler import AudioResampler

RATE_HZ = 48_000
PIECE = RATE_HZ // 50 * 2


class ClipTrack(MediaStreamTrack):
    """48 kHz PCM in real time: what was given to `say`, else silence."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._pieces: deque[bytes] = deque()
        self._pts = 0
        self._due: float | None = None

    def say(self, pcm: bytes) -> None:
        """Queue 48 kHz PCM16 mono."""
        self._pieces.extend(pcm[at : at + PIECE] for at in range(0, len(pcm), PIECE))

    async def recv(self) -> Any:
        """The next 20 ms."""
        loop = asyncio.get_running_loop()
        self._due = (self._due or loop.time()) + 0.02
        await asyncio.sleep(max(0.0, self._due - loop.time()))
        piece = self._pieces.popleft() if self._pieces else b""
        frame = av.AudioFrame(format="s16", layout="mono", samples=PIECE // 2)
        frame.planes[0].update(piece.ljust(PIECE, b"\0"))
        frame.sample_rate, frame.pts = RATE_HZ, self._pts
        frame.time_base = fractions.Fraction(1, RATE_HZ)
        self._pts += PIECE // 2
        return frame


class Candidate:
    """Makes an offer, takes the answer, notes what is heard (16 kHz mono)."""

    def __init__(self, *, video: bool = False) -> None:
        self.pc = RTCPeerConnection()
        self.microphone = ClipTrack()
        self.heard: list[np.ndarray[Any, Any]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.pc.addTrack(self.microphone)
        if video:
            self.pc.addTrack(VideoStreamTrack())
        self.pc.on(
            "track", lambda track: self._tasks.append(asyncio.create_task(self._hear(track)))
        )

    async def offer(self) -> str:
        """A complete offer."""
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return str(self.pc.localDescription.sdp)

    async def accept(self, sdp: str) -> None:
        """Take the server's answer."""
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def aclose(self) -> None:
        """Leave."""
        self.microphone.stop()
        await self.pc.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hear(self, track: Any) -> None:
        resampler = AudioResampler(format="s16", layout="mono", rate=16_000)
        try:
            while True:
                frame = await track.recv()
                for piece in resampler.resample(frame):
                    raw = bytes(piece.planes[0])[: piece.samples * 2]
                    self.heard.append(np.frombuffer(raw, dtype="<i2"))
        except MediaStreamError:
            return

    def loud_s(self) -> float:
        """Seconds of audible sound that were heard."""
        loud = [piece for piece in self.heard if len(piece) and np.abs(piece).max() > 500]
        return sum(len(piece) for piece in loud) / 16_000
