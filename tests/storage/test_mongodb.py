"""What is MongoDB's own: two writes instead of one transaction, erasure, and a lost server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from interview.accounts import ACCOUNTS
from interview.errors import Conflict, InvalidInput, NotFound, Unavailable
from interview.events import SessionStarted
from interview.nouns import Status
from interview.ports.documents import Where
from interview.ports.storage import JobRequest, ReportRecord, SessionSummary, Sort, SortKey
from storage.backends.mongodb import MongoStorage, followup, open_backend
from storage.backends.mongodb.directory import _order, literal
from tests.servers.mongo_server import MongoServer, NotBuilt, running

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Died(BaseException):
    """The process ended here."""


def summary(session_id: str = "s", **changes: object) -> SessionSummary:
    known: dict[str, object] = {
        "session_id": session_id,
        "status": Status.INITIALIZED,
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


def report() -> ReportRecord:
    return ReportRecord(
        session_id="s",
        status="ready",
        revision=1,
        created_at=NOW,
        updated_at=NOW,
        name="Quetzalcoatl",
        email="q",
    )


def report_job() -> JobRequest:
    return JobRequest(kind="report", key="s", payload={"session_id": "s"}, run_at=NOW)


@pytest.fixture(autouse=True)
def swept_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followup, "SWEEP_S", 3_600.0)
    monkeypatch.setattr(followup, "SETTLED_S", 0.0)


@pytest.fixture
async def pair(mongo_url: Callable[[], str]) -> AsyncIterator[tuple[MongoStorage, MongoStorage]]:
    """Two processes' stores on one database."""
    url = mongo_url()
    one, two = await open_backend(url), await open_backend(url)
    yield one, two
    await one.close()
    await two.close()


async def swept(storage: MongoStorage) -> int:
    """How much was left to do."""
    return await storage.follow_up.sweep()


async def batch_of(storage: MongoStorage, session_id: str, after: int) -> dict[str, Any]:
    found = await storage.database["batches"].find_one({"_id": f"{session_id}/{after}"})
    assert found is not None
    return found


async def everything(storage: MongoStorage) -> str:
    """All that the database holds."""
    names = await storage.database.list_collection_names()
    return str([await storage.database[name].find().to_list(None) for name in names])


async def died_after_the_batch(
    storage: MongoStorage, monkeypatch: pytest.MonkeyPatch, *arguments: Any
) -> None:
    """An append whose process ended right after its first write."""

    async def die(batch: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(storage.follow_up, "carry_out", die)
        with pytest.raises(Died):
            await storage.events.append(*arguments)


async def test_what_a_dead_process_asked_for_is_done_by_another(
    pair: tuple[MongoStorage, MongoStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = pair
    await dead.events.append("s", 0, [started()], summary())
    done = summary(status=Status.COMPLETED)
    await died_after_the_batch(dead, monkeypatch, "s", 1, [started()], done, [report_job()])
    assert [item.seq for item in await other.events.read("s")] == [1, 2], "it is stored"
    assert await swept(other) == 2
    found = await other.sessions.get("s")
    assert found is not None and found.status is Status.COMPLETED
    assert (await other.jobs.counts())["open"] == 1
    assert await swept(other) == 0
    assert (await other.events.heads(["s"])) == {"s": 2}


async def test_an_older_batch_never_overwrites_a_later_summary(
    pair: tuple[MongoStorage, MongoStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = pair
    await died_after_the_batch(dead, monkeypatch, "s", 0, [started()], summary(title="old"))
    assert await other.events.append("s", 1, [started()], summary(title="new")) == 2
    await swept(other)
    found = await other.sessions.get("s")
    assert found is not None and found.title == "new"


async def test_a_summary_alone_is_replaced_upon_a_projection_that_was_late(
    pair: tuple[MongoStorage, MongoStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = pair
    await died_after_the_batch(dead, monkeypatch, "s", 0, [started()], summary())
    assert await other.events.append("s", 1, [], summary(title="alone")) == 1
    found = await other.sessions.get("s")
    assert found is not None and found.title == "alone"


async def test_a_session_whose_projection_is_late_is_there(
    pair: tuple[MongoStorage, MongoStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = pair
    await died_after_the_batch(dead, monkeypatch, "s", 0, [started()], summary())
    assert await other.sessions.get("s") == summary()


async def test_two_processes_of_which_one_wins(pair: tuple[MongoStorage, MongoStorage]) -> None:
    await pair[0].events.append("s", 0, [started()], summary())
    for seq in range(1, 6):
        results = await asyncio.gather(
            *(store.events.append("s", seq, [started()], summary()) for store in pair * 3),
            return_exceptions=True,
        )
        assert results.count(seq + 1) == 1
        assert sum(isinstance(result, Conflict) for result in results) == 5


async def test_no_batch_is_stored_upon_a_gap(pair: tuple[MongoStorage, MongoStorage]) -> None:
    await pair[0].events.append("s", 0, [started(), started()], summary())
    for seq in (1, 3, 7):
        with pytest.raises(Conflict) as raised:
            await pair[1].events.append("s", seq, [started()], summary())
        assert raised.value.details["actual_seq"] == 2


async def test_an_erased_session_refuses_whoever_is_late(
    pair: tuple[MongoStorage, MongoStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process knew the log's end and was in the middle of things."""
    late, eraser = pair
    for seq in range(3):
        await late.events.append("s", seq, [started("Quetzalcoatl")], summary())
    batch = await batch_of(late, "s", 2)
    assert await eraser.sessions.delete("s")
    for seq in (0, 1, 2, 3, 4):
        with pytest.raises(Conflict):
            await late.events.append("s", seq, [started()], summary())
    await late.follow_up.carry_out(batch)  # its second write comes after the erasure
    assert await eraser.sessions.get("s") is None
    assert await eraser.sessions.page() == ([], 0)
    assert await eraser.events.heads(["s"]) == {}
    assert "uetzal" not in await everything(eraser)


async def test_an_erasure_whose_process_died_is_finished_by_another(
    pair: tuple[MongoStorage, MongoStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = pair
    await dead.events.append("s", 0, [started()], summary())

    async def die(batch: object) -> None:
        raise Died

    monkeypatch.setattr(dead.follow_up, "carry_out", die)
    with pytest.raises(Died):
        await dead.sessions.delete("s")
    await swept(other)
    assert "uetzal" not in await everything(other)


async def test_what_came_behind_an_erasure_is_removed_a_minute_later(
    mongo_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = NOW
    storage = await open_backend(mongo_url(), lambda: now)
    await storage.events.append("s", 0, [started()], summary())
    await storage.sessions.delete("s")

    async def believed(session_id: str) -> bool:
        return True

    monkeypatch.setattr(storage.reports, "_exists", believed)  # it looked before the erasure
    await storage.reports.put(report())
    await swept(storage)
    now += timedelta(seconds=61)
    await swept(storage)
    assert await storage.reports.get("s") is None
    assert await swept(storage) == 0, "and nothing is left to do"
    await storage.close()


async def test_an_event_that_is_too_large_is_refused_by_name(
    pair: tuple[MongoStorage, MongoStorage],
) -> None:
    with pytest.raises(InvalidInput, match="larger than the database can store"):
        await pair[0].events.append("s", 0, [started("x" * 17_000_000)], summary())
    assert await pair[0].events.read("s") == []


async def test_opening_twice_makes_the_indexes_once(mongo_url: Callable[[], str]) -> None:
    url = mongo_url()
    for _ in range(2):
        storage = await open_backend(url)
        await storage.close()
        await storage.close()


async def test_every_filter_and_order_of_sessions_has_an_index(
    pair: tuple[MongoStorage, MongoStorage],
) -> None:
    found = await pair[0].database["sessions"].index_information()
    keys = {tuple((name, int(way)) for name, way in one["key"]) for one in found.values()}
    newest = (("by_created_at", -1), ("_id", -1))
    own = ("organisation_id", 1)
    assert {(own, *newest), (("status", 1), ("by_created_at", 1))} < keys
    for field in ("status", "standing", "unreviewed", "interview_id", "job_id", "assignee"):
        assert (own, (field, 1), *newest) in keys, field
    orders = [_order(Sort(key, way)) for key in get_args(SortKey) for way in (False, True)]
    for order in orders:
        backwards = [(name, -way) for name, way in order]
        assert (own, *order) in keys or (own, *backwards) in keys, order
    jobs = await pair[0].database["jobs"].index_information()
    assert [one["key"] for one in jobs.values() if one.get("unique")] == [[("slot", 1)]]


@pytest.mark.parametrize("url", ["mongodb://:x", "mongodb://h:port/x", "mongodb://h/?w=many&w"])
async def test_an_unusable_address_is_named_and_not_repeated(url: str) -> None:
    with pytest.raises((InvalidInput, Unavailable)) as raised:
        await open_backend(url)
    assert url not in str(raised.value)


async def test_an_unreachable_server_is_said_within_seconds() -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="cannot be reached") as raised:
        await open_backend("mongodb://user:secret@127.0.0.1:9/x?serverSelectionTimeoutMS=300")
    assert time.monotonic() - begun < 20  # the driver's own patience is 30 s
    assert "secret" not in str(raised.value)


def test_a_search_finds_just_its_text() -> None:
    assert literal("a.b (c) 100%_ $^|?*+[]{}\\") == (r"a\.b \(c\) 100%_ \$\^\|\?\*\+\[\]\{\}\\")


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[MongoServer]:
    """A server that the test may kill."""
    try:
        with running(tmp_path / "mongo") as server:
            yield server
    except NotBuilt as error:
        pytest.skip(str(error))


async def test_accounts_from_before_organisations_are_documents(
    mongo_url: Callable[[], str],
) -> None:
    url = mongo_url()
    storage = await open_backend(url)
    old = {"password_hash": "h", "created_at": NOW.isoformat(), "active": False}
    await storage.database["accounts"].insert_one(
        {"_id": "boss@example.com", "account": json.dumps(old)}
    )
    await storage.database["reports"].insert_one(
        {"_id": "s", "revision": 1, "created_at": 0, "record": report().model_dump_json()}
    )
    await storage.close()
    for _ in range(2):
        storage = await open_backend(url)
        found = (await storage.documents.everywhere(ACCOUNTS).page()).items
        named = await storage.documents.of(ACCOUNTS, "default").page(
            Where(equals={"username": "BOSS@example.com"})
        )
        assert (await storage.reports.page(limit=1, offset=0))[1] == 1
        await storage.close()
        assert [item.document.state for item in found] == ["suspended"] and named.total == 1


async def back(storage: Any) -> None:
    """The database answers again: the driver looks twice a second, a caller waits 0.3 s."""
    async with asyncio.timeout(20):
        while True:
            with suppress(Unavailable):
                await storage.check()
                return


async def test_a_killed_database_loses_nothing_acknowledged(own_server: MongoServer) -> None:
    url = own_server.url("kept") + "?serverSelectionTimeoutMS=300"
    storage = await open_backend(url)
    acknowledged = 0

    async def write_on() -> None:
        nonlocal acknowledged
        while True:
            try:
                acknowledged = await storage.events.append(
                    "s", acknowledged, [started()], summary(), [report_job()]
                )
            except Conflict as error:  # stored, but never acknowledged
                acknowledged = int(str(error.details["actual_seq"]))
            except Unavailable:
                return

    for _ in range(3):
        before, writing = acknowledged, asyncio.create_task(write_on())
        async with asyncio.timeout(20):
            while acknowledged < before + 5 and not writing.done():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        own_server.kill()
        await asyncio.wait_for(writing, 20)
        with pytest.raises(Unavailable):
            await storage.check()
        own_server.start()
        await back(storage)
        stored = await storage.events.read("s")
        assert [item.seq for item in stored] == list(range(1, len(stored) + 1))
        assert len(stored) >= acknowledged > 0
    await swept(storage)
    assert await storage.events.heads(["s"]) == {"s": len(stored)}
    with pytest.raises(NotFound):
        await storage.reports.put(
            ReportRecord(
                session_id="t",
                status="ready",
                revision=1,
                created_at=NOW,
                updated_at=NOW,
                name="",
                email="",
            )
        )
    await storage.close()
