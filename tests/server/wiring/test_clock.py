"""A running server whose wall clock jumps: no question closes, and later it goes by it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview import machine
from interview.commands import CreateSession, EndSession, GiveConsent, JoinCandidate, Tick
from interview.nouns import CONSENT_TEXT_VERSION, CandidateDetails, InterviewPlan, Question
from server.settings import Settings
from server.wiring import clock as clock_module
from server.wiring import process as process_module
from server.wiring.process import Process, assemble

ANN = CandidateDetails(name="Ann Example", email="ann@example.org")
PLAN = InterviewPlan(questions=(Question(number=1, text="Why?", timer_s=120),), max_questions=1)


class Wall:
    """The wall clock, which somebody moves."""

    def __init__(self) -> None:
        self.moved_s = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.moved_s)


async def asked(process: Process) -> None:
    registry = process.services.live
    await registry.create(CreateSession(session_id="s", candidate=ANN, plan=PLAN, created_by="t"))
    await registry.command("s", JoinCandidate(connection_id="c"))
    await registry.command("s", GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))


@pytest.mark.parametrize("jump_s", [600.0, -600.0])
async def test_a_jump_closes_no_question_and_is_taken_over_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump_s: float
) -> None:
    wall = Wall()
    monkeypatch.setattr(process_module, "utc_now", wall)
    settings = Settings(data_dir=tmp_path / "data", stt="none", tts="none", proctoring=False)
    process = await assemble(settings)
    try:
        await asked(process)
        clock: Callable[[], datetime] = process.services.clock
        before = clock()
        wall.moved_s = jump_s
        state = await process.services.live.command("s", Tick())
        assert state.answers == () and not state.status.final
        assert 0 <= (clock() - before).total_seconds() < 30
        assert (machine.session_clock_s(state, clock()) or 0) < 30
        await process.keeper.round()
        assert abs((clock() - wall()).total_seconds()) == pytest.approx(600, abs=30)
        await process.services.live.command("s", EndSession(by="staff", reason="ended_by_staff"))
        for _ in range(clock_module.QUIET_ROUNDS + 1):
            await process.keeper.round()
        settled = jump_s > 0  # back: only once the wall clock has passed what was stored
        assert (abs((clock() - wall()).total_seconds()) < 1) is settled
    finally:
        await process.close()
        await asyncio.sleep(0)
