"""Job openings: what sessions are made from, and where people apply by a shared link."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from interview.commands import CreateSession
from interview.errors import Forbidden, Gone, InvalidInput, NotFound, Stale, Taken
from interview.nouns import CandidateDetails, InterviewPlan, Noun, UtcTime
from interview.ports.documents import Documents, Kind, Order, Page, Stored, Where
from interview.state import State
from server.platform.creation import PlanRules, make_plan
from server.platform.dynamic_questions import AskedQuestions
from server.platform.interviews.design import (
    INTERVIEWS,
    DesignedQuestion,
    Interview,
    Mode,
    planned_of,
)
from server.platform.interviews.inviting import Person, invited
from server.platform.interviews.library import Library, fresh_id
from server.platform.interviews.tokens import Sitting, create_sitting, secret
from server.platform.services import CoreServices, JobOpening, Services

TEXT_TIMER_S, CODING_TIMER_S = 120, 300


class JobStatus(StrEnum):
    """Whether people may apply."""

    OPEN = "open"
    CLOSED = "closed"
    DRAFT = "draft"


class Job(Noun):
    """An opening. With an `interview_id` that interview is held, else the questions are asked."""

    job_id: int
    title: str
    description: str = ""
    location: str = ""
    experience: str = ""
    status: JobStatus = JobStatus.OPEN
    interview_id: int | None = None
    questions: tuple[DesignedQuestion, ...] = ()
    text_question_timer: int = Field(default=TEXT_TIMER_S, gt=0)
    coding_question_timer: int = Field(default=CODING_TIMER_S, gt=0)
    share_value: str
    created_at: UtcTime
    updated_at: UtcTime
    created_by: str


class Application(Noun):
    """Somebody's application to a job: one for each address."""

    job_id: int
    invited: str
    session_id: str
    created_at: UtcTime


JOBS = Kind(
    "job_openings",
    Job,
    unique_everywhere=(("share_value",),),
    fields=("created_at", "updated_at", "status", "share_value", "interview_id"),
    texts=("title",),
)
APPLICATIONS = Kind(
    "applications",
    Application,
    unique=(("job_id", "invited"),),
    fields=("job_id", "created_at", "session_id"),
)


@dataclass(frozen=True, slots=True)
class Openings:
    """The openings of one organisation."""

    services: CoreServices
    organisation_id: str

    async def make(self, job: Job) -> Stored[Job]:
        """A new opening; made before under the same number, it is given as it is.

        Raises:
            InvalidInput: The interview that it names is not there.
        """
        await self._check(job)
        documents = self.services.storage.documents.of(JOBS, self.organisation_id)
        try:
            return await documents.insert(str(job.job_id), job)
        except Taken:
            known = await documents.get(str(job.job_id))
            if known is None:
                raise
            return known

    async def find(self, job_id: str) -> Stored[Job]:
        """Raises NotFound."""
        found = await self.services.storage.documents.of(JOBS, self.organisation_id).get(job_id)
        if found is None:
            raise NotFound("Job", job_id[:20])
        return found

    async def page(
        self,
        search: str | None,
        status: JobStatus | None,
        order: Order,
        *,
        limit: int,
        offset: int,
    ) -> Page[Job]:
        """A page of them; `search` is how the title begins."""
        documents = self.services.storage.documents.of(JOBS, self.organisation_id)
        where = Where(
            equals={"status": status} if status is not None else {},
            begins={"title": search} if search else {},
        )
        return await documents.page(where, order, limit=limit, offset=offset)

    async def replace(self, job_id: str, job: Job, revision: int | None) -> Stored[Job]:
        """Put it in the place of that revision, or of the one in force.

        Raises:
            NotFound, Stale: There is none; it has another revision.
            InvalidInput: The interview that it names is not there.
        """
        await self._check(job)
        stored = await self.find(job_id)
        if revision is not None and revision != stored.revision:
            raise Stale("job_openings", job_id, revision, stored.revision)
        documents = self.services.storage.documents.of(JOBS, self.organisation_id)
        return await documents.replace(job_id, stored.revision, job)

    async def delete(self, job_id: str, revision: int | None) -> None:
        """Remove it; sessions stay. Raises NotFound, Stale."""
        documents = self.services.storage.documents.of(JOBS, self.organisation_id)
        if not await documents.delete(job_id, revision):
            raise NotFound("Job", job_id[:20])

    async def _check(self, job: Job) -> None:
        if job.interview_id is not None:
            try:
                await Library(self.services, self.organisation_id).find(str(job.interview_id))
            except NotFound:
                raise InvalidInput("interview_id", "there is no such interview") from None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Openings as sessions are made from them, by staff and services."""

    documents: Documents

    async def find(self, organisation_id: str, job_id: str) -> JobOpening | None:
        """Any opening of the organisation; None for what is none.

        Raises:
            InvalidInput: It is closed, or a draft.
        """
        if not (job_id.isascii() and job_id.isdecimal()):
            return None
        stored = await self.documents.of(JOBS, organisation_id).get(job_id)
        if stored is None:
            return None
        job = stored.document
        if job.status is not JobStatus.OPEN:
            raise InvalidInput("job_id", f"the job is {_SAID[job.status]}")
        return JobOpening(
            job_id=job_id,
            title=job.title,
            questions=planned_of(await self._questions(organisation_id, job)),
            text_timer_s=job.text_question_timer,
            coding_timer_s=job.coding_question_timer,
            text=job.description or None,
        )

    async def _questions(self, organisation_id: str, job: Job) -> tuple[DesignedQuestion, ...]:
        if job.interview_id is None:
            return job.questions
        documents = self.documents.of(INTERVIEWS, organisation_id)
        found = await documents.get(str(job.interview_id))
        return found.document.design.questions if found is not None else ()


_SAID = {JobStatus.CLOSED: "closed", JobStatus.DRAFT: "still a draft"}


async def shared(services: CoreServices, value: str) -> Stored[Job]:
    """The opening behind a shared link.

    Raises:
        NotFound: There is none, or it is a draft.
        Gone: It is closed.
    """
    found = None
    if value.isascii() and value.isalnum():
        page = await services.storage.documents.everywhere(JOBS).page(
            Where(equals={"share_value": value}), limit=1
        )
        found = page.items[0] if page.items else None
    if found is None or found.document.status is JobStatus.DRAFT:
        raise NotFound("Job", "of this link")
    if found.document.status is JobStatus.CLOSED:
        raise Gone("This job is not open any more.")
    return found


async def job_interview(services: CoreServices, stored: Stored[Job]) -> Interview | None:
    """The interview that is held for it, if there is one."""
    job = stored.document
    if job.interview_id is None:
        return None
    try:
        library = Library(services, stored.organisation_id)
        return (await library.find(str(job.interview_id))).document
    except NotFound:
        raise Gone("This job is not open any more.") from None


def job_plan(
    services: CoreServices, job: Job, interview: Interview | None, library: Library
) -> InterviewPlan:
    """What is asked of whoever applies. Raises InvalidInput: there are no questions."""
    if interview is not None:
        plan = library.plan(interview)
        return plan.model_copy(update={"title": job.title})
    if not job.questions:
        raise InvalidInput("questions", "the job has no questions yet")
    rules = PlanRules(
        title=job.title,
        job_text=job.description or None,
        text_question_timer=job.text_question_timer,
        coding_question_timer=job.coding_question_timer,
    )
    return make_plan(services, rules, AskedQuestions(planned_of(job.questions), "job"))


async def apply(
    services: Services, value: str, person: Person, session_id: str | None = None
) -> State:
    """A session for somebody who applies by the shared link.

    Raises:
        NotFound, Gone: As `shared`.
        Forbidden: Somebody has applied with this address before.
        InvalidInput: The job has no questions yet.
    """
    stored = await shared(services, value)
    job, now = stored.document, services.clock()
    interview = await job_interview(services, stored)
    library = Library(services, stored.organisation_id)
    plan = job_plan(services, job, interview, library)
    session_id = session_id or str(uuid.uuid4())
    await _apply_once(services, stored, person, session_id, now)
    command = CreateSession(
        session_id=session_id,
        candidate=CandidateDetails(name=person.name, email=person.email, phone=person.phone),
        plan=plan,
        created_by=f"job:{job.job_id}",
        job_id=str(job.job_id),
        organisation_id=stored.organisation_id,
    )
    sitting = Sitting(
        session_id=session_id,
        interview_id=interview.interview_id if interview else 0,
        version=interview.version if interview else 0,
        job_id=job.job_id,
        created_at=now,
    )
    return await create_sitting(services, command, sitting)


async def _apply_once(
    services: CoreServices, stored: Stored[Job], person: Person, session_id: str, now: datetime
) -> None:
    documents = services.storage.documents.of(APPLICATIONS, stored.organisation_id)
    application = Application(
        job_id=stored.document.job_id,
        invited=invited(person.email),
        session_id=session_id,
        created_at=now,
    )
    try:
        await documents.insert(session_id, application)
    except Taken:
        known = await documents.get(session_id)
        if known is None:
            raise Forbidden(
                "Somebody has applied with this address before. "
                "Open the link that was given then, or ask whoever shared this job."
            ) from None


def new_job(job_id: str | None, *, now: datetime, by: str, title: str) -> Job:
    """An opening with nothing in it yet."""
    return Job(
        job_id=int(job_id or fresh_id()),
        title=title,
        share_value=secret(),
        created_at=now,
        updated_at=now,
        created_by=by,
    )


def mode_of(interview: Interview | None) -> Mode:
    """How it is held."""
    return interview.design.mode if interview is not None else Mode.LIVE


async def forget_application(services: CoreServices, organisation_id: str, session_id: str) -> None:
    """Remove who applied; the session is erased. The same person may apply anew."""
    kept = services.storage.documents.of(APPLICATIONS, organisation_id)
    page = await kept.page(Where(equals={"session_id": session_id}))
    for found in page.items:
        await kept.delete(found.document_id)
