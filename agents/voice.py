"""One live conversation's ears and mouth: a livekit-agents AgentSession without room or LLM."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from livekit.agents import AgentSession, inference
from livekit.agents.voice import SpeechHandle, io
from livekit.agents.voice.events import CloseEvent, ErrorEvent, UserStateChangedEvent

from agents.ears import CandidateAudio, CandidateStt
from agents.hearing import Hearing
from agents.interviewer import Interviewer
from agents.playout import PromptOutput, as_frames, at_playout_rate, pace
from agents.prompts import PromptLedger, Reporter
from agents.turns.profile import INTERVIEW, TurnProfile
from interview.errors import VivaError
from interview.ports import (
    AudioIn,
    ConversationLink,
    Listening,
    Playout,
    Recogniser,
    SpokenPrompt,
    Voice,
)

CUT_TIMEOUT_S = 2.0
CLOSE_TIMEOUT_S = 5.0

log = structlog.get_logger(__name__)


@functools.lru_cache(maxsize=1)
def _executor() -> ThreadPoolExecutor:
    # One VAD window costs 14-40 µs: one thread serves all sessions of the process.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice-activity")


@functools.lru_cache(maxsize=4)
def _detector(sure_probability: float) -> inference.TurnDetector:
    return inference.TurnDetector(version="v1-mini", unlikely_threshold=sure_probability)


def prewarm() -> None:
    """Load the voice activity and end-of-turn models. Blocks about a second: call it in a thread.

    Source: LiveKit's bundled models, usable only inside livekit-agents (see NOTICE).
    """
    inference.VAD(executor=_executor())
    _detector(INTERVIEW.sure_probability)


async def open_voice(
    link: ConversationLink,
    audio_in: AudioIn,
    recogniser: Recogniser | None,
    *,
    language: str,
    hotwords: Sequence[str] = (),
    profile: TurnProfile = INTERVIEW,
    clock: Callable[[], float],
    paced: bool = False,
) -> Voice:
    """Start listening to `audio_in`; prompts are heard where `playout` is pulled.

    `paced`: nobody pulls (a client that plays the prompts itself), so a virtual speaker does.
    Without an available recogniser the voice speaks and still tells when the candidate speaks.
    """
    await asyncio.to_thread(prewarm)
    voice = SessionVoice(link, profile=profile, clock=clock)
    if recogniser is not None and recogniser.health().available:
        voice.hear_with(recogniser, language=language, hotwords=hotwords)
    await voice.start(audio_in, paced=paced)
    return voice


class SessionVoice:
    """See `interview.ports.Voice`."""

    def __init__(
        self, link: ConversationLink, *, profile: TurnProfile, clock: Callable[[], float]
    ) -> None:
        self._link = link
        self._profile = profile
        self._clock = clock
        self._output = PromptOutput()
        self.playout: Playout = self._output
        self._reporter = Reporter()
        self._ledger = PromptLedger(link, self._reporter)
        self._hearing: Hearing | None = None
        self._stt: CandidateStt | None = None
        self._session: AgentSession[None] | None = None
        self._speak_lock = asyncio.Lock()
        self._pacer: asyncio.Task[None] | None = None
        self._handle: SpeechHandle | None = None
        self._mode = Listening.OFF
        self._closing = False

    # --- building ----------------------------------------------------------------------------

    def hear_with(self, recogniser: Recogniser, *, language: str, hotwords: Sequence[str]) -> None:
        """Give the voice ears that understand. Call before `start`."""
        hearing = Hearing(
            self._link,
            recogniser,
            language=language,
            hotwords=hotwords,
            profile=self._profile,
            on_words=self._barge_in,
            on_text=self._on_text,
        )
        self._hearing = hearing
        self._stt = CandidateStt(
            language=language, on_frame=hearing.feed, on_flush=hearing.flush_soon
        )

    async def start(self, audio_in: AudioIn, *, paced: bool) -> None:
        """Start the AgentSession over our own audio input and output."""
        session = self._session = self._new_session()
        session.on("user_state_changed", self._on_user_state)
        session.on("error", self._on_error)
        session.on("close", self._on_close)
        self._output.on("playback_started", self._on_playback_started)
        self._output.on("playback_finished", self._on_playback_finished)
        session.input.audio = CandidateAudio(audio_in)
        session.output.audio = self._output
        await session.start(Interviewer(self._on_turn), record=False)
        if paced:
            self._pacer = asyncio.create_task(pace(self._output), name="virtual-speaker")

    def _new_session(self) -> AgentSession[None]:
        options: dict[str, Any] = {
            "vad": inference.VAD(
                min_silence_duration=self._profile.vad_silence_s, executor=_executor()
            ),
            "turn_handling": self._turn_handling(),
            "aec_warmup_duration": None,
            "user_away_timeout": None,
        }
        if self._stt is not None:
            options["stt"] = self._stt
        return AgentSession(**options)

    def _turn_handling(self) -> dict[str, Any]:
        pauses = self._profile.endpointing(Listening.ANSWER, 3.0)
        return {
            "turn_detection": _detector(self._profile.sure_probability),
            "endpointing": {
                "mode": "fixed",
                "min_delay": pauses.sure_s,
                "max_delay": pauses.max_s,
            },
            "interruption": {
                "mode": "vad",
                "min_duration": self._profile.barge_in_s,
                "resume_false_interruption": True,
                "false_interruption_timeout": self._profile.false_interruption_s,
            },
            "preemptive_generation": {"enabled": False},
        }

    # --- speaking ----------------------------------------------------------------------------

    async def speak(self, prompt: SpokenPrompt) -> None:
        """Start saying it and return; whatever was being said is cut off first."""
        async with self._speak_lock:
            await self._cut()
            pcm = await asyncio.to_thread(at_playout_rate, prompt.audio)
            self._ledger.begin(prompt.prompt_id, prompt.audio.duration_s)
            if self._session is None or self._closing:
                self._ledger.end(failure="voice")
                return
            self._output.resume()
            try:
                handle = self._session.say(
                    prompt.text,
                    audio=as_frames(pcm),
                    allow_interruptions=prompt.interruptible,
                    add_to_chat_ctx=False,
                )
            except RuntimeError:
                self._ledger.end(failure="voice")
                return
            self._handle = handle
            handle.add_done_callback(self._on_spoken)

    async def hush(self) -> None:
        """Stop what is being said."""
        async with self._speak_lock:
            await self._cut()

    async def _cut(self) -> None:
        handle, self._handle = self._handle, None
        if handle is None or handle.done() or self._session is None:
            return
        with contextlib.suppress(RuntimeError, TimeoutError):
            handle.interrupt(force=True)
            async with asyncio.timeout(CUT_TIMEOUT_S):
                await asyncio.shield(handle.wait_for_playout())
        self._output.clear_buffer()
        self._ledger.end(interrupted=True)

    async def _barge_in(self) -> None:
        """The candidate's words have come: a prompt that stands still for them is over."""
        handle = self._handle
        if handle is not None and self._output.paused and handle.allow_interruptions:
            async with self._speak_lock:
                await self._cut()
        await self._reporter.drained()

    def _on_spoken(self, handle: SpeechHandle) -> None:
        interrupted = handle.interrupted
        if handle is self._handle:
            self._handle = None
            self._ledger.end(interrupted=interrupted)

    def _on_playback_started(self, _: io.PlaybackStartedEvent) -> None:
        self._ledger.started()

    def _on_playback_finished(self, event: io.PlaybackFinishedEvent) -> None:
        self._ledger.played(event.playback_position, interrupted=event.interrupted)

    # --- listening ---------------------------------------------------------------------------

    def listen(self, mode: Listening, *, pause_tolerance_s: float = 3.0) -> None:
        """Change what is listened for, and how long a pause may be."""
        turned_off = mode is Listening.OFF and self._mode is not Listening.OFF
        self._mode = mode
        if self._hearing is not None:
            self._hearing.listen(mode)
        if self._session is None or self._closing:
            return
        pauses = self._profile.endpointing(mode, pause_tolerance_s)
        self._session.update_options(
            endpointing_opts={
                "mode": "fixed",
                "min_delay": pauses.sure_s,
                "max_delay": pauses.max_s,
            }
        )
        if turned_off:
            self._forget_turn()

    async def finish_utterance(self) -> None:
        """All words heard so far are stored when this returns; they end no turn any more."""
        if self._hearing is None:
            return
        await self._hearing.finish()
        self._forget_turn()

    def _forget_turn(self) -> None:
        if self._session is not None and self._stt is not None and not self._closing:
            with contextlib.suppress(RuntimeError):
                self._session.clear_user_turn()

    def _on_text(self, text: str, final: bool) -> None:
        if self._stt is not None and self._mode is not Listening.OFF:
            self._stt.tell(text, final)

    def _on_user_state(self, event: UserStateChangedEvent) -> None:
        speaking = event.new_state == "speaking"
        if not speaking and event.old_state != "speaking":
            return
        if self._hearing is not None:
            self._hearing.speech(speaking)
        at_s = self._clock()
        self._reporter.post(lambda: self._link.candidate_speaking(speaking, at_s))

    async def _on_turn(self) -> None:
        if self._mode is Listening.OFF or self._closing:
            return
        try:
            if self._hearing is not None:
                await self._hearing.finish()
            await self._link.turn_ended()
        except Exception as error:
            # Root of the library's turn task: it would only log, and the interview would stall.
            log.exception("turn_not_reported")
            await self._link.voice_failed("turns", type(error).__name__)

    # --- failing and closing -------------------------------------------------------------------

    def _on_error(self, event: ErrorEvent) -> None:
        if not getattr(event.error, "recoverable", False):
            self._fail("the conversation engine reported an error")

    def _on_close(self, event: CloseEvent) -> None:
        del event
        if not self._closing:
            self._fail("the conversation engine stopped")

    def _fail(self, why: str) -> None:
        if self._closing:
            return
        self._ledger.end(interrupted=True, failure="voice")
        self._reporter.post(lambda: self._link.voice_failed("voice", why))

    async def aclose(self) -> None:
        """Stop speaking and listening; every prompt begun has been reported."""
        if self._closing:
            return
        self._closing = True
        if self._pacer is not None:
            self._pacer.cancel()
        async with self._speak_lock:
            await self._cut()
        self._ledger.end(interrupted=True)
        if self._hearing is not None:
            with contextlib.suppress(VivaError, TimeoutError):
                await self._hearing.aclose()
        if self._session is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await self._session.aclose()
        await self._reporter.aclose()
