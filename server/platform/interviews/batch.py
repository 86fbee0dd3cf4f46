"""Hearing and evaluating a session's answers again, when staff ask for it.

The flags are apart: `transcribe` takes up what has no words yet, `force_retranscribe` also what
has; `analyze` takes up what has no scores, `force_reanalyze` also what has. Words that change are
always evaluated anew, since scores are of the words that stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from interview.commands import RequestRescoring
from interview.effects import EVALUATE, HEAR_TAKE, REHEAR
from interview.ending import scored_again
from interview.errors import IllegalTransition
from interview.nouns import Noun, UtcTime
from interview.ports.documents import Kind
from interview.ports.storage import JobRequest
from interview.records import AnswerState, State
from server.platform.interviews.results import Progress, analysis, transcription
from server.platform.kept import Kept
from server.platform.services import CoreServices, Services


class BatchStatus(StrEnum):
    """Where a session's answers stand together."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors"


class Flags(Noun):
    """What is to be done."""

    transcribe: bool = True
    analyze: bool = True
    force_retranscribe: bool = False
    force_reanalyze: bool = False


class BatchRun(Noun):
    """The latest request of a session: `jobs` by the answer that they work on."""

    session_id: str
    by: str
    at: UtcTime
    jobs: dict[str, tuple[str, ...]] = {}


class Tally(Noun):
    """How many answers there are, have been done, have failed."""

    total: int
    processed: int
    failed: int

    @property
    def status(self) -> BatchStatus:
        """In one word."""
        if self.processed + self.failed < self.total:
            return BatchStatus.PROCESSING
        return BatchStatus.COMPLETED_WITH_ERRORS if self.failed else BatchStatus.COMPLETED


BATCH_RUNS = Kind("batch_runs", BatchRun, fields=("session_id",))


async def process(services: Services, state: State, flags: Flags, by: str) -> int:
    """Ask for the work; of how many answers.

    Raises:
        IllegalTransition: The session is not over, or scores are awaited as it is.
    """
    if not state.status.final:
        raise IllegalTransition("batch-process", state.phase or state.status)
    if flags.force_reanalyze and any(_scored(state, answer) for answer in state.answers):
        command = RequestRescoring(by=by, reason="Asked for by batch processing.")
        state = await services.live.command(state.session_id, command)
    jobs: dict[str, list[str]] = {}
    for answer, request in _wanted(services, state, flags):
        job_id = await services.storage.jobs.enqueue(request)
        jobs.setdefault(answer.answer_id, []).append(job_id)
    run = BatchRun(
        session_id=state.session_id,
        by=by,
        at=services.clock(),
        jobs={name: tuple(ids) for name, ids in jobs.items()},
    )
    documents = services.storage.documents
    await Kept(documents, state.organisation_id, BATCH_RUNS, run, run.session_id).put(run)
    return len(jobs)


def _scored(state: State, answer: AnswerState) -> bool:
    return analysis(state, answer) is Progress.COMPLETED


def _wanted(
    services: CoreServices, state: State, flags: Flags
) -> Iterator[tuple[AnswerState, JobRequest]]:
    for answer in state.answers:
        heard, scored = transcription(state, answer), analysis(state, answer)
        if _hear(state, heard, flags):
            kind = HEAR_TAKE if state.plan.mode == "recorded" else REHEAR
            yield answer, _job(services, kind, state, answer, again=True)
        elif flags.analyze and scored in (Progress.FAILED, Progress.PROCESSING):
            yield answer, _job(services, EVALUATE, state, answer, extensions=answer.extensions)


def _hear(state: State, heard: Progress, flags: Flags) -> bool:
    """Sound of live answers is removed once it was heard: only what waits can be heard there."""
    if heard is Progress.COMPLETED:
        return flags.force_retranscribe and state.plan.mode == "recorded"
    return flags.transcribe and heard in (Progress.FAILED, Progress.PROCESSING)


def _job(
    services: CoreServices, kind: str, state: State, answer: AnswerState, **more: object
) -> JobRequest:
    payload = {"session_id": state.session_id, "answer_id": answer.answer_id, **more}
    key = f"{state.session_id}/{answer.answer_id}"
    return JobRequest(kind=kind, key=key, payload=payload, run_at=services.clock())


async def counted(services: CoreServices, state: State) -> Tally:
    """Where the answers stand now, the latest request's work included."""
    runs = services.storage.documents.of(BATCH_RUNS, state.organisation_id)
    run = await runs.get(state.session_id)
    jobs = {} if run is None else run.document.jobs
    processed = failed = 0
    for answer in state.answers:
        if await _running(services, jobs.get(answer.answer_id, ())):
            continue
        parts = (transcription(state, answer), analysis(state, answer))
        if Progress.FAILED in parts:
            failed += 1
        elif Progress.PROCESSING not in parts and not _awaited(state, answer):
            processed += 1
    return Tally(total=len(state.answers), processed=processed, failed=failed)


def _awaited(state: State, answer: AnswerState) -> bool:
    """Whether new scores were asked for that have not come."""
    number = len(state.rescorings)
    if number == 0 or not _scored(state, answer):
        return False
    return not scored_again(state, answer.answer_id, number)


async def _running(services: CoreServices, job_ids: tuple[str, ...]) -> bool:
    for job_id in job_ids:
        record = await services.storage.jobs.get(job_id)
        if record is not None and record.state == "open":
            return True
    return False


async def forget_batch(services: CoreServices, organisation_id: str, session_id: str) -> None:
    """Remove what is known of the requests of a session that is being erased."""
    await services.storage.documents.of(BATCH_RUNS, organisation_id).delete(session_id)
