"""What will be said if the answer ends now: made ready before it is certain.

The turn policy tells of every pause that may be the end. What would follow is worked out by the
state machine itself, on a copy of the state: its sentences are synthesised, and the follow-up is
written. When the candidate goes on, the follow-up is thrown away (the sentences stay on the shelf,
whose size is bounded: the next question will be asked some time).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from interview import machine
from interview.closing import OURS
from interview.commands import Command, EndTurn, WaiveFollowUp
from interview.errors import VivaError
from interview.events import SessionEnded, UtteranceCommitted
from interview.journal import Step
from interview.ports.analysis import EvaluationRequest
from interview.state import State, apply
from server.live.speech import speech_request
from server.live.within import Within

FOLLOW_UP_AFTER_S = 0.4  # most pauses are shorter: no model is asked in them
PREPARED_ID = f"{OURS}prepared"

FollowUpOf = Callable[[State], EvaluationRequest | None]


class Ahead:
    """The next words of one session, ready when the turn ends."""

    def __init__(self, session: Within, follow_up_of: FollowUpOf) -> None:
        self._session = session
        self._follow_up_of = follow_up_of
        self._expecting = False
        self._wanted: tuple[str, str] | None = None
        self._proposal: asyncio.Task[str | None] | None = None
        self._hurry = asyncio.Event()
        session.sinks.append(self._step)
        session.on_close.append(self.end)

    def expect(self, expected: bool) -> None:
        """The end may be near, or it was not the end."""
        self._expecting = expected
        if expected:
            self._make_ready()
        else:
            self._discard()

    def _step(self, step: Step) -> None:
        """With more words stored, something else may follow."""
        if isinstance(step.event, SessionEnded):
            self.close()
        elif self._expecting and isinstance(step.event, UtteranceCommitted):
            self._make_ready()

    async def follow_up(self, request: EvaluationRequest) -> str | None:
        """The follow-up to an answer that has ended: the prepared one when it is to these words.

        Raises what the author raises.
        """
        self._expecting = False
        if self._wanted != _identity(request) or self._proposal is None:
            self._discard()
            return await self._written(request)
        self._hurry.set()
        proposal, self._proposal, self._wanted = self._proposal, None, None
        try:
            return await proposal
        except asyncio.CancelledError:
            proposal.cancel()
            raise

    def end(self) -> None:
        """The room closes: nothing is heard of the session any more."""
        self._session.sinks.remove(self._step)
        self.close()

    def close(self) -> None:
        """Nothing more is prepared."""
        self._expecting = False
        self._discard()

    # --- what would follow ----------------------------------------------------------------------

    def _make_ready(self) -> None:
        state = self._session.state
        ended = self._after(state, EndTurn(answer_id=PREPARED_ID))
        if ended is None:
            return
        self._prefetch(state, ended)
        if not ended.awaiting_follow_up:
            return
        without = self._after(ended, WaiveFollowUp(answer_id=PREPARED_ID))
        if without is not None:
            self._prefetch(ended, without)
        request = self._follow_up_of(ended)
        if request is not None:
            self._propose(request)

    def _after(self, state: State, command: Command) -> State | None:
        """The state as the command would leave it; nothing is stored."""
        try:
            events = machine.decide(state, command, self._session.context.clock())
        except VivaError:
            return None
        for event in events:
            state = apply(state, event)
        return state

    def _prefetch(self, before: State, after: State) -> None:
        if after.prompt is not None and after.prompts_issued > before.prompts_issued:
            self._session.context.speech.prefetch(
                speech_request(after.plan, after.prompt.lead, after.prompt.text)
            )

    # --- the follow-up ---------------------------------------------------------------------------

    def _propose(self, request: EvaluationRequest) -> None:
        identity = _identity(request)
        if self._session.context.follow_ups is None or self._wanted == identity:
            return
        self._discard()
        self._wanted, self._hurry = identity, asyncio.Event()
        self._proposal = asyncio.create_task(self._in_time(request), name="follow-up-ahead")
        self._proposal.add_done_callback(_seen)

    async def _in_time(self, request: EvaluationRequest) -> str | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FOLLOW_UP_AFTER_S):
                await self._hurry.wait()
        text = await self._written(request)
        if text:
            self._session.context.speech.prefetch(
                speech_request(self._session.state.plan, "", text)
            )
        return text

    async def _written(self, request: EvaluationRequest) -> str | None:
        author = self._session.context.follow_ups
        return None if author is None else await author.propose(request, self._session.state.plan)

    def _discard(self) -> None:
        proposal, self._proposal, self._wanted = self._proposal, None, None
        if proposal is not None:
            proposal.cancel()


def _identity(request: EvaluationRequest) -> tuple[str, str]:
    return request.question.text, request.content


def _seen(proposal: asyncio.Task[str | None]) -> None:
    """A failed preparation is told to whoever takes it; nobody has to."""
    if not proposal.cancelled():
        proposal.exception()
