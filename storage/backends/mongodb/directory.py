"""Lists and searches over the summaries."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from interview.nouns import DEFAULT_ORGANISATION, Status
from interview.ports.storage import NEWEST_FIRST, SessionSummary, Sort
from interview.standing import Standing
from storage.backends.mongodb.collection import DOWN, UP, Collection, Document
from storage.records import micros, search_text

MAY_BE_MISSING = ("started_at", "completed_at", "average_score")
BELOW_ALL, ABOVE_ALL = -1.0, 1e18


def summary_document(summary: SessionSummary) -> Document:
    """A summary as stored: whole as JSON, and the fields that lists ask for."""
    document: Document = {
        "summary": summary.model_dump_json(),
        "status": summary.status.value,
        "standing": summary.standing.value,
        "organisation_id": summary.organisation_id,
        "wake_at": None if summary.wake_at is None else micros(summary.wake_at),
        "room_owner": summary.room_owner,
        "unreviewed": summary.violations_unreviewed,
        "search": search_text(summary),
        "by_created_at": micros(summary.created_at),
        "by_name": summary.name.casefold(),
        "by_title": summary.title.casefold(),
        "by_standing": summary.standing.value,
        "by_answered": summary.answered,
    }
    for key in MAY_BE_MISSING:
        value = getattr(summary, key)
        number = micros(value) if isinstance(value, datetime) else value
        document[f"by_{key}"] = BELOW_ALL if number is None else float(number)
        document[f"up_{key}"] = ABOVE_ALL if number is None else float(number)
    return document


class MongoDirectory:
    """`SessionDirectory`."""

    def __init__(
        self,
        sessions: Collection,
        repair: Callable[[str], Awaitable[Document | None]],
        erase: Callable[[str], Awaitable[bool]],
    ) -> None:
        self._sessions = sessions
        self._repair = repair
        self._erase = erase

    async def get(self, session_id: str) -> SessionSummary | None:
        """The summary of a session, or None."""
        found = await self._sessions.one({"_id": session_id})
        if found is None:  # its first batch may be there already
            found = await self._repair(session_id)
        return None if found is None or found.get("erased") else _summary(found)

    async def page(
        self,
        *,
        status: Status | None = None,
        standings: Sequence[Standing] = (),
        search: str | None = None,
        unreviewed: bool = False,
        organisation_id: str = DEFAULT_ORGANISATION,
        sort: Sort = NEWEST_FIRST,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[SessionSummary], int]:
        """A page and the total of the filter; equal keys are newest first, missing ones last."""
        where = _filter(organisation_id, status, standings, search, unreviewed)
        found = await self._sessions.all(where, _order(Sort(*sort)), skip=offset, limit=limit)
        return [_summary(item) for item in found], await self._sessions.count(where)

    async def violations_unreviewed(self, organisation_id: str = DEFAULT_ORGANISATION) -> int:
        """How many violations of an organisation wait for a person's decision."""
        where = {"organisation_id": organisation_id, "unreviewed": {"$gt": 0}}
        return int(sum((await self._sessions.sums(where, field="unreviewed")).values()))

    async def counts(self, organisation_id: str | None = None) -> dict[Status, int]:
        """How many sessions stand where; every status is there."""
        found = await self._sessions.sums(_of(organisation_id), "status")
        counted = {Status(name): int(sessions) for name, sessions in found.items()}
        return {status: 0 for status in Status} | counted

    async def standings(self, organisation_id: str | None = None) -> dict[Standing, int]:
        """How many sessions stand where for people; every standing is there."""
        found = await self._sessions.sums(_of(organisation_id), "standing")
        counted = {Standing(name): int(sessions) for name, sessions in found.items()}
        return {one: 0 for one in Standing} | counted

    async def in_status(self, status: Status) -> list[str]:
        """All session ids in that status, oldest first."""
        order = [("by_created_at", UP), ("_id", UP)]
        found = await self._sessions.all({"status": status.value}, order, fields=("_id",))
        return [item["_id"] for item in found]

    async def due(self, now: datetime, limit: int = 100) -> list[SessionSummary]:
        """Sessions whose `wake_at` has come, the longest overdue first."""
        where = {"wake_at": {"$lte": micros(now)}}
        found = await self._sessions.all(where, [("wake_at", UP)], limit=limit)
        return [_summary(item) for item in found]

    async def in_rooms_of(self, owner: str) -> list[str]:
        """Sessions whose room is in that process, as their logs say."""
        found = await self._sessions.all({"room_owner": owner}, fields=("_id",))
        return [item["_id"] for item in found]

    async def delete(self, session_id: str) -> bool:
        """Remove all that is stored of the session; False if unknown.

        Who did what to it and when stays in the audit log, without details.
        """
        return await self._erase(session_id)


def _summary(document: Document) -> SessionSummary:
    return SessionSummary.model_validate_json(document["summary"])


def _of(organisation_id: str | None) -> Document:
    """Of one organisation, or of all: tombstones of erased sessions have no status."""
    if organisation_id is None:
        return {"erased": None}
    return {"organisation_id": organisation_id}


def _filter(
    organisation_id: str,
    status: Status | None,
    standings: Sequence[Standing],
    search: str | None,
    unreviewed: bool,
) -> Document:
    where: Document = {"organisation_id": organisation_id}
    if status is not None:
        where["status"] = status.value
    if standings:
        where["standing"] = {"$in": [standing.value for standing in standings]}
    if search is not None and search.strip():
        where["search"] = {"$regex": literal(search.strip().casefold())}
    if unreviewed:
        where["unreviewed"] = {"$gt": 0}
    return where


def _order(sort: Sort) -> list[tuple[str, Any]]:
    way = DOWN if sort.descending else UP
    if sort.key == "created_at":
        return [("by_created_at", way), ("_id", way)]
    field = f"up_{sort.key}" if way == UP and sort.key in MAY_BE_MISSING else f"by_{sort.key}"
    return [(field, way), ("by_created_at", DOWN), ("_id", DOWN)]


def literal(text: str) -> str:
    """A pattern that finds just this text."""
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)
