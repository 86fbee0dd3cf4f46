"""Tables, and how an older file is brought forward. Numbered; a landed step never changes.

Times are integer microseconds since 1970 (UTC), so that they order and compare exactly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from interview.errors import InvalidInput
from interview.ports.storage import Belonging, SortKey

Migration = Callable[[sqlite3.Connection], None]

FIRST = """
CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    search TEXT NOT NULL,
    summary TEXT NOT NULL
);
CREATE INDEX sessions_newest ON sessions (created_at DESC, session_id DESC);
CREATE INDEX sessions_by_status ON sessions (status, created_at DESC, session_id DESC);

CREATE TABLE events (
    session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    schema INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (session_id, seq)
);

CREATE TABLE reports (
    session_id TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX reports_newest ON reports (created_at DESC, session_id DESC);

CREATE TABLE recording_chunks (
    session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    part_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    chunk TEXT NOT NULL,
    PRIMARY KEY (session_id, part_id, number)
);

CREATE TABLE recording_parts (
    session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    part_id TEXT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (session_id, part_id)
);

CREATE TABLE accounts (
    username TEXT PRIMARY KEY,
    account TEXT NOT NULL
);

CREATE TABLE once (
    key TEXT PRIMARY KEY,
    session_id TEXT,
    value TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX once_by_session ON once (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX once_by_expiry ON once (expires_at);

CREATE TABLE owners (
    session_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL
);

CREATE TABLE beats (
    owner TEXT PRIMARY KEY,
    at INTEGER NOT NULL
);

CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    session_id TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    leased_until INTEGER,
    error TEXT
);
CREATE UNIQUE INDEX jobs_open ON jobs (kind, key) WHERE state = 'open';
CREATE INDEX jobs_due ON jobs (run_at, number) WHERE state = 'open';
CREATE INDEX jobs_by_session ON jobs (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    request_id TEXT,
    details TEXT NOT NULL
);
CREATE INDEX audit_by_target ON audit (target, number);

CREATE TABLE checks (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL
);
INSERT INTO checks (id, count) VALUES (1, 0);
"""


_UNREVIEWED = "json_extract(summary, '$.violations_unreviewed') > 0"
SECOND = f"""
CREATE INDEX sessions_unreviewed ON sessions (created_at DESC, session_id DESC) WHERE {_UNREVIEWED};
"""

THIRD = f"""
ALTER TABLE sessions ADD COLUMN organisation_id TEXT NOT NULL DEFAULT 'default';
ALTER TABLE sessions ADD COLUMN wake_at INTEGER;
ALTER TABLE sessions ADD COLUMN room_owner TEXT;
UPDATE sessions SET wake_at = 0 WHERE status = 'in_progress';
DROP INDEX sessions_newest;
DROP INDEX sessions_by_status;
DROP INDEX sessions_unreviewed;
CREATE INDEX sessions_newest ON sessions (organisation_id, created_at DESC, session_id DESC);
CREATE INDEX sessions_by_status
    ON sessions (organisation_id, status, created_at DESC, session_id DESC);
CREATE INDEX sessions_in_status ON sessions (status, created_at, session_id);
CREATE INDEX sessions_unreviewed ON sessions
    (organisation_id, created_at DESC, session_id DESC) WHERE {_UNREVIEWED};
CREATE INDEX sessions_due ON sessions (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sessions_in_rooms ON sessions (room_owner) WHERE room_owner IS NOT NULL;
DROP TABLE owners;
ALTER TABLE jobs ADD COLUMN token TEXT;
ALTER TABLE jobs ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN progress REAL;
ALTER TABLE jobs ADD COLUMN result TEXT;
ALTER TABLE jobs ADD COLUMN ended_at INTEGER;
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
"""


_STANDING = "json_extract(summary, '$.standing')"
FOURTH = f"""
UPDATE sessions SET summary = json_set(summary, '$.standing', CASE
    WHEN status = 'initialized' THEN 'waiting'
    WHEN status = 'in_progress' THEN 'disconnected'
    WHEN status = 'failed' THEN 'failed'
    WHEN json_extract(summary, '$.end_reason') IN ('candidate_never_came', 'ended_before_start')
        THEN 'not_taken'
    WHEN json_extract(summary, '$.end_reason') IN ('consent_declined', 'consent_withdrawn')
        THEN 'declined'
    WHEN status = 'completed'
        AND json_extract(summary, '$.question_index') >= json_extract(summary, '$.max_questions')
        THEN 'completed'
    WHEN status = 'abandoned' OR json_extract(summary, '$.end_reason') = 'ended_by_candidate'
        THEN 'left_early'
    ELSE 'ended_early' END);
UPDATE sessions SET search = search || char(10) || lower(json_extract(summary, '$.title'));
CREATE INDEX sessions_by_standing ON sessions
    (organisation_id, {_STANDING}, created_at DESC, session_id DESC);
"""


FIFTH = """
CREATE TABLE documents (
    kind TEXT NOT NULL,
    document_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body TEXT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (kind, document_id)
);
CREATE TABLE document_kinds (
    kind TEXT PRIMARY KEY,
    declared TEXT NOT NULL
);
"""


# Accounts become documents; their fields are indexed when their kind is first asked for.
SIXTH = """
ALTER TABLE reports ADD COLUMN organisation_id TEXT NOT NULL DEFAULT 'default';
UPDATE reports SET organisation_id = (SELECT s.organisation_id FROM sessions AS s
    WHERE s.session_id = reports.session_id);
DROP INDEX reports_newest;
CREATE INDEX reports_newest ON reports (organisation_id, created_at DESC, session_id DESC);
INSERT INTO documents (kind, document_id, organisation_id, revision, body, fields)
    SELECT 'accounts', lower(hex(randomblob(16))), 'default', 1, json_object(
        'username', username,
        'email', username,
        'password_hash', json_extract(account, '$.password_hash'),
        'roles', json_array('owner', 'administrator'),
        'state', iif(json_extract(account, '$.active'), 'active', 'suspended'),
        'created_at', json_extract(account, '$.created_at'),
        'must_change_password',
            json(iif(json_extract(account, '$.must_change_password'), 'true', 'false'))), '{}'
    FROM accounts;
DROP TABLE accounts;
"""

SEVENTH = """
ALTER TABLE audit ADD COLUMN organisation_id TEXT NOT NULL DEFAULT 'default';
CREATE INDEX audit_of_organisation ON audit (organisation_id, number);
"""


_BELONGS = {
    name: f"json_extract(summary, '$.{name}')" for name in ("interview_id", "job_id", "assignee")
}
EIGHTH = """
UPDATE sessions SET summary = json_set(summary, '$.interview_id', (
    SELECT json_extract(e.body, '$.plan.interview_id') FROM events AS e
    WHERE e.session_id = sessions.session_id AND e.seq = 1));
""" + "".join(
    f"CREATE INDEX sessions_of_{name} ON sessions"
    f" (organisation_id, {value}, created_at DESC, session_id DESC) WHERE {value} IS NOT NULL;\n"
    for name, value in _BELONGS.items()
)


BELONGS: tuple[Belonging, ...] = ("interview_id", "job_id", "assignee")
SORTED: dict[SortKey, str] = {
    "started_at": "started_at",
    "completed_at": "completed_at",
    "name": "by_name",
    "title": "by_title",
    "standing": "standing",
    "answered": "answered",
    "average_score": "average_score",
}
MAY_BE_MISSING = ("started_at", "completed_at", "average_score")


def order_of(key: SortKey, way: str) -> str:
    """What lists and their indexes are ordered by: missing ones last, equal ones newest first."""
    column = SORTED[key]
    last = f"{column} IS NULL, " if key in MAY_BE_MISSING else ""
    return f"{last}{column} {way}, created_at DESC, session_id DESC"


# What lists ask for has a column of its own, so that an append touches the indexes of what has
# changed. Times are exact when a session has been made anew from its log, which an empty
# `projection` asks for (storage/reprojection.py).
_MICROS = "CAST((julianday(json_extract(summary, '$.{}')) - 2440587.5) * 86400000000 AS INTEGER)"
NINTH = (
    """
ALTER TABLE sessions ADD COLUMN projection TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN standing TEXT NOT NULL DEFAULT 'waiting';
ALTER TABLE sessions ADD COLUMN unreviewed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN interview_id INTEGER;
ALTER TABLE sessions ADD COLUMN job_id TEXT;
ALTER TABLE sessions ADD COLUMN assignee TEXT;
ALTER TABLE sessions ADD COLUMN by_name TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN by_title TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN average_score REAL;
ALTER TABLE sessions ADD COLUMN started_at INTEGER;
ALTER TABLE sessions ADD COLUMN completed_at INTEGER;
UPDATE sessions SET
    standing = coalesce(json_extract(summary, '$.standing'), 'waiting'),
    unreviewed = coalesce(json_extract(summary, '$.violations_unreviewed'), 0),
    interview_id = json_extract(summary, '$.interview_id'),
    job_id = json_extract(summary, '$.job_id'),
    assignee = json_extract(summary, '$.assignee'),
    by_name = lower(coalesce(json_extract(summary, '$.name'), '')),
    by_title = lower(coalesce(json_extract(summary, '$.title'), '')),
    answered = coalesce(json_extract(summary, '$.answered'), 0),
    average_score = json_extract(summary, '$.average_score'),
    started_at = STARTED,
    completed_at = COMPLETED;
DROP INDEX sessions_unreviewed;
DROP INDEX sessions_by_standing;
DROP INDEX sessions_of_interview_id;
DROP INDEX sessions_of_job_id;
DROP INDEX sessions_of_assignee;
CREATE INDEX sessions_unreviewed ON sessions
    (organisation_id, created_at DESC, session_id DESC) WHERE unreviewed > 0;
CREATE INDEX audit_of_actor ON audit (organisation_id, actor, number);
CREATE INDEX audit_of_action ON audit (organisation_id, action, number);
CREATE INDEX audit_by_actor ON audit (actor, number);
CREATE INDEX audit_by_action ON audit (action, number);
""".replace("STARTED", _MICROS.format("started_at")).replace(
        "COMPLETED", _MICROS.format("completed_at")
    )
    + "".join(
        f"CREATE INDEX sessions_of_{name} ON sessions"
        f" (organisation_id, {name}, created_at DESC, session_id DESC) WHERE {name} IS NOT NULL;\n"
        for name in BELONGS
    )
    + "".join(
        f"CREATE INDEX sessions_{key}_{way} ON sessions (organisation_id, {order_of(key, way)});\n"
        for key in SORTED
        for way in ("asc", "desc")
    )
)


def _script(text: str) -> Migration:
    """A migration of plain statements, run one by one so that the transaction stays ours."""

    def run(db: sqlite3.Connection) -> None:
        for statement in text.split(";\n"):
            if statement.strip():
                db.execute(statement)

    return run


MIGRATIONS: tuple[Migration, ...] = tuple(
    map(_script, (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH, NINTH))
)


def migrate(db: sqlite3.Connection, migrations: tuple[Migration, ...] = MIGRATIONS) -> int:
    """Bring the file to the newest schema in one transaction; the version it now has.

    Several processes may start at once: the write lock lets one migrate, the others find it done.

    Raises:
        InvalidInput: The file was written by a newer program; it is left untouched.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        found = _version(db)
        if found > len(migrations):
            raise InvalidInput(
                "VIVA_STORAGE_URL",
                f"the database has schema {found}, written by a newer version; "
                f"this one knows schema {len(migrations)}",
            )
        for number, migration in enumerate(migrations[found:], start=found + 1):
            migration(db)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            db.execute(
                "INSERT INTO schema_version (version, applied_at) VALUES (?, ?)", (number, at)
            )
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return len(migrations)


def _version(db: sqlite3.Connection) -> int:
    db.execute(
        "CREATE TABLE IF NOT EXISTS schema_version "
        "(version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL)"
    )
    found = db.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()
    return int(found[0])
