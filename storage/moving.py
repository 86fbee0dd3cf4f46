"""Copies everything from one store to another, and proves that it arrived."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from interview.errors import IntegrityError, InvalidInput

Row = Mapping[str, Any]

# In this order: what is later may refer to what is earlier. Heartbeats are of running processes.
SECTIONS = (
    "sessions",
    "events",
    "reports",
    "recording_chunks",
    "recording_parts",
    "once",
    "jobs",
    "audit",
    "documents",
)
ROWS_AT_A_TIME = 500
WHOLE = 1 << 256


class Movable(Protocol):
    """A store's content as plain rows; the same rows for the same content in every backend.

    Leases of jobs are not content: a job that is being worked on arrives as one that waits.
    """

    def rows(self, section: str) -> AsyncIterator[Row]:
        """Every row; events in the order of session and seq, the audit log as it was written."""

    async def load(self, section: str, rows: Sequence[Row]) -> None:
        """Store rows that are not there yet."""


@dataclass(frozen=True)
class Sum:
    """How many rows, and a sum of their hashes that does not depend on their order."""

    rows: int = 0
    digest: int = 0

    def plus(self, row: Row) -> Sum:
        """With one more row."""
        text = json.dumps(dict(row), sort_keys=True, ensure_ascii=True)
        number = int.from_bytes(hashlib.sha256(text.encode()).digest())
        return Sum(self.rows + 1, (self.digest + number) % WHOLE)

    def __str__(self) -> str:
        return f"{self.rows} {self.digest:064x}"


async def move(
    source: Movable, target: Movable, told: Callable[[str, Sum], None] = lambda section, total: None
) -> dict[str, Sum]:
    """Copy every section, then read both stores again and compare; the sums by section.

    Raises:
        InvalidInput: The target is not empty; nothing was written.
        IntegrityError: What arrived is not what is there: the source was written to meanwhile, or
            the target lost something.
    """
    for section in SECTIONS:
        async for _ in target.rows(section):
            raise InvalidInput("TO", f"it is not empty: there are {section}")
    for section in SECTIONS:
        await _copy(source, target, section)
    sums: dict[str, Sum] = {}
    for section in SECTIONS:
        sums[section] = await total(source, section)
        if await total(target, section) != sums[section]:
            raise IntegrityError(
                f"The {section} that arrived are not those that are there. Stop every process that "
                "writes, empty the target, and move again.",
                section=section,
            )
        told(section, sums[section])
    return sums


async def total(store: Movable, section: str) -> Sum:
    """Count and hash of a section."""
    found = Sum()
    async for row in store.rows(section):
        found = found.plus(row)
    return found


async def _copy(source: Movable, target: Movable, section: str) -> None:
    waiting: list[Row] = []
    async for row in source.rows(section):
        waiting.append(row)
        if len(waiting) == ROWS_AT_A_TIME:
            await target.load(section, waiting)
            waiting = []
    if waiting:
        await target.load(section, waiting)
