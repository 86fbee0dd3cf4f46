"""Pages of lists: one query, one envelope, everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, Field, computed_field

from server.edge.routes import Payload, Reply

Item = TypeVar("Item", bound=BaseModel)
MAX_OFFSET = 10_000_000


class PageQuery(Payload):
    """Which part of a list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)


class Counted(Reply):
    """Where a page lies in its list; lists with names of their own derive from it."""

    total: int
    limit: int
    offset: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def has_next(self) -> bool:
        """Whether something follows this page."""
        return self.offset + self.limit < self.total

    @computed_field  # type: ignore[prop-decorator]
    @property
    def has_prev(self) -> bool:
        """Whether something precedes it."""
        return self.offset > 0


class Paged(Counted, Generic[Item]):
    """A page of items with where it lies."""

    items: list[Item]

    @classmethod
    def of(cls, query: PageQuery, items: Sequence[Item], total: int) -> Self:
        """The envelope of what was asked for."""
        return cls(items=list(items), total=total, limit=query.limit, offset=query.offset)
