"""What follows from an event sooner or later: jobs, stored in the transaction of the event. Pure.

What happens only while somebody is there (speech, frames, the camera) is the room's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from interview.events import (
    AnswerExtended,
    AnswerRecorded,
    AnswerRefused,
    AnswerReheard,
    AnswerSupplemented,
    DecisionMade,
    EvaluationRecorded,
    Event,
    MediaRemoved,
    ReferenceFaceSet,
    ReportRequested,
    RescoringRequested,
    SessionEnded,
    ViolationExplained,
    ViolationRecorded,
    ViolationReviewed,
)
from interview.news import News
from interview.nouns import AnswerOutcome, QuestionKind
from interview.ports.analysis import EvaluationRequest
from interview.ports.storage import JobRequest
from interview.records import AnswerState, State

EVALUATE = "evaluate"
REHEAR = "rehear"
HEAR_TAKE = "hear_take"
REPORT = "report"
FORGET_REFERENCE = "forget_reference"
TELL = "tell"
SCORED = (AnswerOutcome.ANSWERED, AnswerOutcome.TIMED_OUT)


def jobs_for(event: Event, after: State) -> Iterator[JobRequest]:
    """The work that an event asks for; `after` is the state that it led to."""
    yield from _told(event, after)
    match event:
        case AnswerRecorded() | AnswerExtended() | AnswerSupplemented() | AnswerReheard():
            answer = after.answer(event.answer_id)
            if answer is not None:
                yield from _answered(after, event, answer)
        case RescoringRequested():
            for answer in after.answers:
                if evaluation_request(after, answer) is not None:
                    yield _evaluate(after, event, answer, rescoring=event.number)
            yield report_job(after.session_id, event.at)
        case ReportRequested() | MediaRemoved():
            yield report_job(after.session_id, event.at)
        case AnswerRefused() | EvaluationRecorded() | ViolationReviewed() | ViolationExplained():
            if after.status.final:
                yield report_job(after.session_id, event.at)
        case ReferenceFaceSet() if event.reference.forget_at is not None:
            yield JobRequest(
                kind=FORGET_REFERENCE,
                key=after.session_id,
                payload={"session_id": after.session_id},
                run_at=event.reference.forget_at,
            )
        case _:
            yield from _sent_in(event, after)


def _told(event: Event, after: State) -> Iterator[JobRequest]:
    """What others are told of; weak hints are nobody's news."""
    match event:
        case SessionEnded():
            yield tell_job(after.session_id, News.SESSION_FINISHED, event.at.isoformat(), event.at)
        case DecisionMade():
            subject = event.decision.at.isoformat()
            yield tell_job(after.session_id, News.DECISION, subject, event.at)
        case ViolationRecorded() if not event.violation.hint:
            yield tell_job(after.session_id, News.VIOLATION, event.violation.violation_id, event.at)
        case ViolationExplained():
            yield tell_job(after.session_id, News.APPEAL, event.violation_id, event.at)
        case _:
            return


def tell_job(session_id: str, what: News, subject: str, at: datetime) -> JobRequest:
    """Tell those who want to know; asked for twice, it is told once."""
    return JobRequest(
        kind=TELL,
        key=f"{session_id}/{what}/{subject}",
        payload={
            "session_id": session_id,
            "what": what.value,
            "subject": subject,
            "at": at.isoformat(),
        },
        run_at=at,
    )


def _answered(after: State, event: Event, answer: AnswerState) -> Iterator[JobRequest]:
    """What was said is heard whole first, then evaluated."""
    if answer.unheard:
        if not isinstance(event, AnswerReheard):  # who brought new sound has asked already
            yield _rehear(after, event, answer)
    elif evaluation_request(after, answer) is not None:
        yield _evaluate(after, event, answer)
    elif isinstance(event, AnswerReheard) and after.status.final:
        yield report_job(after.session_id, event.at)


def _rehear(state: State, event: Event, answer: AnswerState) -> JobRequest:
    return JobRequest(
        kind=REHEAR,
        key=f"{state.session_id}/{answer.answer_id}",
        payload={"session_id": state.session_id, "answer_id": answer.answer_id},
        run_at=event.at,
    )


def _sent_in(event: Event, after: State) -> Iterator[JobRequest]:
    """What was recorded answer by answer is heard from here on."""
    if isinstance(event, SessionEnded) and after.plan.mode == "recorded":
        for answer in after.answers:
            yield _hear_take(after, event, answer)


def _hear_take(state: State, event: Event, answer: AnswerState) -> JobRequest:
    return JobRequest(
        kind=HEAR_TAKE,
        key=f"{state.session_id}/{answer.answer_id}",
        payload={"session_id": state.session_id, "answer_id": answer.answer_id},
        run_at=event.at,
    )


def report_job(session_id: str, at: datetime) -> JobRequest:
    """A (new) report; asked for many times before it is written, it is written once."""
    return JobRequest(kind=REPORT, key=session_id, payload={"session_id": session_id}, run_at=at)


def _evaluate(state: State, event: Event, answer: AnswerState, *, rescoring: int = 0) -> JobRequest:
    return JobRequest(
        kind=EVALUATE,
        key=f"{state.session_id}/{answer.answer_id}",
        payload={
            "session_id": state.session_id,
            "answer_id": answer.answer_id,
            "extensions": answer.extensions,
            "rescoring": rescoring,
        },
        run_at=event.at,
    )


def evaluation_request(state: State, answer: AnswerState) -> EvaluationRequest | None:
    """What an evaluator gets of an answer; None when there is nothing to evaluate."""
    question = next((q for q in state.plan.questions if q.number == answer.question_number), None)
    if question is None or answer.outcome not in SCORED or not answer.has_words:
        return None
    changes: dict[str, object] = {"text": answer.question}
    if answer.follow_up:
        changes |= {"kind": QuestionKind.TEXT, "keywords": (), "ideal_answer": None, "points": ()}
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


def pending_evaluations(state: State) -> int:
    """Answers that should have an evaluation and have none yet."""
    return sum(
        evaluation_request(state, answer) is not None and answer.answer_id not in state.evaluations
        for answer in state.answers
    )
