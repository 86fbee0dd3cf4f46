"""No face, several faces, another face."""

from __future__ import annotations

from proctoring.base import Detector, FaceBox, HeadReading, Reading, State
from proctoring.detectors import identity_change, looking_away, no_face, several_faces
from tests.fakes.vision import FACE, FRONTAL, reading

SMALL = FACE.model_copy(update={"width": 24.0, "height": 30.0})
FAINT = FACE.model_copy(update={"score": 0.62})
BLIND = {"luma": 6, "spread": 2, "structure": 0.2, "detail": 8}


def states(detector: Detector, *shown: object) -> list[State]:
    return [seen.state for one in shown for seen in detector.see(one)]  # type: ignore[arg-type]


def last(detector: Detector, *shown: object) -> State:
    return states(detector, *shown)[-1]


def test_nobody_is_present_at_once_and_somebody_resets() -> None:
    detector = no_face.DETECTOR.factory()
    empty = reading(1, faces=(), head=None)
    assert states(detector, empty, reading(2), reading(3, faces=(), head=None)) == [
        State.PRESENT,
        State.ABSENT,
        State.PRESENT,
    ]


def test_landmarks_alone_are_somebody() -> None:
    assert last(no_face.DETECTOR.factory(), reading(1, faces=())) is State.ABSENT


def test_behind_a_covered_lens_nobody_knows() -> None:
    covered = reading(1, faces=(), head=None, picture=BLIND)
    assert last(no_face.DETECTOR.factory(), covered) is State.UNKNOWN


def test_a_second_face_needs_two_of_three_frames_and_is_dated_from_the_first() -> None:
    detector = several_faces.DETECTOR.factory()
    assert last(detector, reading(1, faces=(FACE, SMALL))) is State.ABSENT
    assert last(detector, reading(1.5)) is State.ABSENT
    (seen,) = detector.see(reading(2, faces=(FACE, SMALL)))
    assert (seen.state, seen.start_s, seen.measured["second_px"]) == (State.PRESENT, 1, 24)
    (seen,) = detector.see(reading(2.5, faces=(FACE, SMALL)))
    assert seen.start_s == 1


def test_one_missed_frame_does_not_end_a_second_face() -> None:
    detector = several_faces.DETECTOR.factory()
    shown = [reading(n / 2, faces=(FACE,) if n == 4 else (FACE, SMALL)) for n in range(8)]
    assert states(detector, *shown)[1:] == [State.PRESENT] * 7


def beside(second: FaceBox, followed_s: float, motion_px: float | None) -> Reading:
    """A sitter who moves, and a second face of which so much is known."""
    sitter = FACE.model_copy(update={"motion_px": 1.2, "followed_s": followed_s})
    told = second.model_copy(update={"motion_px": motion_px, "followed_s": followed_s})
    return reading(followed_s, faces=(sitter, told))


def test_a_portrait_on_the_wall_is_undecided_for_ten_seconds_and_then_nobody() -> None:
    detector = several_faces.DETECTOR.factory()
    shown = [beside(SMALL, n / 2, None if n < 6 else 0.05) for n in range(30)]
    seen = states(detector, *shown)
    assert set(seen[:20]) == {State.UNKNOWN} and set(seen[20:]) == {State.ABSENT}


def test_a_second_person_is_one_from_when_they_were_first_seen() -> None:
    """Who sits still is seen when they move, however late."""
    detector = several_faces.DETECTOR.factory()
    assert last(detector, *(beside(SMALL, n / 2, None) for n in range(6))) is State.UNKNOWN
    seen = [one for n in range(6, 12) for one in detector.see(beside(SMALL, n / 2, 0.6))]
    assert (seen[-1].state, seen[-1].start_s) == (State.PRESENT, 0)
    assert seen[-1].measured["own_motion_px"] == 0.6
    late = several_faces.DETECTOR.factory()
    assert last(late, *(beside(SMALL, n / 2, 0.05) for n in range(6, 60))) is State.ABSENT
    assert last(late, *(beside(SMALL, n / 2, 0.6) for n in range(60, 64))) is State.PRESENT


def test_where_motion_cannot_be_told_a_face_is_a_person() -> None:
    detector = several_faces.DETECTOR.factory()
    assert last(detector, *(beside(SMALL, n / 2, None) for n in range(10))) is State.PRESENT


def test_a_portrait_does_not_sit_in_for_a_candidate_who_has_left() -> None:
    hung = SMALL.model_copy(update={"motion_px": 0.04, "followed_s": 40.0})
    detector = no_face.DETECTOR.factory()
    assert last(detector, reading(1, faces=(hung,), head=FRONTAL)) is State.PRESENT
    assert last(detector, reading(2, faces=(FACE, hung))) is State.ABSENT


def test_a_faint_face_is_no_second_person() -> None:
    detector = several_faces.DETECTOR.factory()
    assert set(states(detector, *(reading(n, faces=(FACE, FAINT)) for n in range(6)))) == {
        State.ABSENT
    }


def away(**change: float) -> HeadReading:
    return FRONTAL.model_copy(update=change)


def settled(**middle: float) -> Detector:
    """A detector that has learnt how the person sits."""
    detector = looking_away.DETECTOR.factory()
    for n in range(14):
        list(detector.see(reading(n / 2, head=away(**middle))))
    return detector


def judged(detector: Detector, head: HeadReading) -> State:
    return last(detector, *(reading(10 + n / 2, head=head) for n in range(3)))


def test_the_first_seconds_only_learn() -> None:
    detector = looking_away.DETECTOR.factory()
    shown = [reading(n / 2, head=away(yaw=70)) for n in range(12)]
    assert set(states(detector, *shown)) == {State.UNKNOWN}


def test_head_and_eyes_are_judged_against_the_person_s_middle() -> None:
    assert judged(settled(), away(yaw=26)) is State.PRESENT
    assert judged(settled(yaw=10), away(yaw=26)) is State.ABSENT
    assert judged(settled(gaze_x=-0.2), away(gaze_x=0.25)) is State.PRESENT
    assert judged(settled(), away(gaze_x=0.35)) is State.ABSENT
    assert judged(settled(), away(pitch=-30)) is State.PRESENT


def test_eyes_that_stay_on_the_screen_cancel_a_turned_head() -> None:
    assert judged(settled(), away(yaw=30, gaze_x=-0.3)) is State.ABSENT
    assert judged(settled(), away(yaw=15, gaze_x=0.2)) is State.PRESENT


def test_who_begins_looking_away_cannot_make_that_the_middle() -> None:
    assert judged(settled(yaw=60), away(yaw=60)) is State.PRESENT
    assert judged(settled(gaze_x=0.9), away(gaze_x=0.9)) is State.PRESENT


def test_a_single_glance_is_nothing() -> None:
    detector = settled()
    shown = [reading(10 + n / 2, head=away(gaze_x=0.8) if n == 3 else FRONTAL) for n in range(8)]
    assert set(states(detector, *shown)) == {State.ABSENT}


def test_without_a_face_there_is_no_gaze() -> None:
    assert last(settled(), reading(20, head=None)) is State.UNKNOWN


def compared(detector: Detector, *distances: float) -> list[State]:
    shown = [reading(n, identity={"distance": d}) for n, d in enumerate(distances)]
    return states(detector, *shown)


def test_the_median_of_three_decides() -> None:
    detector = identity_change.DETECTOR.factory()
    found = compared(detector, 0.3, 0.3, 0.3, 0.9, 0.9, 0.3, 0.3)
    assert found[1:] == [
        State.ABSENT,
        State.ABSENT,
        State.ABSENT,
        State.PRESENT,
        State.PRESENT,
        State.ABSENT,
    ]


def test_one_odd_measurement_is_not_another_person() -> None:
    found = compared(identity_change.DETECTOR.factory(), 0.3, 0.3, 0.9, 0.3, 0.3, 0.9)
    assert State.PRESENT not in found


def test_another_person_is_dated_from_the_first_measurement() -> None:
    detector = identity_change.DETECTOR.factory()
    compared(detector, 0.3, 0.3, 0.3)
    list(detector.see(reading(10, identity={"distance": 0.8})))
    (seen,) = detector.see(reading(10.5, identity={"distance": 0.8}))
    assert (seen.state, seen.start_s) == (State.PRESENT, 10)


def test_between_same_and_different_nothing_is_said() -> None:
    assert set(compared(identity_change.DETECTOR.factory(), 0.52, 0.53, 0.54)) == {State.UNKNOWN}


def test_identity_is_unknown_with_no_or_two_faces() -> None:
    detector = identity_change.DETECTOR.factory()
    for faces in ((), (FACE, FACE)):
        assert last(detector, reading(1, faces=faces)) is State.UNKNOWN
    assert states(detector, reading(2)) == []
