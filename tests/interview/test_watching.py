"""What proctoring may do to a session, under a virtual clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview import machine
from interview.commands import (
    BeginWatching,
    DecideBiometricConsent,
    DeclareCamera,
    Done,
    EndSession,
    EndTurn,
    ExplainViolation,
    LeaveCandidate,
    NoteActivity,
    ProposeFollowUp,
    RecordOutage,
    RecordViolation,
    RecordWatchGap,
    RemoveMedia,
    ReopenSession,
    Repeat,
    ReviewViolation,
    SetReferenceFace,
    SettlePause,
    Skip,
    SubmitAnswer,
    TakeMoment,
    UndoSkip,
    WaiveCamera,
    WaiveFollowUp,
)
from interview.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from interview.events import SessionEnded
from interview.nouns import InterviewPlan, Phase, ProctoringPlan, Purpose, Status
from interview.signals import (
    MAX_VIOLATIONS,
    KindCapability,
    Reference,
    ReviewOutcome,
    WatchGap,
)
from interview.state import apply, replay
from tests.interview.sitting import (
    START,
    Sitting,
    answering,
    at,
    greeted,
    kinds_of,
    plan_of,
    spoken,
    violation,
)

REFERENCE = Reference(
    reference_id="r1",
    engine="dlib",
    model_sha256="00",
    embedding="proctoring/s1/r1.bin",
    picture="proctoring/s1/r1.jpg",
    at=START,
)


def strict(count: int = 3, **fields: object) -> InterviewPlan:
    return plan_of(count, proctoring=ProctoringPlan.model_validate({"profile": "strict", **fields}))


def violate(sitting: Sitting, *ids: str, **fields: object) -> list[str]:
    happened: list[str] = []
    for violation_id in ids:
        happened += kinds_of(
            sitting.do(RecordViolation(violation=violation(violation_id, **fields)), after_s=10)
        )
    return happened


def overrule(sitting: Sitting) -> tuple[object, ...]:
    return sitting.do(ReopenSession(by="staff", reason="a false alarm"))


def paused(plan: InterviewPlan | None = None) -> Sitting:
    """A strict session at its limit, ten seconds apart, with half an answer said."""
    sitting = answering(plan or strict())
    sitting.do(spoken("half an answer", start_s=2))
    violate(sitting, "v1", "v2", "v3")
    assert sitting.phase() is Phase.PAUSED
    return sitting


def settle(sitting: Sitting, *, go_on: bool = True) -> list[str]:
    return kinds_of(sitting.do(SettlePause(by="staff", go_on=go_on, note="a poster")))


def test_the_third_violation_pauses_a_strict_session_and_asks_a_person() -> None:
    sitting = answering(strict())
    assert violate(sitting, "v1", "v2") == ["violation_recorded"] * 2
    assert violate(sitting, "v3") == ["violation_recorded", "session_paused", "prompt_issued"]
    state = sitting.state
    assert state.status is Status.IN_PROGRESS and state.phase is Phase.PAUSED
    assert machine.clock_paused_reason(state) == "review" and state.answers == ()
    assert machine.listening_for(state) == "off"
    left = sitting.remaining_s
    sitting.wait(599)
    assert sitting.remaining_s == left and sitting.phase() is Phase.PAUSED


def test_without_a_person_it_is_ended_as_was_told_before() -> None:
    sitting = paused()
    assert kinds_of(sitting.wait(601)) == [
        "answer_recorded",
        "prompt_issued",
        "session_ended",
        "report_requested",
    ]
    state = sitting.state
    assert state.status is Status.TERMINATED and state.end_reason == "integrity_violations"
    assert state.ended_by == "proctoring" and state.answers[0].content == "half an answer"


def test_how_long_a_person_is_waited_for_is_the_plans() -> None:
    sitting = paused(strict(pause_s=60))
    assert sitting.wait(59) == ()
    sitting.wait(1)
    assert sitting.state.status is Status.TERMINATED


def test_a_person_lets_it_go_on_with_the_time_that_was_left() -> None:
    sitting = paused()
    left = sitting.remaining_s
    sitting.wait(300)
    assert settle(sitting) == ["session_resumed", "prompt_issued"]
    prompt = sitting.state.prompt
    assert prompt is not None and prompt.purpose is Purpose.QUESTION and prompt.question_number == 1
    sitting.hear()
    assert sitting.phase() is Phase.ANSWERING and sitting.remaining_s == left
    assert violate(sitting, "v4", "v5") == ["violation_recorded"] * 2, "counted anew"
    sitting.type("a", "and the rest.")
    assert sitting.state.answers[0].content == "half an answer\nand the rest."
    with pytest.raises(IllegalTransition):
        settle(sitting)


def test_a_person_ends_it() -> None:
    sitting = paused()
    assert settle(sitting, go_on=False)[-2:] == ["session_ended", "report_requested"]
    state = sitting.state
    assert (state.status, state.ended_by) == (Status.TERMINATED, "staff")
    assert overrule(sitting), "and may still think better of it"


def test_in_a_pause_nothing_is_noted_and_no_button_does_anything() -> None:
    sitting = paused()
    assert violate(sitting, "v4") == []
    assert sitting.hear() == () and sitting.do(NoteActivity(kind="speech")) == ()
    assert sitting.do(EndTurn(answer_id="t")) == ()
    for command in (Skip(), Repeat(), TakeMoment(), Done(answer_id="d"), UndoSkip()):
        with pytest.raises(IllegalTransition):
            sitting.do(command)


def test_an_answer_that_crosses_the_pause_is_kept_and_nothing_is_asked() -> None:
    sitting = paused()
    assert kinds_of(sitting.type("a", "typed")) == ["answer_recorded"]
    assert sitting.do(SubmitAnswer(answer_id="b", content=" ")) != ()
    settle(sitting)
    assert sitting.state.question_number == 2
    sitting = paused(strict())
    sitting = answering(strict())
    violate(sitting, "v1", "v2", "v3")
    assert sitting.type("a", "") == (), "an empty one is not asked again in a pause"


def test_a_follow_up_waits_for_the_end_of_the_pause() -> None:
    plan = strict().model_copy(update={"follow_ups": True})
    sitting = answering(plan)
    violate(sitting, "v1", "v2")
    sitting.type("a", "An answer.")
    sitting.do(RecordViolation(violation=violation("v3")))
    assert sitting.do(ProposeFollowUp(answer_id="a", text="Why?")) == ()
    assert sitting.do(WaiveFollowUp(answer_id="a")) == ()
    sitting.wait(60)
    assert settle(sitting) == ["session_resumed"]
    assert kinds_of(sitting.wait(3)) == ["prompt_issued"]
    assert sitting.state.question_number == 2


def test_whoever_leaves_in_a_pause_has_the_whole_grace_after_it() -> None:
    sitting = paused()
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    sitting.wait(500)
    settle(sitting)
    sitting.wait(599)
    assert sitting.phase() is Phase.RECONNECTING
    sitting.join("c2")
    assert sitting.state.prompt is not None and sitting.state.prompt.purpose is Purpose.QUESTION


def test_an_outage_is_not_the_persons_time() -> None:
    sitting = paused()
    sitting.now += timedelta(hours=1)
    sitting.do(RecordOutage(from_at=sitting.now - timedelta(hours=1), cause="restart"))
    assert sitting.phase() is Phase.RECONNECTING and sitting.state.pause is not None
    assert sitting.wait(599) == ()
    assert sitting.wait(2)


def test_nothing_is_noted_before_the_first_question() -> None:
    sitting = greeted(strict())
    assert violate(sitting, "v1") == []


def test_a_declared_absence_of_a_camera_is_kept_until_it_is_declared_otherwise() -> None:
    sitting = answering()
    assert kinds_of(sitting.do(DeclareCamera(present=False))) == ["camera_declared"]
    assert sitting.do(DeclareCamera(present=False)) == ()
    assert sitting.state.without_camera
    sitting.do(DeclareCamera(present=True))
    assert not sitting.state.without_camera
    needed = answering(strict(camera_required=True))
    needed.do(DeclareCamera(present=False))
    assert not needed.state.without_camera, "this interview needs one"
    assert kinds_of(needed.do(WaiveCamera(by="staff:a"))) == ["camera_waived"]
    assert needed.state.without_camera and not needed.state.camera_required
    assert needed.do(WaiveCamera(by="staff:a")) == ()
    needed.do(EndSession(by="staff", reason="test"))
    assert needed.do(DeclareCamera(present=True)) == ()
    with pytest.raises(IllegalTransition):
        needed.do(WaiveCamera(by="staff:a"))


def test_the_same_violation_twice_is_one() -> None:
    sitting = answering(strict())
    assert violate(sitting, "v1", "v1", "v1", "v1") == ["violation_recorded"]


@pytest.mark.parametrize("profile", ["observe", "warn"])
def test_other_profiles_never_end_a_session(profile: str) -> None:
    sitting = answering(plan_of(proctoring=ProctoringPlan.model_validate({"profile": profile})))
    violate(sitting, "v1", "v2", "v3", "v4")
    assert sitting.state.status is Status.IN_PROGRESS
    assert len(sitting.state.watch.violations) == 4


def test_off_records_nothing() -> None:
    sitting = answering(plan_of(proctoring=ProctoringPlan.model_validate({"profile": "off"})))
    assert violate(sitting, "v1") == []
    gap = WatchGap(start_s=1, end_s=2, cause="worker_lost")
    assert sitting.do(RecordWatchGap(gap=gap)) == ()


def test_kinds_that_are_not_asked_for_are_not_recorded() -> None:
    sitting = answering(strict(kinds=("multiple_faces",)))
    assert violate(sitting, "v1") == []
    assert violate(sitting, "v2", kind="multiple_faces") == ["violation_recorded"]


def test_uncounted_and_dismissed_ones_do_not_add_up() -> None:
    sitting = answering(strict())
    violate(sitting, "a", "b", "c", counted=False)
    violate(sitting, "v1", "v2")
    sitting.do(
        ReviewViolation(violation_id="v1", outcome=ReviewOutcome.DISMISSED, by="staff", note="cat")
    )
    assert sitting.state.watch.counted == 1
    violate(sitting, "v3")
    assert sitting.state.status is Status.IN_PROGRESS


def test_before_the_start_and_after_the_end_nothing_is_recorded() -> None:
    sitting = Sitting(strict())
    assert violate(sitting, "v1") == []
    sitting.do(EndSession(by="staff", reason="test"))
    assert violate(sitting, "v2") == []


def test_there_is_a_most() -> None:
    sitting = answering(plan_of())
    for number in range(MAX_VIOLATIONS + 2):
        sitting.do(RecordViolation(violation=violation(f"v{number}")))
    assert len(sitting.state.watch.violations) == MAX_VIOLATIONS


def test_reviews_are_all_kept_and_the_latest_counts() -> None:
    sitting = answering()
    violate(sitting, "v1")
    for outcome in (ReviewOutcome.NEEDS_SECOND_LOOK, ReviewOutcome.CONFIRMED):
        sitting.do(ReviewViolation(violation_id="v1", outcome=outcome, by="staff"))
    seen = sitting.state.watch.violation("v1")
    assert seen is not None and seen.outcome is ReviewOutcome.CONFIRMED and len(seen.reviews) == 2
    with pytest.raises(NotFound):
        sitting.do(ReviewViolation(violation_id="v9", outcome=ReviewOutcome.CONFIRMED, by="staff"))


def test_the_candidate_may_explain_even_after_the_end() -> None:
    sitting = answering()
    violate(sitting, "v1")
    sitting.do(EndSession(by="staff", reason="test"))
    sitting.do(ExplainViolation(violation_id="v1", text=" The postman rang. "))
    seen = sitting.state.watch.violation("v1")
    assert seen is not None and seen.explanation == "The postman rang."
    assert sitting.do(ExplainViolation(violation_id="v1", text="The postman rang.")) == ()
    for text in ("  ", "x" * 2_001):
        with pytest.raises(InvalidInput, match="text"):
            sitting.do(ExplainViolation(violation_id="v1", text=text))


def test_a_reference_face_needs_its_own_consent() -> None:
    sitting = greeted()
    with pytest.raises(Forbidden):
        sitting.do(SetReferenceFace(reference=REFERENCE))
    sitting.do(DecideBiometricConsent(granted=True, text_version="2026-11"))
    assert sitting.do(DecideBiometricConsent(granted=True, text_version="2026-11")) == ()
    sitting.do(SetReferenceFace(reference=REFERENCE))
    assert sitting.state.watch.reference == REFERENCE
    sitting.do(DecideBiometricConsent(granted=False, text_version="2026-11"))
    watch = sitting.state.watch
    assert watch.reference is None and watch.biometric is False
    assert sitting.state.status is Status.IN_PROGRESS, "refusing turns nothing else off"
    sitting.do(EndSession(by="staff", reason="test"))
    for command in (
        DecideBiometricConsent(granted=True, text_version="2026-11"),
        SetReferenceFace(reference=REFERENCE),
    ):
        with pytest.raises(IllegalTransition):
            sitting.do(command)


def test_capabilities_and_gaps_are_part_of_the_log() -> None:
    sitting = answering()
    command = BeginWatching(capabilities=(KindCapability(kind="no_face", available=True),))
    assert kinds_of(sitting.do(command)) == ["watching_began"]
    assert sitting.do(command) == ()
    gap = WatchGap(start_s=1, end_s=2, cause="worker_lost")
    sitting.do(RecordWatchGap(gap=gap))
    assert sitting.state.watch.gaps == (gap,)
    assert sitting.state.watch.capabilities[0].available


def test_staff_overrule_and_the_cut_question_is_asked_again() -> None:
    sitting = answering(strict())
    sitting.wait(10)
    sitting.do(spoken("half an answer", start_s=2))
    violate(sitting, "v1", "v2", "v3")
    sitting.wait(600)
    assert kinds_of(overrule(sitting)) == ["session_reopened", "prompt_issued"]  # type: ignore[arg-type]
    state = sitting.state
    assert state.status is Status.IN_PROGRESS and state.phase is Phase.RECONNECTING
    assert overrule(sitting) == ()
    sitting.join("c2")
    prompt = sitting.state.prompt
    assert prompt is not None and prompt.purpose is Purpose.QUESTION and prompt.question_number == 1
    sitting.hear()
    assert sitting.remaining_s == 120
    assert violate(sitting, "v4", "v5") == ["violation_recorded"] * 2, "counted anew"
    sitting.type("a", "The whole answer.")
    assert [a.content for a in sitting.state.answers] == ["half an answer", "The whole answer."]
    assert sitting.state.question_number == 2


def test_called_back_the_candidate_has_time_to_come() -> None:
    sitting = paused()
    sitting.wait(600)
    overrule(sitting)
    sitting.wait(3_600)
    assert sitting.phase() is Phase.RECONNECTING
    sitting.wait(3_601)
    assert sitting.state.status is Status.ABANDONED


def test_reopened_before_consent_begins_with_the_greeting() -> None:
    """Logs from when signals counted from the start on."""
    log = [
        *greeted(strict()).log,
        SessionEnded(
            at=START, status=Status.TERMINATED, reason="integrity_violations", by="proctoring"
        ),
    ]
    state = replay(log)
    for event in machine.decide(state, ReopenSession(by="staff", reason="a mistake"), at(5)):
        state = apply(state, event)
    prompt = state.prompt
    assert prompt is not None and prompt.purpose is Purpose.GREETING


def test_reopened_between_questions_goes_on_with_the_next() -> None:
    sitting = answering(
        plan_of(2, follow_ups=True, proctoring=ProctoringPlan.model_validate({"profile": "strict"}))
    )
    sitting.type("a", "An answer.")
    assert sitting.state.awaiting_follow_up
    for number in range(3):
        sitting.do(RecordViolation(violation=violation(f"v{number}")))
    sitting.wait(600)
    overrule(sitting)
    assert sitting.state.question_number == 2


def test_other_ends_cannot_be_overruled() -> None:
    sitting = answering(strict())
    with pytest.raises(IllegalTransition):
        overrule(sitting)
    sitting.do(EndSession(by="staff", reason="test", status=Status.TERMINATED))
    with pytest.raises(IllegalTransition):
        overrule(sitting)
    assert sitting.now >= at(0)


def test_pictures_go_and_their_signals_stay() -> None:
    sitting = answering(strict())
    violate(sitting, "v1", still="proctoring/s/stills/v1")
    with pytest.raises(IllegalTransition):
        sitting.do(RemoveMedia(what="pictures", after_days=30))
    sitting.do(EndSession(by="staff:a", reason="ended_by_staff"))
    assert kinds_of(sitting.do(RemoveMedia(what="pictures", after_days=30))) == ["media_removed"]
    assert sitting.do(RemoveMedia(what="pictures", after_days=30)) == ()
    (kept,) = sitting.state.watch.violations
    assert (kept.violation.violation_id, kept.violation.still) == ("v1", None)
    assert sitting.state.recording_removed is None
    assert replay(sitting.log) == sitting.state
