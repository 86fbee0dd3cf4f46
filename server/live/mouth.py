"""When a prompt is said: as soon as the candidate can hear it, or left to be read."""

from __future__ import annotations

import asyncio

import structlog

from interview.commands import DeliverPrompt
from interview.ports.speech import SpokenAudio
from server.live.voices import VoiceDesk
from server.live.within import Within

READING_S_PER_WORD = 0.25
MAX_READING_S = 6.0
INVITE_WITHIN_S, INVITE_LOOK_S = 2.0, 0.1

log = structlog.get_logger(__name__)


class Mouth:
    """Of one room. Without media the text voice keeps the pace of the prompts."""

    def __init__(self, session: Within, voices: VoiceDesk) -> None:
        self._session = session
        self._voices = voices
        self._saying: str | None = None
        self._present = False
        self._expecting = False
        self._audible = asyncio.Event()

    # --- whether the candidate hears -------------------------------------------------------------

    def arrive(self, *, expecting: bool) -> None:
        """The candidate is here. With media to be expected, prompts wait for them."""
        self._present = True
        self.expect(expecting)

    def expect(self, expecting: bool = True) -> None:
        """Media are on their way, or no longer."""
        self._expecting = expecting
        self._audible.clear()

    def audible(self) -> None:
        """Who waits to be heard may speak: the media are ready, or will not come."""
        self._audible.set()

    def leave(self) -> None:
        """Nobody is here to listen."""
        self._present, self._saying = False, None

    async def _wait_for_media(self) -> None:
        if not self._expecting or self._audible.is_set():
            return
        try:
            async with asyncio.timeout(self._session.context.media_wait_s):
                await self._audible.wait()
        except TimeoutError:
            log.info("media_not_ready", session=self._session.session_id)
            self._expecting = False

    # --- prompts ---------------------------------------------------------------------------------

    async def say(self, prompt_id: str, text: str, audio: SpokenAudio | None) -> None:
        """Speak a prompt when the media are ready; without audio, leave time to read it."""
        self._saying = prompt_id
        if audio is None:
            await asyncio.sleep(min(MAX_READING_S, READING_S_PER_WORD * len(text.split())))
            await self._deliver_unspoken(prompt_id)
            return
        await self._wait_for_media()
        if self._saying != prompt_id or not self._present:
            return
        if await self._voices.ready():
            self._voices.speak(prompt_id, text, audio)
            return
        await asyncio.sleep(audio.duration_s)
        await self._deliver_unspoken(prompt_id)

    def murmur(self, prompt_id: str, text: str, audio: SpokenAudio) -> None:
        """A word of acknowledgement; too late when the candidate goes on or the turn is over."""
        if self._session.state.yielding is not None:
            self._voices.speak(prompt_id, text, audio, aside=True)

    async def invite(self, prompt_id: str, text: str, audio: SpokenAudio) -> None:
        """ "Go on" to a candidate who has stopped; who talks on needs no word, and gets none."""
        for _ in range(round(INVITE_WITHIN_S / INVITE_LOOK_S)):
            state = self._session.state
            if not state.cut_off or state.yielding is not None:
                return
            if not self._voices.speaking:
                self._voices.speak(prompt_id, text, audio, aside=True)
                return
            await asyncio.sleep(INVITE_LOOK_S)

    async def _deliver_unspoken(self, prompt_id: str) -> None:
        if self._saying == prompt_id and self._present:
            unspoken = DeliverPrompt(prompt_id=prompt_id, how="text", failure="tts")
            await self._session.command(unspoken)

    async def played_elsewhere(self, prompt_id: str) -> None:
        """A client that plays the address itself has heard it to the end."""
        if self._saying == prompt_id:
            await self._session.command(DeliverPrompt(prompt_id=prompt_id, how="audio"))
            self._voices.hush()

    def hush(self) -> None:
        """Stop the avatar."""
        self._saying = None
        self._voices.hush()
