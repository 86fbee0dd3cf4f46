"""Evaluate one answer and record the result in the session's log."""

from __future__ import annotations

from interview.commands import RecordEvaluation
from interview.effects import EVALUATE, evaluation_request
from interview.ending import scored_again
from interview.nouns import Evaluation, EvaluationStatus
from interview.ports.analysis import EvaluationRequest
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools


class EvaluatePayload(SessionPayload):
    """`extensions`: how often the answer had grown when this was asked for; `rescoring`: the
    number of the request for new scores, 0 for the first ones."""

    answer_id: str
    extensions: int = 0
    rescoring: int = 0


async def evaluate(tools: Tools, asked: EvaluatePayload, progress: Progress) -> None:
    """Harmless when it was done, unless the answer has grown since."""
    del progress
    state = await tools.sessions.state(asked.session_id)
    answer = state.answer(asked.answer_id)
    known = state.evaluations.get(asked.answer_id)
    request = evaluation_request(state, answer) if answer is not None else None
    if asked.rescoring:
        done = scored_again(state, asked.answer_id, asked.rescoring)
    else:
        finished = known is not None and known.status is EvaluationStatus.DONE
        done = finished and not asked.extensions
    if request is None or done:
        return
    evaluation = await _evaluation(tools, request)
    command = RecordEvaluation(evaluation=evaluation, rescoring=asked.rescoring)
    await tools.sessions.command(asked.session_id, command)


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
