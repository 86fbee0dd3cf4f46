"""What every live session of this process shares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from interview.channel import RoomSide
from interview.ports.analysis import FollowUpAuthor
from interview.ports.changes import Changes
from interview.ports.conversation import AudioIn, Fetch, Playout, Voice
from interview.ports.speech import EngineHealth, Recogniser
from interview.ports.storage import BlobStore, Storage
from proctoring.monitor import Image, ProctoringMonitor
from server.live.speech import SpeechShelf
from server.platform.references import ReferenceVault


class OpenVoice(Protocol):
    """Builds the ears and mouth of one conversation (`agents.voice.open_voice`)."""

    async def __call__(
        self,
        room: RoomSide,
        audio_in: AudioIn,
        *,
        language: str,
        hotwords: Sequence[str],
        fetch: Fetch,
        paced: bool,
    ) -> Voice: ...


class Peer(Protocol):
    """One WebRTC peer (`realtime.peer.CandidatePeer`)."""

    answer_sdp: str

    async def add_candidate(
        self, candidate: str, sdp_mid: str | None, sdp_m_line_index: int | None
    ) -> None: ...

    async def aclose(self) -> None: ...


class OpenPeer(Protocol):
    """Answers an offer (`realtime.peer.open_peer`)."""

    async def __call__(
        self,
        offer_sdp: str,
        playout: Playout,
        *,
        clock: Callable[[], float],
        on_audio: Callable[[AudioIn], None],
        on_picture: Callable[[bytes], None],
        on_frame: Callable[[Callable[[], Image]], None],
        on_state: Callable[[str], None],
    ) -> Peer: ...


class PcmSource(AudioIn, Protocol):
    """Audio pushed in by the socket (`realtime.pcm.PcmQueueAudioIn`)."""

    def push(self, samples: bytes) -> None: ...
    def end(self) -> None: ...


async def _never_paused() -> None:
    """Nobody looks whether this process stood still."""


@dataclass(frozen=True, slots=True)
class LiveContext:
    """Ports and settings of the live part. Engines may be None: the interview goes on by text."""

    storage: Storage
    blobs: BlobStore
    clock: Callable[[], datetime]
    owner: str
    speech: SpeechShelf
    audio_url: Callable[[str, str], str]
    changes: Changes
    recogniser: Recogniser | None = None
    synthesiser_health: Callable[[], EngineHealth] | None = None
    open_voice: OpenVoice | None = None
    open_text_voice: Callable[[RoomSide], Voice] | None = None
    open_peer: OpenPeer | None = None
    open_pcm: Callable[[Callable[[], float]], PcmSource] | None = None
    follow_ups: FollowUpAuthor | None = None
    proctor: ProctoringMonitor | None = None
    proctor_ready: Callable[[], Awaitable[None]] | None = None
    references: ReferenceVault | None = None
    engines_ready: Callable[[], Awaitable[None]] | None = None
    mind_pause: Callable[[], Awaitable[None]] = _never_paused
    ice_servers: tuple[str, ...] = ()
    media_wait_s: float = 8.0
    keep_sound: bool = False  # answers are heard once more, whole, when they are over
