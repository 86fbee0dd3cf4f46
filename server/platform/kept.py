"""What there is one of: an organisation's choice, or a person's; the defaults until then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from interview.errors import NotFound, Stale, Taken
from interview.ports.documents import Documents, Kind, Stored

One = TypeVar("One", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Kept(Generic[One]):
    """The one document of a kind that an organisation has, or (`own_id`) something of it.

    Ids are of all organisations, so that an organisation's own document has its id.
    """

    documents: Documents
    organisation_id: str
    kind: Kind[One]
    otherwise: One
    own_id: str = ""

    @property
    def document_id(self) -> str:
        """Under which it is kept."""
        return self.own_id or self.organisation_id

    async def get(self) -> Stored[One]:
        """As it is; the defaults at revision 0 while nobody has changed them."""
        found = await self.documents.of(self.kind, self.organisation_id).get(self.document_id)
        if found is not None:
            return found
        return Stored(self.document_id, self.organisation_id, 0, self.otherwise)

    async def put(self, document: One, revision: int | None = None) -> Stored[One]:
        """Put it there. Raises Stale unless it has that revision, where one is given."""
        documents = self.documents.of(self.kind, self.organisation_id)
        while True:
            now = await self.get()
            if revision is not None and revision != now.revision:
                raise Stale(self.kind.name, self.document_id, revision, now.revision)
            try:
                if now.revision == 0:
                    return await documents.insert(self.document_id, document)
                return await documents.replace(self.document_id, now.revision, document)
            except (Stale, Taken, NotFound):
                if revision is not None:
                    raise Stale(self.kind.name, self.document_id, revision, -1) from None
