"""Opens the file and joins the parts to one `Storage`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from interview.errors import InvalidInput, Unavailable
from storage.backends.sqlite.allowances import SUFFIX, SqliteAllowances
from storage.backends.sqlite.declared import SqliteDocuments
from storage.backends.sqlite.documents import (
    SqliteAudit,
    SqliteRecordings,
    SqliteReports,
)
from storage.backends.sqlite.faults import COMPONENT
from storage.backends.sqlite.killing import kill_point
from storage.backends.sqlite.moving import SqliteContent
from storage.backends.sqlite.reader import Readers
from storage.backends.sqlite.schema import migrate
from storage.backends.sqlite.sessions import SqliteDirectory, SqliteEvents, empty_log
from storage.backends.sqlite.work import SqliteHeartbeats, SqliteJobs, SqliteOnce
from storage.backends.sqlite.writer import Writer

READERS = 2
BUSY_TIMEOUT_S = 5.0
WAL_LIMIT_BYTES = 64 * 1024 * 1024


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class SqliteStorage:
    """`Storage` in one SQLite file. Several processes may open the same file."""

    def __init__(
        self,
        writer: Writer,
        readers: Readers,
        allowances: SqliteAllowances,
        clock: Callable[[], datetime],
    ) -> None:
        self.writer = writer
        self.allowances = allowances
        self._readers = readers
        self.events = SqliteEvents(writer, readers)
        self.sessions = SqliteDirectory(writer, readers)
        self.reports = SqliteReports(writer, readers)
        self.once = SqliteOnce(writer, readers, clock)
        self.heartbeats = SqliteHeartbeats(writer, readers)
        self.jobs = SqliteJobs(writer, readers)
        self.recordings = SqliteRecordings(writer, readers)
        self.audit = SqliteAudit(writer, readers)
        self.documents = SqliteDocuments(writer, readers)
        self.content = SqliteContent(writer, readers)

    async def check(self) -> None:
        """Write something and read it back.

        Raises:
            Unavailable: Either fails.
        """

        def write(db: sqlite3.Connection) -> int:
            row = db.execute("UPDATE checks SET count = count + 1 RETURNING count").fetchone()
            return int(row[0])

        written = await self.writer.run(write)
        row = await self._readers.one("SELECT count FROM checks")
        if row is None or row[0] < written:
            raise Unavailable(COMPONENT, "what was written cannot be read")

    async def overwrite(self) -> None:
        """Empty the write-ahead log: deleted content is zeroed in the file, but may be there."""
        await self.writer.aside(empty_log)

    async def close(self) -> None:
        """Finish the queued writes and close the file. Repeating it is harmless."""
        await self.allowances.close()
        await self.writer.close()
        await self._readers.close()


async def open_backend(url: str, clock: Callable[[], datetime] = utc_now) -> SqliteStorage:
    """Open (or make) the database of `sqlite:///absolute/path.db`.

    Raises:
        InvalidInput: The address has no absolute path, or the file is of a newer version.
        Unavailable: The file cannot be opened, is damaged or locked.
    """
    path = _path_of(url)
    _make_private(path)
    uri = f"file:{quote(str(path))}"
    writer = Writer(lambda: _connect(uri), kill_point())
    await writer.start(_prepare)
    readers = Readers(uri, READERS, BUSY_TIMEOUT_S)
    beside = path.with_name(path.name + SUFFIX)
    allowances = SqliteAllowances(lambda: _connect(f"file:{quote(str(beside))}"))
    try:
        _make_private(beside)
        await readers.start()
        await allowances.start()
    except Unavailable:
        await readers.close()
        await writer.close()
        raise
    return SqliteStorage(writer, readers, allowances, clock)


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    path = Path("/" + unquote(parts.path).lstrip("/"))  # three slashes or four
    if parts.netloc or not parts.path.startswith("/") or path == Path("/"):
        raise InvalidInput("VIVA_STORAGE_URL", "it must be sqlite:///absolute/path.db")
    return path


def _make_private(path: Path) -> None:
    """Make folder and file readable by the owner only: they hold personal data."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Unavailable(COMPONENT, f"the file cannot be opened ({error.strerror})") from error


def _connect(uri: str) -> sqlite3.Connection:
    # Opened in the writer's thread, closed there too.
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S)


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL").fetchone()
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")
    db.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}")
    migrate(db)
