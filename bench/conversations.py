"""One spoken conversation over WebRTC on this machine: our voice, or livekit-agents as it comes.

Both get the same transport (our aiortc peer), the same scripted recogniser and the same tones; what
differs is who decides about turns. The candidate is a plain aiortc client that notes when each
frame arrived and how loud it was.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from aiortc.mediastreams import MediaStreamError
from livekit import rtc
from livekit.agents import Agent, AgentSession, LanguageCode, StopResponse, inference, stt
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN
from livekit.agents.voice import io

from agents.ears import CandidateAudio
from agents.playout import as_frames
from agents.voice import open_voice
from interview.channel import in_memory
from interview.conversation import (
    Listening,
    PromptEnded,
    PromptStarted,
    SpokenCommand,
    TurnOffered,
    VoiceSays,
)
from interview.ports.conversation import AudioIn, Voice
from interview.ports.speech import PcmFrame, SpokenAudio
from realtime.early import receive_early
from realtime.peer import open_peer
from tests.fakes.conversation import NotingRoom
from tests.fakes.engines import ScriptedRecogniser, ScriptedStream
from tests.realtime.candidate import Candidate, ClipTrack

RATE_HZ = 48_000
LOUD = 500
FRAME_S = 0.02


def tone(duration_s: float) -> bytes:
    """The avatar's voice: 220 Hz at 48 kHz."""
    times = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    return bytes((np.sin(2 * math.pi * 220 * times) * 6_000).astype("<i2").tobytes())


def _spoken(duration_s: float) -> SpokenAudio:
    return SpokenAudio(tone(duration_s), RATE_HZ, (), "tone", "tone")


class TimedTrack(ClipTrack):
    """A microphone that knows when the first frame of a clip left."""

    def __init__(self) -> None:
        super().__init__()
        self.began: float | None = None
        self._armed = False

    def say(self, pcm: bytes) -> None:
        """Queue 48 kHz PCM16."""
        self.began, self._armed = None, True
        super().say(pcm)

    async def recv(self) -> Any:
        frame = await super().recv()
        if self._armed:
            # the frame was spoken in the 20 ms before it is sent
            self.began, self._armed = time.monotonic() - FRAME_S, False
        return frame


class TimedCandidate(Candidate):
    """Notes (arrival, loud) of every frame."""

    def __init__(self) -> None:
        super().__init__()
        self.timed = TimedTrack()
        self.microphone = self.timed
        self.pc.getSenders()[0].replaceTrack(self.timed)
        self.frames: list[tuple[float, bool]] = []

    async def accept(self, sdp: str) -> None:
        """Note what arrives: the 80 ms that aiortc would hold it back belong to neither system."""
        await super().accept(sdp)
        receive_early(self.pc)

    async def _hear(self, track: Any) -> None:
        try:
            while True:
                frame = await track.recv()
                peak = np.abs(frame.to_ndarray()).max()
                self.frames.append((time.monotonic(), bool(peak > LOUD)))
        except MediaStreamError:
            return

    def first_loud(self, after: float) -> float | None:
        """When sound was first heard after a moment."""
        return next((at for at, loud in self.frames if at > after and loud), None)

    def last_loud(self, after: float, quiet_frames: int = 10) -> float | None:
        """When the sound that was heard at `after` fell silent for so many frames (20 ms each)."""
        last, quiet = after, 0
        for at, loud in self.frames:
            if at <= after:
                continue
            last, quiet = (at, 0) if loud else (last, quiet + 1)
            if quiet == quiet_frames:
                return last
        return None


class Agency(Protocol):
    """Who listens and speaks."""

    replies: list[tuple[float, float]]
    interrupted: int
    finished: int

    async def say(self, duration_s: float) -> None: ...
    async def aclose(self) -> None: ...


@dataclass
class Setting:
    """How our voice listens; the peer has its defaults."""

    mode: Listening = Listening.ANSWER
    tolerance_s: float = 3.0


class Ours:
    """`agents.voice`, replying with a tone to every turn."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.replies: list[tuple[float, float]] = []
        self.interrupted = self.finished = 0
        self.voice: Voice | None = None
        self._decided = 0.0
        self._number = 0

    async def start(self, source: AudioIn, recogniser: ScriptedRecogniser) -> None:
        """Begin to listen."""
        self._room = _ReplyingRoom(self)
        side = in_memory(self._room.side)
        self.voice = await open_voice(
            side, source, recogniser, language="en", fetch=self._room.fetch
        )
        self.listen()

    def listen(self) -> None:
        """Wait for an answer."""
        self._room.listen(Listening.OFF)
        self._room.listen(self.setting.mode, pause_tolerance_s=self.setting.tolerance_s)

    @property
    def playout(self) -> Any:
        assert self.voice is not None
        return self.voice.playout

    async def say(self, duration_s: float) -> None:
        """A prompt."""
        self._number += 1
        self._room.speak(f"p{self._number}", "A prompt.", _spoken(duration_s))

    async def ended(self) -> None:
        """The turn is over: reply."""
        self._decided = time.monotonic()
        await self.say(1.0)

    def started(self) -> None:
        """The reply's first frame is pulled."""
        if self._decided:
            self.replies.append((self._decided, time.monotonic()))
            self._decided = 0.0

    async def aclose(self) -> None:
        """End."""
        if self.voice is not None:
            await self.voice.aclose()


class _ReplyingRoom(NotingRoom):
    def __init__(self, ours: Ours) -> None:
        super().__init__(time.monotonic)
        self._ours = ours

    async def _take(self, message: VoiceSays) -> None:
        """The reply begins with its acknowledgement, before the turn has ended."""
        if isinstance(message, (TurnOffered, SpokenCommand)):
            await self._ours.ended()
        elif isinstance(message, PromptStarted):
            self._ours.started()
        elif isinstance(message, PromptEnded):
            self._ours.interrupted += message.interrupted
            self._ours.finished += not message.interrupted


class LiveKit:
    """livekit-agents with its defaults, replying with a tone to every turn."""

    def __init__(self) -> None:
        self.replies: list[tuple[float, float]] = []
        self.interrupted = self.finished = 0
        self.playout = _LiveKitOutput(self)
        self._decided = 0.0
        self._session: AgentSession[None] | None = None

    async def start(self, source: AudioIn, recogniser: ScriptedRecogniser) -> None:
        """Begin to listen."""
        session: AgentSession[None] = AgentSession(
            stt=_ScriptedStt(recogniser),
            vad=inference.VAD(),
            turn_handling={
                "turn_detection": inference.TurnDetector(version="v1-mini"),
                "interruption": {"mode": "vad"},
            },
            aec_warmup_duration=None,  # or nothing interrupts in the first three seconds
            user_away_timeout=None,
        )
        self._session = session
        session.input.audio = CandidateAudio(source)
        session.output.audio = self.playout
        await session.start(_Replying(self), record=False)

    def listen(self) -> None:
        """It always listens."""

    async def say(self, duration_s: float) -> None:
        """A prompt."""
        assert self._session is not None
        self._session.say("A prompt.", audio=as_frames(_spoken(duration_s)), add_to_chat_ctx=False)

    async def ended(self) -> None:
        """The turn is over: reply."""
        self._decided = time.monotonic()
        await self.say(1.0)

    def started(self) -> None:
        """The reply's first frame is pulled."""
        if self._decided:
            self.replies.append((self._decided, time.monotonic()))
            self._decided = 0.0

    async def aclose(self) -> None:
        """End."""
        if self._session is not None:
            await self._session.aclose()


class _Replying(Agent):
    def __init__(self, parent: LiveKit) -> None:
        super().__init__(instructions="Reply.")
        self._parent = parent

    async def on_user_turn_completed(self, turn_ctx: Any, new_message: Any) -> None:
        await self._parent.ended()
        raise StopResponse


class _LiveKitOutput(io.AudioOutput):
    """What a room's output does: buffers, pauses, goes on, clears."""

    def __init__(self, parent: LiveKit) -> None:
        super().__init__(
            label="Output",
            capabilities=io.AudioOutputCapabilities(pause=True),
            sample_rate=RATE_HZ,
        )
        self._parent = parent
        self._buffer = bytearray()
        self._at = 0
        self._open = self._flushed = self._paused = False

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._open:
            self._buffer.clear()
            self._at, self._open, self._flushed = 0, True, False
        self._buffer += bytes(frame.data)

    def flush(self) -> None:
        super().flush()
        self._flushed = True

    def clear_buffer(self) -> None:
        if self._open:
            self._finish(interrupted=True)

    def pause(self) -> None:
        super().pause()
        self._paused = True

    def resume(self) -> None:
        super().resume()
        self._paused = False

    def pull(self, samples: int) -> bytes | None:
        """The next frame."""
        if not self._open or self._paused:
            return None
        if self._at >= len(self._buffer):
            if self._flushed:
                self._finish(interrupted=False)
            return None
        if self._at == 0:
            self._parent.started()
            self.on_playback_started(created_at=time.time())
        piece = bytes(self._buffer[self._at : self._at + samples * 2])
        self._at += len(piece)
        return piece.ljust(samples * 2, b"\0")

    def _finish(self, *, interrupted: bool) -> None:
        self._open = False
        self._parent.interrupted += interrupted
        self._parent.finished += not interrupted
        position_s = self._at / 2 / RATE_HZ
        self.on_playback_finished(playback_position=position_s, interrupted=interrupted)


class _ScriptedStt(stt.STT[str]):
    """The scripted recogniser as livekit-agents sees one."""

    def __init__(self, recogniser: ScriptedRecogniser) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=True, offline_recognize=False, manual_flush=True
            )
        )
        self.recogniser = recogniser

    def stream(
        self, *, language: Any = NOT_GIVEN, conn_options: Any = DEFAULT_API_CONNECT_OPTIONS
    ) -> stt.RecognizeStream:
        return _ScriptedSttStream(self, conn_options)

    async def _recognize_impl(self, buffer: Any, **_: Any) -> stt.SpeechEvent:
        raise ValueError("streams only")


class _ScriptedSttStream(stt.RecognizeStream):
    def __init__(self, parent: _ScriptedStt, conn_options: Any) -> None:
        super().__init__(stt=parent, conn_options=conn_options)
        self._inner = parent.recogniser.open_stream(language="en")

    async def _run(self) -> None:
        reading = asyncio.create_task(self._read())
        try:
            async for item in self._input_ch:
                if isinstance(item, rtc.AudioFrame):
                    now = time.monotonic()
                    self._inner.push(PcmFrame(bytes(item.data), item.sample_rate, now))
                else:
                    await self._inner.flush()
        finally:
            reading.cancel()

    async def _read(self) -> None:
        kind = stt.SpeechEventType
        async for heard in self._inner:
            text = " ".join(word.text for word in heard.committed) or heard.tentative
            if text:
                data = stt.SpeechData(language=LanguageCode("en"), text=text, confidence=1.0)
                what = kind.FINAL_TRANSCRIPT if heard.final else kind.INTERIM_TRANSCRIPT
                self._event_ch.send_nowait(stt.SpeechEvent(type=what, alternatives=[data]))


class TimedRecogniser(ScriptedRecogniser):
    """Knows each word as soon as it has been said."""

    def __init__(self) -> None:
        super().__init__()
        self._script: list[tuple[float, str]] = []

    def hear_from_now(self, text: str, duration_s: float) -> None:
        """These words are said evenly over the next seconds."""
        now, words = time.monotonic(), text.split()
        step = duration_s / max(1, len(words))
        self._script += [(now + (index + 1) * step, word) for index, word in enumerate(words)]

    def said(self) -> list[str]:
        """Every word so far, of all turns."""
        now = time.monotonic()
        return [word for at, word in self._script if at <= now]

    def open_stream(self, *, language: str | None, hotwords: Sequence[str] = ()) -> ScriptedStream:
        self.open_streams += 1
        return _TimedStream(self)


class _TimedStream(ScriptedStream):
    """What was said since the last flush."""

    def __init__(self, recogniser: TimedRecogniser) -> None:
        super().__init__(recogniser)
        self._timed = recogniser
        self._from = len(recogniser.said())

    async def flush(self) -> None:
        until = len(self._timed.said())
        await super().flush()
        self._from = until

    def _text(self, *, peek: bool = False) -> str:
        return " ".join(self._timed.said()[self._from :])


class Call:
    """A candidate connected to one of them."""

    def __init__(self, agency: Ours | LiveKit) -> None:
        self.agency = agency
        self.candidate = TimedCandidate()
        self.recogniser = TimedRecogniser()
        self._peer: Any = None

    async def __aenter__(self) -> Call:
        sources: asyncio.Queue[AudioIn] = asyncio.Queue(1)
        connected = asyncio.Event()
        self._peer = await open_peer(
            await self.candidate.offer(),
            self,
            clock=time.monotonic,
            on_audio=sources.put_nowait,
            on_picture=lambda _: None,
            on_state=lambda state: connected.set() if state == "connected" else None,
        )
        await self.candidate.accept(self._peer.answer_sdp)
        async with asyncio.timeout(10):
            source = await sources.get()
            await self.agency.start(source, self.recogniser)
            await connected.wait()
        return self

    def pull(self, samples: int) -> bytes | None:
        """The outgoing track's next frame."""
        playout: Any = getattr(self.agency, "playout", None) if self._ready else None
        return playout.pull(samples) if playout is not None else None

    @property
    def _ready(self) -> bool:
        return not isinstance(self.agency, Ours) or self.agency.voice is not None

    async def __aexit__(self, *_: object) -> None:
        await self.agency.aclose()
        await self._peer.aclose()
        await self.candidate.aclose()

    def say(self, samples: bytes, text: str) -> None:
        """48 kHz PCM16 into the microphone, and what a recogniser will make of it."""
        self.recogniser.hear_from_now(text, len(samples) / 2 / RATE_HZ)
        self.candidate.microphone.say(samples)

    async def until(self, found: Callable[[], Any], timeout_s: float) -> Any:
        """The first true answer, or None."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if (answer := found()) is not None:
                return answer
            await asyncio.sleep(0.02)
        return None
