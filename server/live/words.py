"""The candidate's words on their way into the log: each once, with its sound, across cuts.

After a reconnect the page is asked for the audio of the gap (`gap_audio`). The last words of the
connection before are held until it is known whether that audio comes: it holds them too.
"""

from __future__ import annotations

import base64
import binascii
import uuid

from interview import views
from interview.commands import CommitUtterance
from interview.errors import InvalidInput
from interview.nouns import Utterance
from interview.ports.conversation import AudioIn
from interview.seams import without_overlap
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
        self.held: list[Utterance] = []
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
        sound = self._sound if state.asking is not None or state.answers else None
        if sound is not None:
            utterance = await sound.shelve(utterance)
        after = await self._session.command(CommitUtterance(utterance=utterance))
        if sound is not None:
            stored = utterance.utterance_id in after.utterance_ids
            await sound.settle(utterance, stored=stored)

    async def hold(self, utterance: Utterance) -> None:
        """The last words of a connection that is gone."""
        self.held.append(utterance)

    async def commit_held(self) -> None:
        """No audio of the gap will come: what was heard before it is what we have."""
        held, self.held = self.held, []
        for utterance in held:
            await self.commit(utterance)

    def forget(self) -> None:
        """The session is being deleted: nothing is held any more."""
        self.held = []

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
            session.spawn(self.commit_held, "commit-held")
            return source
        self._gap_id, self._seam = uuid.uuid4().hex[:8], True
        request = BacklogRequest(gap_id=self._gap_id, from_s=from_s)
        self._gap = GapAudio(
            source,
            request=lambda: session.show(request, "candidate"),
            join=self._join,
            given_up=lambda: session.spawn(self.commit_held, "commit-held"),
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
            self.held = []
