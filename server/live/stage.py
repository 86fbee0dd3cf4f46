"""What follows from events: frames go out, prompts are spoken, work is queued."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import WSCloseCode

from interview import wording
from interview.commands import ProposeFollowUp, WaiveFollowUp
from interview.errors import VivaError
from interview.events import (
    AnswerExtended,
    AnswerRecorded,
    AnswerSupplemented,
    CandidateJoined,
    PromptDelivered,
    PromptIssued,
    ReportRequested,
    SessionEnded,
    SessionReopened,
)
from interview.nouns import MAX_QUESTION_CHARS, AnswerOutcome, Purpose, QuestionKind
from interview.ports.analysis import EvaluationRequest
from interview.ports.speech import SpokenAudio
from interview.state import AnswerState, State
from server.jobs.names import EVALUATE, REPORT
from server.live.ahead import Ahead
from server.live.frames import SpeechFacts, Step, frames_for
from server.live.media import MediaDesk
from server.live.session import LiveSession
from server.live.speech import speech_request

GOODBYE_S = 20.0
FOLLOW_UP_S = 2.4
SCORED = (AnswerOutcome.ANSWERED, AnswerOutcome.TIMED_OUT)

log = structlog.get_logger(__name__)


def evaluation_request(state: State, answer: AnswerState) -> EvaluationRequest | None:
    """What an evaluator gets of an answer; None when there is nothing to evaluate."""
    question = next((q for q in state.plan.questions if q.number == answer.question_number), None)
    if question is None or answer.outcome not in SCORED:
        return None
    if not (answer.content.strip() or (answer.code or "").strip()):
        return None
    changes: dict[str, object] = {"text": answer.question}
    if answer.follow_up:
        changes |= {"kind": QuestionKind.TEXT, "keywords": (), "ideal_answer": None}
    words = tuple(word for utterance in answer.utterances for word in utterance.words)
    return EvaluationRequest(
        answer_id=answer.answer_id,
        question=question.model_copy(update=changes),
        content=answer.content,
        code=answer.code,
        words=words,
        utterances=tuple(answer.utterances),
        response_delay_s=answer.response_delay_s,
        clock_used_s=answer.clock_used_s,
        language=state.plan.language,
    )


def _to_follow_up(state: State) -> EvaluationRequest | None:
    """The answer that a follow-up may be asked to."""
    return evaluation_request(state, state.answers[-1]) if state.answers else None


class Stage:
    """Takes the steps of one session in order; only a prompt's synthesis makes others wait."""

    def __init__(self, session: LiveSession, media: MediaDesk) -> None:
        self.session = session
        self.media = media
        self._steps: asyncio.Queue[Step] = asyncio.Queue()
        self._concluded = asyncio.Event()
        self._busy = False
        self._ahead = Ahead(session, _to_follow_up)
        media.on_expected = self._ahead.expect
        session.sinks.append(self._steps.put_nowait)

    def start(self) -> None:
        """Begin to take steps."""
        self.session.spawn(self._run, "stage")
        self.session.spawn(self.media.watch, "media-watch")

    async def _run(self) -> None:
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
        """Whether every step so far has had its effect."""
        return not self._busy and self._steps.empty()

    async def settled(self) -> None:
        """Wait until every step so far has had its effect."""
        await self._steps.join()

    async def _take(self, step: Step) -> None:
        speech, audio = SpeechFacts(), None
        event = step.event
        if isinstance(event, PromptIssued):
            speech, audio = await self._prepare(event)
        elif isinstance(event, SessionEnded):
            speech = self._goodbye_facts(step)
        for outgoing in frames_for(step, self.session.context.clock(), speech):
            self.session.broadcast(outgoing)
        self.media.sync()
        await self._effects(step, audio)

    async def _effects(self, step: Step, audio: SpokenAudio | None) -> None:
        event = step.event
        if isinstance(event, PromptIssued):
            self._say(event, audio)
            self._prefetch(step.after)
        elif isinstance(event, AnswerRecorded):
            await self.media.hush()
            await self._answered(step.after, event)
        elif isinstance(event, (AnswerExtended, AnswerSupplemented)):
            await self._extended(step.after, event)
        elif isinstance(event, ReportRequested):
            await self._queue(REPORT, self.session.session_id)
        elif isinstance(event, SessionReopened):
            self._concluded.clear()
        elif isinstance(event, SessionEnded):
            self.session.spawn(self._conclude, "conclude")
        elif isinstance(event, PromptDelivered):
            prompt = step.after.prompt
            if prompt is not None and prompt.purpose is Purpose.GOODBYE:
                self._concluded.set()
        elif isinstance(event, CandidateJoined) and event.replaced is not None:
            log.info("candidate_taken_over", session=self.session.session_id)

    # --- speech ------------------------------------------------------------------------------

    async def _prepare(self, event: PromptIssued) -> tuple[SpeechFacts, SpokenAudio | None]:
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

    def _goodbye_facts(self, step: Step) -> SpeechFacts:
        prompt = step.after.prompt
        if prompt is None or prompt.purpose is not Purpose.GOODBYE or prompt.delivered:
            return SpeechFacts()
        return SpeechFacts(
            self.session.context.audio_url(self.session.session_id, prompt.prompt_id)
        )

    def _say(self, event: PromptIssued, audio: SpokenAudio | None) -> None:
        prompt = self.session.state.prompt
        if prompt is None or prompt.prompt_id != event.prompt_id:
            return
        self.session.spawn(lambda: self.media.say(event.prompt_id, event.text, audio), "say")

    def _prefetch(self, state: State) -> None:
        number = state.question_number or 0
        upcoming = next((q for q in state.plan.questions if q.number == number + 1), None)
        if upcoming is not None and number < state.plan.max_questions:
            lead = wording.acknowledgement(state.plan.language, number + 1) if number else ""
            request = speech_request(state.plan, lead, upcoming.text)
            self.session.context.speech.prefetch(request)

    # --- answers and the end -------------------------------------------------------------------

    async def _answered(self, state: State, event: AnswerRecorded) -> None:
        answer = next((a for a in state.answers if a.answer_id == event.answer_id), None)
        request = evaluation_request(state, answer) if answer is not None else None
        if request is None or answer is None:
            return
        await self._queue(EVALUATE, f"{state.session_id}:{answer.answer_id}")
        if state.awaiting_follow_up and state.answers[-1].answer_id == answer.answer_id:
            self.session.spawn(lambda: self._follow_up(request), "follow-up")

    async def _extended(self, state: State, event: AnswerExtended | AnswerSupplemented) -> None:
        """Words that came late joined an answer: what was said of it is judged anew."""
        answer = state.answer(event.answer_id)
        if answer is not None and evaluation_request(state, answer) is not None:
            key = f"{state.session_id}:{answer.answer_id}:{answer.extensions}"
            await self._queue(EVALUATE, key)

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

    async def _queue(self, kind: str, key: str) -> None:
        context = self.session.context
        payload = {"session_id": self.session.session_id}
        await context.storage.jobs.enqueue(kind, key, payload, context.clock())
        context.notify_jobs()

    async def _conclude(self) -> None:
        """Let the goodbye be heard, then close every connection."""
        prompt = self.session.state.prompt
        if self.session.state.seat is not None and prompt is not None and not prompt.delivered:
            try:
                async with asyncio.timeout(GOODBYE_S):
                    await self._concluded.wait()
            except TimeoutError:
                log.info("goodbye_cut", session=self.session.session_id)
        for connection in list(self.session.connections.values()):
            connection.close(WSCloseCode.OK, "interview_concluded")
        await self.media.aclose()
