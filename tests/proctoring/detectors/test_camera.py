"""The camera itself: covered, dark, blurred, frozen, off; and what weak hints say."""

from __future__ import annotations

from proctoring.base import (
    Detector,
    HeadReading,
    Observation,
    PageEvent,
    PageEventName,
    Speech,
    State,
    Stimulus,
    Tick,
)
from proctoring.detectors import (
    camera_blurred,
    camera_covered,
    camera_dark,
    camera_frozen,
    motion_liveness,
    no_frames,
    object_in_view,
    second_voice,
)
from tests.fakes.vision import FRONTAL, LIT, reading


def show(detector: Detector, *shown: Stimulus) -> list[Observation]:
    return [seen for one in shown for seen in detector.see(one)]


def lit(at_s: float, **change: float | None) -> Stimulus:
    return reading(at_s, picture=LIT.model_copy(update=change))


def test_a_lens_without_structure_is_covered_not_dark() -> None:
    covered = lit(1, luma=6, spread=2, structure=0.2)
    assert show(camera_covered.DETECTOR.factory(), covered)[0].state is State.PRESENT
    assert show(camera_dark.DETECTOR.factory(), covered)[0].state is State.UNKNOWN


def test_a_bright_even_surface_is_covered_too() -> None:
    (seen,) = show(camera_covered.DETECTOR.factory(), lit(1, luma=200, structure=0.4))
    assert (seen.state, seen.measured["luma"]) == (State.PRESENT, 200)


def test_a_dark_room_is_dark_and_hysteresis_keeps_it_so() -> None:
    detector = camera_dark.DETECTOR.factory()
    dark = [lit(n, luma=luma, structure=4) for n, luma in enumerate((27, 30, 33, 35, 30))]
    assert [seen.state for seen in show(detector, *dark)] == [
        State.PRESENT,
        State.PRESENT,
        State.PRESENT,
        State.ABSENT,
        State.ABSENT,
    ]


def test_a_face_in_the_dark_does_not_make_it_light() -> None:
    assert show(camera_dark.DETECTOR.factory(), lit(1, luma=9, structure=4))[0].state is (
        State.PRESENT
    )


def test_sharpness_is_compared_with_the_session_s_own() -> None:
    detector = camera_blurred.DETECTOR.factory()
    show(detector, *(lit(n, detail=120) for n in range(8)))
    assert show(detector, lit(9, detail=60))[0].state is State.ABSENT
    seen = show(detector, lit(10, detail=6), lit(11, detail=6))[-1]
    assert (seen.state, seen.start_s) == (State.PRESENT, 10)


def test_a_camera_that_is_soft_from_the_start_is_normal() -> None:
    detector = camera_blurred.DETECTOR.factory()
    seen = show(detector, *(lit(n, detail=8) for n in range(20)))
    assert State.PRESENT not in {one.state for one in seen}


def test_a_picture_that_stands_still_is_frozen_and_a_calm_one_is_not() -> None:
    detector = camera_frozen.DETECTOR.factory()
    calm = show(detector, *(lit(n, change=1.2, moved=0.05) for n in range(10)))
    assert {seen.state for seen in calm} == {State.ABSENT}
    still = show(detector, lit(11, change=0, moved=0), lit(12, change=0.01, moved=0))
    assert (still[-1].state, still[-1].start_s) == (State.PRESENT, 11)


def test_the_first_frame_and_a_covered_lens_cannot_be_frozen() -> None:
    detector = camera_frozen.DETECTOR.factory()
    shown = (lit(1, change=None, moved=None), lit(2, structure=0.2, change=0, moved=0))
    assert {seen.state for seen in show(detector, *shown)} == {State.UNKNOWN}


def test_missing_frames_are_dated_from_the_last_one() -> None:
    detector = no_frames.DETECTOR.factory()
    seen = show(detector, *(Tick(at_s=at, last_frame_s=10) for at in (10.5, 12, 12.5)))
    assert [one.state for one in seen] == [State.ABSENT, State.ABSENT, State.PRESENT]
    assert seen[-1].start_s == 10


def test_frames_that_never_came_count_from_the_first_tick() -> None:
    seen = show(no_frames.DETECTOR.factory(), Tick(at_s=3), Tick(at_s=6))
    assert (seen[-1].state, seen[-1].start_s) == (State.PRESENT, 3)


def test_a_camera_switched_off_is_said_at_once_until_it_is_on_again() -> None:
    detector = no_frames.DETECTOR.factory()
    show(detector, Tick(at_s=4, last_frame_s=4))
    off = PageEvent(name=PageEventName.CAMERA_OFF, at_s=5)
    on = PageEvent(name=PageEventName.CAMERA_ON, at_s=7)
    seen = show(detector, off, Tick(at_s=5.5, last_frame_s=5), on, Tick(at_s=7.5, last_frame_s=7.4))
    assert [one.state for one in seen] == [State.PRESENT, State.PRESENT, State.ABSENT]
    assert seen[0].measured == {"switched_off": True}


def mouth(at_s: float, opening: float, **change: float) -> Stimulus:
    return reading(at_s, head=FRONTAL.model_copy(update={"mouth": opening, **change}))


def halves(start: float, end: float) -> list[float]:
    return [start + n / 2 for n in range(int((end - start) * 2) + 1)]


def test_speech_with_a_still_mouth_is_another_s() -> None:
    detector = second_voice.DETECTOR.factory()
    seen = show(detector, *(mouth(at, 0.01) for at in halves(0, 4)))
    assert {one.state for one in seen} == {State.ABSENT}
    show(detector, Speech(at_s=4, speaking=True))
    seen = show(detector, *(mouth(at, 0.011) for at in halves(4.5, 7)))
    assert seen[-1].state is State.PRESENT
    assert seen[-1].start_s == 4
    assert show(detector, Speech(at_s=7.5, speaking=False))[0].state is State.ABSENT


def test_speech_with_moving_lips_is_the_candidate_s() -> None:
    detector = second_voice.DETECTOR.factory()
    show(detector, Speech(at_s=0, speaking=True))
    seen = show(detector, *(mouth(at, 0.25 * (at % 1)) for at in halves(0.5, 20)))
    assert State.PRESENT not in {one.state for one in seen}


def test_a_turned_head_hides_the_mouth() -> None:
    detector = second_voice.DETECTOR.factory()
    show(detector, Speech(at_s=0, speaking=True))
    seen = show(detector, *(mouth(at, 0.01, yaw=45) for at in halves(0.5, 9)))
    assert {one.state for one in seen} == {State.UNKNOWN}


def face(at_s: float, **change: float) -> Stimulus:
    head: HeadReading = FRONTAL.model_copy(update=change)
    return reading(at_s, head=head)


def test_no_blink_for_forty_seconds_is_a_hint() -> None:
    detector = motion_liveness.DETECTOR.factory()
    seen = show(detector, *(face(at, yaw=at) for at in halves(0, 45)))
    assert seen[-1].state is State.PRESENT and seen[-1].confidence < 0.5
    assert seen[-1].end_s - seen[-1].start_s >= 40
    assert motion_liveness.KIND.hint


def test_one_blink_in_forty_seconds_is_life() -> None:
    detector = motion_liveness.DETECTOR.factory()
    seen = show(detector, *(face(at, eyes=0.1 if at % 30 == 7 else 0.9) for at in halves(0, 90)))
    assert State.PRESENT not in {one.state for one in seen}


def phone(at_s: float, score: float, label: str = "cell phone") -> Stimulus:
    return reading(at_s, objects=({"label": label, "score": score},))


def test_two_of_five_frames_with_a_phone_are_one() -> None:
    detector = object_in_view.DETECTOR.factory()
    shown = [phone(1, 0.6), phone(2, 0.1), phone(3, 0.1), phone(4, 0.7), phone(5, 0.1)]
    seen = show(detector, *shown)
    assert [one.state for one in seen[:3]] == [State.ABSENT] * 3
    assert (seen[3].state, seen[3].start_s, seen[3].confidence) == (State.PRESENT, 1, 0.7)
    assert not object_in_view.DETECTOR.default_on


def test_a_laptop_is_expected() -> None:
    seen = show(object_in_view.DETECTOR.factory(), *(phone(n, 0.9, "laptop") for n in range(6)))
    assert {one.state for one in seen} == {State.ABSENT}
