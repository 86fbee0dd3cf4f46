"""A voice whose process keeps ending says so in its health, and rests."""

from __future__ import annotations

import pytest

from agents.tts.espeak import EspeakSynthesiser
from interview.errors import Unavailable
from sidecars.crash_loop import FREE_FAULTS
from sidecars.sidecar import Sidecar


async def test_a_voice_in_a_crash_loop_is_unavailable_until_it_has_rested() -> None:
    now_s = 50.0
    voice = EspeakSynthesiser()
    voice._sidecar = Sidecar("tts", "tests.fakes.sidecar_worker", ["vanish"], clock=lambda: now_s)
    for _ in range(FREE_FAULTS + 1):
        assert voice.health().available
        with pytest.raises(Unavailable):
            await voice.synthesise("Good morning.", language="en")
    with pytest.raises(Unavailable, match="rests"):
        await voice.synthesise("Good morning.", language="en")
    health = voice.health()
    assert not health.available
    assert "the library gave up" in health.reason and "rests for 1 s" in health.reason
    assert health.restarts == FREE_FAULTS
    now_s += 1.0
    assert voice.health().available
    await voice.aclose()
