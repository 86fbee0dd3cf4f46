"""One candidate's WebRTC peer: answers an offer, carries the media, leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.exceptions import InvalidStateError
from aiortc.mediastreams import MediaStreamTrack
from aiortc.sdp import candidate_from_sdp

from interview.errors import InvalidInput
from interview.ports.conversation import AudioIn, Playout
from realtime.candidates import Candidates
from realtime.decoders import bound_decoders
from realtime.early import receive_early
from realtime.signalling import MAX_CANDIDATES, check_offer
from realtime.tracks import AvatarTrack, PictureTap, TrackAudioIn, ignore_frame

CLOSE_TIMEOUT_S = 5.0

log = structlog.get_logger(__name__)


async def open_peer(  # noqa: PLR0913 - what the page's side of a call needs
    offer_sdp: str,
    playout: Playout,
    *,
    clock: Callable[[], float],
    on_audio: Callable[[AudioIn], None],
    on_picture: Callable[[bytes], None],
    on_frame: Callable[[Callable[[], Any]], None] = ignore_frame,
    on_state: Callable[[str], None],
    ice_servers: Sequence[str] = (),
    private_candidates: bool = False,
) -> CandidatePeer:
    """Answer an offer.

    `on_audio` is called once with the microphone, `on_picture` with a JPEG about once a second,
    `on_frame` for every frame of the camera with a function that gives its samples (YUV 4:2:0,
    uint8, shape (height * 3 / 2, width)),
    With `private_candidates` checks are sent to private and loopback addresses too.
    `on_state` with `connecting`, `connected`, `disconnected`, `failed`, `closed`.

    Raises:
        InvalidInput: The offer is unusable or asks for what is not given.
    """
    check_offer(offer_sdp)
    peer = CandidatePeer(
        playout,
        clock=clock,
        on_audio=on_audio,
        on_picture=on_picture,
        on_frame=on_frame,
        on_state=on_state,
        ice_servers=ice_servers,
        private_candidates=private_candidates,
    )
    try:
        await peer.answer(offer_sdp)
    except BaseException:
        await peer.aclose()
        raise
    return peer


class CandidatePeer:
    """See `open_peer`."""

    def __init__(
        self,
        playout: Playout,
        *,
        clock: Callable[[], float],
        on_audio: Callable[[AudioIn], None],
        on_picture: Callable[[bytes], None],
        on_frame: Callable[[Callable[[], Any]], None],
        on_state: Callable[[str], None],
        ice_servers: Sequence[str] = (),
        private_candidates: bool = False,
    ) -> None:
        self.answer_sdp = ""
        self._admitted = Candidates(private=private_candidates)
        self._clock = clock
        self._on_audio = on_audio
        self._on_picture = on_picture
        self._on_frame = on_frame
        self._on_state = on_state
        self._out = AvatarTrack(playout)
        self._audio: TrackAudioIn | None = None
        self._pictures: PictureTap | None = None
        self._candidates = 0
        self._closed = False
        servers = [RTCIceServer(urls=url) for url in ice_servers]
        bound_decoders()
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._pc.on("track", self._on_track)
        self._pc.on("connectionstatechange", self._on_connection_state)

    async def answer(self, offer_sdp: str) -> None:
        """Set the offer and make `answer_sdp`. Raises InvalidInput."""
        try:
            await self._pc.setRemoteDescription(
                RTCSessionDescription(self._admitted.filter(offer_sdp), "offer")
            )
            for transceiver in self._pc.getTransceivers():
                if transceiver.kind == "audio":
                    transceiver.sender.replaceTrack(self._out)
                    transceiver.direction = "sendrecv"
                else:
                    transceiver.direction = "recvonly"
            receive_early(self._pc)
            await self._pc.setLocalDescription(await self._pc.createAnswer())
        except Exception as error:  # a library's parser of foreign text: it raises anything
            log.info("offer_refused", error=type(error).__name__)
            raise InvalidInput("sdp", "the offer cannot be answered") from error
        self.answer_sdp = self._pc.localDescription.sdp

    async def add_candidate(
        self, candidate: str, sdp_mid: str | None, sdp_m_line_index: int | None
    ) -> None:
        """Add a trickled candidate; an empty one and one that is not believed are ignored.

        Raises:
            InvalidInput: It cannot be parsed, or there were more than 200.
        """
        line = candidate.strip().removeprefix("a=").removeprefix("candidate:")
        if not line or self._closed:
            return
        self._candidates += 1
        if self._candidates > MAX_CANDIDATES:
            raise InvalidInput("candidate", f"more than {MAX_CANDIDATES}")
        if sdp_mid is None and sdp_m_line_index is None:
            raise InvalidInput("candidate", "needs sdp_mid or sdp_m_line_index")
        try:
            parsed = candidate_from_sdp(line)
            if not self._admitted.admit(f"candidate:{line}"):
                return
            parsed.sdpMid = sdp_mid
            parsed.sdpMLineIndex = sdp_m_line_index
            await self._pc.addIceCandidate(parsed)
        except (ValueError, IndexError, AssertionError, InvalidStateError) as error:
            raise InvalidInput("candidate", "cannot be used") from error

    async def aclose(self) -> None:
        """End tracks, tasks and sockets; harmless when repeated."""
        if self._closed:
            return
        self._closed = True
        self._out.stop()
        if self._audio is not None:
            await self._audio.aclose()
        if self._pictures is not None:
            await self._pictures.aclose()
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._close_connection()
        except TimeoutError:
            log.warning("peer_close_timed_out")
        self._pc.remove_all_listeners()

    async def _close_connection(self) -> None:
        """Close what there is: an offer that failed half-way leaves sections without transport."""
        try:
            await self._pc.close()
        except Exception as error:  # aiortc closes only what it finished; the rest is closed here
            log.info("peer_closed_in_parts", error=type(error).__name__)
            for transceiver in self._pc.getTransceivers():
                transport = transceiver.sender.transport
                if transport is not None:
                    await transport.stop()
                    await transport.transport.stop()

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._audio is None:
            self._audio = TrackAudioIn(track, self._clock)
            self._on_audio(self._audio)
        elif track.kind == "video" and self._pictures is None:
            self._pictures = PictureTap(track, self._on_picture, self._on_frame)

    def _on_connection_state(self) -> None:
        if not self._closed:
            self._on_state(self._pc.connectionState)
