"""Accounts, one-use secrets, and which process runs which session."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiosqlite

from interview.ports import StaffAccount
from storage.backends.sqlite.database import Database


class SqliteAccounts:
    """Staff accounts by user name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, username: str) -> StaffAccount | None:
        """One account."""
        row = await self._database.row("SELECT body FROM accounts WHERE username = ?", (username,))
        return StaffAccount.model_validate_json(row[0]) if row is not None else None

    async def put(self, account: StaffAccount) -> None:
        """Store or replace."""
        await self._database.execute(
            "INSERT OR REPLACE INTO accounts VALUES (?, ?)",
            (account.username, account.model_dump_json()),
        )

    async def count(self) -> int:
        """How many there are."""
        return int((await self._database.rows("SELECT count(*) FROM accounts"))[0][0])


class SqliteOnce:
    """Small expiring values; an expired one counts as absent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, key: str, value: Mapping[str, Any], expires_at: datetime) -> bool:
        """Store if absent (or expired on the writer's clock)."""
        body = json.dumps(dict(value))
        session_id = value.get("session_id")
        expiry = expires_at.timestamp()

        async def work(db: aiosqlite.Connection) -> bool:
            await db.execute("DELETE FROM once WHERE expires_at <= unixepoch('now')")
            cursor = await db.execute(
                "INSERT OR IGNORE INTO once VALUES (?, ?, ?, ?)", (key, expiry, session_id, body)
            )
            return cursor.rowcount == 1

        stored: bool = await self._database.write(work)
        return stored

    async def get(self, key: str, now: datetime) -> dict[str, Any] | None:
        """The value, if it has not expired."""
        row = await self._database.row(
            "SELECT body FROM once WHERE key = ? AND expires_at > ?", (key, now.timestamp())
        )
        return dict(json.loads(row[0])) if row is not None else None

    async def take(self, key: str, now: datetime) -> dict[str, Any] | None:
        """Remove and return; one of several takers gets it."""

        async def work(db: aiosqlite.Connection) -> str | None:
            async with db.execute(
                "DELETE FROM once WHERE key = ? RETURNING body, expires_at", (key,)
            ) as cursor:
                row = await cursor.fetchone()
            return str(row[0]) if row is not None and row[1] > now.timestamp() else None

        body: str | None = await self._database.write(work)
        return dict(json.loads(body)) if body is not None else None


class SqliteLeases:
    """Owners of sessions, and the owners' heartbeats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, session_id: str, owner: str) -> str | None:
        """Become the owner; the previous one, or None."""

        async def work(db: aiosqlite.Connection) -> str | None:
            select = "SELECT owner FROM leases WHERE session_id = ?"
            async with db.execute(select, (session_id,)) as cursor:
                row = await cursor.fetchone()
            await db.execute("INSERT OR REPLACE INTO leases VALUES (?, ?)", (session_id, owner))
            return str(row[0]) if row is not None else None

        previous: str | None = await self._database.write(work)
        return previous

    async def beat(self, owner: str, at: datetime) -> None:
        """The owner is alive."""
        await self._database.execute(
            "INSERT OR REPLACE INTO beats VALUES (?, ?)", (owner, at.isoformat())
        )

    async def last_beat(self, owner: str) -> datetime | None:
        """When it last said so."""
        row = await self._database.row("SELECT at FROM beats WHERE owner = ?", (owner,))
        return datetime.fromisoformat(row[0]) if row is not None else None
