"""Lists and searches over the summaries."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from interview.nouns import DEFAULT_ORGANISATION, Status
from interview.ports.storage import (
    ANYWHERE,
    NEWEST_FIRST,
    Belonging,
    SessionSummary,
    SessionSums,
    Sort,
    SortKey,
    SumsBy,
)
from interview.standing import Standing
from storage.backends.mongodb.collection import DOWN, UP, Collection, Document
from storage.records import NOBODY, micros, projection, search_text

MAY_BE_MISSING = ("started_at", "completed_at", "average_score")
FRACTIONS = ("score_sum", "duration_s_sum")
BELOW_ALL, ABOVE_ALL = -1.0, 1e18


def summary_document(summary: SessionSummary) -> Document:
    """A summary as stored: whole as JSON, the fields that lists ask for, and which these are."""
    return _fields(summary) | {"projection": PROJECTION}


def _fields(summary: SessionSummary) -> Document:
    document: Document = {
        "summary": summary.model_dump_json(),
        "status": summary.status.value,
        "standing": summary.standing.value,
        "organisation_id": summary.organisation_id,
        "wake_at": None if summary.wake_at is None else micros(summary.wake_at),
        "room_owner": summary.room_owner,
        "unreviewed": summary.violations_unreviewed,
        "interview_id": summary.interview_id,
        "job_id": summary.job_id,
        "assignee": summary.assignee,
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
    return document | _figures(summary)


def _figures(summary: SessionSummary) -> Document:
    """What sums are made of (`SessionSums`), and by what they are grouped."""
    score, began, ended = summary.average_score, summary.started_at, summary.completed_at
    took_s = (ended - began).total_seconds() if began and ended else None
    return {
        "sums_all": "",
        "sums_day": summary.created_at.astimezone(UTC).date().isoformat(),
        "sums_title": summary.title,
        "sums_decision": summary.decision.value if summary.decision else "",
        "sums_standing": summary.standing.value,
        "sums_score": "" if score is None else str(int(score)),
        "n_finished": int(summary.status.final),
        "n_completed": int(summary.standing is Standing.COMPLETED),
        "n_answered": summary.answered,
        "n_questions": summary.max_questions,
        "n_scored": int(score is not None),
        "n_score_sum": float(score or 0),
        "n_timed": int(took_s is not None),
        "n_duration_s_sum": float(took_s or 0),
    }


PROJECTION = projection(*_fields(NOBODY))


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

    async def page(  # noqa: PLR0913 - a filter has many parts
        self,
        *,
        status: Status | None = None,
        standings: Sequence[Standing] = (),
        search: str | None = None,
        unreviewed: bool = False,
        of: Mapping[Belonging, int | str] = ANYWHERE,
        organisation_id: str = DEFAULT_ORGANISATION,
        sort: Sort = NEWEST_FIRST,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[SessionSummary], int]:
        """A page and the total of the filter; equal keys are newest first, missing ones last."""
        where = _filter(organisation_id, status, standings, search, unreviewed, of)
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

    async def sums(
        self,
        by: SumsBy,
        *,
        organisation_id: str = DEFAULT_ORGANISATION,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> dict[str, SessionSums]:
        """Sums over an organisation's sessions that were created in that time."""
        created: Document = {}
        if since is not None:
            created["$gte"] = micros(since)
        if before is not None:
            created["$lt"] = micros(before)
        where = {
            "organisation_id": organisation_id,
            **({"by_created_at": created} if created else {}),
        }
        # One sum at a time: not every server of the protocol makes several in one go.
        found = {"sessions": await self._sessions.sums(where, f"sums_{by}")}
        for name in SessionSums._fields[1:]:
            found[name] = await self._sessions.sums(where, f"sums_{by}", f"n_{name}")
        return {
            str(key): SessionSums._make(_number(name, found[name].get(key, 0)) for name in found)
            for key in found["sessions"]
        }

    async def outdated(self, after: str = "", limit: int = 50) -> list[str]:
        """Sessions whose summary an older program made, in the order of their ids."""
        where = {"_id": {"$gt": after}, "projection": {"$ne": PROJECTION}, "erased": None}
        found = await self._sessions.all(where, [("_id", UP)], limit=limit, fields=("_id",))
        return [item["_id"] for item in found]

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


def _number(name: str, value: float) -> float:
    return value if name in FRACTIONS else int(value)


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
    of: Mapping[Belonging, int | str],
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
    return where | dict(of)


def _order(sort: Sort) -> list[tuple[str, Any]]:
    way = DOWN if sort.descending else UP
    if sort.key == "created_at":
        return [("by_created_at", way), ("_id", way)]
    field = f"up_{sort.key}" if way == UP and sort.key in MAY_BE_MISSING else f"by_{sort.key}"
    return [(field, way), ("by_created_at", DOWN), ("_id", DOWN)]


def literal(text: str) -> str:
    """A pattern that finds just this text."""
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)


ORDERS = [
    _order(Sort(key, descending))
    for key in get_args(SortKey)
    if key != "created_at"
    for descending in (False, True)
]
"""Every order of a list that is none of time; each has an index."""
