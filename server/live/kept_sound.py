"""The candidate's latest sound on the session clock, across connections and voices.

Stretches of it are stored beside the words that were recognised in them, to be heard once more,
whole, when the answer is over; and the seam after a reconnect is found in it.
"""

from __future__ import annotations

import bisect
import contextlib
from collections import deque
from collections.abc import Callable

import structlog

from interview.errors import VivaError
from interview.nouns import Utterance
from interview.ports.conversation import AudioIn
from interview.ports.speech import RECOGNITION_RATE_HZ, PcmFrame
from interview.ports.storage import BlobStore
from server.platform.sound import sound_key

RATE = RECOGNITION_RATE_HZ
BYTES_PER_S = RATE * 2
KEPT_S = 120.0
BEFORE_S = 0.7
WELL_BEFORE_S = 3.0  # captions may miss the first words; not while the avatar may be heard
AFTER_S = 2.0  # nor may they have the last ones; what is there by now is taken
JOINED_S = 2.0  # a pause up to that long is kept whole: what is said softly in it is heard too
LATE_S = 0.05

log = structlog.get_logger(__name__)


class _Tapped:
    """An AudioIn whose frames are remembered as they pass."""

    def __init__(self, source: AudioIn, take: Callable[[PcmFrame], None]) -> None:
        self._source = source
        self._take = take

    async def receive(self) -> PcmFrame:
        """The next frame of the source."""
        frame = await self._source.receive()
        self._take(frame)
        return frame


class KeptSound:
    """A ring of two minutes. What if full: the oldest goes, and its words keep their captions."""

    def __init__(self, session_id: str, blobs: BlobStore) -> None:
        self._session_id = session_id
        self._blobs = blobs
        self._frames: deque[PcmFrame] = deque()
        self._held_s = 0.0
        self._until_s = 0.0  # stored so far, on the session clock

    def tap(self, source: AudioIn) -> AudioIn:
        """The source, remembered."""
        return _Tapped(source, self.take)

    def take(self, frame: PcmFrame) -> None:
        """Remember a frame. One that begins anew earlier (the audio of a gap) replaces what was.

        Two versions of one moment never mix: their clocks are up to a third of a second apart.
        """
        if self._frames and frame.start_s < _end_s(self._frames[-1]) - LATE_S:
            while self._frames and self._frames[-1].start_s >= frame.start_s:
                self._held_s -= len(self._frames.pop().samples) / BYTES_PER_S
        self._frames.append(frame)
        self._held_s += len(frame.samples) / BYTES_PER_S
        while self._held_s > KEPT_S:
            self._held_s -= len(self._frames.popleft().samples) / BYTES_PER_S

    def cut(self, start_s: float, end_s: float) -> tuple[float, bytes] | None:
        """What was heard between two moments, and when it begins; None when the start is gone.

        What never came is silent.
        """
        frames = sorted(self._frames, key=lambda frame: frame.start_s)
        first = bisect.bisect_left([_end_s(frame) for frame in frames], start_s)
        chosen = [frame for frame in frames[first:] if frame.start_s < end_s]
        if not chosen or (first == 0 and chosen[0].start_s > start_s + BEFORE_S + LATE_S):
            return None
        begin_s = max(start_s, chosen[0].start_s)
        out = bytearray(max(0, round((min(end_s, _end_s(chosen[-1])) - begin_s) * RATE)) * 2)
        for frame in chosen:
            at = round((frame.start_s - begin_s) * RATE) * 2
            samples = frame.samples[max(0, -at) : max(0, len(out) - at)]
            at = max(0, at)
            out[at : at + len(samples)] = samples
        return begin_s, bytes(out)

    async def shelve(self, utterance: Utterance, *, floor_s: float | None = None) -> Utterance:
        """Store the utterance's sound; it then says where its sound begins.

        `floor_s`: since when the candidate has had the floor, on the session clock.
        A store that refuses costs the second hearing, never the words.
        """
        near = 0.0 <= utterance.start_s - self._until_s < JOINED_S
        start_s = self._until_s if near else max(self._until_s, _begins_s(utterance, floor_s))
        end_s = utterance.end_s + AFTER_S
        found = self.cut(start_s, end_s) if end_s > start_s else None
        if found is None or not found[1]:
            return utterance
        begin_s, sound = found
        try:
            await self._blobs.put(sound_key(self._session_id, utterance.utterance_id), sound)
        except VivaError as error:
            log.warning("sound_not_kept", code=error.code, session=self._session_id)
            return utterance
        self._until_s = begin_s + len(sound) / BYTES_PER_S
        return utterance.model_copy(update={"sound_start_s": begin_s})

    async def settle(self, utterance: Utterance, *, stored: bool) -> None:
        """Words that were not stored leave no sound behind: it is theirs who say them again.

        The last words of a cut connection are said again by the audio of the gap.
        """
        if stored or utterance.sound_start_s is None:
            return
        self._until_s = min(self._until_s, utterance.sound_start_s)
        with contextlib.suppress(VivaError):
            await self._blobs.delete(sound_key(self._session_id, utterance.utterance_id))


def _begins_s(utterance: Utterance, floor_s: float | None) -> float:
    """Where the sound of words begins that follow no others closely."""
    close_s = utterance.start_s - BEFORE_S
    if floor_s is None:
        return close_s
    return min(close_s, max(floor_s, utterance.start_s - WELL_BEFORE_S))


def _end_s(frame: PcmFrame) -> float:
    return frame.start_s + len(frame.samples) / BYTES_PER_S
