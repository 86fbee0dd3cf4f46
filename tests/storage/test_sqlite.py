"""What is SQLite's own: faults, migrations, group commits, erasure and a killed process."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import signal
import sqlite3
import threading
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from interview.accounts import ACCOUNTS, Account, AccountState, Role
from interview.errors import IntegrityError, InvalidInput, Unavailable
from interview.events import SessionStarted
from interview.nouns import Status
from interview.ports.storage import SessionSummary
from storage.backends.sqlite import SqliteStorage, open_backend
from storage.backends.sqlite.schema import MIGRATIONS, migrate
from storage.backends.sqlite.writer import Writer
from storage.records import decode_event, encode_event

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def summary(session_id: str = "s", **changes: object) -> SessionSummary:
    known: dict[str, object] = {
        "session_id": session_id,
        "status": Status.IN_PROGRESS,
        "name": "Quetzalcoatl Unforgettable",
        "email": "quetzal@example.com",
        "phone": "",
        "title": "Interview",
        "created_at": NOW,
        "created_by": "test",
        "total_questions": 1,
        "max_questions": 1,
    }
    return SessionSummary.model_validate({**known, **changes})


def started(by: str = "x") -> SessionStarted:
    return SessionStarted(at=NOW, by=by)


def url(folder: Path) -> str:
    return f"sqlite://{folder}/viva.db"


async def test_a_full_disk_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    storage = await open_backend(url(tmp_path))
    await storage.events.append("s", 0, [started()], summary())

    def shrink(db: sqlite3.Connection) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")

    await storage.writer.aside(shrink)
    with pytest.raises(Unavailable) as raised:
        await storage.events.append("s", 1, [started("y" * 100_000)], summary())
    assert (raised.value.component, raised.value.why) == ("storage", "the disk is full")
    assert len(await storage.events.read("s")) == 1
    await storage.writer.aside(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
    assert await storage.events.append("s", 1, [started("y" * 100_000)], summary()) == 2
    await storage.check()
    await storage.close()


async def test_a_locked_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.backends.sqlite.backend.BUSY_TIMEOUT_S", 0.05)
    storage = await open_backend(url(tmp_path))
    other = sqlite3.connect(tmp_path / "viva.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked by another program"):
        await storage.check()
    other.execute("ROLLBACK")
    await storage.check()
    other.close()
    await storage.close()


async def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "viva.db").write_bytes(b"this is no database, it only looks like a file" * 100)
    before = (tmp_path / "viva.db").read_bytes()
    with pytest.raises(Unavailable, match="not a database"):
        await open_backend(url(tmp_path))
    assert (tmp_path / "viva.db").read_bytes() == before


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        await open_backend(f"sqlite://{tmp_path}/file/viva.db")


@pytest.mark.parametrize("wrong", ["sqlite://", "sqlite:///", "sqlite://host/viva.db"])
async def test_an_address_without_a_file_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput):
        await open_backend(wrong)


async def test_a_newer_file_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    await (await open_backend(url(tmp_path))).close()
    db = sqlite3.connect(tmp_path / "viva.db", isolation_level=None)
    db.execute("INSERT INTO schema_version VALUES (99, 'later')")
    db.close()
    with pytest.raises(InvalidInput, match="schema 99, written by a newer version"):
        await open_backend(url(tmp_path))


def test_migrations_run_once_in_order_and_all_or_nothing(tmp_path: Path) -> None:
    def second(db: sqlite3.Connection) -> None:
        db.execute("ALTER TABLE beats ADD COLUMN note TEXT")

    def broken(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (x)")
        db.execute("SELECT * FROM nowhere")

    db = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    first = len(MIGRATIONS)
    assert migrate(db) == first and migrate(db) == first
    db.execute("INSERT INTO beats VALUES ('a', 0)")
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, (*MIGRATIONS, second, broken))
    assert db.execute("SELECT max(version) FROM schema_version").fetchone() == (first,)
    assert migrate(db, (*MIGRATIONS, second)) == first + 1
    assert db.execute("SELECT owner, note FROM beats").fetchall() == [("a", None)]
    assert db.execute("SELECT count(*) FROM schema_version").fetchone() == (first + 1,)
    db.close()


async def test_accounts_from_before_organisations_are_documents(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    migrate(db, MIGRATIONS[:5])
    for name, active in (("Boss@example.com", True), ("gone@example.com", False)):
        old = {"username": name, "password_hash": "h", "role": "admin", "active": active}
        old |= {"created_at": NOW.isoformat(), "must_change_password": active}
        db.execute("INSERT INTO accounts VALUES (?, ?)", (name, json.dumps(old)))
    db.close()
    storage = await open_backend(f"sqlite:///{tmp_path}/old.db")
    found = (await storage.documents.of(ACCOUNTS, "default").page()).items
    await storage.close()
    boss, gone = sorted(found, key=lambda item: item.document.username)
    assert boss.document == Account(
        username="Boss@example.com",
        email="Boss@example.com",
        password_hash="h",
        roles=(Role.OWNER, Role.ADMINISTRATOR),
        created_at=NOW,
        must_change_password=True,
    )
    assert gone.document.state is AccountState.SUSPENDED and gone.document_id != boss.document_id


def test_sessions_from_before_standings_get_theirs(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    migrate(db, MIGRATIONS[:3])
    rows = (
        ("initialized", None, 0, "waiting"),
        ("in_progress", None, 1, "disconnected"),
        ("completed", "all_questions_answered", 3, "completed"),
        ("completed", "ended_by_candidate", 1, "left_early"),
        ("completed", "ended_by_staff", 1, "ended_early"),
        ("abandoned", "candidate_gone", 2, "left_early"),
        ("abandoned", "candidate_never_came", 0, "not_taken"),
        ("abandoned", "consent_declined", 0, "declined"),
        ("terminated", "integrity_violations", 2, "ended_early"),
        ("failed", "fault", 0, "failed"),
    )
    for n, (status, reason, closed, _) in enumerate(rows):
        known = {
            "end_reason": reason,
            "question_index": closed,
            "max_questions": 3,
            "title": "Cook",
        }
        db.execute(
            "INSERT INTO sessions (session_id, last_seq, status, created_at, search, summary)"
            " VALUES (?, 1, ?, 0, 'ada', ?)",
            (str(n), status, json.dumps(known)),
        )
    migrate(db, MIGRATIONS)
    found = db.execute(
        "SELECT json_extract(summary, '$.standing'), search FROM sessions ORDER BY session_id"
    )
    assert found.fetchall() == [(standing, "ada\ncook") for *_, standing in rows]
    db.close()


def test_sessions_from_before_interviews_find_theirs_in_their_logs(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    migrate(db, MIGRATIONS[:7])
    for session_id, plan in (("a", {"interview_id": 7}), ("b", {})):
        db.execute(
            "INSERT INTO sessions (session_id, last_seq, status, created_at, search, summary)"
            " VALUES (?, 1, 'completed', 0, '', '{}')",
            (session_id,),
        )
        body = json.dumps({"type": "session_created", "plan": plan})
        db.execute(
            "INSERT INTO events (session_id, seq, type, schema, body)"
            " VALUES (?, 1, 'session_created', 1, ?)",
            (session_id, body),
        )
    migrate(db, MIGRATIONS)
    found = db.execute(
        "SELECT json_extract(summary, '$.interview_id') FROM sessions ORDER BY session_id"
    )
    assert found.fetchall() == [(7,), (None,)]
    db.close()


async def test_the_file_is_private_and_flushed_at_every_commit(tmp_path: Path) -> None:
    storage = await open_backend(url(tmp_path))
    assert (tmp_path / "viva.db").stat().st_mode & 0o077 == 0
    settings = await storage.writer.aside(
        lambda db: [
            db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]
    )
    assert settings == ["wal", 2, 1, 1]
    await storage.close()


async def test_a_deleted_person_is_in_no_byte_of_the_files(tmp_path: Path) -> None:
    storage = await open_backend(url(tmp_path))
    await storage.events.append("s", 0, [started("unforgettable words " * 500)], summary())
    await storage.events.append("t", 0, [started()], summary("t", name="Other", email="o@x.y"))
    assert _on_disk(tmp_path, b"Quetzalcoatl") and _on_disk(tmp_path, b"unforgettable words")
    assert await storage.sessions.delete("s")
    for trace in (b"Quetzalcoatl", b"quetzal", b"unforgettable words"):
        assert not _on_disk(tmp_path, trace)
    assert _on_disk(tmp_path, b"o@x.y")
    await storage.close()


def _on_disk(folder: Path, trace: bytes) -> bool:
    return any(trace in path.read_bytes() for path in folder.iterdir())


async def test_waiting_writes_share_a_commit_and_a_bad_one_fails_alone(tmp_path: Path) -> None:
    storage = await open_backend(url(tmp_path))
    commits: list[str] = []
    await storage.writer.aside(
        lambda db: db.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else 0)
    )

    def bad(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO document_kinds VALUES ('half', '')")
        raise ZeroDivisionError

    writes = [storage.events.append(f"s{n}", 0, [started()], summary(f"s{n}")) for n in range(50)]
    results = await asyncio.gather(*writes, storage.writer.run(bad), return_exceptions=True)
    assert results[:50] == [1] * 50 and isinstance(results[50], ZeroDivisionError)
    kinds = await storage._readers.all("SELECT kind FROM document_kinds")
    assert ("half",) not in kinds
    assert len(commits) <= 3
    await storage.close()


async def test_a_full_queue_makes_callers_wait_then_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.backends.sqlite.writer.QUEUE_SIZE", 2)
    monkeypatch.setattr("storage.backends.sqlite.writer.BATCH_SIZE", 1)
    monkeypatch.setattr("storage.backends.sqlite.writer.QUEUE_WAIT_S", 0.05)
    writer = Writer(lambda: sqlite3.connect(":memory:", isolation_level=None))
    await writer.start(lambda db: None)
    gate = threading.Event()
    first = [asyncio.create_task(writer.run(lambda db: gate.wait(10))) for _ in range(3)]
    for _ in range(20):  # until one is being carried out and two wait
        await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="too many writes"):
        await writer.run(lambda db: None)
    gate.set()
    assert await asyncio.gather(*first) == [True] * 3
    await writer.close()


async def test_a_cancelled_caller_harms_nobody(tmp_path: Path) -> None:
    storage = await open_backend(url(tmp_path))
    cancelled = asyncio.create_task(storage.events.append("a", 0, [started()], summary("a")))
    other = asyncio.create_task(storage.events.append("b", 0, [started()], summary("b")))
    await asyncio.sleep(0)
    cancelled.cancel()
    assert await other == 1
    await storage.check()
    await storage.close()


async def test_after_closing_it_says_so(tmp_path: Path) -> None:
    storage = await open_backend(url(tmp_path))
    pending = asyncio.create_task(storage.events.append("a", 0, [started()], summary("a")))
    await asyncio.sleep(0)
    await storage.close()
    assert await pending == 1
    await storage.close()
    with pytest.raises(Unavailable):
        await storage.check()
    with pytest.raises(Unavailable):
        await storage.events.read("a")


async def test_two_processes_share_one_file(tmp_path: Path) -> None:
    one, two = await open_backend(url(tmp_path)), await open_backend(url(tmp_path))
    await one.events.append("s", 0, [started()], summary())
    assert len(await two.events.read("s")) == 1
    results = await asyncio.gather(
        *(store.events.append("s", 1, [started()], summary()) for store in (one, two)),
        return_exceptions=True,
    )
    assert results.count(2) == 1
    await one.close()
    await two.close()


def test_what_json_cannot_carry_is_refused_before_it_is_stored() -> None:
    with pytest.raises(InvalidInput):
        encode_event(started("\ud800"))
    assert decode_event(1, encode_event(started("\u0000é𝕏"))) == started("\u0000é𝕏")
    with pytest.raises(IntegrityError, match="newer version"):
        decode_event(2, "{}")
    with pytest.raises(IntegrityError, match="cannot be read"):
        decode_event(1, '{"type": "session_star')


def append_for_ever(address: str, acknowledged: Connection) -> None:
    """The life of the process that gets killed: four sessions, each ack told at once."""

    async def life(storage: SqliteStorage, name: str) -> None:
        seq = len(await storage.events.read(name))
        while True:
            events = [started(str(seq + n + 1)) for n in range(seq % 3 + 1)]
            seq = await storage.events.append(name, seq, events, summary(name, answered=seq))
            acknowledged.send((name, seq))

    async def main() -> None:
        storage = await open_backend(address)
        acknowledged.send(("", 0))
        await asyncio.gather(*(life(storage, f"s{n}") for n in range(4)))

    asyncio.run(main())


def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """SIGKILL at random moments: every acknowledged seq is there, logs gapless, summaries fit."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    chance = random.Random(7)
    known: dict[str, int] = {}
    for kills in range(1, 101):
        _live_and_die(context, url(tmp_path), chance.uniform(0.0, 0.05), known)
        asyncio.run(_verify(tmp_path, known))
        if kills >= 25 and len(known) == 4 and min(known.values()) > 25:
            break  # a busy machine stores less in each life
    assert len(known) == 4 and min(known.values()) > 25


def _live_and_die(
    context: ForkServerContext, address: str, life_s: float, known: dict[str, int]
) -> None:
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=append_for_ever, args=(address, theirs))
    child.start()
    theirs.close()
    timer: threading.Timer | None = None
    try:
        while True:
            name, seq = ours.recv()
            if timer is None:  # it is open and about to append
                timer = threading.Timer(life_s, child.kill)
                timer.start()
            else:
                known[name] = max(known.get(name, 0), seq)
    except (EOFError, OSError):
        child.join(10)
    assert timer is not None and child.exitcode == -signal.SIGKILL


async def _verify(folder: Path, acknowledged: dict[str, int]) -> None:
    storage: SqliteStorage = await open_backend(url(folder))
    for name, seq in acknowledged.items():
        stored = await storage.events.read(name)
        assert [item.seq for item in stored] == list(range(1, len(stored) + 1))
        assert len(stored) >= seq
        words = [item.event.by for item in stored if isinstance(item.event, SessionStarted)]
        assert words == [str(n) for n in range(1, len(stored) + 1)]
        kept = await storage.sessions.get(name)
        assert kept is not None and kept.answered < len(stored) <= kept.answered + 3
    check = await storage.writer.aside(lambda db: db.execute("PRAGMA integrity_check").fetchone())
    assert check == ("ok",)
    await storage.close()
