"""The avatar's mouth: prompts buffered at 48 kHz, pulled 20 ms at a time on a steady clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import numpy as np
from livekit import rtc
from livekit.agents.voice import io

from interview.ports.conversation import Playout
from interview.ports.speech import PLAYOUT_RATE_HZ, SpokenAudio

FRAME_S = 0.02
FRAME_SAMPLES = PLAYOUT_RATE_HZ // 50
MAX_LATE_S = 0.2
DUCKED = 0.2


async def as_frames(audio: SpokenAudio) -> AsyncIterator[rtc.AudioFrame]:
    """Frames of some 100 ms at 48 kHz, as fast as they are taken.

    Resampled piece by piece (under a millisecond each), so that the first is there at once.
    """
    step = audio.sample_rate_hz // 10 * 2
    pieces = (audio.pcm[at : at + step] for at in range(0, len(audio.pcm), step))
    if audio.sample_rate_hz == PLAYOUT_RATE_HZ:
        for piece in pieces:
            yield rtc.AudioFrame(piece, PLAYOUT_RATE_HZ, 1, len(piece) // 2)
        return
    resampler = rtc.AudioResampler(
        audio.sample_rate_hz, PLAYOUT_RATE_HZ, quality=rtc.AudioResamplerQuality.HIGH
    )
    for piece in pieces:
        for frame in resampler.push(bytearray(piece)):
            yield frame
        await asyncio.sleep(0)
    for frame in resampler.flush():
        yield frame


class PromptOutput(io.AudioOutput):
    """An AgentSession's audio output that a track (or a paced speaker) pulls from.

    Holds one prompt at a time, so its size is bounded by the prompt's. Reports exactly one
    `playback_finished` for each captured segment. It can be ducked and held within one frame, and
    goes on where it was. `on_played` hears all that goes out (None: silence).
    """

    def __init__(self, on_played: Callable[[bytes | None, int], None] | None = None) -> None:
        super().__init__(
            label="PromptOutput",
            capabilities=io.AudioOutputCapabilities(pause=False),
            sample_rate=PLAYOUT_RATE_HZ,
        )
        self._on_played = on_played
        self._buffer = bytearray()
        self._at = 0
        self._open = False
        self._flushed = False
        self._started = False
        self._gain = self._wanted = 1.0

    @property
    def position_s(self) -> float:
        """How much of the current segment has been pulled."""
        return self._at / 2 / PLAYOUT_RATE_HZ

    @property
    def held(self) -> bool:
        """Whether a prompt stands still because the candidate may be speaking."""
        return self._open and self._wanted == 0

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        """Take audio of the current segment, faster than it plays."""
        await super().capture_frame(frame)
        if not self._open:
            self._buffer.clear()
            self._at = 0
            self._gain = self._wanted = 1.0
            self._open, self._started, self._flushed = True, False, False
        self._buffer += bytes(frame.data)

    def flush(self) -> None:
        """No more audio comes for this segment."""
        super().flush()
        self._flushed = True

    def clear_buffer(self) -> None:
        """Stop at once."""
        if self._open:
            self._finish(interrupted=True)

    def duck(self) -> None:
        """Go on more quietly."""
        self._wanted = DUCKED

    def hold(self) -> None:
        """Be silent within one frame, and keep the place."""
        self._wanted = 0.0

    def go_on(self, *, rewind_s: float = 0.0) -> None:
        """Full voice again; after a hold, from a little before the place."""
        if self._gain == 0 and self._open:
            self._at = max(0, self._at - round(rewind_s * PLAYOUT_RATE_HZ) * 2)
        self._wanted = 1.0

    def pull(self, samples: int) -> bytes | None:
        """The next `samples` at 48 kHz, or None when idle or held."""
        piece = self._next(samples)
        if self._on_played is not None:
            self._on_played(piece, samples)
        return piece

    def _next(self, samples: int) -> bytes | None:
        if not self._open or self._gain == self._wanted == 0:
            return None
        if self._at >= len(self._buffer):
            if self._flushed:
                self._finish(interrupted=False)
            return None
        if not self._started:
            self._started = True
            self.on_playback_started(created_at=time.time())
        end = min(self._at + samples * 2, len(self._buffer))
        piece = bytes(self._buffer[self._at : end]).ljust(samples * 2, b"\0")
        self._at = end
        return self._faded(piece)

    def _faded(self, piece: bytes) -> bytes:
        """The piece at the wanted loudness, reached within it without a click."""
        before, self._gain = self._gain, self._wanted
        if before == self._gain == 1.0:
            return piece
        ramp = np.linspace(before, self._gain, len(piece) // 2, dtype=np.float32)
        return bytes((np.frombuffer(piece, dtype="<i2") * ramp).astype("<i2").tobytes())

    def _finish(self, *, interrupted: bool) -> None:
        self._open = False
        self._buffer.clear()
        self.on_playback_finished(playback_position=self.position_s, interrupted=interrupted)


async def pace(playout: Playout, heard: Callable[[bytes], None] | None = None) -> None:
    """Pull 20 ms every 20 ms until cancelled: what plays when no track does.

    More than 200 ms late, the clock is set anew: nothing is ever played in a burst.
    """
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        pcm = playout.pull(FRAME_SAMPLES)
        if pcm is not None and heard is not None:
            heard(pcm)
        due += FRAME_S
        wait = due - loop.time()
        if wait < -MAX_LATE_S:
            due = loop.time()
        await asyncio.sleep(max(wait, 0))
