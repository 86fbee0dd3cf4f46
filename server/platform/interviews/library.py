"""The interviews of one organisation: made, revised as versions, duplicated, turned into plans."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from interview.errors import Conflict, InvalidInput, NotFound, Stale, Taken
from interview.nouns import InterviewPlan
from interview.ports.documents import EVERYTHING, Order, Page, Stored, Where
from server.platform.creation import check_rules, make_plan
from server.platform.dynamic_questions import AskedQuestions
from server.platform.interviews.design import (
    INTERVIEWS,
    VERSIONS,
    Design,
    Interview,
    InterviewVersion,
    archived,
    changed,
    planned,
    slug_of,
)
from server.platform.services import CoreServices

TRIES = 20
SLUG_TRIES = 50
LOWEST_ID, IDS = 10**14, 9 * 10**14  # browsers can count so far

Change = Callable[[Interview], tuple[str, Design]]


def fresh_id() -> str:
    """A number for a new document; who makes it asks again when it is taken."""
    return str(LOWEST_ID + secrets.randbelow(IDS))


@dataclass(frozen=True, slots=True)
class Library:
    """The interviews of one organisation."""

    services: CoreServices
    organisation_id: str

    async def make(
        self, title: str, design: Design, *, by: str, wanted_id: str | None = None
    ) -> Stored[Interview]:
        """A new interview. Made before under the wanted id, it is given as it is now.

        Raises:
            InvalidInput: The rules contradict each other or cannot be kept here.
        """
        check_rules(self.services, design.rules)
        documents = self.services.storage.documents.of(INTERVIEWS, self.organisation_id)
        interview_id, now = wanted_id or fresh_id(), self.services.clock()
        for number in range(1, SLUG_TRIES + 1):
            slug = slug_of(title) if number == 1 else f"{slug_of(title)}-{number}"
            if number == SLUG_TRIES:
                slug = f"{slug_of(title)}-{interview_id}"
            interview = _new(interview_id, slug, title, design, now=now, by=by)
            try:
                return await documents.insert(interview_id, interview)
            except Taken as taken:
                if taken.field != "slug":
                    known = await documents.get(interview_id)
                    if known is not None and wanted_id is not None:
                        return known
                    interview_id = fresh_id()
        raise Taken("interviews", "slug")

    async def find(self, key: str) -> Stored[Interview]:
        """By number or by slug. Raises NotFound, also for what is another organisation's."""
        documents = self.services.storage.documents.of(INTERVIEWS, self.organisation_id)
        found = await documents.get(key) if key.isdecimal() else None
        if found is None:
            page = await documents.page(Where(equals={"slug": key}), limit=1)
            found = page.items[0] if page.items else None
        if found is None:
            raise NotFound("Interview", key)
        return found

    async def page(
        self, search: str | None, order: Order, *, limit: int, offset: int
    ) -> Page[Interview]:
        """A page of them; `search` is how the title begins."""
        documents = self.services.storage.documents.of(INTERVIEWS, self.organisation_id)
        where = Where(begins={"title": search}) if search else EVERYTHING
        return await documents.page(where, order, limit=limit, offset=offset)

    async def revise(
        self, key: str, change: Change, *, by: str, revision: int | None = None
    ) -> Stored[Interview]:
        """Put what `change` makes of it in its place; the version that it replaces is kept.

        Raises:
            NotFound: There is no such interview.
            Stale: It has another revision than the one given.
            InvalidInput: The new rules contradict each other or cannot be kept here.
        """
        for _ in range(TRIES):
            stored = await self.find(key)
            if revision is not None and revision != stored.revision:
                raise Stale("interviews", key, revision, stored.revision)
            title, design = change(stored.document)
            check_rules(self.services, design.rules)
            now = self.services.clock()
            after = changed(stored.document, design, title, now=now, by=by)
            if after == stored.document:
                return stored
            await self._keep(stored.document)
            documents = self.services.storage.documents.of(INTERVIEWS, self.organisation_id)
            try:
                return await documents.replace(stored.document_id, stored.revision, after)
            except Stale:
                if revision is not None:
                    raise
        raise Conflict(key, 0, 0)

    async def _keep(self, interview: Interview) -> None:
        """A version never changes: kept once, it is kept."""
        kept = self.services.storage.documents.of(VERSIONS, self.organisation_id)
        version = archived(interview)
        try:
            await kept.insert(f"{version.interview_id}.{version.version}", version)
        except Taken:
            return

    async def version(self, key: str, number: int) -> InterviewVersion:
        """A version, in force or replaced. Raises NotFound."""
        stored = await self.find(key)
        if number == stored.document.version:
            return archived(stored.document)
        kept = self.services.storage.documents.of(VERSIONS, self.organisation_id)
        found = await kept.get(f"{stored.document_id}.{number}")
        if found is None:
            raise NotFound("Version", str(number))
        return found.document

    async def versions(self, key: str, *, limit: int, offset: int) -> Page[InterviewVersion]:
        """Those that were replaced, the latest first. Raises NotFound."""
        stored = await self.find(key)
        kept = self.services.storage.documents.of(VERSIONS, self.organisation_id)
        where = Where(equals={"interview_id": stored.document.interview_id})
        return await kept.page(where, Order("version", True), limit=limit, offset=offset)

    async def delete(self, key: str, revision: int | None = None) -> Interview:
        """Remove it with its versions; sessions keep the plan that they began with.

        Raises:
            NotFound: There is no such interview.
            Stale: It has another revision than the one given.
        """
        stored = await self.find(key)
        documents = self.services.storage.documents.of(INTERVIEWS, self.organisation_id)
        await documents.delete(stored.document_id, revision)
        kept = self.services.storage.documents.of(VERSIONS, self.organisation_id)
        where = Where(equals={"interview_id": stored.document.interview_id})
        while (page := await kept.page(where, limit=100)).items:
            for version in page.items:
                await kept.delete(version.document_id)
        return stored.document

    def plan(self, interview: Interview) -> InterviewPlan:
        """What a session of it asks and by which rules, in the version in force.

        Raises:
            InvalidInput: It has no questions, or this server cannot keep its rules any more.
        """
        design = interview.design
        if not design.questions:
            raise InvalidInput("questions", "the interview has no questions yet")
        rules = design.rules.model_copy(update={"title": interview.title})
        plan = make_plan(self.services, rules, AskedQuestions(planned(design), "given"))
        return plan.model_copy(
            update={
                "mode": design.mode.value,
                "retakes": design.retakes,
                "interview_id": interview.interview_id,
                "interview_version": interview.version,
            }
        )


def _new(
    interview_id: str, slug: str, title: str, design: Design, *, now: datetime, by: str
) -> Interview:
    latest = max([question.id for question in design.questions], default=0)
    return Interview(
        interview_id=int(interview_id),
        slug=slug,
        title=title,
        version=1,
        next_question_id=latest + 1,
        design=design,
        created_at=now,
        updated_at=now,
        created_by=by,
        updated_by=by,
    )
