"""Two processes over one store, in one test process: facts from anywhere, effects in one place.

The same with real processes and signals: `tests/e2e/test_two_processes.py`.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from interview import machine
from interview.commands import EndSession, NoteActivity, SubmitAnswer
from interview.conversation import WordsHeard
from interview.errors import RoomReplaced, Unavailable
from interview.events import CandidateLeft, OutageRecorded, RoomClosed, RoomOpened
from interview.nouns import Media, Status, Utterance
from proctoring.monitor import ProctoringMonitor
from server.live import timekeeper as timekeeper_module
from server.live.connection import Connection
from server.live.messages import BacklogFrame
from tests.fakes.vision import ScriptedVision
from tests.server.live.rig import SEAT, Live, Rig, Socket, eventually
from tests.server.live.rig import rig as make_rig


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timekeeper_module, "BEAT_EVERY_S", 0.02)
    monkeypatch.setattr(timekeeper_module, "DEAD_AFTER_S", 0.3)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Rig, Rig]]:
    async with make_rig(tmp_path, owner="a") as a:
        async with make_rig(tmp_path, owner="b", clock=a.clock) as b:
            yield a, b


async def seated(rig: Rig) -> Live:
    await rig.start()
    live = await rig.seated()
    await live.consent()
    await live.room.session.presenter.settled()
    return live


async def roomless(rig: Rig) -> bool:
    return (await rig.registry.state("s1")).room_owner is None


async def forgotten(rig: Rig, owner: str) -> bool:
    return owner not in await rig.storage.heartbeats.beats()


async def ended(rig: Rig) -> bool:
    return (await rig.registry.state("s1")).status.final


async def test_a_second_process_that_starts_and_stops_disturbs_nobody(tmp_path: Path) -> None:
    async with make_rig(tmp_path, owner="a") as a:
        live = await seated(a)
        seq = live.state.seq
        async with make_rig(tmp_path, owner="b", clock=a.clock) as b:
            await b.start()
            await asyncio.sleep(0.4)
        assert [item.event.type for item in (await a.events())[seq:]] == []
        assert live.state.seat == SEAT and live.socket.closed is None


async def test_a_staff_command_elsewhere_reaches_the_candidate_where_it_is(
    two: tuple[Rig, Rig],
) -> None:
    a, b = two
    live = await seated(a)
    await b.start()
    await b.registry.command("s1", EndSession(by="staff", reason="ended_by_staff"))
    await live.until(lambda state: state.status.final)
    await eventually(lambda: live.socket.closed is not None)
    assert live.socket.closed == (1000, "interview_concluded")
    outages = [i.event.cause for i in await a.events() if isinstance(i.event, OutageRecorded)]
    assert set(outages) <= {"server_paused"}, "only a machine that is busy elsewhere"
    assert b.voices == [], "the other process spoke"


async def test_an_observer_elsewhere_sees_what_happens_and_owns_nothing(
    two: tuple[Rig, Rig],
) -> None:
    a, b = two
    live = await seated(a)
    await b.start()
    followed = await b.registry.follow("s1")
    watcher = Socket()
    followed.connections["w"] = Connection("w", "observer", watcher)  # type: ignore[arg-type]
    await live.command(SubmitAnswer(answer_id="x", content="Seen over there."))
    await eventually(lambda: any("Seen over there." in text for text in watcher.sent))
    await eventually(lambda: any("Two?" in text for text in watcher.sent))
    assert b.registry.room("s1") is None and b.voices == []
    assert live.state.seat == SEAT and live.state.room_epoch == 1


async def test_the_candidate_comes_back_on_another_process(two: tuple[Rig, Rig]) -> None:
    a, b = two
    live = await seated(a)
    await b.start()
    await live.command(SubmitAnswer(answer_id="x", content="First."))
    await live.until(lambda s: s.question_number == 2 and s.prompt is not None)
    left_s = machine.remaining_s(live.state, a.clock())
    there = await b.join(connection_id="elsewhere")
    assert there.state.question_number == 2 and there.state.seat == "elsewhere"
    assert left_s is not None
    assert machine.remaining_s(there.state, b.clock()) == pytest.approx(left_s, abs=0.5)
    await eventually(lambda: live.socket.closed is not None)
    assert live.socket.closed == (1012, "room_replaced")
    said = sum(len(voice.said) for voice in a.voices)
    with pytest.raises(RoomReplaced):
        await live.command(NoteActivity(kind="typing"))
    await there.until(lambda s: s.prompt is not None and s.prompt.delivered)
    assert sum(len(voice.said) for voice in a.voices) == said, "the old room went on speaking"
    epochs = [i.event.epoch for i in await b.events() if isinstance(i.event, RoomOpened)]
    assert epochs == [1, 2]


async def test_a_dead_process_is_noticed_and_its_time_is_nobodys(two: tuple[Rig, Rig]) -> None:
    a, b = two
    live = await seated(a)
    left_s = machine.remaining_s(live.state, a.clock())
    await b.start()
    await a.die()
    a.clock.forward(50)
    await b.until(lambda: roomless(b))
    last = [item.event for item in await b.events()][-3:]
    assert isinstance(last[0], OutageRecorded) and isinstance(last[1], CandidateLeft)
    assert isinstance(last[2], RoomClosed) and last[2].reason == "owner_lost"
    await b.until(lambda: forgotten(b, "a"))
    back = await b.join()
    assert left_s is not None
    assert machine.remaining_s(back.state, b.clock()) == pytest.approx(left_s, abs=1.0)


@pytest.mark.parametrize("page_has_the_sound", [False, True])
async def test_no_word_is_lost_when_the_process_dies_with_words_in_its_hand(
    two: tuple[Rig, Rig], page_has_the_sound: bool
) -> None:
    """Killed after a connection broke: its last words were recognised and did not count yet."""
    a, b = two
    live = await a.seated(media=Media.WEBSOCKET)
    await live.consent()
    live.room.media.pcm(SEAT, bytes(640))
    await eventually(lambda: a.voices[-1].source is not None)
    at_s = live.room.clock_s()
    word = Utterance(utterance_id="u1", text="precious", start_s=at_s, end_s=at_s + 0.5)
    a.voices[-1].last_words = [word]
    await live.room.leave(SEAT, "connection_lost")
    await a.die()
    assert live.state.answer_text == ""
    back = await b.join(media=Media.WEBSOCKET)
    b.clock.forward(5)
    back.room.media.pcm(SEAT, bytes(640))
    await eventually(lambda: bool(b.voices) and b.voices[-1].source is not None)
    words = back.room.words
    sound = b64encode(bytes(640)).decode() if page_has_the_sound else ""
    words.backlog(
        BacklogFrame(type="backlog", gap_id=words._gap_id, pcm=sound, start_s=at_s, last=True)
    )
    state = await back.until(lambda state: not state.held)
    if page_has_the_sound:  # it is heard again, by the other voice
        assert state.answer_text == ""
        again = word.model_copy(update={"utterance_id": "u2"})
        await b.voices[-1].tell(WordsHeard(utterance=again))
    assert back.state.answer_text == "precious"


async def test_a_paused_process_finds_itself_replaced_and_says_nothing_more(
    two: tuple[Rig, Rig],
) -> None:
    a, b = two
    live = await seated(a)
    await b.start()
    await a.timekeeper.aclose()  # it stands still: no beat, nothing read
    await a.changes.aclose()
    await b.until(lambda: roomless(b))
    there = await b.join(connection_id="elsewhere")
    with pytest.raises(RoomReplaced):
        await live.command(SubmitAnswer(answer_id="late", content="From a dead room."))
    await eventually(lambda: live.socket.closed is not None)
    assert live.room.closed and there.state.answers == ()
    seq = (await b.events())[-1].seq
    await asyncio.sleep(0.1)
    assert (await b.events())[-1].seq == seq


async def test_a_paused_process_that_wakes_knows_what_was_written_meanwhile(
    two: tuple[Rig, Rig],
) -> None:
    """Its jobs are asked about answers that its own room has never seen."""
    a, b = two
    live = await seated(a)
    await b.start()
    await a.timekeeper.aclose()
    await a.changes.aclose()
    await b.until(lambda: roomless(b))
    await b.join(connection_id="elsewhere")
    assert live.state.room_owner == "a", "the room here has not noticed yet"
    known = await a.registry.state("s1")
    assert known.room_owner == "b" and known.seq == (await b.events())[-1].seq


@pytest.mark.parametrize("told_to", ["shut down", "delete"])
async def test_a_paused_process_that_wakes_only_to_end_ends_in_order(
    two: tuple[Rig, Rig], told_to: str
) -> None:
    """It learns that its room was replaced while it gives the room up."""
    a, b = two
    live = await seated(a)
    await b.start()
    await a.timekeeper.aclose()
    await a.changes.aclose()
    await b.until(lambda: roomless(b))
    there = await b.join(connection_id="elsewhere")
    assert not live.room.closed, "the room here has not noticed yet"
    if told_to == "shut down":
        await a.registry.shutdown()
        assert live.socket.closed == (1012, "room_replaced")
    else:
        await a.registry.state("s1")  # a job asks: now it has noticed
        await a.registry.delete("s1")
    assert live.room.closed and there.state.seat == "elsewhere" and not there.room.closed


async def test_who_was_away_while_nobody_was_alive_has_lost_no_time(tmp_path: Path) -> None:
    async with make_rig(tmp_path, owner="a") as a:
        live = await seated(a)
        live.room.connections.clear()
        await live.room.leave(SEAT, "connection_lost")
        await live.room.close("left")
        await a.die()
        a.clock.forward(3_600)
        async with make_rig(tmp_path, owner="b", clock=a.clock) as b:
            await b.start()
            await b.until(lambda: forgotten(b, "a"))
            state = await b.registry.state("s1")
            assert state.status is Status.IN_PROGRESS
            assert (await b.join()).state.question_number == 1


async def test_a_session_without_a_room_ends_when_its_time_comes(two: tuple[Rig, Rig]) -> None:
    a, b = two
    live = await seated(a)
    live.room.connections.clear()
    await live.room.leave(SEAT, "closed")
    await live.room.close("left")
    await b.start()
    a.clock.forward(live.state.plan.reconnect_grace_s + 1)
    await b.until(lambda: ended(b))
    ends = [i for i in await b.events() if i.event.type == "session_ended"]
    assert len(ends) == 1
    assert await b.storage.sessions.due(b.clock()) == []


async def test_what_we_stood_still_is_not_the_candidates_time(tmp_path: Path) -> None:
    skipped = 0.0

    def monotonic() -> float:
        return asyncio.get_running_loop().time() + skipped

    async with make_rig(tmp_path, owner="a", monotonic=monotonic) as a:
        live = await seated(a)
        before_s = machine.remaining_s(live.state, a.clock())
        skipped = 6.0  # SIGSTOP: the loop's time and the wall's go on together
        a.clock.forward(6.0)
        await live.command(NoteActivity(kind="typing"))
        after_s = machine.remaining_s(live.state, a.clock())
        assert before_s is not None and after_s == pytest.approx(before_s, abs=0.3)
        assert live.state.seat == SEAT, "who was there is there"
        outages = [i.event for i in await a.events() if isinstance(i.event, OutageRecorded)]
        assert [outage.cause for outage in outages] == ["server_paused"]


async def test_a_pause_while_another_is_stored_is_given_back_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped = 0.0

    def monotonic() -> float:
        return asyncio.get_running_loop().time() + skipped

    async with make_rig(tmp_path, owner="a", monotonic=monotonic) as a:
        live = await seated(a)
        original = live.room.stood_still

        given_back: list[datetime] = []

        def stand_still(seconds: float) -> None:
            nonlocal skipped
            skipped += seconds
            a.clock.forward(seconds)

        async def stored(from_at: datetime) -> None:
            await original(from_at)
            if not given_back:
                stand_still(6.0)  # before anybody hears that it is stored
            given_back.append(from_at)

        monkeypatch.setattr(live.room, "stood_still", stored)
        before_s = machine.remaining_s(live.state, a.clock())
        stand_still(2.0)
        await eventually(lambda: len(given_back) == 2)  # noticed by the pulse, not by a command
        after_s = machine.remaining_s(live.state, a.clock())
        assert before_s is not None and after_s == pytest.approx(before_s, abs=0.3)
        outages = [i.event for i in await a.events() if isinstance(i.event, OutageRecorded)]
        assert [outage.cause for outage in outages] == ["server_paused"] * 2


async def test_one_process_watches_and_the_other_sees_no_missing_camera(tmp_path: Path) -> None:
    """A second monitor without frames made violations that never were."""
    ours, theirs = ProctoringMonitor(ScriptedVision()), ProctoringMonitor(ScriptedVision())
    await ours.start()
    await theirs.start()
    async with make_rig(tmp_path, owner="a", proctor=ours) as a:
        async with make_rig(tmp_path, owner="b", proctor=theirs, clock=a.clock) as b:
            await a.start()
            await b.start()
            live = await a.seated(media=Media.WEBRTC, proctoring={"profile": "strict"})
            await live.room.media.offer(SEAT, "v=0")
            a.peers[0].told["on_state"]("connected")
            await live.consent()
            await b.registry.follow("s1")
            await eventually(lambda: live.room.watch.watching)
            live.room.watch.frame(np.zeros((120, 160, 3), dtype=np.uint8))
            assert ours.watching("s1") and not theirs.watching("s1")
    await ours.aclose()
    await theirs.aclose()


async def test_a_store_that_fails_leaves_the_timekeeper_going(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_rig(tmp_path, owner="a") as a:
        await a.start()
        beats, went_on = 0, asyncio.Event()
        beat = a.storage.heartbeats.beat

        async def sometimes(owner: str, at: object) -> None:
            nonlocal beats
            beats += 1
            if beats == 2:
                raise Unavailable("storage", "busy")
            if beats > 3:
                went_on.set()
            await beat(owner, a.clock())

        monkeypatch.setattr(a.storage.heartbeats, "beat", sometimes)
        async with asyncio.timeout(20):
            await went_on.wait()
        assert (await a.storage.heartbeats.beats())["a"] > a.clock() - timedelta(seconds=5)


async def test_a_store_that_was_away_makes_nobody_dead(
    two: tuple[Rig, Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = two
    await seated(a)
    await b.start()
    await asyncio.sleep(0.1)

    async def away(owner: str, at: object) -> None:
        raise Unavailable("storage", "the database cannot be reached")

    with monkeypatch.context() as of_a:
        of_a.setattr(a.storage.heartbeats, "beat", away)
        with monkeypatch.context() as of_b:
            of_b.setattr(b.storage.heartbeats, "beat", away)
            await asyncio.sleep(2 * timekeeper_module.DEAD_AFTER_S)
        await asyncio.sleep(timekeeper_module.DEAD_AFTER_S / 3)  # b is back before a
    await asyncio.sleep(0.1)
    log = [item.event for item in await a.storage.events.read("s1")]
    assert not any(isinstance(event, RoomClosed) for event in log), "it was declared dead"
