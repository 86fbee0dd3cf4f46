"""The rules on a virtual clock: countdown, reset, cool-down, limit, and what can never happen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.base import KindSpec, Observation, Severity, State
from proctoring.policy import (
    Cleared,
    Decision,
    Hinted,
    KindRule,
    LimitReached,
    Policy,
    ProctoringSettings,
    Profile,
    Violation,
    WarningRaised,
)

NO_FACE = KindSpec("no_face", "No face was seen.", "We can't see your face.")
IDENTITY = KindSpec(
    "identity_change",
    "Another person.",
    "Please stay in view.",
    Severity.HIGH,
    Severity.HIGH,
    duration_s=4.0,
)
PASTE = KindSpec("paste", "Pasted.", "", duration_s=0, counts=False)
HIDDEN = KindSpec("tab_hidden", "Hidden.", "", duration_s=0, counts=False, repeats=False)
HINT = KindSpec("still", "Hardly moves.", "", hint=True, duration_s=5)
KINDS = (NO_FACE, IDENTITY, PASTE, HIDDEN, HINT)


def policy(profile: Profile = Profile.WARN, **settings: object) -> Policy:
    return Policy(KINDS, ProctoringSettings.model_validate({"profile": profile, **settings}))


def see(kind: str, at_s: float, state: State = State.PRESENT) -> Observation:
    return Observation(kind=kind, state=state, start_s=at_s, end_s=at_s)


def run(
    rules: Policy, kind: str, times: list[float], state: State = State.PRESENT
) -> list[Decision]:
    return [decision for at in times for decision in rules.apply(see(kind, at, state))]


def every(start: float, end: float, step: float = 0.5) -> list[float]:
    return [start + n * step for n in range(int((end - start) / step) + 1)]


def violations(decisions: list[Decision]) -> list[Violation]:
    return [decision for decision in decisions if isinstance(decision, Violation)]


def test_a_warning_comes_at_once_and_counts_down() -> None:
    warnings = run(policy(), "no_face", every(10, 14.5))
    assert [w.remaining_s for w in warnings if isinstance(w, WarningRaised)] == [5, 4, 3, 2, 1]
    first = warnings[0]
    assert isinstance(first, WarningRaised)
    assert (first.first, first.shown, first.severity) == (True, True, Severity.LOW)
    assert first.advice == "We can't see your face."


def test_five_bad_seconds_are_one_violation_with_its_time() -> None:
    (violation,) = violations(run(policy(), "no_face", every(10, 16.5)))
    assert (violation.start_s, violation.end_s) == (10, 15)
    assert (violation.severity, violation.number, violation.counts) == ("medium", 1, True)


def test_an_identity_change_takes_four_seconds() -> None:
    (violation,) = violations(run(policy(), "identity_change", every(0, 4)))
    assert (violation.end_s, violation.severity) == (4, Severity.HIGH)


def test_a_good_frame_resets_the_timer() -> None:
    rules = policy()
    decisions = run(rules, "no_face", every(0, 4.5))
    decisions += run(rules, "no_face", [4.8], State.ABSENT)
    decisions += run(rules, "no_face", every(5, 9.5))
    assert violations(decisions) == []
    assert [d.start_s for d in decisions if isinstance(d, Cleared)] == [0]


def test_two_seconds_cool_down_after_a_violation_then_anew() -> None:
    found = violations(run(policy(), "no_face", every(0, 20)))
    assert [v.end_s for v in found] == [5, 12, 19]
    assert [v.start_s for v in found] == [0, 7, 14]


def test_a_good_frame_ends_the_cool_down() -> None:
    rules = policy()
    run(rules, "no_face", every(0, 5))
    run(rules, "no_face", [5.5], State.ABSENT)
    assert [v.end_s for v in violations(run(rules, "no_face", every(6, 11)))] == [11]


def test_no_evidence_neither_resets_nor_counts() -> None:
    rules = policy()
    decisions = run(rules, "no_face", every(0, 3))
    decisions += run(rules, "no_face", every(3.5, 4.5), State.UNKNOWN)
    decisions += run(rules, "no_face", [5.0])
    assert [v.end_s for v in violations(decisions)] == [5]


def test_a_hole_in_the_evidence_restarts_the_timer() -> None:
    rules = policy()
    run(rules, "no_face", every(0, 3))
    assert violations(run(rules, "no_face", every(6, 10.5))) == []
    assert [v.start_s for v in violations(run(rules, "no_face", [11]))] == [6]


@pytest.mark.parametrize(("again_s", "end_s"), [(17.0, 17.0), (26.0, 16.0)])
def test_what_nobody_saw_is_not_counted_as_seen(again_s: float, end_s: float) -> None:
    rules = policy()
    assert violations(run(rules, "no_face", every(10, 16)))
    (cleared,) = run(rules, "no_face", [again_s], State.ABSENT)
    assert isinstance(cleared, Cleared)
    assert (cleared.start_s, cleared.end_s) == (10, end_s)


def test_a_detector_may_date_back_the_start() -> None:
    rules = policy()
    rules.apply(Observation("no_face", State.PRESENT, start_s=7, end_s=8))
    assert [v.start_s for v in violations(run(rules, "no_face", every(8.5, 12)))] == [7]


def test_but_not_to_before_a_hole() -> None:
    """Two frames eleven seconds apart are no eleven seconds."""
    rules = policy()
    run(rules, "no_face", [21.7], State.ABSENT)
    late = Observation("no_face", State.PRESENT, start_s=22, end_s=32.5)
    assert violations(rules.apply(late)) == []
    assert violations(run(rules, "no_face", every(33, 37))) == []
    assert [v.start_s for v in violations(run(rules, "no_face", [37.5]))] == [32.5]


def test_nor_when_a_violation_has_rested_in_the_hole() -> None:
    rules = policy()
    assert violations(run(rules, "no_face", every(10, 15)))
    again = Observation("no_face", State.PRESENT, start_s=10, end_s=60)
    assert violations(rules.apply(again)) == []


def test_kinds_have_their_own_timers() -> None:
    rules = policy()
    run(rules, "no_face", every(0, 4.5))
    assert violations(run(rules, "identity_change", [4.6])) == []


def test_a_moment_is_a_violation_at_once_and_repeats_are_merged() -> None:
    found = violations(run(policy(), "paste", [1, 1.5, 2.9, 3.1], State.HAPPENED))
    assert [v.end_s for v in found] == [1, 3.1]


def test_a_state_that_does_not_repeat_makes_one_violation_until_it_ends() -> None:
    rules = policy()
    decisions = run(rules, "tab_hidden", every(1, 30))
    decisions += run(rules, "tab_hidden", [31], State.ABSENT)
    decisions += run(rules, "tab_hidden", [32])
    assert [v.end_s for v in violations(decisions)] == [1, 32]
    assert [(d.start_s, d.end_s) for d in decisions if isinstance(d, Cleared)] == [(1, 31)]


def test_a_hint_is_never_a_violation_or_a_warning() -> None:
    decisions = run(policy(Profile.STRICT), "still", every(0, 60))
    assert [type(d) for d in decisions] == [Hinted]


def test_observing_records_and_shows_nothing() -> None:
    decisions = run(policy(Profile.OBSERVE), "no_face", every(0, 60))
    assert len(violations(decisions)) == 8
    assert not any(getattr(d, "shown", False) for d in decisions)
    assert not any(isinstance(d, LimitReached) for d in decisions)


def test_off_decides_nothing() -> None:
    assert run(policy(Profile.OFF), "no_face", every(0, 60)) == []


def test_strict_ends_at_the_third_violation_and_then_is_silent() -> None:
    rules = policy(Profile.STRICT)
    decisions = run(rules, "no_face", every(0, 60))
    assert len(violations(decisions)) == 3
    end = decisions[-1]
    assert isinstance(end, LimitReached)
    assert (end.violations, end.end_s, end.severity) == (3, 19, Severity.HIGH)
    assert rules.stopped


def test_kinds_that_do_not_count_never_end_a_session() -> None:
    rules = policy(Profile.STRICT)
    run(rules, "paste", every(0, 60), State.HAPPENED)
    assert (rules.stopped, rules.counted) == (False, 0)
    assert rules.violations > 3


def test_staff_overrules_and_the_count_starts_anew() -> None:
    rules = policy(Profile.STRICT)
    run(rules, "no_face", every(0, 19))
    rules.overrule()
    found = violations(run(rules, "no_face", every(30, 42)))
    assert [v.number for v in found] == [4, 5]
    assert (rules.stopped, rules.counted) == (False, 2)


def test_an_interview_sets_its_own_rules() -> None:
    kinds = {
        "no_face": KindRule(duration_s=10, warn_after_s=3, counts=False),
        "identity_change": KindRule(on=False),
        "paste": KindRule(counts=True),
    }
    rules = policy(Profile.STRICT, kinds=kinds, max_violations=1)
    decisions = run(rules, "no_face", every(0, 10))
    assert [d.end_s for d in decisions if isinstance(d, WarningRaised) and d.first] == [3]
    assert [(v.end_s, v.counts) for v in violations(decisions)] == [(10, False)]
    assert run(rules, "identity_change", every(0, 10)) == []
    assert isinstance(run(rules, "paste", [11], State.HAPPENED)[-1], LimitReached)


def test_a_restarted_server_goes_on_counting() -> None:
    settings = ProctoringSettings(profile=Profile.STRICT)
    rules = Policy(KINDS, settings, violations=5, counted=2)
    decisions = run(rules, "no_face", every(0, 5))
    assert [v.number for v in violations(decisions)] == [6]
    assert isinstance(decisions[-1], LimitReached)


def test_an_unknown_kind_is_nobodys_business() -> None:
    assert run(policy(), "elvis", every(0, 10)) == []


@pytest.mark.parametrize("field", ["max_violations", "max_hole_s", "frames_per_s"])
def test_senseless_settings_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        ProctoringSettings.model_validate({field: 0})


STATES = st.sampled_from([State.PRESENT, State.PRESENT, State.ABSENT, State.UNKNOWN])
STEPS = st.lists(st.tuples(st.floats(0.05, 4), STATES), min_size=1, max_size=120)


@given(STEPS)
def test_violations_have_unbroken_evidence_of_their_whole_duration(
    steps: list[tuple[float, State]],
) -> None:
    rules, now = policy(Profile.STRICT, max_violations=4), 0.0
    seen: list[tuple[float, State]] = []
    found: list[Violation] = []
    ended = False
    for step, state in steps:
        now += step
        decisions = rules.apply(see("no_face", now, state))
        assert not (ended and decisions)
        ended = ended or any(isinstance(d, LimitReached) for d in decisions)
        seen.append((now, state))
        found += violations(decisions)
    for violation in found:
        inside = [(at, s) for at, s in seen if violation.start_s <= at <= violation.end_s]
        assert violation.end_s - violation.start_s >= 5
        assert all(s is not State.ABSENT for _, s in inside)
        bad = [at for at, s in inside if s is State.PRESENT]
        assert bad[-1] == violation.end_s
        assert all(later - earlier <= 2.5 for earlier, later in zip(bad, bad[1:], strict=False))
    for earlier, later in zip(found, found[1:], strict=False):
        absent = any(s is State.ABSENT and earlier.end_s < at < later.start_s for at, s in seen)
        assert later.start_s >= earlier.end_s + (0 if absent else 2.0)
    assert ended == (len(found) >= 4)
    assert len(found) <= 4


@given(STEPS)
def test_a_warning_promises_what_then_happens(steps: list[tuple[float, State]]) -> None:
    """Steady bad evidence from any state on leads to a violation within duration + cool-down."""
    rules, now = policy(Profile.OBSERVE), 0.0
    for step, state in steps:
        now += step
        rules.apply(see("no_face", now, state))
    assert violations(run(rules, "no_face", every(now + 0.1, now + 8.1, 0.25)))
