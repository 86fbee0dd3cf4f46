"""What proctoring may do to a session, under a virtual clock."""

from __future__ import annotations

import pytest

from interview.commands import (
    BeginWatching,
    DecideBiometricConsent,
    EndSession,
    ExplainViolation,
    RecordViolation,
    RecordWatchGap,
    ReopenSession,
    ReviewViolation,
    SetReferenceFace,
)
from interview.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from interview.nouns import InterviewPlan, Phase, ProctoringPlan, Purpose, Status
from interview.signals import (
    MAX_VIOLATIONS,
    Capability,
    Reference,
    ReviewOutcome,
    WatchGap,
)
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


def test_the_third_violation_ends_a_strict_session_at_once() -> None:
    sitting = answering(strict())
    sitting.do(spoken("half an answer", start_s=2))
    assert violate(sitting, "v1", "v2") == ["violation_recorded"] * 2
    assert violate(sitting, "v3") == [
        "violation_recorded",
        "answer_recorded",
        "prompt_issued",
        "session_ended",
        "report_requested",
    ]
    state = sitting.state
    assert state.status is Status.TERMINATED and state.end_reason == "integrity_violations"
    assert state.ended_by == "proctoring" and state.answers[0].content == "half an answer"


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
    command = BeginWatching(capabilities=(Capability(kind="no_face", available=True),))
    assert kinds_of(sitting.do(command)) == ["watching_began"]
    assert sitting.do(command) == ()
    gap = WatchGap(start_s=1, end_s=2, cause="worker_lost")
    sitting.do(RecordWatchGap(gap=gap))
    assert sitting.state.watch.gaps == (gap,)
    assert sitting.state.watch.capabilities[0].available


def test_staff_overrule_and_the_cut_question_is_asked_again() -> None:
    sitting = answering(strict())
    sitting.wait(50)
    sitting.do(spoken("half an answer", start_s=2))
    violate(sitting, "v1", "v2", "v3")
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
    sitting = answering(strict())
    violate(sitting, "v1", "v2", "v3")
    overrule(sitting)
    sitting.wait(3_600)
    assert sitting.phase() is Phase.RECONNECTING
    sitting.wait(3_601)
    assert sitting.state.status is Status.ABANDONED


def test_reopened_before_consent_begins_with_the_greeting() -> None:
    sitting = greeted(strict())
    violate(sitting, "v1", "v2", "v3")
    overrule(sitting)
    prompt = sitting.state.prompt
    assert prompt is not None and prompt.purpose is Purpose.GREETING


def test_reopened_between_questions_goes_on_with_the_next() -> None:
    sitting = answering(
        plan_of(2, follow_ups=True, proctoring=ProctoringPlan.model_validate({"profile": "strict"}))
    )
    sitting.type("a", "An answer.")
    assert sitting.state.awaiting_follow_up
    for number in range(3):
        sitting.do(RecordViolation(violation=violation(f"v{number}")))
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
