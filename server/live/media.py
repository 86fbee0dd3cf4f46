"""How a room has the candidate's sound and picture: a peer, or PCM over the socket."""

from __future__ import annotations

import asyncio
import base64

from interview.commands import ChangeMedia
from interview.errors import InvalidInput, Unavailable, VivaError
from interview.nouns import Media
from interview.ports.conversation import AudioIn
from interview.ports.speech import PcmFrame
from server.live.context import PcmSource, Peer
from server.live.messages import Picture
from server.live.mouth import Mouth
from server.live.overheard import Overheard
from server.live.voices import VoiceDesk
from server.live.watch import WatchDesk
from server.live.within import Within
from server.live.words import Words


class _NoAudio:
    """A candidate without a microphone: never a frame."""

    async def receive(self) -> PcmFrame:
        """Waits for ever."""
        await asyncio.Event().wait()
        raise EOFError


class MediaDesk:
    """Owns the peer or the audio source of the candidate's connection; at most one of each."""

    def __init__(
        self, session: Within, words: Words, voices: VoiceDesk, mouth: Mouth, watched: WatchDesk
    ) -> None:
        self._session = session
        self._words = words
        self._voices = voices
        self._mouth = mouth
        self._watched = watched
        self.peer: Peer | None = None
        self._pcm: PcmSource | None = None
        self._connection_id: str | None = None
        self._connected = False
        self._voiced = False

    # --- the candidate's connection ----------------------------------------------------------

    def arrive(self, connection_id: str, media: Media) -> None:
        """A connection took the seat. With `webrtc` announced, prompts wait for the peer."""
        self._connection_id = connection_id
        self._mouth.arrive(expecting=media is Media.WEBRTC)
        self._voices.arrive()
        if media is Media.TEXT:  # no sound of a gap will come
            self._session.spawn(self._words.count_held, "count-held")

    async def offer(self, connection_id: str, sdp: str) -> str:
        """Answer a WebRTC offer; an earlier peer of the session is closed first.

        Raises:
            Unavailable: This server has no WebRTC.
            InvalidInput: The offer is unusable.
        """
        open_peer = self._session.context.open_peer
        if open_peer is None:
            raise Unavailable("webrtc", "this server has no media part")
        await self._drop(hold=True)
        self._mouth.expect()
        peer = await open_peer(
            sdp,
            self._voices,
            clock=self._session.clock_s,
            on_audio=lambda audio: self._on_audio(connection_id, audio),
            on_picture=self._on_picture,
            on_frame=self._watched.video,
            on_state=lambda state: self._on_peer_state(connection_id, state),
        )
        self.peer = peer
        return peer.answer_sdp

    def _on_audio(self, connection_id: str, audio: AudioIn) -> None:
        if connection_id == self._connection_id:
            self._begin(audio, Media.WEBRTC)

    def _on_peer_state(self, connection_id: str, state: str) -> None:
        if connection_id != self._connection_id:
            return
        if state == "connected":
            self._connected = True
            if self._voiced:
                self._mouth.audible()
            if self._voices.source is None:  # no microphone: the avatar is still to be heard
                self._begin(_NoAudio(), Media.WEBRTC)
        elif state in ("failed", "closed") and self.peer is not None:
            self._session.spawn(self._peer_lost, "peer-lost")

    async def _peer_lost(self) -> None:
        connection_id = self._connection_id
        await self._drop(hold=True)
        if connection_id is not None:
            await self._session.command(ChangeMedia(connection_id=connection_id, media=Media.TEXT))

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
            open_pcm = self._session.context.open_pcm
            if open_pcm is None:
                return
            self._pcm = open_pcm(self._session.clock_s)
            self._begin(self._pcm, Media.WEBSOCKET)
        self._pcm.push(samples)

    async def close_media(self) -> None:
        """The client gives up on media; the interview goes on by text."""
        self._mouth.expect(False)
        self._mouth.audible()
        await self.aclose()

    async def leave(self, connection_id: str) -> None:
        """The connection is gone: its last words are held until the page can send the gap."""
        if connection_id != self._connection_id:
            return
        self._connection_id = None
        self._mouth.leave()
        await self._drop(hold=True)

    async def aclose(self) -> None:
        """End everything; words heard so far are committed."""
        await self._drop(hold=False)
        await self._words.count_held()

    async def abandon(self) -> None:
        """End everything; nothing more is stored (the session is being deleted)."""
        self._connection_id = None
        self._voices.abandon()
        await self._drop(hold=False)

    async def _drop(self, *, hold: bool) -> None:
        peer, pcm = self.peer, self._pcm
        self.peer = self._pcm = None
        self._connected = self._voiced = False
        await self._voices.close(hold=hold)
        if pcm is not None:
            pcm.end()
        if peer is not None:
            await peer.aclose()

    # --- sound and picture -------------------------------------------------------------------

    def _begin(self, source: AudioIn, media: Media) -> None:
        source = Overheard(source, self._session.heard_by)
        self._voices.source = source
        self._session.spawn(lambda: self._start_voice(source, media), "start-voice")

    async def _start_voice(self, source: AudioIn, media: Media) -> None:
        if self._session.context.open_voice is None or self._connection_id is None:
            self._mouth.audible()
            return
        paced = media is Media.WEBSOCKET
        try:
            if not await self._voices.open(source, paced=paced):
                return
        except VivaError:
            self._mouth.audible()
            raise
        self._voiced = True
        if paced or self._connected:  # a prompt before that would be said to nobody
            self._mouth.audible()
        if self._connection_id is not None:
            change = ChangeMedia(connection_id=self._connection_id, media=media)
            await self._session.command(change)
        self._voices.sync()

    def _on_picture(self, jpeg: bytes) -> None:
        if not any(c.role == "observer" for c in self._session.connections.values()):
            return
        image = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
        self._session.show(Picture(image=image, at=self._session.context.clock()), "observer")

    async def playback_finished(self, prompt_id: str) -> None:
        """A client that plays the address itself has heard a prompt; who has a peer does not."""
        if self.peer is None:
            await self._mouth.played_elsewhere(prompt_id)
