"""The candidate's words on their way into the log: each once, with its sound, across cuts.

After a reconnect the page is asked for the audio of the gap (`gap_audio`). The last words of the
connection before are held, in the log, until it is known whether that audio comes: it holds them
too.
"""

from __future__ import annotations

import base64
import binascii
import uuid

from interview import views
from interview.commands import CommitUtterance, HoldWords, SettleHeld
from interview.errors import InvalidInput
from interview.nouns import Utterance
from interview.ports.conversation import AudioIn
from interview.seams import without_overlap
from interview.state import State
from server.live.gap_audio import GapAudio, Join
from server.live.kept_sound import KeptSound
from server.live.messages import BacklogFrame, BacklogRequest
from server.live.within import Within

MIN_GAP_S = 0.2


def overlap(backlog: bytes, live: bytes) -> int | None:
    """Without an aligner the session clock decides (see `GapAudio`)."""
    del backlog, live
    return None


class Words:
    """Of one room; its voices come and go."""

    def __init__(self, session: Within, *, join: Join = overlap) -> None:
        self._session = session
        self._join = join
        self._gap: GapAudio | None = None
        self._gap_id = ""
        self._seam = False  # the next words may begin with some that are stored already
        context = session.context
        self._sound = KeptSound(session.session_id, context.blobs) if context.keep_sound else None

    # --- words -----------------------------------------------------------------------------------

    async def commit(self, utterance: Utterance) -> None:
        """Store words, those of an answer with their sound; after a gap none of them twice."""
        state = self._session.state
        seamed, self._seam = self._seam, False
        if seamed:
            left = without_overlap(utterance, state.asking.utterances if state.asking else ())
            if left is None:
                return
            utterance = left
        utterance = await self._shelved(utterance)
        after = await self._session.command(CommitUtterance(utterance=utterance))
        await self._settle_sound(utterance, after)

    async def hold(self, utterance: Utterance) -> None:
        """Store the last words of a connection that is gone, without counting them yet."""
        utterance = await self._shelved(utterance)
        await self._session.command(HoldWords(utterance=utterance))

    async def count_held(self) -> None:
        """No audio of the gap will come: what was heard before it is what we have."""
        await self._settle_held(counted=True)

    async def _settle_held(self, *, counted: bool) -> None:
        held = self._session.state.held
        if held:
            after = await self._session.command(SettleHeld(counted=counted))
            for utterance in held:
                await self._settle_sound(utterance, after)

    async def _shelved(self, utterance: Utterance) -> Utterance:
        """With the sound of an answer's words stored beside them."""
        state = self._session.state
        if self._sound is None or (state.asking is None and not state.answers):
            return utterance
        opened_at = state.asking.opened_at if state.asking is not None else None
        floor_s = None if opened_at is None else state.since_start_s(opened_at)
        return await self._sound.shelve(utterance, floor_s=floor_s)

    async def _settle_sound(self, utterance: Utterance, after: State) -> None:
        if self._sound is not None:
            stored = utterance.utterance_id in after.utterance_ids
            await self._sound.settle(utterance, stored=stored)

    # --- audio -----------------------------------------------------------------------------------

    def listen_to(self, source: AudioIn) -> AudioIn:
        """What a new voice is to hear: after an interruption, the audio of the gap first."""
        audio = self._with_gap(source)
        return self._sound.tap(audio) if self._sound is not None else audio

    def end(self) -> None:
        """The source is gone; audio of its gap is not waited for any more."""
        self._gap = None

    def _with_gap(self, source: AudioIn) -> AudioIn:
        session = self._session
        from_s = views.unheard_since_s(session.state)
        recogniser = session.context.recogniser
        hears = recogniser is not None and recogniser.health().available
        if from_s is None or not hears or session.clock_s() - from_s < MIN_GAP_S:
            session.spawn(self.count_held, "count-held")
            return source
        self._gap_id, self._seam = uuid.uuid4().hex[:8], True
        request = BacklogRequest(gap_id=self._gap_id, from_s=from_s)
        self._gap = GapAudio(
            source,
            request=lambda: session.show(request, "candidate"),
            join=self._join,
            given_up=lambda: session.spawn(self.count_held, "count-held"),
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
            self._session.spawn(lambda: self._settle_held(counted=False), "drop-held")
