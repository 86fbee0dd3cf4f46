"""The candidate's peer against an aiortc client, over loopback."""

from __future__ import annotations

import asyncio
import math
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from interview.errors import InvalidInput
from interview.ports.conversation import AudioIn
from interview.ports.speech import PcmFrame
from realtime.peer import CandidatePeer, open_peer
from tests.fakes.conversation import clip
from tests.realtime.candidate import Candidate


class Tone:
    """A playout: so many seconds of a tone, then idle."""

    def __init__(self, duration_s: float) -> None:
        self.left = round(duration_s * 48_000)
        self.pulled = 0

    def pull(self, samples: int) -> bytes | None:
        if self.pulled >= self.left:
            return None
        times = (np.arange(samples) + self.pulled) / 48_000
        self.pulled += samples
        return (np.sin(2 * math.pi * 440 * times) * 8_000).astype("<i2").tobytes()


class Server:
    """What the server does with a peer."""

    def __init__(self, duration_s: float = 0.0) -> None:
        self.tone = Tone(duration_s)
        self.audio: AudioIn | None = None
        self.pictures: list[bytes] = []
        self.states: list[str] = []
        self.connected = asyncio.Event()
        self._began = time.monotonic()

    def clock(self) -> float:
        return time.monotonic() - self._began

    def state(self, state: str) -> None:
        self.states.append(state)
        if state == "connected":
            self.connected.set()

    def hear(self, audio: AudioIn) -> None:
        self.audio = audio

    async def answer(self, sdp: str) -> CandidatePeer:
        return await open_peer(
            sdp,
            self.tone,
            clock=self.clock,
            on_audio=self.hear,
            on_picture=self.pictures.append,
            on_state=self.state,
        )


async def test_sound_and_pictures_go_both_ways(shared_dir: Path) -> None:
    server, candidate = Server(1.0), Candidate(video=True)
    peer = await server.answer(await candidate.offer())
    await candidate.accept(peer.answer_sdp)
    try:
        await asyncio.wait_for(server.connected.wait(), 20)
        speech = clip(shared_dir / "speech" / "harvard-1.wav", 48_000)
        candidate.microphone.say(speech)
        assert server.audio is not None
        frames: list[PcmFrame] = []
        began = time.monotonic()
        async with asyncio.timeout(60):
            while len(frames) < 150:
                frames.append(await server.audio.receive())
        pcm = np.frombuffer(b"".join(frame.samples for frame in frames), dtype="<i2")
        assert np.abs(pcm).max() > 2_000
        assert all(frame.sample_rate_hz == 16_000 for frame in frames)
        times = [frame.start_s for frame in frames]
        steps = zip(times, times[1:], strict=False)
        assert all(later - earlier > -0.35 for earlier, later in steps)  # anchored anew at 0.3
        length_s = sum(len(frame.samples) for frame in frames) / 32_000
        took_s = time.monotonic() - began  # a full machine sends and receives late
        assert length_s - 0.3 <= times[-1] - times[0] <= max(length_s, took_s) + 0.3
        assert 0.5 < candidate.loud_s() < 1.3
        assert 2 <= len(server.pictures) <= took_s + 3
        assert all(picture.startswith(b"\xff\xd8") for picture in server.pictures)
    finally:
        await peer.aclose()
        await candidate.aclose()
    with pytest.raises(EOFError):
        async with asyncio.timeout(20):
            while True:
                await server.audio.receive()


async def test_joining_and_leaving_leaves_nothing_behind() -> None:
    """Thirty connected peers and seventy that never connect, one after another."""

    async def join(connect: bool) -> None:
        server, candidate = Server(), Candidate(video=True)
        peer = await server.answer(await candidate.offer())
        if connect:
            await candidate.accept(peer.answer_sdp)
            await asyncio.wait_for(server.connected.wait(), 20)
        await peer.aclose()
        await candidate.aclose()

    def held() -> tuple[int, int, int]:
        tasks = len(asyncio.all_tasks())
        return tasks, threading.active_count(), len(os.listdir("/proc/self/fd"))

    for _ in range(3):
        await join(connect=True)
    await asyncio.sleep(0.5)
    before = held()
    for number in range(100):
        await join(connect=number % 10 < 3)
    for _ in range(200):  # what is being closed is closed soon
        after = held()
        # The pool of asyncio.to_thread may still grow.
        if all(
            now <= then + more for now, then, more in zip(after, before, (0, 2, 2), strict=True)
        ):
            return
        await asyncio.sleep(0.1)
    raise AssertionError((before, after))


@pytest.mark.parametrize(
    "change",
    [
        lambda sdp: "",
        lambda sdp: "v=0\r\nm=audio",
        lambda sdp: sdp.replace("m=audio", "m=video"),
        lambda sdp: sdp + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        lambda sdp: sdp + "a=x\r\n" * 20_000,
        lambda sdp: sdp.replace("a=fingerprint", "a=nothing"),
        lambda sdp: (
            sdp.replace("opus/48000/2", "xxxx/48000/2")
            .replace("PCMU/8000", "yyyy/8000")
            .replace("PCMA/8000", "zzzz/8000")
            .replace("G722/8000", "wwww/8000")
        ),
    ],
)
async def test_an_unusable_offer_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    server, candidate = Server(), Candidate()
    try:
        with pytest.raises(InvalidInput):
            await server.answer(change(await candidate.offer()))
    finally:
        await candidate.aclose()


async def test_candidates_are_checked() -> None:
    server, candidate = Server(), Candidate()
    peer = await server.answer(await candidate.offer())
    try:
        await peer.add_candidate("", "0", 0)
        line = "candidate:1 1 udp 2130706431 127.0.0.1 50000 typ host"
        await peer.add_candidate(line, "0", 0)
        with pytest.raises(InvalidInput):
            await peer.add_candidate("candidate:rubbish", "0", 0)
        with pytest.raises(InvalidInput):
            await peer.add_candidate(line, None, None)
    finally:
        await peer.aclose()
        await peer.aclose()
        await candidate.aclose()
