"""One live conversation's ears and mouth: a livekit-agents AgentSession without room or LLM."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from livekit.agents import AgentSession, inference
from livekit.agents.voice import SpeechHandle, io
from livekit.agents.voice.events import CloseEvent, ErrorEvent

from agents.ears import CandidateAudio
from agents.floor import Floor
from agents.gate import duration_s
from agents.hearing import Hearing
from agents.interviewer import Interviewer
from agents.level import SpeakersLevel
from agents.playout import PromptOutput, as_frames, pace
from agents.prompts import PromptLedger
from agents.taps import OverheardDetector, OverheardVad
from agents.turns.behind import Behind
from agents.turns.commands import CommandKind
from agents.turns.deaf import LOOK_S, Deaf
from agents.turns.profile import INTERVIEW, Expectation, TurnProfile
from interview.channel import VoiceSide
from interview.conversation import (
    CandidateSpeaking,
    Flush,
    Flushed,
    Hush,
    Listen,
    Microphone,
    RoomSays,
    Speak,
    SpokenCommand,
    TurnEnded,
    TurnExpected,
    TurnOffered,
    TurnResumed,
    VoiceFailed,
)
from interview.errors import VivaError
from interview.nouns import TurnEnd
from interview.ports.conversation import AudioIn, Fetch, Playout, Voice
from interview.ports.speech import PcmFrame, Recogniser

CUT_TIMEOUT_S = 2.0
CLOSE_TIMEOUT_S = 5.0
BEAT_S = 1.0
NEVER_S = 86_400.0
VAD_RATE_HZ = 16_000
TOO_LATE_S = 0.25

log = structlog.get_logger(__name__)


@functools.lru_cache(maxsize=1)
def _executor() -> ThreadPoolExecutor:
    # One VAD window costs 14-40 µs: one thread serves all sessions of the process.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice-activity")


@functools.lru_cache(maxsize=1)
def _detector() -> inference.TurnDetector:
    return inference.TurnDetector(version="v1-mini")


def prewarm() -> None:
    """Load the voice activity and end-of-turn models. Blocks about a second: call it in a thread.

    Source: LiveKit's bundled models, usable only inside livekit-agents (see NOTICE).
    """
    inference.VAD(executor=_executor())
    _detector()


async def open_voice(
    room: VoiceSide,
    audio_in: AudioIn,
    recogniser: Recogniser | None,
    *,
    language: str,
    hotwords: Sequence[str] = (),
    fetch: Fetch,
    profile: TurnProfile = INTERVIEW,
    paced: bool = False,
) -> Voice:
    """Start listening to `audio_in`; prompts are heard where `playout` is pulled.

    Returns when the room has told the time. `fetch` gets a prompt's audio from its address.
    `paced`: nobody pulls (a client that plays the prompts itself), so a virtual speaker does.
    Without an available recogniser the voice speaks and still tells when the candidate speaks.
    """
    await asyncio.to_thread(prewarm)
    await room.ready()
    voice = SessionVoice(room, fetch, profile=profile)
    if recogniser is not None and recogniser.health().available:
        voice.hear_with(recogniser, language=language, hotwords=hotwords)
    await voice.start(audio_in, paced=paced)
    return voice


class SessionVoice:
    """Implements `interview.ports.conversation.Voice`. Turns are decided by the floor, not here."""

    def __init__(self, room: VoiceSide, fetch: Fetch, *, profile: TurnProfile) -> None:
        self._room = room
        self._fetch = fetch
        self._profile = profile
        self._floor = Floor(self, profile=profile, clock=room.clock)
        self._output = PromptOutput(self._floor.played)
        self.playout: Playout = self._output
        self._behind = Behind()
        self._deaf = Deaf()
        self._level = SpeakersLevel()
        self._ledger = PromptLedger(room.say)
        self._hearing: Hearing | None = None
        self._session: AgentSession[None] | None = None
        self._speak_lock = asyncio.Lock()
        self._steady: list[asyncio.Task[None]] = []
        self._handle: SpeechHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._language = "en"
        self._turn_id: str | None = None
        self._aside = False
        self._closing = False

    # --- building ----------------------------------------------------------------------------

    def hear_with(self, recogniser: Recogniser, *, language: str, hotwords: Sequence[str]) -> None:
        """Give the voice ears that understand. Call before `start`."""
        self._language = language
        self._hearing = Hearing(
            self._room.say,
            recogniser,
            language=language,
            hotwords=hotwords,
            profile=self._profile,
            floor=self._floor,
            behind=lambda: self._behind.seconds,
        )

    async def start(self, audio_in: AudioIn, *, paced: bool) -> None:
        """Start the AgentSession over our own audio input and output."""
        session = self._session = self._new_session()
        session.on("error", self._on_error)
        session.on("close", self._on_close)
        self._output.on("playback_started", self._on_playback_started)
        self._output.on("playback_finished", self._on_playback_finished)
        session.input.audio = CandidateAudio(audio_in, self._hear, self._levelled)
        session.output.audio = self._output
        await session.start(Interviewer(), record=False)
        self._steady.append(asyncio.create_task(self._beat(), name="voice-beat"))
        self._steady.append(asyncio.create_task(self._look(), name="is-there-sound"))
        if paced:
            speaker = asyncio.create_task(pace(self._output), name="virtual-speaker")
            self._steady.append(speaker)
        self._room.serve(self._do)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._room.beat(self._lag_s)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if self._deaf.look(self._room.clock()):
                self._hears(False)

    def _microphone(self, there: bool) -> None:
        if self._deaf.away(not there):
            self._hears(there)

    def _hears(self, hears: bool) -> None:
        """What was said before a stretch without sound is an utterance of its own."""
        self._floor.deaf(not hears)
        if not hears and self._hearing is not None:
            self._hearing.flush_soon()

    def _do(self, message: RoomSays) -> None:
        """What the room says, at once; what takes time goes on in its order."""
        if isinstance(message, Listen):
            self._listen(message)
        elif isinstance(message, Speak):
            self._spawn(self._speak(message), "speak")
        elif isinstance(message, Hush):
            self._spawn(self._hush(), "hush")
        elif isinstance(message, Flush):
            self._spawn(self._flush(message.flush_id), "flush")
        elif isinstance(message, Microphone):
            self._microphone(message.there)

    def _levelled(self, samples: bytes) -> bytes:
        """A quiet speaker as loud as others; never the avatar's own echo."""
        speaking = self._handle is not None and not self._handle.done()
        return self._level.take(samples, deaf=speaking)

    def _hear(self, frame: PcmFrame) -> None:
        if self._deaf.sound(self._room.clock()):
            self._hears(True)
        self._behind.give(duration_s(frame))
        if self._hearing is not None:
            self._hearing.feed(frame)

    def _window(self, probability: float, samples: Any) -> None:
        self._behind.answer(len(samples) / VAD_RATE_HZ)
        self._floor.window(probability, samples)

    def _new_session(self) -> AgentSession[None]:
        """The session runs the models and the mouth; it never ends a turn by itself."""
        found = inference.VAD(
            min_silence_duration=self._profile.vad_silence_s, executor=_executor()
        )
        turns: dict[str, Any] = {
            "turn_detection": OverheardDetector(_detector(), self._floor.predicted),
            "endpointing": {"mode": "fixed", "min_delay": NEVER_S, "max_delay": NEVER_S},
            "interruption": {
                "enabled": False,
                "discard_audio_if_uninterruptible": False,
                "resume_false_interruption": False,
            },
            "preemptive_generation": {"enabled": False},
        }
        options: dict[str, Any] = {
            "vad": OverheardVad(found, self._window),
            "turn_handling": turns,
            "aec_warmup_duration": None,
            "user_away_timeout": None,
        }
        return AgentSession(**options)

    # --- speaking ----------------------------------------------------------------------------

    async def _speak(self, prompt: Speak) -> None:
        """Start saying it; whatever was being said is cut off first."""
        async with self._speak_lock:
            await self._cut()
            self._ledger.begin(prompt.prompt_id, prompt.duration_s)
            if self._session is None or self._closing:
                self._ledger.end(failure="voice")
                return
            self._aside = prompt.aside
            try:
                handle = self._session.say(
                    prompt.text,
                    audio=as_frames(await self._fetch(prompt.audio)),
                    allow_interruptions=False,
                    add_to_chat_ctx=False,
                )
            except (RuntimeError, VivaError):
                log.exception("prompt_not_said")
                self._ledger.end(failure="voice")
                return
            self._handle = handle
            handle.add_done_callback(self._on_spoken)

    async def _hush(self) -> None:
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

    def _on_spoken(self, handle: SpeechHandle) -> None:
        interrupted = handle.interrupted
        if handle is self._handle:
            self._handle = None
            self._ledger.end(interrupted=interrupted)

    def _on_playback_started(self, _: io.PlaybackStartedEvent) -> None:
        self._ledger.started()
        self._floor.prompt_started(self._ledger.duration_s, aside=self._aside)

    def _on_playback_finished(self, event: io.PlaybackFinishedEvent) -> None:
        self._ledger.played(event.playback_position, interrupted=event.interrupted)
        self._floor.prompt_ended(aside=self._aside)

    @property
    def _lag_s(self) -> float:
        return self._hearing.lag_s if self._hearing is not None else 0.0

    # --- listening ---------------------------------------------------------------------------

    def _listen(self, wanted: Listen) -> None:
        """Change what is listened for, and how long a pause may be."""
        self._room.beat(self._lag_s)  # the session clock may have begun to run
        self._turn_id = wanted.turn_id
        if self._hearing is not None:
            self._hearing.listen(wanted.mode)
        if self._closing:
            return
        self._floor.expect(
            Expectation(
                mode=wanted.mode,
                kind=wanted.question,
                pause_tolerance_s=wanted.pause_tolerance_s,
                answered=wanted.answered,
                language=self._language,
            )
        )

    async def _flush(self, flush_id: str) -> None:
        """Tell all words heard so far; they end no turn any more."""
        try:
            if self._hearing is not None:
                await self._hearing.finish()
                self._floor.forget()
        finally:
            self._room.say(Flushed(flush_id=flush_id))

    # --- what the floor decides (see `agents.floor.Acts`) -------------------------------------

    def duck(self) -> None:
        """Something was heard: speak more quietly."""
        self._output.duck()

    def hold(self) -> None:
        """Somebody speaks: be silent, but keep the place."""
        self._output.hold()

    def resume(self, *, again: bool) -> None:
        """It was a cough; `again`: long enough to repeat the last syllable."""
        self._output.go_on(rewind_s=self._profile.rewind_s if again else 0.0)

    def stop(self) -> None:
        """The candidate has the floor."""
        self._spawn(self._hush(), "give-way")

    def prepare(self) -> None:
        """The end may be near: have all words, and let the session get ready.

        Who learns of a pause too late would close the utterance in the middle of a word.
        """
        if self._hearing is not None and self._behind.seconds < TOO_LATE_S:
            self._hearing.flush_soon()
        self._room.say(TurnExpected(expected=True))

    def retract(self) -> None:
        """It was not the end."""
        self._room.say(TurnExpected(expected=False))

    def offer(self, end: TurnEnd) -> None:
        """It seems to be the end: the session has it acknowledged."""
        self._room.say(TurnOffered(turn_id=self._turn_id, end=end))

    def regain(self) -> None:
        """It was not the end: the acknowledgement stops within a frame."""
        if self._aside:
            self._output.hold()
            self._spawn(self._hush(), "give-way")
        self._room.say(TurnResumed(turn_id=self._turn_id))

    def end_turn(self, end: TurnEnd | None) -> None:
        """The candidate has finished."""
        self._spawn(self._end_turn(self._turn_id, end), "end-turn")

    def command(self, kind: CommandKind) -> None:
        """The candidate asks for something."""
        self._spawn(self._end_turn(self._turn_id, None, kind), "spoken-command")

    def speaking(self, speaking: bool) -> None:
        """The candidate began or stopped to speak: no aside is said over somebody."""
        if speaking and self._aside and self._handle is not None:
            self._output.hold()
            self._spawn(self._hush(), "give-way")
        if self._hearing is not None:
            self._hearing.speech(speaking)
        self._room.say(CandidateSpeaking(speaking=speaking, at_s=self._room.clock()))

    async def settled(self) -> None:
        """Barge-ins so far have been carried out and told."""
        going = [task for task in self._tasks if task.get_name() == "give-way"]
        if going:
            await asyncio.wait(going)

    async def _end_turn(
        self, turn_id: str | None, end: TurnEnd | None, command: CommandKind | None = None
    ) -> None:
        if self._closing:
            return
        try:
            said = ""
            if self._hearing is not None:
                await self._hearing.finish(command=command is not None)
                said = self._hearing.take_command()
            self._floor.forget()
            if command is None:
                self._room.say(TurnEnded(turn_id=turn_id, end=end))
            else:
                self._room.say(SpokenCommand(turn_id=turn_id, command=command.value, words=said))
        except Exception as error:
            # Root of the turn's task: without a report the interview would stall.
            log.exception("turn_not_told")
            self._room.say(VoiceFailed(component="turns", why=type(error).__name__))

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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
        self._room.say(VoiceFailed(component="voice", why=why))

    async def aclose(self) -> None:
        """Stop speaking and listening; every prompt begun has been told."""
        if self._closing:
            return
        self._closing = True
        self._floor.close()
        for task in self._steady:
            task.cancel()
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
