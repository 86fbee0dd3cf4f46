"""Evaluate one answer and record the result in the session's log."""

from __future__ import annotations

from interview.commands import RecordEvaluation
from interview.effects import EVALUATE, evaluation_request
from interview.nouns import Evaluation, EvaluationStatus
from interview.ports.analysis import EvaluationRequest
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools


class EvaluatePayload(SessionPayload):
    """`extensions`: how often the answer had grown when this was asked for."""

    answer_id: str
    extensions: int = 0


async def evaluate(tools: Tools, asked: EvaluatePayload, progress: Progress) -> None:
    """Harmless when it was done, unless the answer has grown since."""
    del progress
    state = await tools.sessions.state(asked.session_id)
    answer = state.answer(asked.answer_id)
    known = state.evaluations.get(asked.answer_id)
    request = evaluation_request(state, answer) if answer is not None else None
    done = known is not None and known.status is EvaluationStatus.DONE
    if request is None or (done and not asked.extensions):
        return
    evaluation = await _evaluation(tools, request)
    await tools.sessions.command(asked.session_id, RecordEvaluation(evaluation=evaluation))


async def _evaluation(tools: Tools, request: EvaluationRequest) -> Evaluation:
    if tools.evaluator is not None:
        return await tools.evaluator.evaluate(request)
    return Evaluation(
        answer_id=request.answer_id,
        question_number=request.question.number,
        status=EvaluationStatus.FAILED,
        method="none",
        failure="No evaluator is configured.",
    )


KIND = JobKind(EVALUATE, EvaluatePayload, evaluate)
