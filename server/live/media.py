"""The media of one session: the candidate's peer or PCM, and the voice that speaks and hears."""

from __future__ import annotations

import asyncio
import base64
import binascii
import uuid
from collections.abc import Callable

import structlog

from interview import machine, views
from interview.commands import BeginFault, ChangeMedia, CommitUtterance, DeliverPrompt, EndFault
from interview.conversation import Hush, Listen, Listening, Speak
from interview.errors import InvalidInput, Unavailable, VivaError
from interview.nouns import Media, Utterance
from interview.ports.conversation import AudioIn, Voice
from interview.ports.speech import PcmFrame, SpokenAudio
from interview.seams import without_overlap
from server.live.context import PcmSource, Peer
from server.live.gap_audio import GapAudio, Join
from server.live.kept_sound import KeptSound
from server.live.messages import BacklogFrame, BacklogRequest, Picture
from server.live.speech import speech_key
from server.live.told import Told
from server.live.watch import WatchDesk
from server.live.within import Within

READING_S_PER_WORD = 0.25
MAX_READING_S = 6.0
REBUILDS = 3
REBUILD_WAIT_S = 0.5
BEAT_S = 1.0
MIN_GAP_S = 0.2
FLUSH_S = 3.0
LAST_WORDS_S = 5.0
EARS_FAULT = "recogniser_starting"
EARS_WAIT_S = 30.0
LAG_FAULT = "recogniser_lag"
LAG_BEGIN_S = 6.0
LAG_END_S = 2.0

log = structlog.get_logger(__name__)


def overlap(backlog: bytes, live: bytes) -> int | None:
    """Without an aligner the session clock decides (see `GapAudio`)."""
    del backlog, live
    return None


class _NoAudio:
    """A candidate without a microphone: never a frame."""

    async def receive(self) -> PcmFrame:
        """Waits for ever."""
        await asyncio.Event().wait()
        raise EOFError


class _ProxyPlayout:
    """What the peer pulls from: always the voice of the moment."""

    def __init__(self, desk: MediaDesk) -> None:
        self._desk = desk

    def pull(self, samples: int) -> bytes | None:
        voice = self._desk.voice
        return voice.playout.pull(samples) if voice is not None else None


class MediaDesk:
    """Owns the peer, the audio source and the voice of the candidate's connection.

    There is always at most one of each. Without media the text voice keeps the pace of the prompts.
    """

    def __init__(self, session: Within, watch: WatchDesk, *, join: Join = overlap) -> None:
        self.session = session
        self.watched = watch
        self.on_expected: Callable[[bool], None] = lambda expected: None
        self.voice: Voice | None = None
        self.told: Told | None = None
        self.peer: Peer | None = None
        self._pcm: PcmSource | None = None
        self._gap: GapAudio | None = None
        self._gap_id = ""
        self._seam = False  # the next words may begin with some that are stored already
        self._join = join
        self._lock = asyncio.Lock()
        self._ready = asyncio.Event()
        self._connection_id: str | None = None
        self._expecting = False
        self._connected = False
        self._voiced = False
        self._audio: dict[str, SpokenAudio] = {}  # of the line being said
        self._saying: str | None = None
        self._wanted: Listen | None = None
        self._rebuilds = 0
        self._held: Told | None = None
        self._source: AudioIn | None = None
        self._paced = False
        context = session.context
        self._sound = KeptSound(session.session_id, context.blobs) if context.keep_sound else None

    # --- prompts ---------------------------------------------------------------------------

    async def say(self, prompt_id: str, text: str, audio: SpokenAudio | None) -> None:
        """Speak a prompt when the media are ready; without audio, leave time to read it."""
        self._saying = prompt_id
        if audio is None:
            await asyncio.sleep(min(MAX_READING_S, READING_S_PER_WORD * len(text.split())))
            await self._deliver_unspoken(prompt_id)
            return
        await self._wait_for_media()
        if self._saying != prompt_id or self._connection_id is None:
            return
        told = await self._told_now()
        if told is None:
            await asyncio.sleep(audio.duration_s)
            await self._deliver_unspoken(prompt_id)
            return
        self._speak(told, prompt_id, text, audio)

    async def murmur(self, prompt_id: str, text: str, audio: SpokenAudio) -> None:
        """A word of acknowledgement; too late when the candidate goes on or the turn is over."""
        if self.told is not None and self.session.state.yielding is not None:
            self._speak(self.told, prompt_id, text, audio, aside=True)

    def _speak(
        self, told: Told, prompt_id: str, text: str, audio: SpokenAudio, *, aside: bool = False
    ) -> None:
        self._audio = {prompt_id: audio}
        told.side.say(
            Speak(
                prompt_id=prompt_id,
                text=text,
                audio=speech_key(self.session.session_id, prompt_id),
                duration_s=audio.duration_s,
                aside=aside,
            )
        )

    async def _deliver_unspoken(self, prompt_id: str) -> None:
        if self._saying != prompt_id or self._connection_id is None:
            return
        await self.session.command(DeliverPrompt(prompt_id=prompt_id, how="text", failure="tts"))

    async def playback_finished(self, prompt_id: str) -> None:
        """A client that plays the address itself has heard it to the end."""
        if self._saying == prompt_id and self.peer is None:
            await self.session.command(DeliverPrompt(prompt_id=prompt_id, how="audio"))
            self._say_nothing()

    async def hush(self) -> None:
        """Stop the avatar."""
        self._saying = None
        self._say_nothing()

    def _say_nothing(self) -> None:
        if self.told is not None:
            self.told.side.say(Hush())

    def sync(self) -> None:
        """Let the voice listen for what the state wants to hear."""
        state = self.session.state
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
        if self.told is not None and wanted != self._wanted:
            self._wanted = wanted
            self.told.side.say(wanted)

    async def _wait_for_media(self) -> None:
        if not self._expecting or self._ready.is_set():
            return
        try:
            async with asyncio.timeout(self.session.context.media_wait_s):
                await self._ready.wait()
        except TimeoutError:
            log.info("media_not_ready", session=self.session.session_id)
            self._expecting = False

    async def _told_now(self) -> Told | None:
        async with self._lock:
            if self.voice is None and self.session.context.open_text_voice is not None:
                told = self._new_told()
                self.voice = self.session.context.open_text_voice(told.side)
                self.told, self._wanted = told, None
            return self.told

    def _new_told(self) -> Told:
        return Told(
            self.session,
            visemes=lambda each: self._audio[each].visemes if each in self._audio else (),
            on_speech=self.watched.speech,
            on_expected=lambda expected: self.on_expected(expected),
            commit=self._commit,
            on_failure=lambda component, why: self.session.spawn(
                lambda: self._rebuild(component), "rebuild-voice"
            ),
        )

    async def _commit(self, utterance: Utterance) -> None:
        """Store words, those of an answer with their sound; after a gap none of them twice."""
        state = self.session.state
        seamed, self._seam = self._seam, False
        if seamed:
            left = without_overlap(utterance, state.asking.utterances if state.asking else ())
            if left is None:
                return
            utterance = left
        sound = self._sound if state.asking is not None or state.answers else None
        if sound is not None:
            utterance = await sound.shelve(utterance)
        after = await self.session.command(CommitUtterance(utterance=utterance))
        if sound is not None:
            stored = utterance.utterance_id in after.utterance_ids
            await sound.settle(utterance, stored=stored)

    # --- the candidate's connection ----------------------------------------------------------

    def arrive(self, connection_id: str, media: Media) -> None:
        """A connection took the seat. With `webrtc` announced, prompts wait for the peer."""
        self._connection_id = connection_id
        self._expecting = media is Media.WEBRTC
        self._ready.clear()
        self._rebuilds = 0

    async def offer(self, connection_id: str, sdp: str) -> str:
        """Answer a WebRTC offer; an earlier peer of the session is closed first.

        Raises:
            Unavailable: This server has no WebRTC.
            InvalidInput: The offer is unusable.
        """
        open_peer = self.session.context.open_peer
        if open_peer is None:
            raise Unavailable("webrtc", "this server has no media part")
        await self._drop_media(keep_words=True)
        self._expecting = True
        self._ready.clear()
        peer = await open_peer(
            sdp,
            _ProxyPlayout(self),
            clock=self.session.clock_s,
            on_audio=lambda audio: self._on_audio(connection_id, audio),
            on_picture=self._on_picture,
            on_frame=self.watched.video,
            on_state=lambda state: self._on_peer_state(connection_id, state),
        )
        self.peer = peer
        return peer.answer_sdp

    def _on_audio(self, connection_id: str, audio: AudioIn) -> None:
        if connection_id == self._connection_id:
            self._source = audio
            self.session.spawn(
                lambda: self._start_voice(audio, Media.WEBRTC, paced=False), "start-voice"
            )

    def _on_peer_state(self, connection_id: str, state: str) -> None:
        if connection_id != self._connection_id:
            return
        if state == "connected":
            self._connected = True
            if self._voiced:
                self._ready.set()
            if self._source is None:  # no microphone: the avatar is still to be heard
                deaf = _NoAudio()
                self.session.spawn(
                    lambda: self._start_voice(deaf, Media.WEBRTC, paced=False), "start-voice"
                )
        elif state in ("failed", "closed") and self.peer is not None:
            self.session.spawn(self._peer_lost, "peer-lost")

    async def _peer_lost(self) -> None:
        connection_id = self._connection_id
        await self._drop_media(keep_words=True)
        if connection_id is not None:
            await self.session.command(ChangeMedia(connection_id=connection_id, media=Media.TEXT))

    def pcm(self, connection_id: str, samples: bytes) -> None:
        """A binary frame: PCM16 mono 16 kHz from a client without WebRTC.

        Raises:
            InvalidInput: An odd number of bytes.
        """
        if len(samples) % 2:
            raise InvalidInput("frame", "PCM16 has an even number of bytes")
        if connection_id != self._connection_id or self.peer is not None:
            return
        if self._pcm is None:
            open_pcm = self.session.context.open_pcm
            if open_pcm is None:
                return
            source = open_pcm(self.session.clock_s)
            self._pcm = source
            self.session.spawn(
                lambda: self._start_voice(source, Media.WEBSOCKET, paced=True), "start-voice"
            )
        self._pcm.push(samples)

    async def close_media(self) -> None:
        """The client gives up on media; the interview goes on by text."""
        self._expecting = False
        self._ready.set()
        await self._drop_media(keep_words=False)

    async def leave(self, connection_id: str) -> None:
        """The connection is gone: its last words are held until the page can send the gap."""
        if connection_id != self._connection_id:
            return
        self._connection_id = None
        self._saying = None
        await self._drop_media(keep_words=True)

    async def aclose(self) -> None:
        """End everything; words heard so far are committed."""
        await self._drop_media(keep_words=False)
        await self.commit_held()

    async def _drop_media(self, *, keep_words: bool) -> None:
        async with self._lock:
            voice, told, peer, pcm = self.voice, self.told, self.peer, self._pcm
            self.voice = self.told = self.peer = self._pcm = self._gap = None
            self._source = None
            self._connected = self._voiced = False
        if told is not None:
            await self._last_words(told, hold=keep_words)
        if voice is not None:
            await voice.aclose()
        if pcm is not None:
            pcm.end()
        if peer is not None:
            await peer.aclose()

    async def _last_words(self, told: Told, *, hold: bool) -> None:
        if hold:
            told.hold()
            self._held = told
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await told.side.flush()
        except TimeoutError:
            log.info("last_words_not_recognised", session=self.session.session_id)
        if not hold:
            told.detach()

    async def flush_words(self) -> None:
        """What is still being recognised is committed when this returns (at most 3 s)."""
        if self.told is None:
            return
        try:
            async with asyncio.timeout(FLUSH_S):
                await self.told.side.flush()
        except TimeoutError:
            log.info("flush_timed_out", session=self.session.session_id)

    async def abandon(self) -> None:
        """End everything; nothing more is stored (the session is being deleted)."""
        self._connection_id = None
        if self.told is not None:
            self.told.detach()
        self._held = None
        await self._drop_media(keep_words=False)

    async def commit_held(self) -> None:
        """No audio of the gap will come: what was heard before it is what we have."""
        told, self._held = self._held, None
        for utterance in told.held if told is not None else ():
            await self._commit(utterance)

    # --- voice -------------------------------------------------------------------------------

    async def _start_voice(self, source: AudioIn, media: Media, *, paced: bool) -> None:
        context = self.session.context
        if context.open_voice is None or self._connection_id is None:
            self._ready.set()
            return
        self._source, self._paced = source, paced
        await self._wait_for_ears()
        if self._source is not source or self._connection_id is None:
            return
        audio = self._with_gap(source)
        if self._sound is not None:
            audio = self._sound.tap(audio)
        told = self._new_told()
        try:
            voice = await context.open_voice(
                told.side,
                audio,
                language=self.session.state.plan.language,
                hotwords=views.hotwords(self.session.state),
                fetch=context.speech.fetch,
                paced=paced,
            )
        except VivaError:
            self._ready.set()
            raise
        async with self._lock:
            old, self.voice = self.voice, voice
            self.told, self._wanted = told, None
        if old is not None:
            await old.aclose()
        self._voiced = True
        if paced or self._connected:  # a prompt before that would be said to nobody
            self._ready.set()
        await self.session.command(ChangeMedia(connection_id=self._connection_id, media=media))
        self.sync()

    async def _wait_for_ears(self) -> None:
        """Right after a start the recogniser may still be loading: that is our time, not theirs."""
        context = self.session.context
        recogniser = context.recogniser
        if recogniser is None or context.engines_ready is None or recogniser.health().available:
            return
        await self.session.command(BeginFault(component=EARS_FAULT))
        try:
            async with asyncio.timeout(EARS_WAIT_S):
                await context.engines_ready()
        except TimeoutError:
            log.warning("recogniser_still_loading", session=self.session.session_id)
        finally:
            await self.session.command(EndFault(component=EARS_FAULT))

    def _with_gap(self, source: AudioIn) -> AudioIn:
        from_s = views.unheard_since_s(self.session.state)
        recogniser = self.session.context.recogniser
        hears = recogniser is not None and recogniser.health().available
        now_s = self.session.clock_s()
        if from_s is None or not hears or now_s - from_s < MIN_GAP_S:
            self.session.spawn(self.commit_held, "commit-held")
            return source
        self._gap_id, self._seam = uuid.uuid4().hex[:8], True
        request = BacklogRequest(gap_id=self._gap_id, from_s=from_s)
        self._gap = GapAudio(
            source,
            request=lambda: self.session.show(request, "candidate"),
            join=self._join,
            given_up=lambda: self.session.spawn(self.commit_held, "commit-held"),
        )
        return self._gap

    def backlog(self, frame: BacklogFrame) -> None:
        """A piece of the gap's audio from the page.

        Raises:
            InvalidInput: Not base64 PCM16.
        """
        try:
            pcm = base64.b64decode(frame.pcm, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidInput("pcm", "not base64") from error
        if len(pcm) % 2:
            raise InvalidInput("pcm", "PCM16 has an even number of bytes")
        if self._gap is None or frame.gap_id != self._gap_id:
            return
        if self._gap.offer(pcm, frame.start_s, last=frame.last) and frame.last:
            self._held = None

    async def _rebuild(self, component: str) -> None:
        """Replace a broken voice; the clock stands meanwhile."""
        source, paced = self._source, self._paced
        if source is None or self._rebuilds >= REBUILDS:
            return
        self._rebuilds += 1
        await self.session.command(BeginFault(component=component))
        try:
            async with self._lock:
                broken, self.voice, self.told = self.voice, None, None
            if broken is not None:
                await broken.aclose()
            await asyncio.sleep(REBUILD_WAIT_S)
            media = Media.WEBSOCKET if paced else Media.WEBRTC
            await self._start_voice(source, media, paced=paced)
        finally:
            await self.session.command(EndFault(component=component))

    # --- pictures and pace ---------------------------------------------------------------------

    def _on_picture(self, jpeg: bytes) -> None:
        if not any(c.role == "observer" for c in self.session.connections.values()):
            return
        image = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
        self.session.show(Picture(image=image, at=self.session.context.clock()), "observer")

    async def watch(self) -> None:
        """Once a second: note speech that goes on, and stand the clock while recognition lags."""
        while True:
            await asyncio.sleep(BEAT_S)
            if self.told is not None and self.told.speaking:
                await self.told.note_speech()
            await self._mind_lag()

    async def _mind_lag(self) -> None:
        """While recognition is far behind, the candidate's clock stands: the fault is ours."""
        state = self.session.state
        lag_s = self.told.side.lag_s if self.told is not None else 0.0
        behind = LAG_FAULT in state.faults
        if not behind and lag_s > LAG_BEGIN_S and machine.listening_for(state) == "answer":
            await self.session.command(BeginFault(component=LAG_FAULT))
        elif behind and lag_s < LAG_END_S:
            await self.session.command(EndFault(component=LAG_FAULT))
