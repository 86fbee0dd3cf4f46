"""The event log and the directory of sessions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from interview.errors import Conflict, InvalidInput
from interview.events import Event, StoredEvent
from interview.nouns import DEFAULT_ORGANISATION, Status
from interview.ports.storage import (
    ANYWHERE,
    NEWEST_FIRST,
    Belonging,
    JobRequest,
    SessionSummary,
    SessionSums,
    Sort,
    SumsBy,
)
from interview.standing import Standing
from storage.backends.sqlite.reader import Readers
from storage.backends.sqlite.schema import order_of
from storage.backends.sqlite.work import job_row, put_job
from storage.backends.sqlite.writer import Writer
from storage.records import (
    EVENT_SCHEMA,
    decode_event,
    encode_event,
    micros,
    projection,
    search_text,
)

# Everything of a session that is not removed by the deletion of its `sessions` row.
LEFT_BEHIND = (
    "DELETE FROM jobs WHERE session_id = ?",
    "DELETE FROM once WHERE session_id = ?",
    "UPDATE audit SET details = '{}' WHERE target = ?",
)


FAR_AHEAD = 1 << 62
PROJECTION = projection()


def _part(name: str) -> str:
    return f"json_extract(summary, '$.{name}')"


GROUPED: dict[SumsBy, str] = {
    "all": "''",
    "day": "date(created_at / 1000000, 'unixepoch')",
    "title": _part("title"),
    "decision": f"coalesce({_part('decision')}, '')",
    "standing": "standing",
    "score": f"coalesce(CAST(CAST({_part('average_score')} AS INTEGER) AS TEXT), '')",
}
_TOOK_S = f"(julianday({_part('completed_at')}) - julianday({_part('started_at')})) * 86400"
# The order of `SessionSums`.
SUMMED = ", ".join(
    (
        "count(*)",
        "sum(status NOT IN ('initialized', 'in_progress'))",
        "sum(standing = 'completed')",
        f"sum({_part('answered')})",
        f"sum({_part('max_questions')})",
        f"sum({_part('average_score')} IS NOT NULL)",
        f"total({_part('average_score')})",
        f"sum({_TOOK_S} IS NOT NULL)",
        f"total({_TOOK_S})",
    )
)


class SqliteEvents:
    """`EventStore`: the summary is replaced in the transaction that appends."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def append(
        self,
        session_id: str,
        expected_seq: int,
        events: Sequence[Event],
        summary: SessionSummary,
        jobs: Sequence[JobRequest] = (),
    ) -> int:
        """Store events, the summary and the jobs that follow, all or nothing; the new last seq."""
        if summary.session_id != session_id:
            raise InvalidInput("summary", "it is of another session")
        rows = [
            (session_id, seq, event.type, EVENT_SCHEMA, encode_event(event))
            for seq, event in enumerate(events, start=expected_seq + 1)
        ]
        head = head_row(summary, expected_seq + len(rows))
        asked = [job_row(request) for request in jobs]

        def write(db: sqlite3.Connection) -> int:
            _move_head(db, session_id, expected_seq, head)
            db.executemany(
                "INSERT INTO events (session_id, seq, type, schema, body) VALUES (?, ?, ?, ?, ?)",
                rows,
            )
            for row in asked:
                put_job(db, row)
            return expected_seq + len(rows)

        return await self._writer.run(write)

    async def read(
        self, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        """Events after `after_seq` in order; empty when there are none."""
        rows = await self._readers.all(
            "SELECT seq, schema, body FROM events WHERE session_id = ? AND seq > ?"
            " ORDER BY seq LIMIT ?",
            (session_id, after_seq, -1 if limit is None else limit),
        )
        return [
            StoredEvent(session_id=session_id, seq=seq, event=decode_event(schema, body))
            for seq, schema, body in rows
        ]

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The last seq of each of these sessions that exists."""
        if not session_ids:
            return {}
        rows = await self._readers.all(
            "SELECT session_id, last_seq FROM sessions"
            " WHERE session_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(session_ids)),),
        )
        return {session_id: int(seq) for session_id, seq in rows}


def head_row(summary: SessionSummary, last_seq: int) -> dict[str, object]:
    """The session's row: its summary, and what lists ask for."""
    return {
        "session_id": summary.session_id,
        "last_seq": last_seq,
        "status": summary.status.value,
        "created_at": micros(summary.created_at),
        "search": search_text(summary),
        "summary": summary.model_dump_json(),
        "organisation_id": summary.organisation_id,
        "wake_at": None if summary.wake_at is None else micros(summary.wake_at),
        "room_owner": summary.room_owner,
        "projection": PROJECTION,
        "standing": summary.standing.value,
        "unreviewed": summary.violations_unreviewed,
        "interview_id": summary.interview_id,
        "job_id": summary.job_id,
        "assignee": summary.assignee,
        "by_name": summary.name.casefold(),
        "by_title": summary.title.casefold(),
        "answered": summary.answered,
        "average_score": summary.average_score,
        "started_at": None if summary.started_at is None else micros(summary.started_at),
        "completed_at": None if summary.completed_at is None else micros(summary.completed_at),
    }


def insert_head(db: sqlite3.Connection, head: dict[str, object]) -> None:
    """Store a session's row."""
    marks = ", ".join("?" for _ in head)
    db.execute(f"INSERT INTO sessions ({', '.join(head)}) VALUES ({marks})", tuple(head.values()))


def _move_head(
    db: sqlite3.Connection, session_id: str, expected_seq: int, head: dict[str, object]
) -> None:
    """Put the session's row in the place of the one that the append stands on. Raises Conflict.

    Only what has changed is written: SQLite makes the entry of every index anew of which a column
    is named.
    """
    found = db.execute(
        f"SELECT {', '.join(head)} FROM sessions WHERE session_id = ?", (session_id,)
    ).fetchone()
    before = {} if found is None else dict(zip(head, found, strict=True))
    actual = int(before.get("last_seq", 0))
    if actual != expected_seq or (expected_seq == 0 and found is not None):
        raise Conflict(session_id, expected_seq, actual)
    if found is None:
        insert_head(db, head)
        return
    changed = {name: value for name, value in head.items() if before[name] != value}
    if changed:
        changes = ", ".join(f"{name} = ?" for name in changed)
        db.execute(
            f"UPDATE sessions SET {changes} WHERE session_id = ?", (*changed.values(), session_id)
        )


class SqliteDirectory:
    """`SessionDirectory`: lists and searches over the summaries."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def get(self, session_id: str) -> SessionSummary | None:
        """The summary of a session, or None."""
        row = await self._readers.one(
            "SELECT summary FROM sessions WHERE session_id = ?", (session_id,)
        )
        return None if row is None else SessionSummary.model_validate_json(row[0])

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
        where, parameters = _filter(organisation_id, status, standings, search, unreviewed, of)
        order = _order(sort)
        # One statement, so that page and total are of the same moment. What lies before the page is
        # passed over in an index alone.
        rows = await self._readers.all(
            f"SELECT (SELECT count(*) FROM sessions {where}), summary FROM sessions"
            f" WHERE rowid IN (SELECT rowid FROM sessions {where}"
            f"  ORDER BY {order} LIMIT ? OFFSET ?) ORDER BY {order}",
            (*parameters, *parameters, limit, offset),
        )
        if not rows:
            total = await self._readers.one(f"SELECT count(*) FROM sessions {where}", parameters)
            return [], int(total[0]) if total else 0
        return [SessionSummary.model_validate_json(row[1]) for row in rows], int(rows[0][0])

    async def violations_unreviewed(self, organisation_id: str = DEFAULT_ORGANISATION) -> int:
        """How many violations of an organisation wait for a person's decision."""
        row = await self._readers.one(
            "SELECT total(unreviewed) FROM sessions WHERE organisation_id = ? AND unreviewed > 0",
            (organisation_id,),
        )
        return int(row[0]) if row else 0

    async def counts(self, organisation_id: str | None = None) -> dict[Status, int]:
        """How many sessions stand where; every status is there."""
        of_one = "" if organisation_id is None else "WHERE organisation_id = ?"
        rows = await self._readers.all(
            f"SELECT status, count(*) FROM sessions {of_one} GROUP BY status",
            () if organisation_id is None else (organisation_id,),
        )
        return {status: 0 for status in Status} | {Status(name): count for name, count in rows}

    async def standings(self, organisation_id: str | None = None) -> dict[Standing, int]:
        """How many sessions stand where for people; every standing is there."""
        of_one = "" if organisation_id is None else "WHERE organisation_id = ?"
        rows = await self._readers.all(
            f"SELECT standing, count(*) FROM sessions {of_one} GROUP BY standing",
            () if organisation_id is None else (organisation_id,),
        )
        return {one: 0 for one in Standing} | {Standing(name): count for name, count in rows}

    async def sums(
        self,
        by: SumsBy,
        *,
        organisation_id: str = DEFAULT_ORGANISATION,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> dict[str, SessionSums]:
        """Sums over an organisation's sessions that were created in that time."""
        rows = await self._readers.all(
            f"SELECT {GROUPED[by]}, {SUMMED} FROM sessions"
            " WHERE organisation_id = ? AND created_at >= ? AND created_at < ? GROUP BY 1",
            (
                organisation_id,
                0 if since is None else micros(since),
                FAR_AHEAD if before is None else micros(before),
            ),
        )
        return {row[0]: SessionSums._make(row[1:]) for row in rows}

    async def outdated(self, after: str = "", limit: int = 50) -> list[str]:
        """Sessions whose summary an older program made, in the order of their ids."""
        rows = await self._readers.all(
            "SELECT session_id FROM sessions WHERE session_id > ? AND projection != ?"
            " ORDER BY session_id LIMIT ?",
            (after, PROJECTION, limit),
        )
        return [row[0] for row in rows]

    async def in_status(self, status: Status) -> list[str]:
        """All session ids in that status, oldest first."""
        rows = await self._readers.all(
            "SELECT session_id FROM sessions WHERE status = ? ORDER BY created_at, session_id",
            (status.value,),
        )
        return [row[0] for row in rows]

    async def due(self, now: datetime, limit: int = 100) -> list[SessionSummary]:
        """Sessions whose `wake_at` has come, the longest overdue first."""
        rows = await self._readers.all(
            "SELECT summary FROM sessions WHERE wake_at <= ? ORDER BY wake_at LIMIT ?",
            (micros(now), limit),
        )
        return [SessionSummary.model_validate_json(row[0]) for row in rows]

    async def in_rooms_of(self, owner: str) -> list[str]:
        """Sessions whose room is in that process, as their logs say."""
        rows = await self._readers.all(
            "SELECT session_id FROM sessions WHERE room_owner = ?", (owner,)
        )
        return [row[0] for row in rows]

    async def delete(self, session_id: str) -> bool:
        """Remove all that is stored of the session, overwritten on disk; False if unknown.

        Who did what to it and when stays in the audit log, without details.
        """

        def write(db: sqlite3.Connection) -> bool:
            for statement in LEFT_BEHIND:
                db.execute(statement, (session_id,))
            gone = db.execute("DELETE FROM sessions WHERE session_id = ?", (session_id,))
            return gone.rowcount > 0

        known = await self._writer.run(write)
        if known:  # the write-ahead log still holds the old pages until it is emptied
            await self._writer.aside(empty_log)
        return known


def empty_log(db: sqlite3.Connection) -> None:
    """A reader in the middle of a query can prevent it; the next checkpoint overwrites then."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _filter(
    organisation_id: str,
    status: Status | None,
    standings: Sequence[Standing],
    search: str | None,
    unreviewed: bool,
    of: Mapping[Belonging, int | str],
) -> tuple[str, tuple[int | str, ...]]:
    clauses = ["organisation_id = ?"]
    parameters: list[int | str] = [organisation_id]
    if status is not None:
        clauses.append("status = ?")
        parameters.append(status.value)
    if standings:
        clauses.append(f"standing IN ({', '.join('?' * len(standings))})")
        parameters += [standing.value for standing in standings]
    if search is not None and search.strip():
        clauses.append("search LIKE ? ESCAPE '\\'")
        parameters.append(f"%{_literal(search.strip().casefold())}%")
    if unreviewed:
        clauses.append("unreviewed > 0")
    for name, value in of.items():  # the second clause lets the partial index serve
        clauses.append(f"{name} = ? AND {name} IS NOT NULL")
        parameters.append(value)
    return f"WHERE {' AND '.join(clauses)}", tuple(parameters)


def _order(sort: Sort) -> str:
    """What follows ORDER BY; the key is one of a closed list, so it may stand in the statement."""
    way = "DESC" if sort.descending else "ASC"
    if sort.key == "created_at":
        return f"created_at {way}, session_id {way}"
    return order_of(sort.key, way)


def _literal(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return text
