"""What every file of the folder keeps to. A new detector is tested by being there."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

import pytest

from proctoring import detectors
from proctoring.base import (
    DetectorSpec,
    Input,
    Observation,
    PageEvent,
    PageEventName,
    Speech,
    State,
    Stimulus,
    Tick,
    is_frame_input,
)
from proctoring.policy import Policy, ProctoringSettings, Profile
from tests.fakes.vision import FACE, FRONTAL, reading

SPECS = detectors.load_all()
BOUND_MS = 1.0


def every_stimulus(start_s: float = 0.0) -> Iterable[Stimulus]:
    """A sitting with everything in it: faces come and go, engines fail, the page reports."""
    for n in range(400):
        at_s = start_s + n / 2
        parts: dict[str, object] = {}
        phase = n // 40
        if phase % 5 == 1:
            parts = {"faces": (), "head": None}
        elif phase % 5 == 2:
            parts = {"faces": (FACE, FACE), "head": FRONTAL.model_copy(update={"yaw": 60})}
        elif phase % 5 == 3:
            parts = {"faces": None, "landmarks": False, "head": None}
        elif phase % 5 == 4:
            dark = {"luma": 4, "spread": 1, "structure": 0.1, "detail": 1, "change": 0, "moved": 0}
            parts = {"picture": dark, "identity": {"distance": 0.9}}
        yield reading(at_s, **parts)
        yield Speech(at_s=at_s, speaking=n % 60 < 30)
        yield Tick(at_s=at_s, last_frame_s=at_s if phase % 2 else None)
        names = list(PageEventName)
        fields = {"count": n % 3, "label": "OBS Virtual Camera", "chars": n, "junk": "x"}
        yield PageEvent(name=names[n % len(names)], at_s=at_s, fields=fields)


def test_the_folder_is_not_empty_and_names_are_found() -> None:
    assert len(SPECS) >= 18
    assert {spec.name for spec in SPECS} == set(detectors.names())


def test_codes_belong_to_one_detector() -> None:
    codes = [kind.code for spec in SPECS for kind in spec.kinds]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
class TestEvery:
    """Each detector on its own."""

    def test_it_declares_itself(self, spec: DetectorSpec) -> None:
        assert spec.name in detectors.names()
        assert spec.kinds and spec.inputs and spec.cost
        assert len(spec.limits) > 20, "say what it cannot see"
        for kind in spec.kinds:
            assert re.fullmatch(r"[a-z][a-z_]+", kind.code)
            assert kind.meaning.endswith(".")
            assert kind.hint or kind.advice.endswith(".")
            assert kind.duration_s >= kind.warn_after_s or kind.duration_s == 0
            assert "cheat" not in (kind.meaning + kind.advice).lower()

    def test_it_says_only_its_kinds_in_the_order_of_time(self, spec: DetectorSpec) -> None:
        detector, codes = spec.factory(), {kind.code for kind in spec.kinds}
        before = 0.0
        for stimulus in every_stimulus():
            for seen in detector.see(stimulus):
                assert isinstance(seen, Observation)
                assert seen.kind in codes
                assert before <= seen.end_s == stimulus.at_s
                assert 0 <= seen.start_s <= seen.end_s
                assert 0 <= seen.confidence <= 1
                assert seen.engine.name
                before = seen.end_s

    def test_it_answers_the_same_twice(self, spec: DetectorSpec) -> None:
        one, other = spec.factory(), spec.factory()
        for stimulus in every_stimulus():
            assert list(one.see(stimulus)) == list(other.see(stimulus))

    def test_it_answers_nothing_but_its_inputs(self, spec: DetectorSpec) -> None:
        detector = spec.factory()
        for stimulus in every_stimulus():
            seen = list(detector.see(stimulus))
            if isinstance(stimulus, PageEvent) and Input.PAGE not in spec.inputs:
                assert seen == []
            if isinstance(stimulus, Tick) and Input.TIME not in spec.inputs:
                assert seen == []

    def test_a_good_sitting_makes_nothing_of_it(self, spec: DetectorSpec) -> None:
        detector = spec.factory()
        policy = Policy(spec.kinds, ProctoringSettings(profile=Profile.STRICT))
        for n in range(240):
            at_s = n / 2
            alive = FRONTAL.model_copy(
                update={"mouth": 0.05 + 0.05 * (n % 3), "eyes": 0.2 if n % 9 == 0 else 0.9}
            )
            good = reading(at_s, head=alive, identity={"distance": 0.3}, objects=())
            for stimulus in (good, Tick(at_s=at_s, last_frame_s=at_s)):
                for seen in detector.see(stimulus):
                    assert seen.state in (State.ABSENT, State.UNKNOWN), seen
                    assert policy.apply(seen) == []

    def test_it_can_see_something(self, spec: DetectorSpec) -> None:
        detector = spec.factory()
        states = {seen.state for stimulus in positive(spec) for seen in detector.see(stimulus)}
        assert states & {State.PRESENT, State.HAPPENED}

    def test_it_is_cheap(self, spec: DetectorSpec) -> None:
        detector, shown = spec.factory(), list(every_stimulus())
        begun = time.thread_time()
        for stimulus in shown:
            list(detector.see(stimulus))
        assert (time.thread_time() - begun) / len(shown) * 1_000 < BOUND_MS


def positive(spec: DetectorSpec) -> list[Stimulus]:
    """A good start, then a minute of everything that a detector of these inputs may report."""
    shown: list[Stimulus] = [
        reading(n / 2, identity={"distance": 0.3}, objects=()) for n in range(20)
    ]
    bad = {
        "faces": (FACE,),
        "head": FRONTAL.model_copy(update={"yaw": 70.0}),
        "identity": {"distance": 0.9},
        "objects": ({"label": "cell phone", "score": 0.9},),
        "picture": {
            "luma": 20.0,
            "spread": 9.0,
            "structure": 9.0,
            "detail": 1.0,
            "change": 0.0,
            "moved": 0.0,
        },
    }
    lit = {**bad["picture"], "luma": 118.0}  # type: ignore[dict-item]
    blind = {**bad["picture"], "structure": 0.1}  # type: ignore[dict-item]
    variants = [
        bad,
        {**bad, "picture": lit},
        {**bad, "picture": blind},
        {**bad, "faces": (FACE, FACE)},
        {**bad, "faces": (), "head": None},
        {**bad, "head": FRONTAL},
    ]
    at_s = 10.0
    fields = {"chars": 9, "count": 2, "label": "OBS Virtual Camera"}
    fields |= {"outer_width": 1600, "inner_width": 1600, "outer_height": 900, "inner_height": 500}
    for variant in variants:
        shown.append(Speech(at_s=at_s, speaking=True))
        for _ in range(100):
            shown.append(reading(at_s, **variant))
            at_s += 0.5
    shown += [PageEvent(name=name, at_s=at_s, fields=fields) for name in PageEventName]
    if not any(is_frame_input(value) for value in spec.inputs):
        shown.append(Tick(at_s=at_s + 60, last_frame_s=at_s))
    return shown
