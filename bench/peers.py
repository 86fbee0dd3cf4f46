"""What our sessions are compared with, as one process on one core.

    python bench/peers.py packets|echo|pipecat LAGS_FILE CORE

Prints its port, answers WebRTC offers at POST /offer and ends at SIGTERM:

* `packets`: bare aiortc that receives (and so decodes) the microphone and sends ready Opus
  packets, as our sessions do; the floor under anything built on aiortc;
* `echo`: bare aiortc that sends back what it received, decoded and encoded again;
* `pipecat`: pipecat-ai's SmallWebRTCTransport, input joined to output, nothing between.

Runs by path, in the peer's own virtual environment: imports nothing of this repository.
"""

from __future__ import annotations

import asyncio
import fractions
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

os.sched_setaffinity(0, {int(sys.argv[3])})

import av  # noqa: E402  threads that libraries start must already see one core
from aiohttp import web  # noqa: E402
from aiortc import (  # noqa: E402
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError  # noqa: E402

PERIOD_S = 0.02
OPUS_SILENCE = b"\xf8\xff\xfe"
RATE_HZ = 48_000
Answer = Callable[[str], Awaitable[str]]
kept: list[Any] = []  # what must live as long as the process


class Packets(MediaStreamTrack):
    """Ready packets, paced."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._sent = 0
        self._started = time.monotonic()

    async def recv(self) -> Any:
        """The next 20 ms."""
        wait_s = self._started + self._sent * PERIOD_S - time.monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        packet = av.Packet(OPUS_SILENCE)
        packet.pts = self._sent * RATE_HZ // 50
        packet.time_base = fractions.Fraction(1, RATE_HZ)
        self._sent += 1
        return packet


async def drain(track: MediaStreamTrack) -> None:
    """Receive until the end."""
    try:
        while True:
            await track.recv()
    except MediaStreamError:
        return


async def answer_bare(sdp: str, *, echo: bool) -> str:
    """Answer with aiortc alone."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    kept.append(peer)

    def on_track(track: MediaStreamTrack) -> None:
        if echo:
            peer.addTrack(track)
        else:
            peer.addTrack(Packets())
            kept.append(asyncio.create_task(drain(track)))

    peer.on("track", on_track)
    await peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
    await peer.setLocalDescription(await peer.createAnswer())
    return str(peer.localDescription.sdp)


def pipecat_answer() -> Answer:
    """Answer with SmallWebRTCTransport."""
    from pipecat.frames.frames import InputAudioRawFrame, OutputAudioRawFrame  # type: ignore[import-not-found]
    from pipecat.pipeline.pipeline import Pipeline  # type: ignore[import-not-found]
    from pipecat.pipeline.worker import PipelineWorker  # type: ignore[import-not-found]
    from pipecat.processors.frame_processor import FrameProcessor  # type: ignore[import-not-found]
    from pipecat.transports.base_transport import TransportParams  # type: ignore[import-not-found]
    from pipecat.transports.smallwebrtc.connection import SmallWebRTCConnection  # type: ignore[import-not-found]
    from pipecat.transports.smallwebrtc.transport import SmallWebRTCTransport  # type: ignore[import-not-found]
    from pipecat.workers.runner import WorkerRunner  # type: ignore[import-not-found]

    class Echo(FrameProcessor):  # type: ignore[misc]
        async def process_frame(self, frame: Any, direction: Any) -> None:
            await super().process_frame(frame, direction)
            if isinstance(frame, InputAudioRawFrame):
                frame = OutputAudioRawFrame(frame.audio, frame.sample_rate, frame.num_channels)
            await self.push_frame(frame, direction)

    async def answer(sdp: str) -> str:
        connection = SmallWebRTCConnection(ice_servers=[])
        await connection.initialize(sdp=sdp, type="offer")
        params = TransportParams(audio_in_enabled=True, audio_out_enabled=True)
        transport = SmallWebRTCTransport(webrtc_connection=connection, params=params)
        worker = PipelineWorker(
            Pipeline([transport.input(), Echo(), transport.output()]), idle_timeout_secs=None
        )
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        kept.extend((connection, asyncio.create_task(runner.run())))
        given = connection.get_answer()
        return str(given["sdp"])

    return answer


async def measure(lags: list[tuple[float, float]]) -> None:
    """Loop lag, as bench/scripted_server.py takes it."""
    while True:
        due = time.monotonic() + PERIOD_S
        await asyncio.sleep(PERIOD_S)
        now = time.monotonic()
        lags.append((now, max(0.0, now - due)))


def answer_of(mode: str) -> Answer:
    """How offers are answered."""
    if mode == "pipecat":
        return pipecat_answer()
    return lambda sdp: answer_bare(sdp, echo=mode == "echo")


async def serve(mode: str, lags: list[tuple[float, float]]) -> None:
    """Answer offers until SIGTERM."""
    answer = answer_of(mode)

    async def offer(request: web.Request) -> web.Response:
        return web.Response(text=await answer(await request.text()))

    app = web.Application()
    app.router.add_post("/offer", offer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    kept.append(asyncio.create_task(measure(lags)))
    print(f"PORT {runner.addresses[0][1]}", flush=True)
    await stop.wait()


def leave(path: Path, lags: list[tuple[float, float]]) -> None:
    """Write the lags and end at once."""
    path.write_text(json.dumps(lags))
    os._exit(0)


def main() -> None:
    """Serve, then write the lags and leave without waiting for the peers."""
    lags: list[tuple[float, float]] = []

    async def run() -> None:
        await serve(sys.argv[1], lags)
        leave(Path(sys.argv[2]), lags)

    try:
        import uvloop

        uvloop.run(run())
    except ImportError:
        asyncio.run(run())


if __name__ == "__main__":
    main()
