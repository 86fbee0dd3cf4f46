"""Shows what has happened: the steps of one session as frames, in order, to whoever is here."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog
from aiohttp import WSCloseCode

from interview import courtesies, views
from interview.errors import VivaError
from interview.events import (
    AnswerAcknowledged,
    AnswerReopened,
    CandidateJoined,
    PromptDelivered,
    PromptIssued,
    SessionEnded,
    SessionReopened,
)
from interview.journal import Step
from interview.nouns import Purpose
from interview.ports.speech import SpokenAudio
from server.live.frames import SpeechFacts, frames_for
from server.live.within import Shown

GOODBYE_S = 20.0

log = structlog.get_logger(__name__)


class Actor(Protocol):
    """The room's part in a step: what a prompt sounds like before its frame goes out, and deeds."""

    async def prepare(self, event: PromptIssued) -> tuple[SpeechFacts, SpokenAudio | None]: ...
    async def act(self, step: Step, audio: SpokenAudio | None) -> None: ...
    async def conclude(self) -> None: ...


class Presenter:
    """Takes the steps of one session in order; only a prompt's synthesis makes others wait."""

    def __init__(self, session: Shown) -> None:
        self.session = session
        self.actor: Actor | None = None
        self._steps: asyncio.Queue[Step] = asyncio.Queue()
        self._concluded = asyncio.Event()
        self._busy = False
        session.sinks.append(self._steps.put_nowait)

    async def run(self) -> None:
        """Take steps until cancelled."""
        while True:
            step = await self._steps.get()
            self._busy = True
            try:
                await self._take(step)
            except VivaError as error:
                log.warning("effect_failed", code=error.code, session=self.session.session_id)
            finally:
                self._busy = False
                self._steps.task_done()

    @property
    def idle(self) -> bool:
        """Whether every step so far has been shown and acted on."""
        return not self._busy and self._steps.empty()

    async def settled(self) -> None:
        """Wait until every step so far has been shown and acted on."""
        await self._steps.join()

    async def _take(self, step: Step) -> None:
        speech, audio = SpeechFacts(), None
        event, actor = step.event, self.actor
        if isinstance(event, PromptIssued):
            if actor is not None:
                speech, audio = await actor.prepare(event)
            else:  # another process speaks it and stores its sound
                speech = SpeechFacts(self._url(event.prompt_id))
        elif isinstance(event, AnswerAcknowledged) and event.text:
            speech = SpeechFacts(self._url(views.acknowledgement_id(step.after)))
        elif isinstance(event, AnswerReopened):
            if courtesies.go_on(step.after.plan.language):
                speech = SpeechFacts(self._url(views.go_on_id(event)))
        elif isinstance(event, SessionEnded):
            speech = self._goodbye_facts(step)
        for outgoing in frames_for(step, self.session.context.clock(), speech):
            self.session.broadcast(outgoing)
        self._note_end(step)
        if actor is not None:
            await actor.act(step, audio)

    def _url(self, prompt_id: str) -> str:
        return self.session.context.audio_url(self.session.session_id, prompt_id)

    def _goodbye_facts(self, step: Step) -> SpeechFacts:
        prompt = step.after.prompt
        if prompt is None or prompt.purpose is not Purpose.GOODBYE or prompt.delivered:
            return SpeechFacts()
        return SpeechFacts(self._url(prompt.prompt_id))

    # --- the end ---------------------------------------------------------------------------------

    def _note_end(self, step: Step) -> None:
        event, prompt = step.event, step.after.prompt
        if isinstance(event, SessionReopened):
            self._concluded.clear()
        elif isinstance(event, SessionEnded):
            self.session.spawn(self._conclude, "conclude")
        elif isinstance(event, PromptDelivered):
            if prompt is not None and prompt.purpose is Purpose.GOODBYE:
                self._concluded.set()
        elif isinstance(event, CandidateJoined) and event.replaced is not None:
            log.info("candidate_taken_over", session=self.session.session_id)

    async def _conclude(self) -> None:
        """Let the goodbye be heard, then close every connection."""
        state = self.session.state
        if state.seat is not None and state.prompting:
            try:
                async with asyncio.timeout(GOODBYE_S):
                    await self._concluded.wait()
            except TimeoutError:
                log.info("goodbye_cut", session=self.session.session_id)
        for connection in list(self.session.connections.values()):
            connection.close(WSCloseCode.OK, "interview_concluded")
        if self.actor is not None:
            await self.actor.conclude()
