"""The one voice of a room: opened, told what to say and to listen for, replaced when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from interview import machine, views
from interview.commands import BeginFault, EndFault
from interview.conversation import Hush, Listen, Listening, Microphone, RoomSays, Speak
from interview.nouns import Viseme
from interview.ports.conversation import AudioIn, Voice
from interview.ports.speech import SpokenAudio
from server.live.speech import speech_key
from server.live.told import Told
from server.live.within import Within
from server.live.words import Words

REBUILDS = 3
REBUILD_WAIT_S = 0.5
BEAT_S = 1.0
FLUSH_S = 3.0
LAST_WORDS_S = 5.0
EARS_FAULT = "recogniser_starting"
EARS_WAIT_S = 30.0
LAG_FAULT = "recogniser_lag"
LAG_BEGIN_S = 6.0
LAG_END_S = 2.0

log = structlog.get_logger(__name__)


class VoiceDesk:
    """There is at most one voice; it is a `Playout` itself, of whichever voice there is."""

    def __init__(self, session: Within, words: Words, *, on_speech: Callable[[bool], None]) -> None:
        self._session = session
        self._words = words
        self._on_speech = on_speech
        self.on_expected: Callable[[bool], None] = lambda expected: None
        self.source: AudioIn | None = None
        self.voice: Voice | None = None
        self._told: Told | None = None
        self._wanted: Listen | None = None
        self._audio: dict[str, SpokenAudio] = {}  # of the line to be said, until it begins
        self._paced = False
        self._rebuilds = 0
        self._lock = asyncio.Lock()

    def pull(self, samples: int) -> bytes | None:
        """What the candidate is to hear next."""
        return self.voice.playout.pull(samples) if self.voice is not None else None

    @property
    def speaking(self) -> bool:
        """Whether the candidate is heard to speak."""
        return self._told is not None and self._told.speaking

    # --- speaking and listening ------------------------------------------------------------------

    def speak(self, prompt_id: str, text: str, audio: SpokenAudio, *, aside: bool = False) -> None:
        """Say it, if there is a voice; what is being said is cut off."""
        self._audio = {prompt_id: audio}
        self._say(
            Speak(
                prompt_id=prompt_id,
                text=text,
                audio=speech_key(self._session.session_id, prompt_id),
                duration_s=audio.duration_s,
                aside=aside,
            )
        )

    def hush(self) -> None:
        """Stop what is being said."""
        self._say(Hush())

    def microphone(self, *, there: bool) -> None:
        """The page's microphone is gone (unplugged, being changed), or there again."""
        self._say(Microphone(there=there))

    def sync(self) -> None:
        """Let the voice listen for what the state wants to hear."""
        state = self._session.state
        mode, turn_id = Listening(machine.listening_for(state)), views.turn_id(state)
        question = views.current_question(state)
        wanted = Listen(mode=mode, turn_id=turn_id)
        if question is not None:
            wanted = Listen(
                mode=mode,
                pause_tolerance_s=views.pause_tolerance_s(state, question),
                question=question.kind,
                answered=bool(state.answer_text),
                turn_id=turn_id,
            )
        if self._told is not None and wanted != self._wanted:
            self._wanted = wanted
            self._say(wanted)

    async def flush(self) -> None:
        """What is still being recognised is committed when this returns (at most 3 s)."""
        if self._told is None:
            return
        try:
            async with asyncio.timeout(FLUSH_S):
                await self._told.side.flush()
        except TimeoutError:
            log.info("flush_timed_out", session=self._session.session_id)

    def _say(self, message: RoomSays) -> None:
        if self._told is not None:
            self._told.side.say(message)

    def _new_told(self) -> Told:
        return Told(
            self._session,
            self._words,
            visemes=self._shapes,
            on_speech=self._on_speech,
            on_expected=lambda expected: self.on_expected(expected),
            on_failure=lambda component: self._session.spawn(
                lambda: self._rebuild(component), "rebuild-voice"
            ),
        )

    def _shapes(self, prompt_id: str) -> Sequence[Viseme]:
        """The mouth's, of a prompt that begins: the voice has fetched its sound by now."""
        begun = self._audio.pop(prompt_id, None)
        return begun.visemes if begun is not None else ()

    # --- coming and going ------------------------------------------------------------------------

    def arrive(self) -> None:
        """Another connection: what broke before is forgotten."""
        self._rebuilds = 0

    async def open(self, source: AudioIn, *, paced: bool) -> bool:
        """A voice that hears `source`; False when another source is `self.source` by then.

        `paced`: nobody pulls, so the voice keeps the time by itself.

        Raises:
            Unavailable: The voice cannot be opened.
        """
        context = self._session.context
        assert context.open_voice is not None
        self._paced = paced
        await self._wait_for_ears()
        if self.source is not source:
            return False
        told = self._new_told()
        voice = await context.open_voice(
            told.side,
            self._words.listen_to(source),
            language=self._session.state.plan.language,
            hotwords=views.hotwords(self._session.state),
            fetch=context.speech.fetch,
            paced=paced,
        )
        async with self._lock:
            wanted = self.source is source
            old = self.voice if wanted else voice
            if wanted:
                self.voice, self._told, self._wanted = voice, told, None
        if old is not None:
            await old.aclose()
        return wanted

    async def ready(self) -> bool:
        """Whether there is a voice; one without ears is opened when there is none."""
        async with self._lock:
            if self.voice is None and self._session.context.open_text_voice is not None:
                told = self._new_told()
                self.voice = self._session.context.open_text_voice(told.side)
                self._told, self._wanted = told, None
            return self.voice is not None

    async def close(self, *, hold: bool) -> None:
        """End the voice; its last words are stored, or held until the gap's audio has come."""
        async with self._lock:
            voice, told = self.voice, self._told
            self.voice = self._told = self.source = None
            self._words.end()
        if told is not None:
            await self._last_words(told, hold=hold)
        if voice is not None:
            await voice.aclose()

    async def _last_words(self, told: Told, *, hold: bool) -> None:
        if hold:
            told.hold()
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await told.side.flush()
        except TimeoutError:
            log.info("last_words_not_recognised", session=self._session.session_id)
        if not hold:
            told.detach()

    def abandon(self) -> None:
        """Nothing that the voice tells counts any more."""
        if self._told is not None:
            self._told.detach()

    async def _wait_for_ears(self) -> None:
        """Right after a start the recogniser may still be loading: that is our time, not theirs."""
        context = self._session.context
        recogniser = context.recogniser
        if recogniser is None or context.engines_ready is None or recogniser.health().available:
            return
        await self._session.command(BeginFault(component=EARS_FAULT))
        try:
            async with asyncio.timeout(EARS_WAIT_S):
                await context.engines_ready()
        except TimeoutError:
            log.warning("recogniser_still_loading", session=self._session.session_id)
        finally:
            await self._session.command(EndFault(component=EARS_FAULT))

    async def _rebuild(self, component: str) -> None:
        """Replace a broken voice; the clock stands meanwhile."""
        source = self.source
        if source is None or self._rebuilds >= REBUILDS:
            return
        self._rebuilds += 1
        await self._session.command(BeginFault(component=component))
        try:
            async with self._lock:
                broken, self.voice, self._told = self.voice, None, None
            if broken is not None:
                await broken.aclose()
            await asyncio.sleep(REBUILD_WAIT_S)
            if self.source is source and await self.open(source, paced=self._paced):
                self.sync()
        finally:
            await self._session.command(EndFault(component=component))

    # --- pace ------------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Once a second: note speech that goes on, and stand the clock while recognition lags."""
        while True:
            await asyncio.sleep(BEAT_S)
            if self._told is not None and self._told.speaking:
                await self._told.note_speech()
            await self._mind_lag()

    async def _mind_lag(self) -> None:
        """While recognition is far behind, the candidate's clock stands: the fault is ours."""
        state = self._session.state
        lag_s = self._told.side.lag_s if self._told is not None else 0.0
        behind = LAG_FAULT in state.faults
        if not behind and lag_s > LAG_BEGIN_S and machine.listening_for(state) == "answer":
            await self._session.command(BeginFault(component=LAG_FAULT))
        elif behind and lag_s < LAG_END_S:
            await self._session.command(EndFault(component=LAG_FAULT))
