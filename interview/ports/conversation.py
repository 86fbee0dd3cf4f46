"""The live voice, and what its room gives it. Their words: `interview.conversation`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from interview.ports.speech import PcmFrame, SpokenAudio

Fetch = Callable[[str], Awaitable[SpokenAudio]]
"""The audio at an address that the room has named. Raises NotFound, Unavailable."""


class AudioIn(Protocol):
    """Where the candidate's audio comes from (a WebRTC track, PCM over a WebSocket)."""

    async def receive(self) -> PcmFrame:
        """The next frame, 10-60 ms, any rate. Raises EOFError when the source has ended."""


class Playout(Protocol):
    """The outgoing track's source of audio, pulled every 20 ms on a steady clock."""

    def pull(self, samples: int) -> bytes | None:
        """Exactly `samples` of PCM at PLAYOUT_RATE_HZ (padded with silence), or None when idle."""


class Voice(Protocol):
    """One live conversation's ears and mouth, in this process. It does what the room says."""

    playout: Playout

    async def aclose(self) -> None:
        """Stop speaking and listening; every prompt begun has been told."""
