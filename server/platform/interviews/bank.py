"""Questions to choose from: an organisation's own, and a few to begin with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from interview.errors import NotFound, Stale, Taken
from interview.nouns import Noun, UtcTime
from interview.ports.documents import Kind, Order, Page, Stored, Where
from server.platform.interviews.design import DesignedQuestion
from server.platform.interviews.library import fresh_id
from server.platform.services import CoreServices

STARTER = Path(__file__).with_name("starter_questions.json")


class BankQuestion(Noun):
    """A question to be chosen. `digest` of its text, so that none is there twice."""

    bank_id: int
    category: str = Field(default="", max_length=80)
    text: str
    digest: str
    question: DesignedQuestion
    created_at: UtcTime
    created_by: str


BANK = Kind(
    "bank_questions",
    BankQuestion,
    unique=(("digest",),),
    fields=("created_at",),
    texts=("text", "category"),
)


class Starter(Noun):
    """A question that comes with the product."""

    category: str
    text: str
    responding_time: float
    preparation_time: float
    keywords: tuple[str, ...] = ()
    ideal_answer: str | None = None


@cache
def starters() -> tuple[Starter, ...]:
    """The questions to begin with."""
    return tuple(Starter(**item) for item in json.loads(STARTER.read_text("utf-8")))


def digest_of(text: str) -> str:
    """The same for texts that read the same."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions of one organisation."""

    services: CoreServices
    organisation_id: str

    async def add(
        self,
        question: DesignedQuestion,
        category: str,
        *,
        by: str,
        wanted_id: str | None = None,
    ) -> Stored[BankQuestion]:
        """Another question. Raises Taken (`text`) when one reads the same."""
        documents = self.services.storage.documents.of(BANK, self.organisation_id)
        bank_id = wanted_id or fresh_id()
        document = BankQuestion(
            bank_id=int(bank_id),
            category=category,
            text=question.text,
            digest=digest_of(question.text),
            question=question,
            created_at=self.services.clock(),
            created_by=by,
        )
        try:
            return await documents.insert(bank_id, document)
        except Taken:
            known = await documents.get(bank_id) if wanted_id else None
            if known is not None:
                return known
            raise Taken("the question bank", "text") from None

    async def add_starters(self, *, by: str) -> int:
        """Those to begin with that are not there yet; how many were added."""
        added = 0
        for item in starters():
            question = DesignedQuestion(
                id=1,
                text=item.text,
                preparation_time=item.preparation_time,
                responding_time=item.responding_time,
                keywords=item.keywords,
                ideal_answer=item.ideal_answer,
            )
            try:
                await self.add(question, item.category, by=by)
                added += 1
            except Taken:
                continue
        return added

    async def find(self, bank_id: str) -> Stored[BankQuestion]:
        """Raises NotFound."""
        found = await self.services.storage.documents.of(BANK, self.organisation_id).get(bank_id)
        if found is None:
            raise NotFound("Question", bank_id[:20])
        return found

    async def page(
        self, search: str | None, category: str | None, order: Order, *, limit: int, offset: int
    ) -> Page[BankQuestion]:
        """A page of them; `search` is how the text begins."""
        documents = self.services.storage.documents.of(BANK, self.organisation_id)
        where = Where(
            equals={"category": category} if category is not None else {},
            begins={"text": search} if search else {},
        )
        return await documents.page(where, order, limit=limit, offset=offset)

    async def categories(self) -> dict[str, int]:
        """How many questions there are of each category."""
        documents = self.services.storage.documents.of(BANK, self.organisation_id)
        return {str(name): int(count) for name, count in (await documents.sums("category")).items()}

    async def replace(
        self, bank_id: str, question: DesignedQuestion, category: str, revision: int | None
    ) -> Stored[BankQuestion]:
        """Another wording. Raises NotFound, Stale, Taken (`text`)."""
        stored = await self.find(bank_id)
        if revision is not None and revision != stored.revision:
            raise Stale("the question bank", bank_id, revision, stored.revision)
        document = stored.document.model_copy(
            update={
                "category": category,
                "text": question.text,
                "digest": digest_of(question.text),
                "question": question,
            }
        )
        documents = self.services.storage.documents.of(BANK, self.organisation_id)
        try:
            return await documents.replace(bank_id, stored.revision, document)
        except Taken:
            raise Taken("the question bank", "text") from None

    async def delete(self, bank_id: str) -> None:
        """Raises NotFound."""
        documents = self.services.storage.documents.of(BANK, self.organisation_id)
        if not await documents.delete(bank_id):
            raise NotFound("Question", bank_id[:20])
