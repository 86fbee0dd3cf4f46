"""Monitor, pool, worker and real models together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from interview.models import ModelFolders
from proctoring.monitor import ProctoringMonitor, Signals
from proctoring.policy import ProctoringSettings, Profile, Violation, WarningRaised
from proctoring.pool import VisionPool
from proctoring.signals import Decided, FrameSeen, Gap
from tests.proctoring.clips import Pixels, frames, jpeg, landscape, person

pytestmark = pytest.mark.models

WARN = ProctoringSettings(profile=Profile.WARN)


@pytest.fixture
async def monitor(vision_models: ModelFolders) -> AsyncIterator[ProctoringMonitor]:
    made = ProctoringMonitor(VisionPool(vision_models, workers=2, deadline_s=20))
    await made.start()
    yield made
    await made.aclose()


def still_clock() -> float:
    return 0.0


async def sit(
    monitor: ProctoringMonitor,
    signals: Signals,
    session: str,
    track: Sequence[Pixels],
    begin_s: float,
) -> list[Violation | WarningRaised]:
    """Two frames a second of session time, each seen before the next."""
    found: list[Violation | WarningRaised] = []
    for n, pixels in enumerate(track):
        assert monitor.frame(session, jpeg(pixels), begin_s + n / 2)
        async with asyncio.timeout(30):
            async for signal in signals:
                assert not isinstance(signal.body, Gap), signal
                if isinstance(signal.body, Decided):
                    decision = signal.body.decision
                    if isinstance(decision, Violation):
                        assert signal.body.still is not None
                        found.append(decision)
                    if isinstance(decision, WarningRaised):
                        found.append(decision)
                if isinstance(signal.body, FrameSeen):
                    break
    monitor.tick()
    return found


def unrest(pixels: Pixels, count: int) -> tuple[Pixels, ...]:
    """A picture as a live camera would give it."""
    random = np.random.default_rng(5)
    return tuple(
        np.asarray(
            np.clip(np.roll(pixels, n % 5, axis=1) + random.normal(0, 3, pixels.shape), 0, 255),
            np.uint8,
        )
        for n in range(count)
    )


async def test_swapped_candidates_are_reported_each_in_their_own_session(
    monitor: ProctoringMonitor, shared_dir: Path
) -> None:
    sitter = frames(shared_dir, "center_focus")
    other = unrest(landscape(person(shared_dir, "person_b", 900)[:480]), 14)
    tracks = {"a": (sitter, other), "b": (other, sitter), "c": (sitter, sitter)}
    streams = {}
    for session, (own, _) in tracks.items():
        monitor.open(session, WARN, clock=still_clock)
        assert (await monitor.set_reference(session, jpeg(own[0]))).accepted
        streams[session] = monitor.observe(session)
    for session, (own, _) in tracks.items():
        quiet = await sit(monitor, streams[session], session, own[:6], 1.0)
        assert [one.kind for one in quiet] == [], session
    for session, (_, swapped) in tracks.items():
        found = await sit(monitor, streams[session], session, swapped[:13], 6.0)
        changes = [v for v in found if isinstance(v, Violation) and v.kind == "identity_change"]
        if session == "c":
            assert changes == []
            continue
        (change,) = changes
        assert change.severity == "high"
        assert 6.0 <= change.start_s <= 7.0 and change.end_s <= 11.0
        distance = change.measured["distance"]
        assert isinstance(distance, float) and distance > 0.55
        assert change.engine.name == "dlib-resnet-v1" and len(change.engine.model_sha256) == 64


async def test_a_sitter_who_leaves_and_returns(
    monitor: ProctoringMonitor, shared_dir: Path
) -> None:
    sitter = frames(shared_dir, "center_focus")
    wall = np.ascontiguousarray(sitter[0][:, :180])
    room = np.asarray(np.tile(wall, (1, 4, 1))[:, :640], np.uint8)
    monitor.open("s", WARN, clock=still_clock)
    signals = monitor.observe("s")
    found = await sit(monitor, signals, "s", sitter[:6] + unrest(room, 12) + sitter[:6], 1.0)
    warnings = [one for one in found if isinstance(one, WarningRaised)]
    assert warnings[0].kind == "no_face" and warnings[0].start_s == 4.0
    (violation,) = [one for one in found if isinstance(one, Violation)]
    assert (violation.kind, violation.start_s, violation.end_s) == ("no_face", 4.0, 9.0)
