"""Documents of any resource: declared once, kept by every backend in the same way.

A resource declares its document, its unique keys and what lists filter and sort by:

    INTERVIEWS = Kind("interviews", Interview, unique=(("slug",),), fields=("created_at",),
                      texts=("title",))

A handle is always of one organisation, so that the filter cannot be forgotten. What crosses
organisations (administration, signing in) asks for the other type, `Everywhere`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

D = TypeVar("D", bound=BaseModel)
Value = str | int | float | bool | datetime | StrEnum | None


@dataclass(frozen=True)
class Kind(Generic[D]):
    """What a resource declares. `name`: lower-case letters and `_`, for ever.

    Ids are of all organisations together: what each has once is kept under its own id.

    `unique`: groups of fields of which no two documents of an organisation share all values (one
    that is missing shares nothing); `unique_everywhere`: of all organisations.
    `fields` are compared exactly, `texts` without regard to case, and by prefix.
    """

    name: str
    model: type[D]
    unique: tuple[tuple[str, ...], ...] = ()
    unique_everywhere: tuple[tuple[str, ...], ...] = ()
    fields: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored(Generic[D]):
    """A document with what is known of it; `revision` counts from 1."""

    document_id: str
    organisation_id: str
    revision: int
    document: D


@dataclass(frozen=True)
class Between:
    """A range of values: from `at_least` on, before `below`; None is open."""

    at_least: Value = None
    below: Value = None


@dataclass(frozen=True)
class Where:
    """What must hold of declared fields, all of it."""

    equals: Mapping[str, Value] = field(default_factory=dict)
    within: Mapping[str, Between] = field(default_factory=dict)
    begins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """By which declared field a list is sorted; missing ones come first when it rises."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[D]):
    """One page and the total of the filter; `after` continues behind it at the same cost."""

    items: list[Stored[D]]
    total: int
    after: str | None = None


EVERYTHING = Where()


class Read(Protocol[D]):
    """What can be asked of documents. Fields that are not declared raise InvalidInput."""

    async def get(self, document_id: str) -> Stored[D] | None: ...

    async def page(
        self,
        where: Where = EVERYTHING,
        order: Order | None = None,
        *,
        limit: int = 50,
        offset: int = 0,
        after: str | None = None,
    ) -> Page[D]:
        """Sorted by `order`, then by id in the same direction.

        `after`: what an earlier page gave; that costs the same on every page. `offset` counts from
        there. Raises InvalidInput (`after` is not of this order).
        """

    async def sums(
        self, by: str, of: str | None = None, where: Where = EVERYTHING
    ) -> dict[Value, float]:
        """For each value of a declared field how many documents, or the sum of another field."""


class DocumentsOf(Read[D], Protocol[D]):
    """Documents of one kind and one organisation."""

    async def insert(self, document_id: str, document: D) -> Stored[D]:
        """Store a new document.

        Raises:
            Taken: Its id or one of its unique keys is there already.
        """

    async def replace(self, document_id: str, revision: int, document: D) -> Stored[D]:
        """Put the document in the place of that revision.

        Raises:
            NotFound: There is none.
            Stale: It has another revision by now.
            Taken: A unique key is another's.
        """

    async def delete(self, document_id: str, revision: int | None = None) -> bool:
        """Remove it; False when there is none. Raises Stale unless it has that revision."""


class Everywhere(Read[D], Protocol[D]):
    """Documents of one kind of all organisations, to be read."""


class Documents(Protocol):
    """All documents of a backend."""

    def of(self, kind: Kind[D], organisation_id: str) -> DocumentsOf[D]: ...
    def everywhere(self, kind: Kind[D]) -> Everywhere[D]: ...
