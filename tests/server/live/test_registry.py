"""All live sessions of a process: loading, recovery after a crash, forgetting, the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from interview import machine
from interview.commands import SubmitAnswer
from interview.errors import Conflict, NotFound, Unavailable
from interview.events import CandidateLeft
from interview.nouns import Media
from server.live import registry as registry_module
from server.live.session import LiveSession
from tests.server.live.rig import SEAT, Rig, eventually
from tests.server.live.rig import rig as make_rig


async def test_an_id_is_used_once(rig: Rig) -> None:
    await rig.create()
    with pytest.raises(Conflict):
        await rig.create()
    assert rig.registry.counters()["in_memory_sessions"] == 0


async def test_unknown_sessions_are_not_found_and_not_remembered(rig: Rig) -> None:
    for ask in (rig.registry.state, rig.registry.seat):
        with pytest.raises(NotFound):
            await ask("nobody")
    assert rig.registry.counters()["in_memory_sessions"] == 0
    await rig.create("nobody")
    assert (await rig.registry.seat("nobody")).session.session_id == "nobody"


async def test_a_session_asked_for_at_once_is_loaded_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.create()
    loads = 0
    load = LiveSession.load

    async def count(context: Any, session_id: str) -> LiveSession:
        nonlocal loads
        loads += 1
        return await load(context, session_id)

    monkeypatch.setattr(LiveSession, "load", count)
    seats = await asyncio.gather(*(rig.registry.seat("s1") for _ in range(8)))
    assert loads == 1 and len({id(seat) for seat in seats}) == 1


async def test_a_caller_who_gives_up_does_not_stop_the_loading(rig: Rig) -> None:
    await rig.create()
    asking = asyncio.create_task(rig.registry.seat("s1"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await rig.registry.seat("s1")).session.session_id == "s1"
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
        await first.storage.leases.beat("first", died_at)
        # Killed: no goodbye, nothing stopped.
        await live.seat.session.close()
        first.registry._seats.clear()
        first.clock.forward(90)
        async with make_rig(tmp_path, owner="second", clock=first.clock) as second:
            await second.registry.start()
            assert second.registry.counters()["in_memory_sessions"] == 1
            state = await second.registry.state("s1")
            assert state.question_number == 1
            assert left_s is not None and left_s > 100
            later_s = machine.remaining_s(state, second.clock())
            assert later_s == pytest.approx(left_s, abs=1.0)
            back = await second.join()
            await back.until(lambda s: s.prompt is not None and s.prompt.delivered)
            await back.command(SubmitAnswer(answer_id="a", content="Still here."))
            assert back.state.answers[0].content == "Still here."


async def test_a_session_that_cannot_be_read_does_not_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_rig(tmp_path) as rig:
        for name in ("bad", "good"):
            await (await rig.seated(name)).consent()
        await rig.registry.shutdown()
        async with make_rig(tmp_path, owner="second") as second:
            read = second.storage.events.read

            async def sometimes(session_id: str, *rest: Any) -> Any:
                if session_id == "bad":
                    raise Unavailable("storage", "a bad page")
                return await read(session_id, *rest)

            monkeypatch.setattr(second.storage.events, "read", sometimes)
            await second.registry.start()
            assert list(second.registry._seats) == ["good"]


async def test_only_sessions_that_nobody_needs_are_forgotten(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "IDLE_EVICT_S", -1.0)
    live = await rig.seated("busy")
    await live.consent()
    await rig.create("idle")
    idle = await rig.registry.seat("idle")
    for _ in range(2):
        rig.registry._evict()
    assert list(rig.registry._seats) == ["busy"]
    await eventually(lambda: idle.session._closed)
    assert (await rig.registry.seat("idle")) is not idle


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
    await live.seat.media.offer(SEAT, "v=0")
    assert rig.registry.counters() == {
        "in_memory_sessions": 1,
        "candidate_connections": 1,
        "observer_connections": 0,
        "audio_peers": 1,
    }


async def test_shutdown_frees_the_seat_and_stops_the_clock(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await rig.registry.start()
    await rig.registry.shutdown()
    assert live.socket.closed == (1012, "server_restarting")
    assert "server_restarting" in live.socket.sent[-1]
    last = (await rig.events())[-1].event
    assert isinstance(last, CandidateLeft) and last.reason == "server_shutdown"
    state = await rig.registry.state("s1")
    before_s = machine.remaining_s(state, rig.clock())
    after_s = machine.remaining_s(state, rig.clock() + timedelta(seconds=60))
    assert before_s == after_s


async def test_the_heart_beats_and_a_store_that_refuses_does_not_stop_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "BEAT_EVERY_S", 0.0)
    beats: list[str] = []
    twice = asyncio.Event()

    async def beat(owner: str, at: Any) -> None:
        beats.append(owner)
        if len(beats) == 2:
            raise Unavailable("storage", "busy")
        if len(beats) > 3:
            twice.set()

    monkeypatch.setattr(rig.storage.leases, "beat", beat)
    await rig.registry.start()
    async with asyncio.timeout(5):
        await twice.wait()
    assert set(beats) == {"here"}
