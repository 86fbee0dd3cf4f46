"""Opens the file and joins its parts into a `Storage`."""

from __future__ import annotations

import uuid
from pathlib import Path

from interview.errors import InvalidInput
from storage.backends.sqlite.database import Database
from storage.backends.sqlite.media import SqliteAudit, SqliteRecordings
from storage.backends.sqlite.people import SqliteAccounts, SqliteLeases, SqliteOnce
from storage.backends.sqlite.sessions import SqliteEvents, SqliteReports, SqliteSessions
from storage.backends.sqlite.work import SqliteJobs


class SqliteStorage:
    """Everything in one SQLite file (WAL, synchronous=FULL)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.events = SqliteEvents(database)
        self.sessions = SqliteSessions(database)
        self.reports = SqliteReports(database)
        self.accounts = SqliteAccounts(database)
        self.once = SqliteOnce(database)
        self.leases = SqliteLeases(database)
        self.jobs = SqliteJobs(database)
        self.recordings = SqliteRecordings(database)
        self.audit = SqliteAudit(database)

    async def check(self) -> None:
        """Write and read something. Raises Unavailable."""
        mark = uuid.uuid4().hex
        await self._database.execute(
            "INSERT INTO beats VALUES ('check', ?) ON CONFLICT (owner) DO UPDATE SET at = ?",
            (mark, mark),
        )
        await self._database.rows("SELECT at FROM beats WHERE owner = 'check'")

    async def close(self) -> None:
        """Finish what waits and close."""
        await self._database.close()


async def open_backend(url: str) -> SqliteStorage:
    """Open `sqlite:///absolute/path.db` (or `sqlite:relative.db`).

    Raises:
        InvalidInput: No path in the address.
        Unavailable: The file cannot be opened.
    """
    path = url.removeprefix("sqlite:")
    if path.startswith("///"):
        path = path[2:]
    if not path.strip("/"):
        raise InvalidInput("VIVA_STORAGE_URL", "sqlite needs a path, as in sqlite:///var/viva.db")
    return SqliteStorage(await Database.open(Path(path)))
