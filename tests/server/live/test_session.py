"""One session as an actor: what is stored, what is shown, and what a second writer means."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from interview.commands import NoteActivity, SubmitAnswer
from interview.errors import Conflict, IllegalTransition, NotFound, Unavailable
from interview.journal import MAX_CONFLICTS, Journal, Step
from interview.nouns import AnswerOutcome
from server.live.connection import Connection
from server.live.messages import ListeningFrame
from tests.server.live.rig import Rig, Socket, eventually


def elsewhere(rig: Rig) -> Journal:
    """Another process's way to the same logs."""
    return Journal(rig.storage.events, rig.clock)


async def test_what_another_process_wrote_is_taken_in_and_decided_anew(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    steps: list[Step] = []
    live.room.session.sinks.append(steps.append)
    await elsewhere(rig).command(
        "s1", SubmitAnswer(answer_id="there", content="From the other process.")
    )
    seq = live.state.seq
    await live.command(SubmitAnswer(answer_id="here", content="To the second question."))
    answers = [(answer.answer_id, answer.question_number) for answer in live.state.answers]
    assert answers[0] == ("there", 1)
    assert [step.seq for step in steps] == list(range(seq + 1, live.state.seq + 1))
    stored = await rig.events()
    assert [item.seq for item in stored] == list(range(1, len(stored) + 1))


async def test_an_answer_that_both_processes_got_is_one_answer(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    answer = SubmitAnswer(answer_id="same", content="Once.", question_number=1)
    await elsewhere(rig).command("s1", answer)
    await live.command(answer)
    assert [a.answer_id for a in live.state.answers] == ["same"]
    assert live.state.refused == ()


async def test_a_store_that_refuses_changes_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = await rig.seated()
    await live.consent()
    await live.room.session.presenter.settled()
    before, steps = live.state, list[Step]()
    live.room.session.sinks.append(steps.append)

    async def refuse(*_: Any) -> int:
        raise Unavailable("storage", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(rig.storage.events, "append", refuse)
        with pytest.raises(Unavailable):
            await live.command(SubmitAnswer(answer_id="a", content="Lost?"))
        assert live.state is before and steps == []
    await live.command(SubmitAnswer(answer_id="a", content="Lost?"))
    assert live.state.answers[0].content == "Lost?"


async def test_a_log_that_never_agrees_is_given_up(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = await rig.seated()
    await live.consent()
    tries = 0

    async def disagree(*_: Any) -> int:
        nonlocal tries
        tries += 1
        raise Conflict("s1", 1, 2)

    monkeypatch.setattr(rig.storage.events, "append", disagree)
    with pytest.raises(Conflict):
        await live.command(SubmitAnswer(answer_id="a", content="x"))
    assert tries == MAX_CONFLICTS


async def test_what_the_state_does_not_allow_is_not_stored(rig: Rig) -> None:
    live = await rig.seated()
    seq = live.state.seq
    with pytest.raises(IllegalTransition):
        await live.command(SubmitAnswer(answer_id="a", content="Too early."))
    assert [item.seq for item in await rig.events()][-1] >= seq
    assert live.state.answers == ()


async def test_the_timer_ends_a_question_whose_time_is_up(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await live.command(NoteActivity(kind="typing"))
    rig.clock.forward(119.9)
    await live.command(NoteActivity(kind="typing"))  # arms the timer anew
    state = await live.until(lambda state: len(state.answers) == 1)
    assert state.answers[0].outcome in (AnswerOutcome.TIMED_OUT, AnswerOutcome.NO_RESPONSE)


async def test_an_unknown_session_is_not_found(rig: Rig) -> None:
    with pytest.raises(NotFound):
        await rig.registry.follow("nobody")


async def test_only_the_audience_sees_a_frame(rig: Rig) -> None:
    live = await rig.seated()
    session = live.room.session
    await live.room.session.presenter.settled()
    watcher = Socket()
    session.connections["w"] = Connection("w", "observer", watcher)  # type: ignore[arg-type]
    before = len(live.socket.sent)
    session.show(ListeningFrame(speaking=True), "observer")
    await eventually(lambda: len(watcher.sent) == 1)
    session.show(ListeningFrame(speaking=False), "candidate")
    session.show(ListeningFrame(speaking=True))
    await eventually(lambda: len(watcher.sent) == 2)
    await eventually(lambda: len(live.socket.sent) == before + 2)
    assert '"speaking":false' in live.socket.sent[before]


async def test_a_task_that_fails_ends_neither_the_session_nor_its_other_tasks(rig: Rig) -> None:
    live = await rig.seated()
    done = asyncio.Event()

    async def fail(error: Exception) -> None:
        raise error

    live.room.session.spawn(lambda: fail(ZeroDivisionError()), "bug")
    live.room.session.spawn(lambda: fail(NotFound("Prompt", "p")), "refused")
    live.room.session.spawn(done.set, "good")
    async with asyncio.timeout(20):
        await done.wait()
    await live.consent()


async def test_a_closed_session_runs_nothing_more(rig: Rig, tmp_path: Path) -> None:
    await rig.create()
    session = await rig.registry.follow("s1")
    started, ended = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    session.spawn(wait, "wait")
    await started.wait()
    await session.close()
    assert ended.is_set()
    session.spawn(lambda: pytest.fail("ran after the end"), "late")
