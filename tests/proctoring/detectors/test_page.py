"""What the page reports."""

from __future__ import annotations

import pytest

from proctoring.base import PageEvent, PageEventName, State, Stimulus, Tick
from proctoring.detectors import load
from proctoring.policy import Policy, ProctoringSettings, Violation

STATES = [
    ("fullscreen_exit", PageEventName.FULLSCREEN_EXIT, PageEventName.FULLSCREEN_ENTER, "medium"),
    ("tab_hidden", PageEventName.TAB_HIDDEN, PageEventName.TAB_VISIBLE, "medium"),
]


def event(name: PageEventName, at_s: float, **fields: float | int | str | bool) -> PageEvent:
    return PageEvent(name=name, at_s=at_s, fields=fields)


@pytest.mark.parametrize(("name", "begins", "ends", "severity"), STATES)
def test_a_state_is_one_violation_with_its_end(
    name: str, begins: PageEventName, ends: PageEventName, severity: str
) -> None:
    spec = load(name)
    detector, policy = spec.factory(), Policy(spec.kinds, ProctoringSettings())
    shown: list[Stimulus] = [
        event(begins, 1),
        *(Tick(at_s=n / 2) for n in range(3, 20)),
        event(ends, 10),
    ]
    found = [d for one in shown for seen in detector.see(one) for d in policy.apply(seen)]
    first, cleared = found
    assert isinstance(first, Violation)
    assert (first.kind, first.severity, first.start_s, first.counts) == (name, severity, 1, False)
    assert (cleared.type, cleared.start_s, cleared.end_s) == ("cleared", 1, 10)


@pytest.mark.parametrize(("name", "severity"), [("paste", "medium"), ("copy", "low")])
def test_moments_keep_the_number_of_characters_and_nothing_else(name: str, severity: str) -> None:
    spec = load(name)
    told = event(PageEventName(name), 3, chars=512, text="secret")
    (seen,) = spec.factory().see(told)
    assert (seen.state, seen.measured) == (State.HAPPENED, {"chars": 512})
    (violation,) = Policy(spec.kinds, ProctoringSettings()).apply(seen)
    assert isinstance(violation, Violation)
    assert violation.severity == severity


def test_a_moment_without_a_number_still_counts() -> None:
    (seen,) = load("paste").factory().see(event(PageEventName.PASTE, 3, chars="x"))
    assert seen.measured == {}


def test_a_short_loss_of_focus_is_nothing() -> None:
    spec = load("window_blur")
    detector, policy = spec.factory(), Policy(spec.kinds, ProctoringSettings())
    shown: list[Stimulus] = [
        event(PageEventName.WINDOW_BLUR, 1),
        Tick(at_s=1.5),
        event(PageEventName.WINDOW_FOCUS, 1.8),
        event(PageEventName.WINDOW_BLUR, 5),
        *(Tick(at_s=5 + n / 2) for n in range(1, 6)),
    ]
    found = [d for one in shown for seen in detector.see(one) for d in policy.apply(seen)]
    assert [(d.start_s, d.end_s) for d in found if isinstance(d, Violation)] == [(5, 7)]


def facts(name: str, *told: PageEvent) -> list[State]:
    detector = load(name).factory()
    return [seen.state for one in told for seen in detector.see(one)]


def test_screens_are_counted() -> None:
    name = PageEventName.SCREENS
    told = [event(name, 1, count=1), event(name, 2, count=2), event(name, 3, extended=False)]
    assert facts("second_screen", *told) == [State.ABSENT, State.PRESENT, State.ABSENT]
    assert facts("second_screen", event(name, 1, extended=True)) == [State.PRESENT]
    assert facts("second_screen", event(name, 1, count="two")) == []


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("OBS Virtual Camera", State.PRESENT),
        ("Snap Camera", State.PRESENT),
        ("ManyCam Virtual Webcam", State.PRESENT),
        ("Dummy video device (0x0000)", State.PRESENT),
        ("FaceTime HD Camera", State.ABSENT),
        ("HD Pro Webcam C920 (046d:082d)", State.ABSENT),
        ("Integrated Camera: Integrated C", State.ABSENT),
        ("Jobs Laptop Camera", State.ABSENT),
    ],
)
def test_a_program_s_camera_goes_by_its_name(label: str, state: State) -> None:
    assert facts("virtual_camera", event(PageEventName.CAMERA, 1, label=label)) == [state]


def test_a_camera_without_a_name_says_nothing() -> None:
    assert facts("virtual_camera", event(PageEventName.CAMERA, 1)) == []


def sizes(at_s: float, across: int, down: int) -> PageEvent:
    outer = {"outer_width": 1600, "outer_height": 1000}
    inner = {"inner_width": 1600 - across, "inner_height": 1000 - down}
    return event(PageEventName.WINDOW_SIZE, at_s, **outer, **inner)


@pytest.mark.parametrize("wide_px", [0, 240, 320, 480, 800])
def test_a_browsers_own_sidebar_is_nothing_however_wide(wide_px: int) -> None:
    assert facts("devtools_open", sizes(1, wide_px, 140)) == [State.ABSENT]


def test_docked_tools_shrink_the_page() -> None:
    told = [sizes(1, 0, 140), sizes(2, 0, 420), sizes(3, 0, 140)]
    assert facts("devtools_open", *told) == [State.ABSENT, State.PRESENT, State.ABSENT]
    assert facts("devtools_open", event(PageEventName.WINDOW_SIZE, 1, outer_width=1)) == []
