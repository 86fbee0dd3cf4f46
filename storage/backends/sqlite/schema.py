"""Schema versions and the forward steps between them. A step is never changed once released."""

from __future__ import annotations

import aiosqlite

from interview.errors import Unavailable

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE events (
            session_id TEXT NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL,
            body TEXT NOT NULL, PRIMARY KEY (session_id, seq)) WITHOUT ROWID""",
        """CREATE TABLE sessions (
            session_id TEXT PRIMARY KEY, status TEXT NOT NULL, created_at TEXT NOT NULL,
            name TEXT NOT NULL, email TEXT NOT NULL, job_id TEXT, body TEXT NOT NULL)""",
        "CREATE INDEX sessions_by_time ON sessions (created_at DESC, session_id DESC)",
        "CREATE INDEX sessions_by_status ON sessions (status, created_at DESC, session_id DESC)",
        """CREATE TABLE reports (
            session_id TEXT PRIMARY KEY, updated_at TEXT NOT NULL, created_at TEXT NOT NULL,
            body TEXT NOT NULL)""",
        "CREATE INDEX reports_by_time ON reports (created_at DESC, session_id DESC)",
        "CREATE TABLE accounts (username TEXT PRIMARY KEY, body TEXT NOT NULL)",
        """CREATE TABLE once (
            key TEXT PRIMARY KEY, expires_at REAL NOT NULL, session_id TEXT, body TEXT NOT NULL)""",
        "CREATE INDEX once_by_expiry ON once (expires_at)",
        "CREATE INDEX once_by_session ON once (session_id)",
        "CREATE TABLE leases (session_id TEXT PRIMARY KEY, owner TEXT NOT NULL)",
        "CREATE TABLE beats (owner TEXT PRIMARY KEY, at TEXT NOT NULL)",
        """CREATE TABLE jobs (
            job_id TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, session_id TEXT,
            state TEXT NOT NULL, run_at REAL NOT NULL, lease_until REAL, owner TEXT,
            attempts INTEGER NOT NULL DEFAULT 0, error TEXT, payload TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX jobs_open ON jobs (kind, key) WHERE state = 'open'",
        "CREATE INDEX jobs_due ON jobs (state, run_at)",
        """CREATE TABLE chunks (
            session_id TEXT NOT NULL, part_id TEXT NOT NULL, number INTEGER NOT NULL,
            sha256 TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (session_id, part_id, number))""",
        """CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, body TEXT NOT NULL)""",
        "CREATE INDEX audit_by_target ON audit (target, id)",
    ),
)
VERSION = len(MIGRATIONS)
EVENT_VERSION = 1


async def migrate(db: aiosqlite.Connection) -> None:
    """Bring the file to `VERSION`, one transaction a step.

    Raises:
        Unavailable: The file was written by a newer release.
    """
    await db.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    await db.commit()
    row = await (await db.execute("SELECT max(version) FROM schema_version")).fetchone()
    current = int(row[0]) if row is not None and row[0] is not None else 0
    if current > VERSION:
        raise Unavailable(
            "storage", f"the database has schema {current}, this release knows up to {VERSION}"
        )
    for number in range(current, VERSION):
        await db.execute("BEGIN IMMEDIATE")
        for statement in MIGRATIONS[number]:
            await db.execute(statement)
        await db.execute("INSERT INTO schema_version VALUES (?)", (number + 1,))
        await db.commit()
