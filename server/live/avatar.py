"""What the avatar does when something has happened: it speaks, and gets the next lines ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from interview import courtesies, views, wording
from interview.commands import ProposeFollowUp, WaiveFollowUp
from interview.effects import evaluation_request
from interview.errors import VivaError
from interview.events import (
    AnswerAcknowledged,
    AnswerRecorded,
    AnswerReopened,
    PromptIssued,
    SessionPaused,
)
from interview.journal import Step
from interview.nouns import MAX_QUESTION_CHARS
from interview.ports.analysis import EvaluationRequest
from interview.ports.speech import SpokenAudio
from interview.state import State
from server.live.ahead import Ahead
from server.live.frames import SpeechFacts
from server.live.mouth import Mouth
from server.live.speech import speech_request
from server.live.voices import VoiceDesk
from server.live.within import Within

FOLLOW_UP_S = 2.4

log = structlog.get_logger(__name__)


def _to_follow_up(state: State) -> EvaluationRequest | None:
    """The answer that a follow-up may be asked to."""
    return evaluation_request(state, state.answers[-1]) if state.answers else None


class Avatar:
    """Implements `server.live.presenter.Actor` for the room of one session."""

    def __init__(
        self,
        session: Within,
        mouth: Mouth,
        voices: VoiceDesk,
        *,
        conclude: Callable[[], Awaitable[None]],
    ) -> None:
        self.session = session
        self._mouth = mouth
        self._voices = voices
        self._conclude = conclude
        self._ahead = Ahead(session, _to_follow_up)
        voices.on_expected = self._ahead.expect

    async def prepare(self, event: PromptIssued) -> tuple[SpeechFacts, SpokenAudio | None]:
        """The sound of a prompt, stored under its address; failing that, the text stands alone."""
        state = self.session.state
        if state.prompt is None or state.prompt.prompt_id != event.prompt_id:
            return SpeechFacts(), None
        shelf = self.session.context.speech
        try:
            audio = await shelf.obtain(speech_request(state.plan, event.lead, event.text))
        except VivaError as error:
            log.warning("prompt_without_speech", code=error.code, session=state.session_id)
            return SpeechFacts(failed=True), None
        url: str | None = self.session.context.audio_url(state.session_id, event.prompt_id)
        try:
            await shelf.publish(state.session_id, event.prompt_id, audio)
        except VivaError as error:
            log.warning("prompt_not_stored", code=error.code, session=state.session_id)
            url = None
        return SpeechFacts(audio_file=url, duration_s=round(audio.duration_s, 3)), audio

    async def act(self, step: Step, audio: SpokenAudio | None) -> None:
        """Speak, fall silent, ask for a follow-up."""
        event = step.event
        self._voices.sync()
        if isinstance(event, (AnswerRecorded, SessionPaused)):
            self._mouth.hush()
        if isinstance(event, PromptIssued):
            self._say(event, audio)
            self._prefetch(step.after)
        elif isinstance(event, AnswerRecorded):
            self._answered(step.after, event)
        elif isinstance(event, AnswerAcknowledged) and event.text:
            said_id = views.acknowledgement_id(step.after)
            self.session.spawn(lambda: self._acknowledge(said_id, event.text), "acknowledge")
        elif isinstance(event, AnswerReopened) and courtesies.go_on(step.after.plan.language):
            self.session.spawn(lambda: self._invite(event), "invite")

    async def conclude(self) -> None:
        """The interview is over: nothing is said or heard any more."""
        await self._conclude()

    def _say(self, event: PromptIssued, audio: SpokenAudio | None) -> None:
        prompt = self.session.state.prompt
        if prompt is None or prompt.prompt_id != event.prompt_id:
            return
        self.session.spawn(lambda: self._mouth.say(event.prompt_id, event.text, audio), "say")

    async def _acknowledge(self, said_id: str, text: str) -> None:
        """Say it at once; an acknowledgement without a voice is left out."""
        state, shelf = self.session.state, self.session.context.speech
        audio = await shelf.obtain(speech_request(state.plan, "", text))
        await shelf.publish(state.session_id, said_id, audio)
        self._mouth.murmur(said_id, text, audio)

    async def _invite(self, event: AnswerReopened) -> None:
        """ "Sorry, go on" to who was talked over; without a voice the page alone shows it."""
        state, shelf = self.session.state, self.session.context.speech
        text, said_id = courtesies.go_on(state.plan.language), views.go_on_id(event)
        audio = await shelf.obtain(speech_request(state.plan, "", text))
        await shelf.publish(state.session_id, said_id, audio)
        await self._mouth.invite(said_id, text, audio)

    def _prefetch(self, state: State) -> None:
        thanks = courtesies.acknowledgement(state.plan.language, state.acknowledgements)
        if thanks:
            self.session.context.speech.prefetch(speech_request(state.plan, "", thanks))
        number = state.question_number or 0
        upcoming = next((q for q in state.plan.questions if q.number == number + 1), None)
        if upcoming is not None and number < state.plan.max_questions:
            request = speech_request(state.plan, thanks if number else "", upcoming.text)
            self.session.context.speech.prefetch(request)
        elif number:
            goodbye = wording.goodbye_completed(state.candidate.name)
            self.session.context.speech.prefetch(speech_request(state.plan, "", goodbye))
        go_on = courtesies.go_on(state.plan.language)
        if go_on:
            self.session.context.speech.prefetch(speech_request(state.plan, "", go_on))

    def _answered(self, state: State, event: AnswerRecorded) -> None:
        answer = state.answer(event.answer_id)
        request = evaluation_request(state, answer) if answer is not None else None
        if request is None or not state.awaiting_follow_up:
            return
        if state.answers[-1].answer_id == event.answer_id:
            self.session.spawn(lambda: self._follow_up(request), "follow-up")

    async def _follow_up(self, request: EvaluationRequest) -> None:
        """Ask the follow-up, or go on at once when there is none or its author fails."""
        answer_id, text = request.answer_id, None
        try:
            async with asyncio.timeout(FOLLOW_UP_S):
                text = await self._ahead.follow_up(request)
        except (VivaError, TimeoutError) as error:
            log.info("no_follow_up", error=type(error).__name__, session=self.session.session_id)
        if text and len(text) <= MAX_QUESTION_CHARS:
            await self.session.command(ProposeFollowUp(answer_id=answer_id, text=text))
        else:
            await self.session.command(WaiveFollowUp(answer_id=answer_id))
