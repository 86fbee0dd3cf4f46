"""What an older program wrote of a session is made anew from its log, on every backend."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview.events import AssigneeSet, Event, LinkOpened, SessionCreated
from interview.evolve import replay
from interview.nouns import CandidateDetails, InterviewPlan, Question
from interview.ports.storage import Belonging, Storage
from interview.summary import summarise
from storage import open_storage
from storage.backends.mongodb import MongoStorage
from storage.reprojection import reproject

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FILTERS: dict[Belonging, int | str] = {
    "interview_id": 7,
    "job_id": "nurse",
    "assignee": "staff:ada",
}


@dataclass
class Kept:
    """A store, and a way to make its sessions those of an older program."""

    storage: Storage
    path: Path | None

    async def age(self, session_id: str) -> None:
        """Take away what was added later: from the summary, and from beside it."""
        if self.path is not None:
            with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
                gone = ", ".join(f"'$.{name}'" for name in FILTERS)
                none = ", ".join(f"{name} = NULL" for name in FILTERS)
                db.execute(
                    f"UPDATE sessions SET projection = '', {none},"
                    f" summary = json_remove(summary, {gone})"
                    " WHERE session_id = ?",
                    (session_id,),
                )
            return
        assert isinstance(self.storage, MongoStorage)
        sessions = self.storage.database["sessions"]
        found = await sessions.find_one({"_id": session_id})
        assert found is not None
        summary = {n: v for n, v in json.loads(found["summary"]).items() if n not in FILTERS}
        kept = ("_id", "last_seq", "status", "organisation_id", "by_created_at")
        old = {name: found[name] for name in kept} | {"summary": json.dumps(summary)}
        await sessions.replace_one({"_id": session_id}, old)


@pytest.fixture(params=["sqlite", "mongodb"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    path = tmp_path / "viva.db" if request.param == "sqlite" else None
    fresh: Callable[[], str] = request.getfixturevalue("mongo_url") if path is None else str
    storage = await open_storage(f"sqlite:///{path}" if path else fresh())
    yield Kept(storage, path)
    await storage.close()


async def made(storage: Storage, session_id: str) -> list[Event]:
    plan = InterviewPlan(
        title="Nurse", questions=(Question(number=1, text="Why?"),), max_questions=1
    )
    log: list[Event] = [
        SessionCreated(
            at=NOW,
            session_id=session_id,
            candidate=CandidateDetails(name="Zoë", email="zoe@example.com"),
            plan=plan.model_copy(update={"interview_id": FILTERS["interview_id"]}),
            created_by="test",
            job_id=str(FILTERS["job_id"]),
        ),
        AssigneeSet(at=NOW, assignee=str(FILTERS["assignee"]), by="test"),
    ]
    await storage.events.append(session_id, 0, log, summarise(replay(log)))
    return log


async def found(storage: Storage) -> dict[str, list[str]]:
    """Which sessions each filter finds, and a search by standing."""
    pages = {str(name): await storage.sessions.page(of={name: FILTERS[name]}) for name in FILTERS}
    pages["title"] = await storage.sessions.page(search="nurse")
    return {name: sorted(one.session_id for one in page[0]) for name, page in pages.items()}


async def test_sessions_of_an_older_program_are_found_by_what_was_added_later(kept: Kept) -> None:
    storage = kept.storage
    for session_id in ("a", "b", "c"):
        await made(storage, session_id)
    whole = await found(storage)
    assert set(map(tuple, whole.values())) == {("a", "b", "c")}
    sums = await storage.sessions.sums("title")
    assert await storage.sessions.outdated() == []
    for session_id in ("a", "c"):
        await kept.age(session_id)
    assert (await found(storage))["assignee"] == ["b"], "the fault that is mended"
    assert await storage.sessions.outdated() == ["a", "c"]
    assert await storage.sessions.outdated("a", 1) == ["c"]
    assert await reproject(storage.sessions, storage.events, rest_s=0) == 2
    assert await found(storage) == whole
    assert await storage.sessions.sums("title") == sums
    assert await reproject(storage.sessions, storage.events, rest_s=0) == 0


async def test_what_happens_to_a_session_meanwhile_stands(kept: Kept) -> None:
    storage = kept.storage
    log = await made(storage, "a")
    await kept.age("a")
    read = storage.events.read

    async def late(session_id: str, after_seq: int = 0, limit: int | None = None) -> object:
        stored = await read(session_id, after_seq, limit)
        opened = LinkOpened(at=NOW + timedelta(seconds=1))
        await storage.events.append("a", 2, [opened], summarise(replay([*log, opened])))
        return stored

    storage.events.read = late  # type: ignore[method-assign, assignment]
    assert await reproject(storage.sessions, storage.events, rest_s=0) == 0
    summary = await storage.sessions.get("a")
    assert summary is not None and summary.link_opened_at is not None
    assert await storage.sessions.outdated() == []


async def test_a_log_that_cannot_be_read_is_left_and_an_erased_session_stays_away(
    kept: Kept,
) -> None:
    storage = kept.storage
    log = await made(storage, "gone")
    await storage.events.append(
        "torn", 0, log[1:], summarise(replay(log)).model_copy(update={"session_id": "torn"})
    )
    await made(storage, "whole")
    for session_id in ("torn", "whole"):
        await kept.age(session_id)
    await storage.sessions.delete("gone")
    assert await reproject(storage.sessions, storage.events, rest_s=0) == 1
    assert await storage.sessions.outdated() == ["torn"]
    assert await storage.sessions.get("gone") is None
    assert (await found(storage))["assignee"] == ["whole"]
