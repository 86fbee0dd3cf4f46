"""Media of a candidate's peer: the avatar's voice out, the microphone and the camera in."""

from __future__ import annotations

import asyncio
import fractions
import functools
import io
from collections.abc import Callable
from typing import Any

import av
import structlog
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.audio.resampler import AudioResampler

from interview.ports.conversation import Playout
from interview.ports.speech import PLAYOUT_RATE_HZ, RECOGNITION_RATE_HZ, PcmFrame
from realtime.channels import PACKED, Mixer, channels_of

FRAME_S = 0.02
FRAME_SAMPLES = PLAYOUT_RATE_HZ // 50
MAX_LATE_S = 0.2
OPUS_SILENCE = b"\xf8\xff\xfe"
OPUS_BIT_RATE = 32_000
OPUS_COMPLEXITY = "4"
TIME_BASE = fractions.Fraction(1, PLAYOUT_RATE_HZ)
GAP_S = 0.3
MAX_WAITING_FRAMES = 500
PICTURE_EVERY_S = 1.0
PICTURE_WIDTH_PX = 320

log = structlog.get_logger(__name__)


class AvatarTrack(MediaStreamTrack):
    """Pulls 20 ms from a playout on an absolute clock and hands aiortc finished Opus packets.

    More than 200 ms late it skips time instead of sending a burst. Idle, it sends Opus silence:
    a browser that gets no packets conceals every gap.
    """

    kind = "audio"

    def __init__(self, playout: Playout) -> None:
        super().__init__()
        self._playout = playout
        self._encoder: Any = None
        self._pts = 0
        self._due: float | None = None

    async def recv(self) -> Any:
        """The next 20 ms as an av.Packet."""
        if self.readyState != "live":
            raise MediaStreamError
        await self._wait_for_turn()
        pcm = self._playout.pull(FRAME_SAMPLES)
        data = OPUS_SILENCE if pcm is None else self._encode(pcm)
        packet = av.Packet(data)
        packet.pts = self._pts
        packet.time_base = TIME_BASE
        self._pts += FRAME_SAMPLES
        return packet

    async def _wait_for_turn(self) -> None:
        now = asyncio.get_running_loop().time()
        self._due = now if self._due is None else self._due + FRAME_S
        late_s = now - self._due
        if late_s > MAX_LATE_S:
            skipped = int(late_s / FRAME_S)
            self._due += skipped * FRAME_S
            self._pts += skipped * FRAME_SAMPLES
        elif late_s < 0:
            await asyncio.sleep(-late_s)

    def _encode(self, pcm: bytes) -> bytes:
        if self._encoder is None:
            self._encoder = _opus_encoder()
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate = PLAYOUT_RATE_HZ
        frame.pts = self._pts
        frame.time_base = TIME_BASE
        packets = self._encoder.encode(frame)
        return bytes(packets[0]) if packets else OPUS_SILENCE


def _opus_encoder() -> Any:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.bit_rate = OPUS_BIT_RATE
    encoder.format = "s16"
    encoder.layout = "mono"
    encoder.sample_rate = PLAYOUT_RATE_HZ
    encoder.time_base = TIME_BASE
    encoder.options = {"application": "voip", "compression_level": OPUS_COMPLEXITY}
    return encoder


class TrackAudioIn:
    """A received audio track as an `AudioIn`: 16 kHz mono, times on the session clock.

    The first frame is anchored at the clock; then RTP time counts. A jump of more than 0.3 s
    between the two (a pause in sending) anchors anew. A task of its own empties the track, whose
    queue has no bound: unread audio beyond 10 s is dropped, oldest first, and counted.
    """

    def __init__(self, track: MediaStreamTrack, clock: Callable[[], float]) -> None:
        self._track = track
        self._clock = clock
        # The channels stay apart until they are judged: a plain mean would cancel some voices.
        self._resampler = AudioResampler(format=PACKED, rate=RECOGNITION_RATE_HZ)
        self._mixer = Mixer()
        self._frames: asyncio.Queue[PcmFrame | None] = asyncio.Queue(MAX_WAITING_FRAMES)
        self._anchor_s: float | None = None
        self._anchor_media_s = 0.0
        self._ended = False
        self.dropped_frames = 0
        self._task = asyncio.create_task(self._run(), name="receive-audio")

    async def receive(self) -> PcmFrame:
        """The next frame. Raises EOFError when the track has ended."""
        if self._ended and self._frames.empty():
            raise EOFError
        frame = await self._frames.get()
        if frame is None:
            raise EOFError
        return frame

    async def aclose(self) -> None:
        """Stop reading."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while True:
                frame: Any = await self._track.recv()
                start_s = self._start_s(frame)
                for piece in self._resampler.resample(frame):
                    samples = self._mixer.mix(channels_of(piece)).tobytes()
                    self._put(PcmFrame(samples, RECOGNITION_RATE_HZ, start_s))
                    start_s += piece.samples / RECOGNITION_RATE_HZ
        except MediaStreamError:
            return
        finally:
            self._ended = True
            self._put(None)

    def _start_s(self, frame: Any) -> float:
        media_s: float = float(frame.pts * frame.time_base)
        now_s: float = max(0.0, self._clock() - frame.samples / frame.sample_rate)
        if self._anchor_s is not None:
            start_s = self._anchor_s + media_s - self._anchor_media_s
            if abs(now_s - start_s) <= GAP_S:
                return start_s if start_s > 0 else 0.0
        self._anchor_s, self._anchor_media_s = now_s, media_s
        return now_s

    def _put(self, frame: PcmFrame | None) -> None:
        if self._frames.full():
            self._frames.get_nowait()
            self.dropped_frames += 1
        self._frames.put_nowait(frame)


def ignore_frame(samples: Callable[[], Any]) -> None:
    """Nobody looks at single frames."""
    del samples


def yuv_samples(frame: Any) -> Any:
    """A frame as uint8 YUV 4:2:0, shape (height * 3 / 2, width); odd sizes lose a line."""
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    if frame.format.name != "yuv420p" or (width, height) != (frame.width, frame.height):
        frame = frame.reformat(width=width, height=height, format="yuv420p")
    return frame.to_ndarray()


class PictureTap:
    """Empties a video track all the time and makes about one JPEG a second of it.

    `newest` is the last decoded frame (an av.VideoFrame), for whoever looks at pictures.
    """

    def __init__(
        self,
        track: MediaStreamTrack,
        on_picture: Callable[[bytes], None],
        on_frame: Callable[[Callable[[], Any]], None] = ignore_frame,
    ) -> None:
        self._track = track
        self._on_picture = on_picture
        self._on_frame = on_frame
        self.newest: Any = None
        self._task = asyncio.create_task(self._run(), name="receive-video")

    async def aclose(self) -> None:
        """Stop reading."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.newest = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        encoding: asyncio.Task[None] | None = None
        try:
            while True:
                frame = self.newest = await self._track.recv()
                self._on_frame(functools.partial(yuv_samples, frame))
                idle = encoding is None or encoding.done()
                if loop.time() >= due and idle:
                    due = loop.time() + PICTURE_EVERY_S
                    encoding = asyncio.create_task(self._show(self.newest), name="encode-picture")
        except MediaStreamError:
            return
        finally:
            if encoding is not None:
                encoding.cancel()

    async def _show(self, frame: Any) -> None:
        try:
            jpeg = await asyncio.to_thread(encode_jpeg, frame)
        except (av.error.FFmpegError, ValueError):
            log.warning("picture_not_encoded")
            return
        self._on_picture(jpeg)


def encode_jpeg(frame: Any) -> bytes:
    """A frame as JPEG, 320 pixels wide. Blocks for a few milliseconds."""
    height = max(2, round(frame.height * PICTURE_WIDTH_PX / frame.width / 2) * 2)
    picture = frame.reformat(width=PICTURE_WIDTH_PX, height=height, format="yuvj420p")
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = PICTURE_WIDTH_PX, height, "yuvj420p"
        picture.pts, picture.time_base = 0, fractions.Fraction(1, 1)
        for packet in (*stream.encode(picture), *stream.encode(None)):
            container.mux(packet)
    return buffer.getvalue()
