"""Frames, events and references in; signals out, in order, each session its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from interview.errors import InvalidInput, NotFound, Unavailable
from proctoring.base import Input, PageEvent, PageEventName
from proctoring.identity import ReferenceProblem
from proctoring.monitor import APART_S, MAX_SIGNALS, ProctoringMonitor, Signals
from proctoring.policy import (
    Decision,
    KindRule,
    LimitReached,
    ProctoringSettings,
    Profile,
    Violation,
    WarningRaised,
)
from proctoring.signals import Decided, FrameSeen, Gap, GapCause, Gaze, Signal
from proctoring.vision import FrameKilled
from tests.fakes.vision import FRONTAL, ScriptedVision
from tests.proctoring.clips import jpeg

PIXELS = np.full((480, 640, 3), 128, np.uint8)
PICTURE = jpeg(PIXELS)
WARN = ProctoringSettings(profile=Profile.WARN)


class Clock:
    """The session clock, moved by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def vision() -> ScriptedVision:
    return ScriptedVision()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def monitor(vision: ScriptedVision) -> AsyncIterator[ProctoringMonitor]:
    made = ProctoringMonitor(vision)
    await made.start()
    yield made
    await made.aclose()
    assert vision.closed


async def next_frame(signals: Signals) -> FrameSeen:
    async with asyncio.timeout(20):
        async for signal in signals:
            if isinstance(signal.body, FrameSeen):
                return signal.body
    raise AssertionError("the signals ended")


async def feed(
    monitor: ProctoringMonitor, signals: Signals, times: list[float], session: str = "s"
) -> list[Decision]:
    """Frames one after the other; what was decided on each."""
    found: list[Decision] = []
    for at_s in times:
        assert monitor.frame(session, PICTURE, at_s)
        found += (await next_frame(signals)).decisions
    return found


def half_seconds(start: float, end: float) -> list[float]:
    return [start + n * 0.5 for n in range(int((end - start) * 2) + 1)]


async def test_a_frame_is_seen(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    assert monitor.frame("s", PICTURE, 1.0)
    seen = await next_frame(signals)
    assert (seen.face_count, seen.gaze, seen.active) == (1, Gaze.CENTER, True)
    assert seen.head_pose == FRONTAL
    assert (seen.violation_count, seen.max_violations) == (0, 3)
    assert seen.still == PICTURE
    assert Input.OBJECTS not in vision.looks[0].wants


async def test_nobody_there_is_warned_of_and_then_a_violation_with_its_picture(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals, all_signals = monitor.observe("s"), monitor.observe()
    vision.parts = {"faces": (), "head": None}
    decisions = await feed(monitor, signals, half_seconds(1, 6))
    assert isinstance(decisions[0], WarningRaised)
    assert decisions[0].kind == "no_face"
    (violation,) = [d for d in decisions if isinstance(d, Violation)]
    assert (violation.start_s, violation.end_s) == (1, 6)
    assert violation.engine.name == "scripted"
    bodies = [(await anext(all_signals)).body for _ in range(17)]
    decided = [b for b in bodies if isinstance(b, Decided) and isinstance(b.decision, Violation)]
    assert decided[0].still == PICTURE
    assert decided[0].still_at_s is not None and 5 <= decided[0].still_at_s <= 6


async def test_frames_beyond_the_rate_are_not_taken(
    monitor: ProctoringMonitor, clock: Clock
) -> None:
    monitor.open("s", ProctoringSettings(frames_per_s=2), clock=clock)
    taken = [monitor.frame("s", PICTURE, n / 10) for n in range(31)]
    assert sum(taken) == 7
    assert monitor.wants_frame("s", 3.0) is False
    assert monitor.wants_frame("s", 3.5) is True


async def test_while_one_is_looked_at_the_newest_waits(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", ProctoringSettings(frames_per_s=5), clock=clock)
    signals = monitor.observe("s")
    vision.hold()
    for at_s in (1.0, 2.0, 3.0, 4.0):
        assert monitor.frame("s", PICTURE, at_s)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    vision.release()
    assert [(await next_frame(signals)).at_s for _ in range(2)] == [1.0, 4.0]


async def test_a_lost_worker_makes_a_gap_and_no_violation(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    vision.fault = Unavailable("proctoring", "the worker was lost")
    monitor.frame("s", PICTURE, 5.0)
    begun = (await anext(signals)).body
    assert begun == Gap(start_s=5.0, end_s=None, cause=GapCause.VISION)
    clock.now_s = 6.0
    monitor.tick()
    vision.fault = None
    monitor.frame("s", PICTURE, 9.0)
    assert (await anext(signals)).body == Gap(start_s=5.0, end_s=9.0, cause=GapCause.VISION)


async def test_a_session_whose_frames_kill_is_set_apart(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("evil", WARN, clock=clock)
    monitor.open("honest", WARN, clock=clock)
    vision.fault = FrameKilled("proctoring", "the worker was lost: it missed its deadline")
    taken = []
    for n in range(20):
        clock.now_s = float(n)
        taken.append(monitor.frame("evil", PICTURE))
        await asyncio.sleep(0.001)
    assert taken == [True, True] + [False] * 18
    vision.fault = None
    assert monitor.frame("honest", PICTURE)
    clock.now_s = 1.0 + APART_S
    assert monitor.frame("evil", PICTURE)
    await asyncio.sleep(0.001)
    vision.fault = FrameKilled("proctoring", "again")
    clock.now_s += 1
    assert monitor.frame("evil", PICTURE)
    await asyncio.sleep(0.001)
    clock.now_s += 1.9 * APART_S
    assert not monitor.frame("evil", PICTURE)


async def test_who_waited_behind_another_has_a_gap(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    vision.hold()
    monitor.frame("s", PICTURE, 0.0)
    await asyncio.sleep(0.001)
    clock.now_s = 4.7
    vision.release()
    assert (await anext(signals)).body == Gap(start_s=0.0, end_s=None, cause=GapCause.VISION)
    assert (await anext(signals)).body == Gap(start_s=0.0, end_s=4.7, cause=GapCause.VISION)


async def test_a_worker_replaced_between_two_frames_makes_a_gap(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    monitor.frame("s", PICTURE, 1.0)
    await next_frame(signals)
    vision.anew = True
    clock.now_s = 2.5
    monitor.frame("s", PICTURE, 1.8)
    assert (await anext(signals)).body == Gap(start_s=1.0, end_s=None, cause=GapCause.VISION)
    assert (await anext(signals)).body == Gap(start_s=1.0, end_s=2.5, cause=GapCause.VISION)


async def test_unreadable_frames_are_no_frames(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    vision.fault = InvalidInput("image_data", "the picture does not decode")
    kinds: list[str] = []
    for n in range(20):
        clock.now_s = n / 2
        monitor.frame("s", PICTURE)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        monitor.tick()
    monitor.unsubscribe(signals)
    async for signal in signals:
        body = signal.body
        kinds.append(body.decision.kind if isinstance(body, Decided) else type(body).__name__)
    assert "Gap" in kinds
    assert kinds.count("no_frames") >= 5


async def test_missing_frames_are_a_violation_dated_from_the_last(
    monitor: ProctoringMonitor, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    monitor.frame("s", PICTURE, 10.0)
    await next_frame(signals)
    for n in range(20, 35):
        clock.now_s = n / 2
        monitor.tick()
    monitor.unsubscribe(signals)
    found = [s.body.decision async for s in signals if isinstance(s.body, Decided)]
    (violation,) = [d for d in found if isinstance(d, Violation)]
    assert (violation.kind, violation.start_s, violation.end_s) == ("no_frames", 10, 15)


async def test_a_lost_connection_is_a_gap(monitor: ProctoringMonitor, clock: Clock) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    clock.now_s = 10
    monitor.pause("s")
    for n in range(20, 80):
        clock.now_s = n / 2
        monitor.tick()
    monitor.resume("s")
    monitor.tick()
    monitor.unsubscribe(signals)
    bodies = [signal.body async for signal in signals]
    assert bodies == [
        Gap(start_s=10, end_s=None, cause=GapCause.PAUSED),
        Gap(start_s=10, end_s=39.5, cause=GapCause.PAUSED),
    ]


async def test_no_camera_expected_no_camera_missed(
    monitor: ProctoringMonitor, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock, camera_expected=False)
    signals = monitor.observe("s")
    for n in range(60):
        clock.now_s = n / 2
        monitor.tick()
    monitor.unsubscribe(signals)
    assert [signal async for signal in signals] == []


async def test_page_events_are_signals(monitor: ProctoringMonitor, clock: Clock) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    monitor.page_event("s", PageEvent(name=PageEventName.PASTE, at_s=3, fields={"chars": 512}))
    body = (await anext(signals)).body
    assert isinstance(body, Decided) and isinstance(body.decision, Violation)
    assert (body.decision.kind, body.decision.measured) == ("paste", {"chars": 512})
    assert (body.decision.counts, body.decision.engine.name) == (False, "page")


async def test_two_candidates_with_swapped_faces_each_report_their_own(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    streams = {}
    for session in ("a", "b", "c"):
        monitor.open(session, WARN, clock=clock)
        assert (await monitor.set_reference(session, PICTURE)).accepted
        streams[session] = monitor.observe(session)
    for session, distance in (("a", 0.8), ("b", 0.7), ("c", 0.2)):
        vision.parts = {"identity": {"distance": distance}}
        decisions = await feed(monitor, streams[session], half_seconds(1, 7), session)
        found = [d for d in decisions if isinstance(d, Violation)]
        expected = [] if session == "c" else [("identity_change", 1, 5, "high")]
        assert [(v.kind, v.start_s, v.end_s, v.severity) for v in found] == expected


async def test_identity_is_measured_once_a_second_and_on_every_frame_in_doubt(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", ProctoringSettings(frames_per_s=4), clock=clock)
    await monitor.set_reference("s", PICTURE)
    signals = monitor.observe("s")
    quarters = [n / 4 for n in range(4, 16)]
    await feed(monitor, signals, quarters)
    assert sum(Input.IDENTITY in look.wants for look in vision.looks) == 3
    vision.parts = {"identity": {"distance": 0.8}}
    vision.looks.clear()
    await feed(monitor, signals, [at + 4 for at in quarters])
    assert sum(Input.IDENTITY in look.wants for look in vision.looks) == len(quarters)


async def test_a_session_without_biometric_consent_embeds_nothing(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    state = monitor.open("s", ProctoringSettings(identity=False), clock=clock)
    assert state.identity == "no_consent"
    assert "identity_change" not in state.detectors and "no_face" in state.detectors
    outcome = await monitor.set_reference("s", PICTURE)
    assert outcome.accepted and outcome.embedding is None
    signals = monitor.observe("s")
    await feed(monitor, signals, [1.0])
    assert Input.IDENTITY not in vision.looks[0].wants


async def test_a_refused_reference_changes_nothing(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    vision.findings = vision.findings.model_copy(update={"faces": ()})
    outcome = await monitor.set_reference("s", PICTURE)
    assert (outcome.accepted, outcome.problem) == (False, ReferenceProblem.NO_FACE)
    assert monitor.state("s").identity == "no_reference"
    for image, problem in (
        ("data:image/jpeg;base64,AAAA", ReferenceProblem.UNDECODABLE),
        (b"\xff\xd8\xff" + bytes(5_000_000), ReferenceProblem.TOO_LARGE),
    ):
        assert (await monitor.set_reference("s", image)).problem is problem
    vision.fault = Unavailable("proctoring", "lost")
    assert (await monitor.set_reference("s", PICTURE)).problem is ReferenceProblem.UNAVAILABLE


async def test_a_stored_reference_goes_on_after_a_restart(
    monitor: ProctoringMonitor, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    outcome = await monitor.set_reference("s", PICTURE)
    assert monitor.state("s").identity == "on"
    await monitor.close("s")
    state = monitor.open("s", WARN, clock=clock, reference=outcome.embedding, violations=4)
    assert (state.identity, state.violation_count) == ("on", 4)


async def test_the_strict_limit_ends_the_watch_until_staff_overrules(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", ProctoringSettings(profile=Profile.STRICT), clock=clock)
    signals = monitor.observe("s")
    vision.parts = {"faces": (), "head": None}
    decisions = await feed(monitor, signals, half_seconds(1, 20))
    assert isinstance(decisions[-1], LimitReached)
    assert not monitor.watching("s")
    assert monitor.frame("s", PICTURE, 30) is False
    monitor.overrule("s")
    assert monitor.watching("s")
    assert await feed(monitor, signals, [40.0])


async def test_a_profile_of_off_looks_at_nothing(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    state = monitor.open("s", ProctoringSettings(profile=Profile.OFF), clock=clock)
    assert (state.active, state.identity) == (False, "off")
    assert monitor.frame("s", PICTURE, 1) is False
    assert vision.looks == []


async def test_missing_models_are_said_and_the_rest_works(clock: Clock) -> None:
    vision = ScriptedVision({Input.LANDMARKS: "the model is missing"})
    monitor = ProctoringMonitor(vision)
    state = monitor.open("s", WARN, clock=clock)
    assert state.unavailable["looking_away"] == "the model is missing"
    assert "no_face" in state.detectors and "looking_away" not in state.detectors
    lacking = [c for c in monitor.capabilities() if not c.available]
    assert [c.input for c in lacking] == [Input.LANDMARKS]
    assert "looking_away" in lacking[0].detectors
    await monitor.aclose()


async def test_optional_detectors_run_when_asked_for_and_are_missed_only_then(
    clock: Clock,
) -> None:
    asked = ProctoringSettings(kinds={"object_in_view": KindRule(on=True)})
    not_asked = ProctoringSettings(kinds={"object_in_view": KindRule(on=False)})
    monitor = ProctoringMonitor(ScriptedVision({Input.OBJECTS: "no model"}))
    (lacking,) = [c for c in monitor.capabilities() if not c.available]
    assert (lacking.detectors, lacking.needed) == (("object_in_view",), False)
    assert monitor.open("a", asked, clock=clock).unavailable == {"object_in_view": "no model"}
    assert monitor.open("b", not_asked, clock=clock).unavailable == {}
    await monitor.aclose()
    able = ProctoringMonitor(ScriptedVision())
    assert "object_in_view" in able.open("a", asked, clock=clock).detectors
    assert "object_in_view" not in able.open("b", WARN, clock=clock).detectors
    await able.aclose()


async def test_sessions_end(
    monitor: ProctoringMonitor, vision: ScriptedVision, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    signals = monitor.observe("s")
    await monitor.close("s")
    await monitor.close("s")
    assert [signal async for signal in signals] == []
    assert vision.forgotten == ["s"]
    with pytest.raises(NotFound):
        monitor.frame("s", PICTURE)


async def test_opening_twice_keeps_the_first_settings(
    monitor: ProctoringMonitor, clock: Clock
) -> None:
    monitor.open("s", WARN, clock=clock)
    again = monitor.open("s", ProctoringSettings(profile=Profile.STRICT), clock=clock)
    assert again.profile == "warn"


async def test_an_unknown_detector_is_refused(monitor: ProctoringMonitor, clock: Clock) -> None:
    with pytest.raises(InvalidInput, match="elvis"):
        monitor.open("s", ProctoringSettings(detectors=("elvis",)), clock=clock)


async def test_a_reader_that_sleeps_loses_frames_first_and_then_its_subscription() -> None:
    signals = Signals("s")
    seen = FrameSeen.__new__(FrameSeen)
    gap = Gap(start_s=0, end_s=None, cause=GapCause.PAUSED)
    signals.put(Signal("s", seen))
    for _ in range(MAX_SIGNALS):
        signals.put(Signal("s", gap))
    assert signals.dropped_frames == 1
    signals.put(Signal("s", gap))
    read = 0
    with pytest.raises(Unavailable, match="not read in time"):
        async for _ in signals:
            read += 1
    assert read == MAX_SIGNALS
