"""What any storage backend must do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from interview.errors import Conflict, IntegrityError, InvalidInput, NotFound
from interview.events import ActivityNoted, Event, SessionStarted
from interview.nouns import Status
from interview.ports.storage import (
    AuditEntry,
    Job,
    JobRequest,
    RecordingChunk,
    RecordingPart,
    RecordingUsage,
    ReportRecord,
    SessionSummary,
    Sort,
    Storage,
)
from interview.standing import Standing
from storage import open_storage

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BACKENDS = ["sqlite", "mongodb"]


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each backend."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/viva.db"
    fresh: Callable[[], str] = request.getfixturevalue("mongo_url")
    return fresh()


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    """An empty store of each backend, opened."""
    opened = await open_storage(url)
    yield opened
    await opened.close()


def summary(session_id: str, *, minutes: int = 0, **changes: object) -> SessionSummary:
    known: dict[str, object] = {
        "session_id": session_id,
        "status": Status.INITIALIZED,
        "name": "Zoë Ångström 李",
        "email": f"{session_id}@example.com",
        "phone": "",
        "title": "Interview",
        "created_at": NOW + timedelta(minutes=minutes),
        "created_by": "test",
        "total_questions": 1,
        "max_questions": 1,
    }
    return SessionSummary.model_validate({**known, **changes})


def started(by: str = "x") -> Event:
    return SessionStarted(at=NOW, by=by)


async def test_a_log_has_no_gaps_and_keeps_its_order(storage: Storage) -> None:
    assert await storage.events.read("s") == []
    assert await storage.events.append("s", 0, [started("1"), started("2")], summary("s")) == 2
    assert await storage.events.append("s", 2, [started("3")], summary("s")) == 3
    stored = await storage.events.read("s")
    assert [item.seq for item in stored] == [1, 2, 3]
    assert [item.event.by for item in stored if isinstance(item.event, SessionStarted)] == [
        "1",
        "2",
        "3",
    ]
    assert [item.seq for item in await storage.events.read("s", after_seq=1, limit=1)] == [2]


async def test_of_two_writers_one_wins(storage: Storage) -> None:
    await storage.events.append("s", 0, [started()], summary("s"))
    results = await asyncio.gather(
        *(storage.events.append("s", 1, [started(str(n))], summary("s")) for n in range(12)),
        return_exceptions=True,
    )
    assert results.count(2) == 1
    lost = [result for result in results if isinstance(result, Conflict)]
    assert len(lost) == 11 and all(error.retryable for error in lost)
    assert len(await storage.events.read("s")) == 2


async def test_a_refused_append_leaves_the_summary_alone(storage: Storage) -> None:
    await storage.events.append("s", 0, [started()], summary("s"))
    with pytest.raises(Conflict):
        await storage.events.append("s", 0, [started()], summary("s", status=Status.COMPLETED))
    found = await storage.sessions.get("s")
    assert found is not None and found.status is Status.INITIALIZED


async def test_many_sessions_append_at_once(storage: Storage) -> None:
    async def life(name: str) -> None:
        for seq in range(8):
            event = ActivityNoted(at=NOW, kind="speech")
            assert await storage.events.append(name, seq, [event], summary(name)) == seq + 1

    await asyncio.gather(*(life(f"s{n}") for n in range(10)))
    for n in range(10):
        assert [item.seq for item in await storage.events.read(f"s{n}")] == list(range(1, 9))


async def test_big_unicode_events_come_back_unchanged(storage: Storage) -> None:
    text = "नमस्ते 𝕏 \u0000 ‮ " * 5_000
    await storage.events.append("s", 0, [started(text)], summary("s"))
    event = (await storage.events.read("s"))[0].event
    assert isinstance(event, SessionStarted) and event.by == text


async def test_pages_are_newest_first_and_stable_under_inserts(storage: Storage) -> None:
    for n in range(10):
        await storage.events.append(f"s{n}", 0, [started()], summary(f"s{n}", minutes=n))
    first, total = await storage.sessions.page(limit=4)
    assert [item.session_id for item in first] == ["s9", "s8", "s7", "s6"] and total == 10
    await storage.events.append("old", 0, [started()], summary("old", minutes=-5))
    second, total = await storage.sessions.page(limit=4, offset=4)
    assert [item.session_id for item in second] == ["s5", "s4", "s3", "s2"] and total == 11


async def test_the_review_queue_has_what_nobody_has_looked_at(storage: Storage) -> None:
    for n, unreviewed in enumerate((0, 2, 1)):
        seen = {"violations": 2, "violations_unreviewed": unreviewed, "minutes": n}
        await storage.events.append(f"s{n}", 0, [started()], summary(f"s{n}", **seen))
    waiting, total = await storage.sessions.page(unreviewed=True)
    assert [item.session_id for item in waiting] == ["s2", "s1"] and total == 2
    assert await storage.sessions.violations_unreviewed() == 3
    await storage.events.append(
        "s2", 1, [started()], summary("s2", minutes=2, violations=2, violations_unreviewed=0)
    )
    waiting, total = await storage.sessions.page(unreviewed=True, limit=1)
    assert [item.session_id for item in waiting] == ["s1"] and total == 1
    assert await storage.sessions.violations_unreviewed() == 2


async def test_lists_filter_by_standing_sort_and_search_titles(storage: Storage) -> None:
    for n, (name, title, standing, score) in enumerate(
        [
            ("bea", "Nurse", Standing.LIVE, None),
            ("Abe", "Cook", Standing.COMPLETED, 9.5),
            ("Cid", "Nurse", Standing.LEFT_EARLY, 10.0),
        ]
    ):
        known = {"name": name, "title": title, "standing": standing, "average_score": score}
        await storage.events.append(f"s{n}", 0, [started()], summary(f"s{n}", minutes=n, **known))

    async def ids(**how: Any) -> list[str]:
        return [item.session_id for item in (await storage.sessions.page(**how))[0]]

    assert await ids(standings=[Standing.LIVE, Standing.COMPLETED]) == ["s1", "s0"]
    assert (await storage.sessions.page(standings=[Standing.DECLINED])) == ([], 0)
    assert await ids(search="nURSE") == ["s2", "s0"]
    assert await ids(sort=Sort("name", False)) == ["s1", "s0", "s2"]
    assert await ids(sort=Sort("title", True)) == ["s2", "s0", "s1"]
    assert await ids(sort=Sort("average_score", True)) == ["s2", "s1", "s0"], (
        "numbers, missing ones last"
    )
    assert await ids(sort=Sort("average_score", False)) == ["s1", "s2", "s0"]
    assert await ids(sort=Sort("created_at", False)) == ["s0", "s1", "s2"]
    counted = await storage.sessions.standings()
    assert counted[Standing.LIVE] == 1 and counted[Standing.WAITING] == 0


async def test_lists_are_narrowed_to_an_interview_a_job_or_a_colleague(storage: Storage) -> None:
    for n, known in enumerate(
        (
            {"interview_id": 7, "assignee": "staff:ann"},
            {"interview_id": 7, "job_id": "j"},
            {"interview_id": 77, "assignee": "staff:ann"},
            {"interview_id": 7, "assignee": "staff:ann", "organisation_id": "other"},
        )
    ):
        await storage.events.append(f"s{n}", 0, [started()], summary(f"s{n}", minutes=n, **known))

    async def ids(**wanted: int | str) -> list[str]:
        of: dict[Any, int | str] = dict(wanted)
        found, total = await storage.sessions.page(of=of)
        assert total == len(found)
        return [item.session_id for item in found]

    assert await ids(interview_id=7) == ["s1", "s0"]
    assert await ids(interview_id=7, assignee="staff:ann") == ["s0"]
    assert await ids(assignee="staff:ann") == ["s2", "s0"]
    assert await ids(job_id="j") == ["s1"]
    assert await ids(job_id="nobody") == []
    await storage.events.append("s0", 1, [started()], summary("s0", interview_id=7))
    assert await ids(assignee="staff:ann") == ["s2"], "given back"


async def test_lists_filter_by_status_and_search_literally(storage: Storage) -> None:
    await storage.events.append("a", 0, [started()], summary("a", name="100% Sure"))
    await storage.events.append(
        "b", 0, [started()], summary("b", name="Bea_x", status=Status.COMPLETED)
    )
    done, total = await storage.sessions.page(status=Status.COMPLETED)
    assert [item.session_id for item in done] == ["b"] and total == 1
    assert [i.session_id for i in (await storage.sessions.page(search="100%"))[0]] == ["a"]
    assert [i.session_id for i in (await storage.sessions.page(search="a_x"))[0]] == ["b"]
    assert (await storage.sessions.page(search="%"))[1] == 1
    counts = await storage.sessions.counts()
    assert counts[Status.INITIALIZED] == 1 and counts[Status.COMPLETED] == 1
    assert counts[Status.FAILED] == 0
    assert await storage.sessions.in_status(Status.COMPLETED) == ["b"]


async def test_of_several_takers_one_gets_the_ticket(storage: Storage) -> None:
    later = datetime.now(UTC) + timedelta(seconds=30)
    now = datetime.now(UTC)
    assert await storage.once.put("t", {"session_id": "s"}, later)
    assert not await storage.once.put("t", {"session_id": "other"}, later)
    assert await storage.once.get("t", now) == {"session_id": "s"}
    taken = await asyncio.gather(*(storage.once.take("t", now) for _ in range(8)))
    assert [value for value in taken if value is not None] == [{"session_id": "s"}]
    assert await storage.once.get("t", now) is None


async def test_an_expired_value_is_gone_and_its_key_free(storage: Storage) -> None:
    now = datetime.now(UTC)
    await storage.once.put("t", {"a": 1}, now + timedelta(seconds=5))
    assert await storage.once.get("t", now + timedelta(seconds=6)) is None
    assert await storage.once.take("t", now + timedelta(seconds=6)) is None
    await storage.once.put("u", {"a": 1}, now - timedelta(seconds=1))
    assert await storage.once.put("u", {"a": 2}, now + timedelta(seconds=5))


async def test_who_beat_last_is_known_until_forgotten(storage: Storage) -> None:
    assert await storage.heartbeats.beats() == {}
    await storage.heartbeats.beat("p1", NOW)
    await storage.heartbeats.beat("p2", NOW)
    await storage.heartbeats.beat("p1", NOW + timedelta(seconds=1))
    assert await storage.heartbeats.beats() == {"p1": NOW + timedelta(seconds=1), "p2": NOW}
    await storage.heartbeats.forget("p1")
    assert list(await storage.heartbeats.beats()) == ["p2"]


async def test_heads_are_asked_for_together(storage: Storage) -> None:
    await storage.events.append("a", 0, [started()], summary("a"))
    await storage.events.append("b", 0, [started(), started()], summary("b"))
    assert await storage.events.heads(["a", "b", "nobody"]) == {"a": 1, "b": 2}
    assert await storage.events.heads([]) == {}


async def test_jobs_are_stored_with_the_events_or_not_at_all(storage: Storage) -> None:
    job = request("report", "s", session_id="s")
    await storage.events.append("s", 0, [started()], summary("s"), [job])
    assert (await storage.jobs.counts())["open"] == 1
    with pytest.raises(Conflict):
        await storage.events.append("s", 0, [started()], summary("s"), [request("other", "s")])
    assert (await storage.jobs.counts())["open"] == 1
    found = await storage.jobs.lease(["report"], "w", NOW, 10)
    assert found is not None and found.payload == {"session_id": "s"}


async def test_sessions_come_due_and_a_summary_alone_can_say_so(storage: Storage) -> None:
    late = NOW + timedelta(seconds=5)
    await storage.events.append("a", 0, [started()], summary("a", wake_at=late))
    await storage.events.append("b", 0, [started()], summary("b", wake_at=NOW))
    await storage.events.append("c", 0, [started()], summary("c"))
    assert [found.session_id for found in await storage.sessions.due(NOW)] == ["b"]
    assert [found.session_id for found in await storage.sessions.due(late)] == ["b", "a"]
    assert await storage.events.append("b", 1, [], summary("b", wake_at=None)) == 1
    assert [found.session_id for found in await storage.sessions.due(late)] == ["a"]
    with pytest.raises(Conflict):
        await storage.events.append("a", 7, [], summary("a"))


async def test_the_rooms_of_a_process_are_found(storage: Storage) -> None:
    await storage.events.append("a", 0, [started()], summary("a", room_owner="p1"))
    await storage.events.append("b", 0, [started()], summary("b", room_owner="p2"))
    assert await storage.sessions.in_rooms_of("p1") == ["a"]
    await storage.events.append("a", 1, [started()], summary("a", room_owner=None))
    assert await storage.sessions.in_rooms_of("p1") == []


async def test_lists_are_of_one_organisation(storage: Storage) -> None:
    await storage.events.append("a", 0, [started()], summary("a"))
    theirs = summary("b", organisation_id="other", violations=1, violations_unreviewed=1)
    await storage.events.append("b", 0, [started()], theirs)
    ours, total = await storage.sessions.page()
    assert [found.session_id for found in ours] == ["a"] and total == 1
    found, total = await storage.sessions.page(organisation_id="other", search="b@")
    assert [item.session_id for item in found] == ["b"] and total == 1
    assert await storage.sessions.violations_unreviewed() == 0
    assert await storage.sessions.violations_unreviewed("other") == 1
    everywhere = await storage.sessions.counts()
    assert everywhere[Status.INITIALIZED] == 2
    assert (await storage.sessions.counts("other"))[Status.INITIALIZED] == 1


def request(kind: str, key: str, at: datetime = NOW, session_id: str | None = None) -> JobRequest:
    payload = {} if session_id is None else {"session_id": session_id}
    return JobRequest(kind=kind, key=key, payload=payload, run_at=at)


async def taken(storage: Storage, kind: str, at: datetime = NOW, owner: str = "w") -> Job:
    job = await storage.jobs.lease([kind], owner, at, 10)
    assert job is not None
    return job


async def test_a_job_is_leased_once_and_again_when_its_lease_ran_out(storage: Storage) -> None:
    jobs = storage.jobs
    first = await jobs.enqueue(request("report", "s", session_id="s"))
    assert await jobs.enqueue(request("report", "s", session_id="s")) == first
    assert await jobs.lease(["other"], "w", NOW, 10) is None
    leased = await asyncio.gather(*(jobs.lease(["report"], f"w{n}", NOW, 10) for n in range(6)))
    got = [job for job in leased if job is not None]
    assert len(got) == 1 and got[0].attempts == 1 and got[0].payload == {"session_id": "s"}
    again = await taken(storage, "report", NOW + timedelta(seconds=11))
    assert again.attempts == 2
    assert await jobs.retry(again, NOW + timedelta(seconds=60), "later")
    assert await jobs.lease(["report"], "w", NOW + timedelta(seconds=30), 10) is None
    last = await taken(storage, "report", NOW + timedelta(seconds=60))
    assert last.attempts == 3
    assert await jobs.complete(last, NOW)
    assert await jobs.counts() == {"open": 0, "failed": 0}
    assert await jobs.enqueue(request("report", "s")) != first


async def test_who_lost_the_lease_has_no_say(storage: Storage) -> None:
    jobs, later = storage.jobs, NOW + timedelta(seconds=11)
    await jobs.enqueue(request("report", "s"))
    stale = await taken(storage, "report", owner="a")
    held = await taken(storage, "report", later, owner="b")
    assert held.job_id == stale.job_id and held.token != stale.token
    assert not await jobs.renew(stale, later)
    assert not await jobs.complete(stale, NOW)
    assert not await jobs.fail(stale, "no")
    assert not await jobs.retry(stale, NOW, "no")
    assert await jobs.counts() == {"open": 1, "failed": 0}
    assert await jobs.renew(held, later + timedelta(seconds=60), 0.5)
    assert await jobs.lease(["report"], "c", later + timedelta(seconds=30), 10) is None
    seen = await jobs.get(held.job_id)
    assert seen is not None and seen.running and seen.progress == 0.5
    assert await jobs.complete(held, NOW, {"pages": 3})
    done = await jobs.get(held.job_id)
    assert done is not None and (done.state, done.result) == ("done", {"pages": 3})
    assert await jobs.forget_done(NOW + timedelta(seconds=1)) == 1
    assert await jobs.get(held.job_id) is None


async def test_the_jobs_of_the_dead_are_due_at_once(storage: Storage) -> None:
    await storage.jobs.enqueue(request("report", "s"))
    held = await taken(storage, "report", owner="dead")
    await storage.jobs.release("somebody else")
    assert await storage.jobs.lease(["report"], "w", NOW, 10) is None
    await storage.jobs.release("dead")
    assert (await taken(storage, "report")).attempts == 2
    assert not await storage.jobs.complete(held, NOW)


async def test_what_is_asked_for_while_it_runs_is_run_once_more(storage: Storage) -> None:
    jobs = storage.jobs
    await jobs.enqueue(request("report", "s"))
    running = await taken(storage, "report")
    for _ in range(3):
        await jobs.enqueue(request("report", "s"))
    assert await jobs.lease(["report"], "other", NOW, 10) is None
    assert await jobs.complete(running, NOW)
    again = await taken(storage, "report")
    assert again.attempts == 1
    assert await jobs.complete(again, NOW)
    assert await jobs.counts() == {"open": 0, "failed": 0}


async def test_a_waiting_job_takes_the_earlier_time_and_the_newer_payload(
    storage: Storage,
) -> None:
    await storage.jobs.enqueue(request("report", "s", NOW + timedelta(hours=1)))
    await storage.jobs.enqueue(request("report", "s", NOW, session_id="s"))
    await storage.jobs.enqueue(request("report", "s", NOW + timedelta(hours=2), session_id="t"))
    assert (await taken(storage, "report")).payload == {"session_id": "t"}


async def test_a_cancelled_job_is_not_begun_and_hears_of_it_at_its_renewal(
    storage: Storage,
) -> None:
    waiting = await storage.jobs.enqueue(request("report", "s"))
    assert await storage.jobs.cancel(waiting)
    assert not await storage.jobs.cancel(waiting)
    assert await storage.jobs.lease(["report"], "w", NOW, 10) is None
    running_id = await storage.jobs.enqueue(request("report", "s"))
    running = await taken(storage, "report")
    assert await storage.jobs.cancel(running_id)
    assert not await storage.jobs.renew(running, NOW + timedelta(seconds=60))
    seen = await storage.jobs.get(running_id)
    assert seen is not None and seen.state == "cancelled"


def chunk(number: int, sha: str = "aa", session_id: str = "s") -> RecordingChunk:
    return RecordingChunk(
        session_id=session_id,
        part_id="p",
        number=number,
        sha256=sha,
        size_bytes=3,
        blob_key=f"recordings/{session_id}/p/{number}.webm",
        start_s=1.5,
        duration_s=3,
        mime="video/webm",
        received_at=NOW,
    )


async def test_a_chunk_may_be_repeated_but_not_changed(storage: Storage) -> None:
    await storage.events.append("s", 0, [started()], summary("s"))
    assert await storage.recordings.add(chunk(1))
    assert await storage.recordings.add(chunk(0))
    assert not await storage.recordings.add(chunk(1))
    with pytest.raises(IntegrityError):
        await storage.recordings.add(chunk(1, sha="bb"))
    assert [item.number for item in await storage.recordings.chunks("s")] == [0, 1]
    assert await storage.recordings.usage("s") == RecordingUsage(chunks=2, size_bytes=6)
    assert await storage.recordings.usage("t") == RecordingUsage(chunks=0, size_bytes=0)
    await storage.recordings.forget("t")
    assert len(await storage.recordings.chunks("s")) == 2
    await storage.recordings.forget("s")
    assert await storage.recordings.chunks("s") == []


def report(revision: int) -> ReportRecord:
    return ReportRecord(
        session_id="s",
        status="ready",
        revision=revision,
        created_at=NOW,
        updated_at=NOW,
        name="N",
        email="e@x.y",
        body={"k": revision},
    )


async def test_an_older_report_never_replaces_a_newer_one(storage: Storage) -> None:
    await storage.events.append("s", 0, [started()], summary("s"))
    assert await storage.reports.get("s") is None
    await storage.reports.put(report(2))
    await storage.reports.put(report(1))
    found = await storage.reports.get("s")
    assert found is not None and found.revision == 2 and found.body == {"k": 2}
    assert (await storage.reports.page(limit=10, offset=0))[1] == 1


async def test_reports_are_listed_for_their_organisation(storage: Storage) -> None:
    for name, own in (("s", "default"), ("t", "other")):
        of = summary(name).model_copy(update={"organisation_id": own})
        await storage.events.append(name, 0, [started()], of)
        await storage.reports.put(
            report(1).model_copy(update={"session_id": name, "organisation_id": own})
        )
    for name, own in (("s", "default"), ("t", "other")):
        found, total = await storage.reports.page(organisation_id=own, limit=10, offset=0)
        assert ([item.session_id for item in found], total) == ([name], 1)
    assert await storage.reports.page(organisation_id="third", limit=10, offset=0) == ([], 0)


async def test_audit_is_asked_by_organisation_person_action_and_time(storage: Storage) -> None:
    for n in range(4):
        entry = AuditEntry(
            at=NOW + timedelta(minutes=n),
            actor=f"staff:{n % 2}",
            action="login",
            target="account",
            organisation_id="b" if n == 3 else "default",
        )
        await storage.audit.add(entry)
    log = storage.audit
    found, total = await log.page(organisation_id="default", limit=2)
    assert ([e.at for e in found], total) == ([NOW + timedelta(minutes=n) for n in (2, 1)], 3)
    assert (await log.page(organisation_id="default", offset=2))[0][0].at == NOW
    assert (await log.page())[1] == 4 and (await log.page(actor="staff:1"))[1] == 2
    assert (await log.page(action="logout"))[1] == 0 and (await log.page(target="account"))[1] == 4
    since, until = NOW + timedelta(minutes=1), NOW + timedelta(minutes=3)
    assert (await log.page(since=since, until=until))[1] == 2


async def test_audit_comes_back(storage: Storage) -> None:
    for n in range(3):
        await storage.audit.add(AuditEntry(at=NOW, actor="a", action=f"x{n}", target="s"))
    assert [entry.action for entry in await storage.audit.recent(target="s", limit=2)] == [
        "x2",
        "x1",
    ]


async def test_delete_leaves_nothing_of_a_session(storage: Storage) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    for name in ("s", "other"):
        await storage.events.append(name, 0, [started()], summary(name))
        await storage.recordings.add(chunk(0, session_id=name))
        await storage.once.put(f"ticket-{name}", {"session_id": name}, later)
        await storage.jobs.enqueue(request("report", name, session_id=name))
    await storage.reports.put(report(1))
    assert await storage.sessions.delete("s")
    assert not await storage.sessions.delete("s")
    assert await storage.events.read("s") == [] and await storage.sessions.get("s") is None
    assert await storage.reports.get("s") is None and await storage.recordings.chunks("s") == []
    assert await storage.once.get("ticket-s", datetime.now(UTC)) is None
    left = await storage.jobs.lease(["report"], "w", NOW, 1)
    assert left is not None and left.key == "other"
    assert len(await storage.events.read("other")) == 1


async def test_everything_is_there_after_reopening(url: str) -> None:
    first = await open_storage(url)
    await first.events.append("s", 0, [started()], summary("s"))
    await first.close()
    second = await open_storage(url)
    assert len(await second.events.read("s")) == 1
    await second.check()
    await second.close()


async def test_an_unknown_scheme_is_named() -> None:
    with pytest.raises(InvalidInput) as raised:
        await open_storage("oracle://x")
    assert raised.value.field == "VIVA_STORAGE_URL"


async def test_nothing_brings_a_deleted_session_back(storage: Storage) -> None:
    """A report job or an upload that was under way must not leave anything behind."""
    await storage.events.append("s", 0, [started()], summary("s"))
    await storage.sessions.delete("s")
    part = RecordingPart(session_id="s", part_id="p", chunks=1, duration_s=3, completed_at=NOW)
    with pytest.raises(NotFound):
        await storage.reports.put(report(1))
    with pytest.raises(NotFound):
        await storage.recordings.add(chunk(0))
    with pytest.raises(NotFound):
        await storage.recordings.complete(part)
    with pytest.raises(Conflict):
        await storage.events.append("s", 1, [started()], summary("s"))
    assert await storage.sessions.page() == ([], 0)


async def test_a_finished_part_is_remembered_and_may_be_told_twice(storage: Storage) -> None:
    await storage.events.append("s", 0, [started()], summary("s"))
    part = RecordingPart(session_id="s", part_id="p", chunks=1, duration_s=3, completed_at=NOW)
    await storage.recordings.complete(part)
    await storage.recordings.complete(part.model_copy(update={"chunks": 2}))
    assert [item.chunks for item in await storage.recordings.parts("s")] == [2]


async def test_parts_come_in_the_order_of_their_start(storage: Storage) -> None:
    await storage.events.append("s", 0, [started()], summary("s"))
    for part, start in (("a", 90.0), ("z", 1.0)):
        for number in (1, 0):
            item = chunk(number).model_copy(update={"part_id": part, "start_s": start})
            await storage.recordings.add(item)
    found = await storage.recordings.chunks("s")
    assert [(item.part_id, item.number) for item in found] == [
        ("z", 0),
        ("z", 1),
        ("a", 0),
        ("a", 1),
    ]


async def test_putting_a_job_off_is_no_attempt(storage: Storage) -> None:
    await storage.jobs.enqueue(request("report", "s"))
    for _ in range(3):
        job = await taken(storage, "report")
        assert job.attempts == 1
        await storage.jobs.retry(job, NOW, "")
    await storage.jobs.fail(await taken(storage, "report"), "broken")
    assert await storage.jobs.counts() == {"open": 0, "failed": 1}
    assert await storage.jobs.lease(["report"], "w", NOW + timedelta(days=1), 10) is None


async def test_the_oldest_due_job_comes_first(storage: Storage) -> None:
    await storage.jobs.enqueue(request("a", "late", NOW + timedelta(seconds=2)))
    await storage.jobs.enqueue(request("a", "early", NOW + timedelta(seconds=1)))
    await storage.jobs.enqueue(request("b", "other"))
    moment = NOW + timedelta(seconds=5)
    keys = [await storage.jobs.lease(["a"], "w", moment, 10) for _ in range(3)]
    assert [job.key if job else None for job in keys] == ["early", "late", None]
    assert await storage.jobs.lease([], "w", moment, 10) is None


async def test_names_are_found_in_any_script_and_case(storage: Storage) -> None:
    await storage.events.append("a", 0, [started()], summary("a", name="ÉLODIE Straße"))
    for wanted in ("élodie", "STRASSE", " Straße ", "A@EXAMPLE", "é"):
        found, total = await storage.sessions.page(search=wanted)
        assert [item.session_id for item in found] == ["a"] and total == 1, wanted
    assert await storage.sessions.page(search="' OR 1=1 --") == ([], 0)
    assert (await storage.sessions.page(search=" "))[1] == 1
    assert await storage.sessions.page(offset=5) == ([], 1)


async def test_walking_the_pages_while_sessions_arrive_misses_nobody(storage: Storage) -> None:
    for n in range(9):
        await storage.events.append(f"s{n}", 0, [started()], summary(f"s{n}", minutes=n // 3))
    seen: list[str] = []
    for offset in range(0, 15, 3):
        seen += [i.session_id for i in (await storage.sessions.page(limit=3, offset=offset))[0]]
        name = f"new{offset}"
        await storage.events.append(name, 0, [started()], summary(name, minutes=60 + offset))
    assert {f"s{n}" for n in range(9)} <= set(seen)
    order = list(dict.fromkeys(name for name in seen if name.startswith("s")))
    assert order == ["s8", "s7", "s6", "s5", "s4", "s3", "s2", "s1", "s0"]


async def test_a_deleted_session_keeps_who_and_when_but_no_details(storage: Storage) -> None:
    await storage.events.append("s", 0, [started()], summary("s"))
    entry = AuditEntry(at=NOW, actor="staff:a", action="renamed", target="s", details={"name": "Z"})
    await storage.audit.add(entry)
    await storage.sessions.delete("s")
    assert await storage.audit.recent(target="s") == [entry.model_copy(update={"details": {}})]


async def test_allowances_are_shared_by_all_who_have_the_store(url: str) -> None:
    """Two processes' worth of callers: together as many as the limit, and each its own key."""
    first, second = await open_storage(url), await open_storage(url)
    try:
        takes = [
            storage.allowances.take("a", 10, 60, NOW)
            for _ in range(12)
            for storage in (first, second)
        ]
        waits = await asyncio.gather(*takes)
        assert sum(wait == 0 for wait in waits) == 10
        assert all(0 < wait <= 120 for wait in waits if wait)
        assert await second.allowances.take("b", 10, 60, NOW) == 0
        later = NOW + timedelta(seconds=120)
        assert await first.allowances.take("a", 10, 60, later) == 0
    finally:
        await first.close()
        await second.close()


async def test_sums_are_what_a_hand_count_gives(storage: Storage) -> None:
    """Every way of grouping against the same sums made here, over sessions of two organisations."""
    day = 24 * 60
    made = [
        summary("a", minutes=0, title="One", status=Status.COMPLETED, standing=Standing.COMPLETED),
        summary("b", minutes=5, title="One", average_score=7.5, evaluations=2, answered=2),
        summary("c", minutes=day, title="Two", average_score=3.25, decision="advance"),
        summary("d", minutes=day, title="Two", organisation_id="other", average_score=9),
    ]
    made[0] = made[0].model_copy(
        update={"started_at": NOW, "completed_at": NOW + timedelta(seconds=90.5)}
    )
    for one in made:
        await storage.events.append(one.session_id, 0, [SessionStarted(at=NOW, by="t")], one)
    own = [one for one in made if one.organisation_id == "default"]

    def by_hand(chosen: list[SessionSummary]) -> tuple[float, ...]:
        scores = [one.average_score for one in chosen if one.average_score is not None]
        timed = [
            (o.completed_at - o.started_at).total_seconds()
            for o in chosen
            if o.started_at and o.completed_at
        ]
        return (
            len(chosen),
            sum(one.status.final for one in chosen),
            sum(one.standing is Standing.COMPLETED for one in chosen),
            sum(one.answered for one in chosen),
            sum(one.max_questions for one in chosen),
            len(scores),
            sum(scores),
            len(timed),
            sum(timed),
        )

    groups: dict[str, Callable[[SessionSummary], str]] = {
        "all": lambda one: "",
        "day": lambda one: one.created_at.date().isoformat(),
        "title": lambda one: one.title,
        "decision": lambda one: one.decision or "",
        "standing": lambda one: one.standing.value,
        "score": lambda one: "" if one.average_score is None else str(int(one.average_score)),
    }
    for by, key in groups.items():
        found = await storage.sessions.sums(by)  # type: ignore[arg-type]
        assert set(found) == {key(one) for one in own}, by
        for name, sums in found.items():
            expected = by_hand([one for one in own if key(one) == name])
            assert tuple(sums) == pytest.approx(expected, abs=0.01), (by, name)
    later = await storage.sessions.sums("all", since=NOW + timedelta(minutes=5))
    assert later[""].sessions == 2
    early = await storage.sessions.sums("all", before=NOW + timedelta(minutes=5))
    assert early[""].sessions == 1
    assert await storage.sessions.sums("all", organisation_id="nobody") == {}
