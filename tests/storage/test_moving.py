"""Everything arrives in another store, and what does not is noticed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview.errors import IntegrityError
from interview.events import SessionStarted
from interview.ports.documents import Where
from interview.ports.storage import AuditEntry, JobRequest, ReportRecord, Storage
from server.wiring.migrate import main, migrate
from storage import open_storage
from storage.moving import SECTIONS, move
from tests.conformance.test_documents import PLANS, plan
from tests.conformance.test_storage_backend import NOW, chunk, summary

TEXT = "Zoë 李 \u0000 ' \" $x"


async def filled(url: str) -> None:
    """A store with something of everything."""
    store = await open_storage(url)
    for n in range(3):
        name = f"s{n}"
        for seq in range(0, 4, 2):
            events = [SessionStarted(at=NOW, by=f"{TEXT}{seq + more}") for more in (0, 1)]
            await store.events.append(name, seq, events, summary(name, minutes=n, title=TEXT))
        await store.recordings.add(chunk(0, session_id=name))
    await store.events.append("gone", 0, [SessionStarted(at=NOW, by="x")], summary("gone"))
    await store.sessions.delete("gone")
    await store.reports.put(
        ReportRecord(
            session_id="s0",
            status="ready",
            revision=3,
            created_at=NOW,
            updated_at=NOW,
            name=TEXT,
            email="e",
            body={"score": 7.25, "text": TEXT},
        )
    )
    await store.once.put("t", {"session_id": "s1"}, datetime.now(UTC) + timedelta(hours=1))
    for kind in ("report", "evaluate"):
        await store.jobs.enqueue(JobRequest(kind=kind, key="s0", payload={}, run_at=NOW))
    assert await store.jobs.lease(["report"], "w", NOW, 1_000_000) is not None
    for n in range(3):
        entry = AuditEntry(at=NOW, actor="a", action=f"x{n}", target="s0", details={"n": n})
        await store.audit.add(entry)
    await store.documents.of(PLANS, "ours").insert("p1", plan(1, title=TEXT))
    await store.close()


async def checked(store: Storage) -> None:
    """What was filled is usable in the new store."""
    assert [i.session_id for i in (await store.sessions.page())[0]] == ["s2", "s1", "s0"]
    stored = await store.events.read("s1")
    assert [item.seq for item in stored] == [1, 2, 3, 4]
    assert isinstance(stored[3].event, SessionStarted) and stored[3].event.by == f"{TEXT}3"
    assert await store.events.append("s1", 4, [SessionStarted(at=NOW, by="y")], summary("s1")) == 5
    report = await store.reports.get("s0")
    assert report is not None and report.body == {"score": 7.25, "text": TEXT}
    assert not await store.recordings.add(chunk(0, session_id="s1"))
    assert (await store.recordings.usage("s1")).size_bytes == 3
    assert await store.once.take("t", NOW) == {"session_id": "s1"}
    leased = await store.jobs.lease(["report"], "w", NOW, 10)
    assert leased is not None, "a lease stays behind"
    assert [entry.action for entry in await store.audit.recent(target="s0")] == ["x2", "x1", "x0"]
    found = await store.documents.of(PLANS, "ours").page(Where(equals={"seats": 1}))
    assert [item.document for item in found.items] == [plan(1, title=TEXT)]


@pytest.mark.parametrize("way", ["to mongodb", "to sqlite"])
async def test_everything_arrives_and_works(
    tmp_path: Path, mongo_url: Callable[[], str], way: str
) -> None:
    urls = [f"sqlite:///{tmp_path}/a.db", mongo_url()]
    source, target = urls if way == "to mongodb" else urls[::-1]
    await filled(source)
    sums = await migrate(source, target)
    assert [sums[name].rows for name in SECTIONS] == [3, 12, 1, 3, 0, 1, 2, 3, 1]
    back = f"sqlite:///{tmp_path}/back.db"
    assert await migrate(target, back) == sums, "and back again"
    store = await open_storage(target)
    await checked(store)
    await store.close()


async def test_a_store_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    for name in ("a", "b"):
        await filled(f"sqlite:///{tmp_path}/{name}.db")
    assert main_said(tmp_path, "a", "b") == 1
    store = await open_storage(f"sqlite:///{tmp_path}/b.db")
    assert (await store.sessions.page())[1] == 3
    await store.close()


async def test_a_writer_in_between_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(f"sqlite:///{tmp_path}/a.db")
    source = await open_storage(f"sqlite:///{tmp_path}/a.db")
    target = await open_storage(f"sqlite:///{tmp_path}/b.db")
    load = target.content.load

    async def loaded(section: str, rows: object) -> None:
        await load(section, rows)  # type: ignore[arg-type]
        if section == "events":
            late = SessionStarted(at=NOW, by="late")
            await source.events.append("s0", 4, [late], summary("s0"))

    monkeypatch.setattr(target.content, "load", loaded)
    with pytest.raises(IntegrityError, match="Stop every process"):
        await move(source.content, target.content)
    await source.close()
    await target.close()


def main_said(folder: Path, source: str, target: str) -> int:
    """The command's exit status, run beside the test's own loop."""
    said: list[int] = []
    arguments = [f"sqlite:///{folder}/{name}.db" for name in (source, target)]
    thread = threading.Thread(target=lambda: said.append(main(arguments)))
    thread.start()
    thread.join()
    return said[0]
