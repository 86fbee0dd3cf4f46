"""All live sessions of a process: loading, recovery after a crash, forgetting, the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from interview import machine
from interview.commands import DeliverPrompt, EndSession, SubmitAnswer
from interview.errors import Conflict, NotFound
from interview.events import CandidateLeft, RoomClosed
from interview.nouns import Media, Purpose
from server.live import registry as registry_module
from tests.server.live.rig import SEAT, Rig, eventually
from tests.server.live.rig import rig as make_rig


async def test_an_id_is_used_once(rig: Rig) -> None:
    await rig.create()
    with pytest.raises(Conflict):
        await rig.create()
    assert rig.registry.counters()["in_memory_sessions"] == 0


async def test_unknown_sessions_are_not_found_and_not_remembered(rig: Rig) -> None:
    for ask in (rig.registry.state, rig.registry.follow, rig.registry.enter):
        with pytest.raises(NotFound):
            await ask("nobody")
    assert rig.registry.counters()["in_memory_sessions"] == 0
    await rig.create("nobody")
    assert (await rig.registry.follow("nobody")).session_id == "nobody"


async def test_a_session_asked_for_at_once_is_loaded_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.create()
    loads = 0
    read = rig.storage.events.read

    async def count(*rest: Any) -> Any:
        nonlocal loads
        loads += 1
        return await read(*rest)

    monkeypatch.setattr(rig.storage.events, "read", count)
    found = await asyncio.gather(*(rig.registry.follow("s1") for _ in range(8)))
    assert loads == 1 and len({id(session) for session in found}) == 1
    rooms = await asyncio.gather(*(rig.registry.enter("s1") for _ in range(4)))
    assert len({id(room) for room in rooms}) == 1
    assert (await rig.registry.state("s1")).room_epoch == 1


async def test_a_caller_who_gives_up_does_not_stop_the_loading(rig: Rig) -> None:
    await rig.create()
    asking = asyncio.create_task(rig.registry.follow("s1"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await rig.registry.follow("s1")).session_id == "s1"
    assert rig.registry.counters()["in_memory_sessions"] == 1


async def test_the_state_of_an_unloaded_session_is_read_from_its_log(rig: Rig) -> None:
    created = await rig.create()
    assert await rig.registry.state("s1") == created
    live = await rig.join()
    assert await rig.registry.state("s1") is live.state


async def test_the_time_during_which_a_process_was_dead_is_nobodys(tmp_path: Path) -> None:
    """What the candidate had left when the process died is left when the next one has started."""
    async with make_rig(tmp_path, owner="first") as first:
        live = await first.seated()
        await live.consent()
        died_at = first.clock()
        left_s = machine.remaining_s(live.state, died_at)
        await first.storage.heartbeats.beat("first", died_at)
        await first.die()
        first.clock.forward(90)
        async with make_rig(tmp_path, owner="second", clock=first.clock) as second:
            await second.start()
            back = await second.join()
            state = back.state
            assert state.question_number == 1
            assert left_s is not None and left_s > 100
            later_s = machine.remaining_s(state, second.clock())
            assert later_s == pytest.approx(left_s, abs=1.0)
            await back.until(lambda s: s.prompt is not None and s.prompt.delivered)
            await back.command(SubmitAnswer(answer_id="a", content="Still here."))
            assert back.state.answers[0].content == "Still here."


async def test_only_sessions_that_nobody_needs_are_forgotten(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "IDLE_EVICT_S", -1.0)
    live = await rig.seated("busy")
    await live.consent()
    await rig.create("idle")
    idle = await rig.registry.follow("idle")
    for _ in range(2):
        await rig.registry.evict()
    assert list(rig.registry._sessions) == ["busy"]
    assert (await rig.registry.follow("idle")) is not idle


async def test_a_room_without_a_candidate_is_closed_and_said_to_be(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "IDLE_EVICT_S", -1.0)
    live = await rig.seated()
    await live.consent()
    live.room.connections.clear()
    await live.room.leave(SEAT, "closed")
    await rig.registry.evict()
    assert rig.registry.room("s1") is None
    state = await rig.registry.state("s1")
    assert state.room_owner is None and state.seat is None
    assert (await rig.join()).state.room_epoch == 2


async def test_the_goodbye_is_heard_to_its_end_whenever_rooms_are_looked_through(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    rig.voices[0].silent = True
    await live.command(EndSession(by="candidate", reason="candidate_ended"))
    await rig.registry.evict()
    assert rig.registry.room("s1") is live.room
    prompt = live.state.prompt
    assert prompt is not None and prompt.purpose is Purpose.GOODBYE
    await live.command(DeliverPrompt(prompt_id=prompt.prompt_id, how="audio"))
    await eventually(lambda: live.socket.closed is not None)
    live.room.connections.clear()
    await rig.registry.evict()
    assert rig.registry.room("s1") is None


async def test_deleting_closes_the_sockets_and_stores_nothing_more(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    seq = (await rig.events())[-1].seq
    await rig.registry.delete("s1")
    await eventually(lambda: live.socket.closed is not None)
    assert live.socket.closed == (1008, "Session not found")
    assert (await rig.events())[-1].seq == seq
    await rig.registry.delete("s1")
    assert rig.voices[0].closed


async def test_counters_count_by_role(rig: Rig) -> None:
    live = await rig.seated(media=Media.WEBRTC)
    await live.room.media.offer(SEAT, "v=0")
    assert rig.registry.counters() == {
        "in_memory_sessions": 1,
        "candidate_connections": 1,
        "observer_connections": 0,
        "audio_peers": 1,
    }


async def test_a_session_that_cannot_be_stopped_keeps_the_others_from_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = await rig.seated("s1")
    other = await rig.seated("s2")
    session = rig.registry._sessions["s1"]

    async def fails() -> None:
        raise ValueError("a defect of ours")

    with monkeypatch.context() as patched:
        patched.setattr(session, "close", fails)
        await rig.registry.shutdown()
    assert other.socket.closed == (1012, "server_restarting")
    assert stuck.socket.closed == (1012, "server_restarting")
    assert not rig.registry._sessions
    await session.close()


async def test_shutdown_frees_the_seat_and_stops_the_clock(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await rig.start()
    await rig.registry.shutdown()
    assert live.socket.closed == (1012, "server_restarting")
    assert "server_restarting" in live.socket.sent[-1]
    left, closed = [item.event for item in (await rig.events())[-2:]]
    assert isinstance(left, CandidateLeft) and left.reason == "shutdown"
    assert isinstance(closed, RoomClosed) and closed.reason == "shutdown"
    state = await rig.registry.state("s1")
    before_s = machine.remaining_s(state, rig.clock())
    after_s = machine.remaining_s(state, rig.clock() + timedelta(seconds=60))
    assert before_s == after_s
