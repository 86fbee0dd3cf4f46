"""What became of an interview's sessions: their recordings, and how far each has been heard and
evaluated. A recording is an answer's take where answers are recorded one by one, else the whole
session's; it is named by an id, never by a place on a disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from interview.effects import evaluation_request
from interview.errors import NotFound
from interview.nouns import Evaluation, EvaluationStatus, Noun, UtcTime
from interview.ports.storage import RecordingChunk
from interview.records import AnswerState, State, Take
from interview.taking import answer_of, counting
from server.platform.interviews.library import Library
from server.platform.interviews.tokens import SITTINGS, Tokens
from server.platform.services import CoreServices, Services

WHOLE = "session"
"""The id of a recording that is of the whole session."""


class Progress(StrEnum):
    """How far something is. Skipped: it is not heard or evaluated at all."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Recording(Noun):
    """A recording. `question_id` and `answer_id` are null where it is of the whole session.

    `counts`: false for a take that was recorded again. `reason` says why something failed.
    """

    id: str
    session_id: str
    question_id: int | None
    answer_id: str | None
    counts: bool
    duration_s: float
    created_at: UtcTime
    transcription_status: Progress
    analysis_status: Progress
    reason: str = ""
    transcript: str | None = None
    analysis: Evaluation | None = None


async def result_of(services: Services, library: Library, key: str, session_id: str) -> State:
    """The session, if it is of that interview. Raises NotFound."""
    interview = (await library.find(key)).document
    state = await services.live.state(session_id)
    if state.plan.interview_id != interview.interview_id:
        raise NotFound("Session", session_id)
    return state


async def recordings_of(services: CoreServices, state: State) -> list[Recording]:
    """The recordings of a session in the order of the questions, as far as they are."""
    if state.plan.mode == "recorded":
        return _takes(state)
    chunks = await services.storage.recordings.chunks(state.session_id)
    return [_whole(state, chunks)] if chunks else []


def _takes(state: State) -> list[Recording]:
    last = {take.take_id for take in counting(state)}
    takes = sorted(state.takes, key=lambda take: (take.question_number, take.at))
    return [_take(state, take, counts=take.take_id in last) for take in takes]


def _take(state: State, take: Take, *, counts: bool) -> Recording:
    question = state.plan.questions[take.question_number - 1]
    answer = answer_of(state, take) if counts else None
    heard, scored = (Progress.SKIPPED, Progress.SKIPPED)
    if counts:
        heard = transcription(state, answer)
        scored = analysis(state, answer)
    evaluation = state.evaluations.get(answer.answer_id) if answer is not None else None
    reason = answer.heard_note if answer is not None and heard is Progress.FAILED else ""
    if scored is Progress.FAILED and evaluation is not None:
        reason = evaluation.failure or ""
    return Recording(
        id=take.take_id,
        session_id=state.session_id,
        question_id=question.question_id or question.number,
        answer_id=answer.answer_id if answer is not None else None,
        counts=counts,
        duration_s=take.duration_s,
        created_at=take.at,
        transcription_status=heard,
        analysis_status=scored,
        reason=reason,
        transcript=answer.content if answer is not None and heard is Progress.COMPLETED else None,
        analysis=evaluation if scored is Progress.COMPLETED else None,
    )


def _whole(state: State, chunks: Sequence[RecordingChunk]) -> Recording:
    heard = together([transcription(state, answer) for answer in state.answers])
    scored = together([analysis(state, answer) for answer in state.answers])
    said = [line.content for line in state.dialogue if line.role == "candidate"]
    return Recording(
        id=WHOLE,
        session_id=state.session_id,
        question_id=None,
        answer_id=None,
        counts=True,
        duration_s=round(sum(chunk.duration_s for chunk in chunks), 3),
        created_at=min(chunk.received_at for chunk in chunks),
        transcription_status=heard if state.status.final else Progress.PENDING,
        analysis_status=scored if state.status.final else Progress.PENDING,
        transcript="\n".join(said) or None,
    )


def transcription(state: State, answer: AnswerState | None) -> Progress:
    """How far the words of an answer are."""
    if answer is None:
        return Progress.PENDING
    if state.plan.mode == "recorded":
        if answer.utterances:
            return Progress.COMPLETED
        return Progress.FAILED if answer.heard_note else Progress.PROCESSING
    return Progress.PROCESSING if answer.unheard else Progress.COMPLETED


def analysis(state: State, answer: AnswerState | None) -> Progress:
    """How far the scores of an answer are; one without words has none."""
    if answer is None:
        return Progress.PENDING
    if evaluation_request(state, answer) is None:
        waits = transcription(state, answer) is Progress.PROCESSING
        return Progress.PENDING if waits else Progress.SKIPPED
    known = state.evaluations.get(answer.answer_id)
    if known is None:
        return Progress.PROCESSING
    return Progress.FAILED if known.status is EvaluationStatus.FAILED else Progress.COMPLETED


def together(parts: Sequence[Progress]) -> Progress:
    """One word for many: what still runs first, then what failed."""
    for one in (Progress.PROCESSING, Progress.PENDING, Progress.FAILED, Progress.COMPLETED):
        if one in parts:
            return one
    return Progress.SKIPPED


async def token_value_of(services: CoreServices, state: State) -> str | None:
    """Of the invitation that a session was begun with; None: of none, or it is gone."""
    sittings = services.storage.documents.of(SITTINGS, state.organisation_id)
    sitting = await sittings.get(state.session_id)
    if sitting is None or sitting.document.token_id is None:
        return None
    try:
        tokens = Tokens(services, state.organisation_id)
        interview_id = sitting.document.interview_id
        stored = await tokens.find(interview_id, str(sitting.document.token_id))
    except NotFound:
        return None
    return stored.document.token_value
