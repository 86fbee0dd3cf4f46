"""Several writers of one log, in any interleaving: one state, every effect once, rooms fenced."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.commands import (
    Command,
    CreateSession,
    DeliverPrompt,
    EndSession,
    GiveConsent,
    JoinCandidate,
    NoteActivity,
    OpenRoom,
    RecordEvaluation,
    RecoverRoom,
    Skip,
    SubmitAnswer,
    Tick,
)
from interview.effects import EVALUATE, REPORT, TELL, jobs_for
from interview.errors import Conflict, RoomReplaced, VivaError
from interview.events import Event, RoomOpened, StoredEvent
from interview.journal import Appended, Journal, Step
from interview.nouns import CONSENT_TEXT_VERSION, Evaluation, EvaluationStatus
from interview.ports.storage import JobRequest, SessionSummary
from interview.state import apply, replay
from tests.interview.sitting import ANN, START, plan_of


class MemoryEvents:
    """An event store in memory: refuses what does not continue the log; gives way before it."""

    def __init__(self) -> None:
        self.log: list[Event] = []
        self.jobs: list[JobRequest] = []
        self.summary: SessionSummary | None = None

    async def append(
        self,
        session_id: str,
        expected_seq: int,
        events: Sequence[Event],
        summary: SessionSummary,
        jobs: Sequence[JobRequest] = (),
    ) -> int:
        await asyncio.sleep(0)
        if expected_seq != len(self.log):
            raise Conflict(session_id, expected_seq, len(self.log))
        self.log += events
        self.jobs += jobs
        self.summary = summary
        return len(self.log)

    async def read(
        self, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredEvent]:
        await asyncio.sleep(0)
        return [
            StoredEvent(session_id=session_id, seq=seq, event=event)
            for seq, event in enumerate(self.log[after_seq:], start=after_seq + 1)
        ]

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        return {session_id: len(self.log) for session_id in session_ids}


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=300)
        return self.now


CREATE = CreateSession(session_id="s", candidate=ANN, plan=plan_of(2), created_by="test")


def evaluation(answer_id: str) -> Command:
    found = Evaluation(
        answer_id=answer_id,
        question_number=int(answer_id[-1]),
        status=EvaluationStatus.FAILED,
        method="none",
        failure="A test.",
    )
    return RecordEvaluation(evaluation=found)


COMMANDS: list[Command] = [
    JoinCandidate(connection_id="c1"),
    GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION),
    *(DeliverPrompt(prompt_id=f"p{n}", played_s=3) for n in range(1, 5)),
    *(SubmitAnswer(answer_id=f"a{n}", content="Words.", question_number=n) for n in (1, 2)),
    *(evaluation(f"a{n}") for n in (1, 2)),
    Skip(),
    NoteActivity(kind="typing"),
    Tick(),
    EndSession(by="staff", reason="ended_by_staff"),
    *(OpenRoom(owner=owner, lost_from=START) for owner in ("a", "b")),
    *(RecoverRoom(owner=owner, from_at=START) for owner in ("a", "b")),
]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(COMMANDS)), max_size=24))
def test_any_interleaving_of_writers_gives_one_log(told: list[tuple[int, Command]]) -> None:
    """Writers 0 and 1 keep their state, 2 reads anew; each works off its own list, all at once."""

    async def run() -> None:
        store, clock = MemoryEvents(), Clock()
        journal = Journal(store, clock)
        await journal.create(CREATE)
        logs = [await journal.open("s") for _ in range(2)]
        steps: list[list[Step]] = [[], []]
        for log, seen in zip(logs, steps, strict=True):
            log.sinks.append(seen.append)

        async def write(writer: int) -> None:
            for who, command in told:
                if who != writer:
                    continue
                try:
                    if writer < 2:
                        await logs[writer].command(command)
                    else:
                        await journal.command("s", command)
                except VivaError:
                    await asyncio.sleep(0)

        await asyncio.gather(*(write(writer) for writer in range(3)))
        for log in logs:
            await log.catch_up()
        state = replay(store.log)
        assert logs[0].state == logs[1].state == state
        for seen in steps:
            assert [step.seq for step in seen] == list(range(2, len(store.log) + 1))
        kinds = Counter(event.type for event in store.log)
        assert kinds["session_ended"] <= 1 and kinds["report_requested"] == kinds["session_ended"]
        epochs = [event.epoch for event in store.log if isinstance(event, RoomOpened)]
        assert epochs == list(range(1, len(epochs) + 1))
        assert store.jobs == expected_jobs(store.log)
        asked = Counter(job.key for job in store.jobs if job.kind == EVALUATE)
        assert all(count == 1 for count in asked.values())
        assert store.summary is not None and store.summary.status is state.status

    asyncio.run(run())


def expected_jobs(log: list[Event]) -> list[JobRequest]:
    """What the events ask for, each once."""
    state, jobs = None, list[JobRequest]()
    for event in log:
        state = apply(state, event)
        jobs += jobs_for(event, state)
    return jobs


async def test_a_room_that_was_replaced_stores_nothing_more() -> None:
    store = MemoryEvents()
    journal = Journal(store, Clock())
    await journal.create(CREATE)
    old, new = await journal.open("s"), await journal.open("s")
    epoch = (await old.command(OpenRoom(owner="a"))).room_epoch
    await old.command(JoinCandidate(connection_id="c1"), epoch=epoch)
    await new.command(OpenRoom(owner="b", lost_from=START))
    stored = len(store.log)
    with pytest.raises(RoomReplaced):
        await old.command(JoinCandidate(connection_id="c2"), epoch=epoch)
    assert len(store.log) == stored and old.state.room_owner == "b"


async def test_who_appends_hears_of_it_and_whether_work_waits() -> None:
    told: list[Appended] = []
    journal = Journal(MemoryEvents(), Clock(), told.append)
    await journal.create(CREATE)
    await journal.command("s", EndSession(by="staff", reason="ended_by_staff"))
    assert [(item.seq, item.jobs) for item in told] == [(1, False), (3, True)]


async def test_a_summary_of_an_older_program_is_made_anew() -> None:
    store = MemoryEvents()
    journal = Journal(store, Clock())
    await journal.create(CREATE)
    store.summary = None
    await journal.rearm("s")
    assert store.summary is not None and len(store.log) == 1


async def test_the_report_is_asked_for_with_the_end() -> None:
    store = MemoryEvents()
    journal = Journal(store, Clock())
    await journal.create(CREATE)
    await journal.command("s", EndSession(by="staff", reason="ended_by_staff"))
    assert [job.kind for job in store.jobs] == [TELL, REPORT]
