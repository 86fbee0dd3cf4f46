"""The two kinds of analysis work: evaluate an answer, write the report."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from interview.commands import Command, RecordEvaluation
from interview.nouns import Evaluation, EvaluationStatus
from interview.ports.analysis import Evaluator
from interview.ports.storage import Job, ReportRecord, Storage
from interview.records import AnswerState
from interview.state import State
from server.jobs.names import EVALUATE, REPORT
from server.jobs.runner import TryLater
from server.live.stage import evaluation_request

PENDING_WAIT_S = 10.0
PENDING_STEP_S = 0.5

log = structlog.get_logger(__name__)

Build = Callable[[State, int], Awaitable[ReportRecord]]


def pending_evaluations(state: State) -> int:
    """Answers that should have an evaluation and have none yet."""
    return sum(
        evaluation_request(state, answer) is not None and answer.answer_id not in state.evaluations
        for answer in state.answers
    )


class Analysis:
    """Handlers for `JobRunner`. Repeating either is harmless."""

    def __init__(
        self,
        storage: Storage,
        *,
        read: Callable[[str], Awaitable[State]],
        command: Callable[[str, Command], Awaitable[State]],
        evaluator: Evaluator | None,
        build: Build,
        clock: Callable[[], datetime],
        notify: Callable[[], None] = lambda: None,
    ) -> None:
        self._storage = storage
        self._read = read
        self._command = command
        self._evaluator = evaluator
        self._build = build
        self._clock = clock
        self.notify = notify

    async def evaluate(self, job: Job) -> None:
        """Evaluate one answer and record the result in the session's log."""
        session_id, _, rest = job.key.partition(":")
        state = await self._read(session_id)
        answer, grown = _answer_of(state, rest)
        answer_id = answer.answer_id if answer is not None else rest
        known = state.evaluations.get(answer_id)
        request = evaluation_request(state, answer) if answer is not None else None
        done = known is not None and known.status is EvaluationStatus.DONE
        if request is None or (done and not grown):
            return
        if self._evaluator is None:
            evaluation = Evaluation(
                answer_id=answer_id,
                question_number=request.question.number,
                status=EvaluationStatus.FAILED,
                method="none",
                failure="No evaluator is configured.",
            )
        else:
            evaluation = await self._evaluator.evaluate(request)
        state = await self._command(session_id, RecordEvaluation(evaluation=evaluation))
        if state.status.final:
            again = f":{rest}" if grown else ""
            await queue_report(self._storage, state, self._clock(), again)
            self.notify()

    async def report(self, job: Job) -> None:
        """Write the report; unevaluated answers are waited for 10 s after the end, then flagged."""
        session_id, _, _ = job.key.partition(":")
        state = await self._read(session_id)
        now = self._clock()
        if pending_evaluations(state) and state.ended_at is not None:
            if now - state.ended_at < timedelta(seconds=PENDING_WAIT_S):
                raise TryLater(now + timedelta(seconds=PENDING_STEP_S))
        earlier = await self._storage.reports.get(session_id)
        record = await self._build(state, earlier.revision + 1 if earlier is not None else 1)
        await self._storage.reports.put(record)
        log.info("report_written", session=session_id, revision=record.revision)


def _answer_of(state: State, key: str) -> tuple[AnswerState | None, bool]:
    """The answer that a job's key names, and whether it had grown; ids may hold colons."""
    answer = state.answer(key)
    if answer is not None:
        return answer, False
    return state.answer(key.rpartition(":")[0]), True


async def queue_report(storage: Storage, state: State, now: datetime, reason: str = "") -> None:
    """Ask for a (new) report of a session that has ended."""
    tag = f"{state.session_id}:{len(state.evaluations)}{reason}"
    await storage.jobs.enqueue(REPORT, tag, {"session_id": state.session_id}, now)


__all__ = ["EVALUATE", "Analysis", "pending_evaluations", "queue_report"]
